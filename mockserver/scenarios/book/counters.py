"""Counters: what a rule remembers in a space, apart for what it counts apart."""

from collections.abc import Hashable
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from mockserver.engine.quotas import Quotas

if TYPE_CHECKING:
    from mockserver.scenarios.faults.course import Memory

__all__ = ["PER", "Counters", "Tally", "scope_of", "subject_of"]

PER: Final = ("job", "space", "provider", "rule")
"""What a rule may count apart: see `scope_of`."""


class Tally(Struct):
    """How often conditions held, and a rule has acted, within one scope.

    Attributes:
        seen: How often its conditions held.
        fired: How often it has acted.
        last_at: Virtual time of the last call that fits, for a rule that wants quiet.
        is_calm: There was quiet for as long as it wants: it acts no more.
        credits: What jobs have cost, for a rule that has a balance for them.
    """

    seen: int = 0
    fired: int = 0
    last_at: float | None = None
    is_calm: bool = False
    credits: float = 0.0

    def calms(self, now_s: float, quiet_s: float) -> bool:
        """Note a call; say whether there was quiet before it, or before another."""
        if self.last_at is not None and now_s - self.last_at >= quiet_s:
            self.is_calm = True
        self.last_at = now_s
        return self.is_calm


class Counters(Struct):
    """What a rule, or several that share it, remembers.

    Attributes:
        tallies: Its counts by scope.
        draws: How many calls of each job it has drawn for: a draw belongs to the
            job's n-th call, in whatever order calls of several jobs come.
        quotas: Its rate windows.
        memories: What its fault remembers, by scope.
    """

    tallies: dict[str, Tally] = field(default_factory=dict)
    draws: dict[Hashable, int] = field(default_factory=dict)
    quotas: Quotas = field(default_factory=Quotas)
    memories: dict[str, "Memory"] = field(default_factory=dict)

    def tally(self, scope: str) -> Tally:
        """Return the counts of a scope."""
        return self.tallies.setdefault(scope, Tally())

    def draw(self, subject: str) -> int:
        """Count a call that is drawn for; return its number among the subject's."""
        self.draws[subject] = number = self.draws.get(subject, 0) + 1
        return number


def scope_of(per: str, slug: str, subject: str) -> str:
    """Return what counts together with a call, a job or a delivery of a provider.

    Args:
        per: `job`: each job's own, and each order's until it is one; `provider`: all
            of one provider; `rule`: all that the rule sees; `space`: all that rules
            of its name see, of whichever scenario.
        slug: The provider.
        subject: What it is about, from `subject_of`.
    """
    return {"job": subject, "provider": slug}.get(per, "")


def subject_of(slug: str, ordinal: int | None, order: bytes = b"") -> str:
    """Return the name of a job; of what is no job yet, that of equal orders."""
    if ordinal is not None:
        return f"{slug}/{ordinal}"
    return f"{slug}/order/{blake2b(order, digest_size=8).hexdigest()}"
