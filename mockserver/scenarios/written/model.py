"""Scenario and Rule: what is said about one bad day, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from mockserver.engine.chance import Chance
from mockserver.engine.jobs import MediaLife, Request
from mockserver.engine.timeline import Timeline
from mockserver.scenarios.book.budgets import Allowance
from mockserver.scenarios.book.credits import Credits, refusal
from mockserver.scenarios.book.effects import Life, apply_effect
from mockserver.scenarios.book.past import Since
from mockserver.scenarios.book.windows import Window
from mockserver.scenarios.checks.known import EARLY, Known
from mockserver.scenarios.written.match import Match, fits
from mockserver.scenarios.written.parameters import Parameter
from mockserver.scenarios.written.patches import AnswerPatch, DeliveryPatch, MediaPatch
from mockserver.scenarios.written.shapes import Comparison
from mockserver.scenarios.written.source import Place, Source
from mockserver.scenarios.written.steps import Written
from mockserver.scenarios.written.templates import reads_body

if TYPE_CHECKING:
    from mockserver.scenarios.faults import Fault

__all__ = ["Bounds", "JobPatch", "Rule", "Scenario", "Target"]


class Bounds(Struct, frozen=True, kw_only=True):
    """How often, and when, a rule acts once its conditions hold.

    Attributes:
        nth: Which of the calls that fit, from 1.
        after: How many that fit are let through first.
        every: Only each so manieth of those after that.
        times: How often at most.
        ttl_s: Virtual seconds from its loading until it heals.
        window: When it acts, in virtual seconds after its loading.
        probability: How likely it is to act; 0 never.
        counts_calls: Repetitions of one call by a retrying client count as one.
        per: What is counted apart for those, and what a fault remembers; see
            `scenarios/book/counters.py`.
        quiet_s: It acts until there was no call that fits for so many virtual seconds.
        until_gives_up: It acts until the client no longer repeats its call.
        since: What must have happened before.
    """

    nth: Comparison | None = None
    after: int = 0
    every: int = 1
    times: int | None = None
    ttl_s: float | None = None
    window: Window | None = None
    probability: float = 1.0
    counts_calls: bool = False
    per: str = "provider"
    until_gives_up: bool = False
    quiet_s: float | None = None
    since: Since | None = None

    def meets(self, number: int) -> bool:
        """Say whether it acts on the so manieth call that fits, from 1."""
        after = number - self.after
        is_its_turn = after >= 1 and after % self.every == 0
        return is_its_turn and (self.nth is None or self.nth.holds(number))


class Target(Struct, frozen=True, kw_only=True):
    """Whose calls, jobs or deliveries a rule is about.

    Attributes:
        slug: The provider; None for all.
        operations: Names or kinds; none for all.
        events: What deliveries tell, with `*` for anything; none for all.
        attempt: Which attempt at a delivery.
    """

    slug: str | None = None
    operations: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    attempt: Comparison | None = None

    def reach(self, known: Known, default: str | None = None) -> frozenset[str]:
        """Return which of a provider's operations are meant."""
        if self.slug not in {None, known.slug}:
            return frozenset()
        names = self.operations or ((default,) if default else ())
        if not names:
            return frozenset(known.operations)
        return frozenset[str]().union(*(known.of_kind(name) for name in names))


_NO_STEPS: Final[Mapping[tuple[str, str], Written]] = MappingProxyType({})
_UNTOUCHED: Final = MediaPatch()
_ANYTHING: Final = Match()
_ANYBODY: Final = Target()
_ALWAYS: Final = Bounds()


