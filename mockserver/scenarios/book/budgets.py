"""Budgets: how often the rules of a scenario may act together."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

from msgspec import Struct, field

from mockserver.scenarios.written.shapes import POSITIVE, SHARE, Record, Shape, choice
from mockserver.scenarios.written.source import Place

__all__ = ["BUDGET", "Allowance", "Budget", "look"]

_OFF: Final = 1e-9
_SEEN, _MET = "seen ", "met "


class Allowance(Struct, frozen=True, kw_only=True):
    """What rules may do together.

    Attributes:
        each: How often they may act on each job.
        share: On which share of what they look at, at any time.
        per: What that is a share of: a job's own calls, those of a provider, or all.
    """

    each: int | None = None
    share: float | None = None
    per: str = "provider"


class Budget(Struct):
    """What is left of an allowance in one space.

    Attributes:
        allowance: How often rules may act.
        counts: How often they have, by job or order; and, where a share is to be
            kept, what they have looked at and met, by whose it is.
    """

    allowance: Allowance
    counts: dict[str, int] = field(default_factory=dict)

    def look(self, slug: str, subject: str) -> None:
        """Count something that rules look at: a call, an order, an attempt."""
        if self.allowance.share is not None:
            self._add(_SEEN + self._scope(slug, subject))

    def allows(self, slug: str, subject: str) -> bool:
        """Say whether they may act on a job, or an order, once more."""
        each, share = self.allowance.each, self.allowance.share
        if each is not None and self.counts.get(subject, 0) >= each:
            return False
        if share is None:
            return True
        scope = self._scope(slug, subject)
        met = self.counts.get(_MET + scope, 0)
        return met + 1 <= share * self.counts.get(_SEEN + scope, 0) + _OFF

    def spend(self, slug: str, subject: str) -> None:
        """Count that one has."""
        if self.allowance.each is not None:
            self._add(subject)
        if self.allowance.share is not None:
            self._add(_MET + self._scope(slug, subject))

    def give_back(self, slug: str, subject: str) -> None:
        """Have not acted after all."""
        for name in (subject, _MET + self._scope(slug, subject)):
            if self.counts.get(name):
                self.counts[name] -= 1

    def twin(self, slug: str, subject: str) -> "Budget":
        """Return what is left as far as one job is concerned."""
        scope = self._scope(slug, subject)
        names = (subject, _SEEN + scope, _MET + scope)
        return Budget(self.allowance, {one: self.counts.get(one, 0) for one in names})

    def _scope(self, slug: str, subject: str) -> str:
        return {"job": subject, "provider": slug}.get(self.allowance.per, "")

    def _add(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1


class Bound(Protocol):
    """A rule that has budgets."""

    budgets: list[Budget]


def look(rules: Iterable[Bound], slug: str, subject: str) -> None:
    """Count what rules look at, once for each of their budgets."""
    budgets = (budget for rule in rules for budget in rule.budgets)
    for budget in {id(one): one for one in budgets}.values():
        budget.look(slug, subject)


def _read(raw: Any, place: Place) -> Allowance:
    if not isinstance(raw, Mapping):
        return Allowance(each=POSITIVE.read(raw, place))
    said = _WHOLE.read(raw, place)
    if said.get("share") == 0:
        place.at("share").fail(0, "more than 0: rules that never act are none")
    if "per" in said and "share" not in said:
        place.at("per").fail(said["per"], "a share beside it, which it is of")
    return Allowance(**said)


_WHOLE: Final = Record(
    {
        "each": (POSITIVE, "How often they act on each job at most."),
        "share": (SHARE, "On which share of what they look at, at any time."),
        "per": (
            choice("job", "provider", "space"),
            "What it is a share of: a job's own, the provider's if missing, or all.",
        ),
    },
    least=1,
)
BUDGET: Final = Shape({"anyOf": [POSITIVE.schema, _WHOLE.shape.schema]}, _read)
