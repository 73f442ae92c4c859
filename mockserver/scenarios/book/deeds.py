"""Deed, Wants, Loaded: what a rule book tells others."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from msgspec import Struct, field

from mockserver.engine.chance import Chance
from mockserver.scenarios.book.active import Active
from mockserver.scenarios.book.budgets import Budget
from mockserver.scenarios.book.counters import Counters, Tally, scope_of
from mockserver.scenarios.book.facts import Facts
from mockserver.scenarios.book.firings import FIRINGS_MAX, Firing
from mockserver.scenarios.faults.choices.one_of import OneOf
from mockserver.scenarios.written.model import Scenario
from mockserver.scenarios.written.patches import AnswerPatch, MediaPatch

if TYPE_CHECKING:
    from mockserver.scenarios.faults import Fault

__all__ = ["Acted", "Deed", "Loaded", "Wants", "deed"]


class Wants(Struct, frozen=True):
    """What rules have to know about a call of one operation.

    Attributes:
        needs_body: Some rule looks at the body.
        needs_answer: Some rule looks at the status of the answer.
    """

    needs_body: bool = False
    needs_answer: bool = False


class Deed(Struct, frozen=True):
    """One rule that acts on a call.

    Attributes:
        rule: Its name, for the journal.
        facts: The call.
        fault: What happens on the wire.
        answer: What is changed about the answer.
        media: What is changed about the file that is served.
        number: How often the rule has acted by now, from 1.
        chance: What the fault may draw from: the rule's, the job's and its n-th call's.
        scope: What its fault remembers things for.
        counters: Where it does.
        firing: The rule's own record of it.
        active: The rule itself.
    """

    rule: str
    facts: Facts
    fault: "Fault | None" = None
    answer: AnswerPatch | None = None
    media: MediaPatch | None = None
    number: int = 1
    chance: Chance = field(default_factory=Chance)
    firing: Firing | None = None
    scope: str = ""
    counters: Counters = field(default_factory=Counters)
    active: Active | None = None

    def take_back(self) -> Active | None:
        """Let the rule not have acted; return it if it acts again because of that."""
        if self.active is None or self.firing is None:
            return None
        was_healed = self.active.healed
        subject = self.active.subject(self.facts)
        self.active.take_back(self.facts.slug, subject, self.firing)
        return self.active if was_healed and not self.active.healed else None


class Acted(Struct, frozen=True):
    """What one rule of a scenario has done, with all that it is made of.

    A rule about files also acts on the calls for them; it is told of as one.

    Attributes:
        name: What the journal calls it.
        parts: A rule for each sort of thing that it changes.
    """

    name: str
    parts: tuple[Active, ...]

    @property
    def seen(self) -> int:
        """How often its conditions held."""
        return sum(part.seen for part in self.parts)

    @property
    def fired(self) -> int:
        """How often it has acted."""
        return sum(part.fired for part in self.parts)

    @property
    def firings(self) -> list[Firing]:
        """When it has acted, and on what: the latest times, oldest first."""
        every = [one for part in self.parts for one in part.firings]
        return sorted(every, key=lambda one: one.at)[-FIRINGS_MAX:]

    def is_quiet(self, now_s: float, used: Collection[str]) -> bool:
        """Say whether it acts no more on the providers that are used."""
        return all(part.is_quiet(now_s, used) for part in self.parts)

    @property
    def times(self) -> int | None:
        """How often it acts at most; None if nothing but time ends it."""
        return self.parts[0].rule.bounds.times

    @property
    def per(self) -> str:
        """For what that is counted apart."""
        return self.parts[0].rule.bounds.per

    def left(self, now_s: float, used: Collection[str]) -> int | None:
        """Return how often it may still act on the providers that are used.

        None if nothing bounds it, or if each job has a count of its own.
        """
        if self.is_quiet(now_s, used):
            return 0
        if self.times is None or self.per == "job":
            return None
        # What counts together may be that of several parts.
        tallies = {
            (id(part.counters), scope): part.counters.tallies.get(scope, Tally())
            for part in self.parts
            for slug, _ in part.operations
            if slug in used or not used
            for scope in [scope_of(self.per, slug, "")]
        }
        fired = [tally.fired for tally in tallies.values()]
        return sum(max(0, self.times - each) for each in fired)


class Loaded(Struct):
    """One scenario at work in a space.

    Attributes:
        id: Its number in the space.
        scenario: What it is.
        source: Who asked for it: `start`, `api`, `test`, `header`, `magic`.
        since_s: Virtual time of its loading.
        until_s: Virtual time at which it heals, if any.
        actives: Its rules.
        header: They only see calls that carry this value, and the jobs made by them.
        scope: They only see jobs that are members of this scope.
        slug: They only see this provider.
        budgets: How often they may act together, by whose rules: those of an included
            scenario, or all.
    """

    id: str
    scenario: Scenario
    source: str
    since_s: float
    until_s: float | None
    actives: list[Active]
    header: str | None = None
    scope: str | None = None
    slug: str | None = None
    budgets: dict[str, Budget] = field(default_factory=dict)

    @property
    def fired(self) -> int:
        """How often its rules have acted."""
        return sum(active.fired for active in self.actives)

    @property
    def acted(self) -> list[Acted]:
        """What each of its rules has done."""
        parts: dict[str, list[Active]] = {}
        for active in self.actives:
            parts.setdefault(active.rule.name, []).append(active)
        return [Acted(name, tuple(each)) for name, each in parts.items()]

    def is_over(self, now_s: float) -> bool:
        """Say whether all of its rules have healed."""
        return all(active.is_over(now_s) for active in self.actives)

    def is_quiet(self, now_s: float, used: Collection[str]) -> bool:
        """Say whether its rules act no more on the providers that are used."""
        return all(active.is_quiet(now_s, used) for active in self.actives)


def deed(active: Active, facts: Facts) -> Deed:
    """Return what a rule that acts does to a call."""
    rule, fault = active.rule, active.rule.fault
    firing = active.note(Firing(rule.name, facts.now, facts.slug, facts.operation))
    subject = active.subject(facts)
    drawn = active.counters.draw(f"{subject}/fault")
    chance = active.chance.fork(rule.name, subject, drawn, "fault")
    return Deed(
        rule.name,
        facts,
        fault.pick(chance) if isinstance(fault, OneOf) else fault,
        rule.answer,
        number=active.fired,
        chance=chance,
        firing=firing,
        scope=active.counted_with(facts.slug, subject),
        counters=active.counters,
        active=active,
    )