class JobPatch(Struct, frozen=True, kw_only=True):
    """What is changed about a job when it is accepted.

    Attributes:
        steps: Its own timeline instead, made for each provider and operation.
        effects: Names and parameters of effects, in their order.
        media: What is changed about its file.
        refuses: The provider's problem that it is refused with.
        copies: How many more jobs it makes.
        credits: What there is to spend; it is changed once that is out.
    """

    steps: Mapping[tuple[str, str], Written] = _NO_STEPS
    effects: tuple[tuple[str, Any], ...] = ()
    media: MediaPatch = _UNTOUCHED
    refuses: str | None = None
    copies: int = 0
    credits: Credits | None = None

    @property
    def vanishes(self) -> bool:
        """Whether the job is forgotten some day."""
        return any(name == "vanish_after" for name, _ in self.effects)

    def change(self, request: Request, known: Known, chance: Chance) -> Request:
        """Return a request as it is to be carried out.

        Raises:
            ProviderError: It is refused.
        """
        if self.refuses is not None:
            raise refusal(self.refuses, known.problems)
        written = self.steps.get((known.slug, request.operation))
        own = request.timeline
        if self.credits is not None:
            own = self.credits.meet(Life.of(own, known, chance))
        timeline = own if written is None else written.over(own)
        if self.effects:
            life = Life.of(timeline, known, chance)
            for name, said in self.effects:
                life = apply_effect(name, said, life)
            timeline = Timeline(life.steps)
        return replace(
            request,
            timeline=timeline,
            media=self._media(request.media),
            copies=request.copies + self.copies,
        )

    def _media(self, life: MediaLife) -> MediaLife:
        patch = self.media
        if patch is _UNTOUCHED:
            return life
        link_s = life.link_s if patch.link_s is None else patch.link_s
        if link_s is not None and patch.link_early_s is not None:
            link_s = max(0.0, link_s - patch.link_early_s)
        at_submit = patch.issued_at_submit
        return MediaLife(
            lag_s=life.lag_s if patch.lag_s is None else patch.lag_s,
            keep_s=life.keep_s if patch.keep_s is None else patch.keep_s,
            link_s=link_s,
            issued_at_submit=life.issued_at_submit if at_submit is None else at_submit,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: when, how often, and what.

    Attributes:
        name: What the journal calls it.
        target: Whose calls it is about.
        match: Its conditions.
        bounds: How often it acts.
        fault: What happens on the wire.
        answer: What is changed about the answer.
        job: What is changed about jobs.
        delivery: What is changed about deliveries.
        follows: It is only about jobs that the rule of this name has changed.
        shows_at: The providers at which it is meant to show; none for those of its
            scenario.
        place: Where it stands.
        quotas: The included scenario in whose quotas its fault counts; if empty, in
            those of the whole scenario.
        budgets: Whose rules may act how often, together with it.
    """

    name: str
    target: Target = _ANYBODY
    match: Match = _ANYTHING
    bounds: Bounds = _ALWAYS
    fault: "Fault | None" = None
    answer: AnswerPatch | None = None
    job: JobPatch | None = None
    delivery: DeliveryPatch | None = None
    follows: str | None = None
    shows_at: tuple[str, ...] = ()
    place: Place | None = field(default=None, compare=False, repr=False)
    quotas: str = ""
    budgets: tuple[tuple[str, Allowance], ...] = ()

    @property
    def revokes(self) -> bool:
        """Whether its fault ends the credential that it meets."""
        return self.fault is not None and self.fault.kind == "expired-credential"

    @property
    def is_early(self) -> bool:
        """Whether it is about the beginning of connections, and so about no call."""
        return not {*EARLY}.isdisjoint(self.target.operations)

    @property
    def needs_body(self) -> bool:
        """Whether it looks at, or shows, something of a request's body."""
        return self.match.needs_body or reads_body((self.fault, self.answer))

    def tells(self, label: str) -> bool:
        """Say whether it is about deliveries that tell that."""
        events = self.target.events
        return not events or any(fits(event, label) for event in events)


class Scenario(Struct, frozen=True, kw_only=True):
    """One situation.

    Attributes:
        name: Its name.
        about: What happens in the real world, in a sentence.
        provider: The provider that it is for; None for all.
        is_preset: It is meant for the command line.
        shows_at: The providers at which it is meant to show; none for all.
        rules: What it is made of, in the order in which they are asked.
        origin: Where it was read from.
        document: What was written.
        parameters: What may be chosen in it.
        given: What was, by parameter.
        included: The scenarios that it includes, as they were written.
    """

    name: str
    about: str = ""
    provider: str | None = None
    is_preset: bool = False
    shows_at: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    origin: str = ""
    document: Any = None
    parameters: tuple[Parameter, ...] = ()
    given: Mapping[str, Any] = {}
    included: Mapping[str, Source] = {}

    @property
    def origins(self) -> tuple[str, ...]:
        """Where it was read from, and what it includes."""
        return (self.origin, *(one.name for one in self.included.values()))

    def acts(self, *, early: bool) -> bool:
        """Say whether some rule is about beginnings of connections, or the rest."""
        return any(rule.is_early is early for rule in self.rules)
