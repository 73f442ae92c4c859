"""Doubts: why a rule can never act at a provider, one reason after the other."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import ceil, inf
from typing import Final

from mockserver.scenarios.checks.known import Known
from mockserver.scenarios.checks.shadows import shadow_of
from mockserver.scenarios.written.lengths import life_s
from mockserver.scenarios.written.match import Match, fits
from mockserver.scenarios.written.model import Rule, Scenario
from mockserver.scenarios.written.shapes import Comparison

__all__ = ["Doubt", "doubt_of"]

_COUNTED_MAX: Final = 10_000
_FTP: Final = "upload.ftp"
_UPLOADS: Final = "upload."


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason.

    Attributes:
        at: Where in the rule it stands.
        why: What is so, as the end of a sentence.
        right: What would work.
    """

    at: tuple[str, ...]
    why: str
    right: str


Reason = Callable[[Rule, Known, Scenario], Doubt | None]


def doubt_of(rule: Rule, known: Known, scenario: Scenario) -> Doubt | None:
    """Return the first reason why a rule can never act at a provider, if any.

    What nobody can know is not doubted: what clients send, and what other scenarios
    and the control API do to jobs.

    Args:
        rule: A rule of the scenario that is for the provider.
        known: The provider.
        scenario: What the rule is part of.
    """
    found = (reason(rule, known, scenario) for reason in _REASONS)
    return next((one for one in found if one is not None), None)


def _is_of_calls(rule: Rule) -> bool:
    is_of_wire = rule.fault is not None or rule.answer is not None
    return is_of_wire and not rule.is_early


def _never(rule: Rule, known: Known, scenario: Scenario) -> Doubt | None:
    """Doubt what draws, times or counts leave no call for."""
    del known, scenario
    bounds = rule.bounds
    if bounds.probability == 0:
        return Doubt(("on", "probability"), "it is never drawn", "more than 0")
    if bounds.ttl_s == 0:
        return Doubt(("on", "ttl"), "it has healed at once", "longer than 0s")
    window = bounds.window
    if window is not None and bounds.ttl_s is not None and bounds.ttl_s <= window.low:
        why = f"it has healed when its window opens, {_seconds(window.low)} in"
        return Doubt(("on", "ttl"), why, f"longer than {_seconds(window.low)}")
    is_first = _is_only(rule.target.attempt, 1)
    if rule.delivery is not None and rule.match.statuses and is_first:
        why = "before the first attempt nobody has answered any"
        return Doubt(("on", "status"), why, "a later attempt")
    return None


def _counts(rule: Rule, known: Known, scenario: Scenario) -> Doubt | None:
    """Doubt counts that never meet, or bound what is bound already."""
    del known, scenario
    bounds = rule.bounds
    nth = bounds.nth
    if nth is None or nth.high == inf or nth.last > _COUNTED_MAX:
        return None
    first = max(1, ceil(nth.low))
    each = [
        number
        for number in range(first, int(nth.last) + 1)
        if nth.holds(number)
        and number > bounds.after
        and (number - bounds.after) % bounds.every == 0
    ]
    if not each:
        why = f"after: {bounds.after} and every: {bounds.every} leave it no such call"
        return Doubt(("on", "nth"), why, "counts that meet")
    if bounds.times is not None and bounds.times > len(each):
        why = f"nth lets it act {len(each)} times at most, so times bounds nothing"
        return Doubt(("on", "times"), why, f"{len(each)} or less, or none")
    return None


def _operations(rule: Rule, known: Known, scenario: Scenario) -> Doubt | None:
    """Doubt operations that the provider has not, or that make no jobs."""
    del scenario
    names, what = rule.target.operations, "operation"
    if rule.is_early or rule.delivery is not None:
        return None
    reached = rule.target.reach(known, "create" if rule.job else None)
    if rule.job is not None:
        reached, what = reached & {*known.timelines}, "operation that makes jobs"
    fault = rule.fault
    if fault is not None and fault.is_of_files:
        reached, what = reached & known.of_kind("media"), "operation that serves files"
    if reached:
        return None
    called = f" called {_listed(names, 'or')}" if names else ""
    return Doubt(("on", "operation"), f"there is no {what}{called}", "one of its own")


def _sent(rule: Rule, known: Known, scenario: Scenario) -> Doubt | None:
    """Doubt deliveries of a provider that sends none, or no such ones."""
    del scenario
    if rule.delivery is None:
        return None
    if not known.labels:
        why = "it sends no webhooks and no uploads"
        return Doubt(("delivery",), why, "a provider that sends some")
    if not _told(rule, known.labels):
        events = _listed(rule.target.events, "or")
        right = _listed(known.labels, "or")
        return Doubt(("on", "event"), f"it never sends {events}", right)
    return None


def _delivered(rule: Rule, known: Known, scenario: Scenario) -> Doubt | None:
    """Doubt changes that the deliveries which are meant have no place for."""
    del scenario
    patch = rule.delivery
    if patch is None:
        return None
    told = _told(rule, known.labels)
    if patch.signature is not None and not _told(rule, known.signed):
        right = _listed(known.signed, "or") or "a provider that signs"
        return Doubt(("delivery", "signature"), "nothing of that is signed", right)
    if patch.content_type is not None and {*told} == {_FTP}:
        why, right = "FTP tells no type", "an event of another protocol"
        return Doubt(("delivery", "content_type"), why, right)
    timeless = (one in known.undated or one.startswith(_UPLOADS) for one in told)
    if patch.skew_s and all(timeless):
        why, right = "no time is written in that", "an event that tells a time"
        return Doubt(("delivery", "skew"), why, right)
    return _early(rule, known) if patch.before_answer else None


def _early(rule: Rule, known: Known) -> Doubt | None:
    """Doubt what is asked of notices that leave before an answer."""
    if not known.tells:
        why = "nothing is sent but what a call asks for"
        return Doubt(("delivery", "before_answer"), why, "a provider with webhooks")
    if not (rule.target.attempt is None or rule.target.attempt.holds(1)):
        why = "before an answer there is but one attempt"
        return Doubt(("on", "attempt"), why, "1")
    first = {one.steps[0].state for one in known.timelines.values()}
    states, phases = rule.match.states, rule.match.phases
    begun = {known.states[one].value for one in first}
    why = "before an answer a job is in its first state"
    if states and not states & first:
        return Doubt(("on", "state"), why, _listed(sorted(first), "or"))
    if phases and not phases & begun:
        return Doubt(("on", "phase"), why, _listed(sorted(begun), "or"))
    return None


def _doubled(rule: Rule, known: Known, scenario: Scenario) -> Doubt | None:
    """Doubt more jobs of a name that is given."""
    del scenario
    if rule.job is None or not rule.job.copies:
        return None
    if not rule.target.reach(known, "create") & {*known.timelines} <= known.named:
        return None
    why = "a job has the name that its call gives it, and is there once"
    return Doubt(("job", "copies"), why, "a provider that names jobs by itself")


def _links(rule: Rule, known: Known, scenario: Scenario) -> Doubt | None:
    """Doubt an end before its time of links that have none."""
    del scenario
    if rule.job is None:
        return None
    media = rule.job.media
    if media.link_early_s is None or media.link_s is not None:
        return None
    if rule.target.reach(known, "create") & known.links_end:
        return None
    why = "its links never end, so that they cannot end early"
    return Doubt(("media", "link_early"), why, "link_for beside it")


def _expired(rule: Rule, known: Known, scenario: Scenario) -> Doubt | None:
    """Doubt links that have ended, where none does and no rule lets them."""
    if rule.match.link != {"expired"} or known.links_end:
        return None
    media = (one.job.media for one in scenario.rules if one.job is not None)
    if any(one.link_s is not None for one in media):
        return None
    return Doubt(("on", "link"), "its links never end", "media: {link_for: 1h}, too")


def _jobless(rule: Rule, known: Known, scenario: Scenario) -> Doubt | None:
    """Doubt what is asked of a job at calls that are about none."""
    del scenario
    if not _is_of_calls(rule) or rule.target.reach(known) & known.about_jobs:
        return None
    since = rule.bounds.since
    asked = next(_of_jobs(rule.match), None)
    if asked is None and since is not None and since.is_per_job:
        asked = "since"
    if asked is None:
        return None
    why = f"{_named(rule)} is about no job that is there already"
    return Doubt(("on", asked), why, "an operation about one, such as status")


def _of_jobs(match: Match) -> Iterator[str]:
    """Yield the conditions that look at a job, as scenarios call them."""
    yield from ("state",) if match.states else ()
    yield from ("phase",) if match.phases else ()
    yield from ("file",) if match.file else ()
    yield from ("link",) if match.link else ()
    for name in ("progress", "age", "poll", "job"):
        if getattr(match, name) is not None:
            yield name


def _polls(rule: Rule, known: Known, scenario: Scenario) -> Doubt | None:
    """Doubt counted reads where no state is read."""
    del scenario
    if rule.match.poll is None or not _is_of_calls(rule):
        return None
    if rule.target.reach(known) & known.of_kind("status"):
        return None
    why = f"{_named(rule)} reads no state, and only such reads are counted"
    return Doubt(("on", "poll"), why, "operation: status")


def _stands(rule: Rule, known: Known, scenario: Scenario) -> Doubt | None:
    """Doubt states and phases that none of its jobs comes to."""
    states, phases = rule.match.states, rule.match.phases
    own = {state for state in states if state in known.states}
    has = {phase.value for phase in known.states.values()}
    if phases and not phases & has:
        why = f"none of its jobs is ever {_listed(sorted(phases), 'or')}"
        return Doubt(("on", "phase"), why, _listed(sorted(has), "or"))
    if not states or states & _made_up(scenario):
        return None
    if not own:
        why = f"it has no state {_listed(sorted(states), 'or')}"
        return Doubt(("on", "state"), why, _listed(known.states, "or"))
    if phases and not {known.states[state].value for state in own} & phases:
        meant = _listed(sorted({known.states[state].value for state in own}), "or")
        said = _listed(sorted(own), "or")
        return Doubt(("on", "phase"), f"a job that is {said} is {meant}", meant)
    return None


def _made_up(scenario: Scenario) -> set[str]:
    """Return the states that rules of a scenario have made up."""
    jobs = [rule.job for rule in scenario.rules if rule.job is not None]
    written = {
        step.state
        for job in jobs
        for each in job.steps.values()
        for step in each.timeline.steps
    }
    effects = (effect for job in jobs for effect in job.effects)
    return written | {said["word"] for name, said in effects if name == "unknown_word"}


def _percent(rule: Rule, known: Known, scenario: Scenario) -> Doubt | None:
    """Doubt percentages beyond all, or of a provider that counts none."""
    progress = rule.match.progress
    if progress is None:
        return None
    if progress.low > 100 or (progress.is_open and progress.low >= 100):
        return Doubt(("on", "progress"), "no job comes so far", "at most 100")
    is_told = any(
        step.progress is not None
        for timeline in known.timelines.values()
        for step in timeline.steps
    )
    if is_told or any(rule.job is not None for rule in scenario.rules):
        return None
    why = "its jobs have no progress"
    return Doubt(("on", "progress"), why, "phase, state, age or poll")


def _age(rule: Rule, known: Known, scenario: Scenario) -> Doubt | None:
    """Doubt ages at which jobs are at their end, of rules about those that are not."""
    age = rule.match.age
    if age is None or not _is_of_living(rule, known):
        return None
    lived_s = life_s(scenario, known)
    if age.low < lived_s or (age.low == lived_s and not age.is_open):
        return None
    why = f"jobs are at their end after {_seconds(lived_s)}, if not by an order"
    return Doubt(("on", "age"), why, f"less than {_seconds(lived_s)}")


def _is_of_living(rule: Rule, known: Known) -> bool:
    """Say whether a rule is only about jobs that are not at their end."""
    phases = {known.states[s] for s in rule.match.states if s in known.states}
    said = {phase.value for phase in phases if phase.is_terminal}
    ended = {phase.value for phase in known.states.values() if phase.is_terminal}
    if rule.match.phases:
        return not rule.match.phases & ended
    if rule.match.states:
        return bool(phases) and not said
    # Whoever reads a state stops when a job is at its end.
    return bool(rule.target.operations) and rule.target.reach(known) <= (
        known.of_kind("status")
    )


def _body(rule: Rule, known: Known, scenario: Scenario) -> Doubt | None:
    """Doubt what is asked of a body at calls that have none."""
    del scenario
    if not (rule.match.needs_body and _is_of_calls(rule)):
        return None
    if rule.target.reach(known) & known.bodied:
        return None
    at = "text" if not rule.match.needs_document else "body"
    why = f"{_named(rule)} has no body in a request"
    return Doubt(("on", at), why, "header, query or job")


def _shadowed(rule: Rule, known: Known, scenario: Scenario) -> Doubt | None:
    """Doubt what comes after a rule that leaves nothing for it."""
    first = shadow_of(rule, known, scenario)
    if first is None:
        return None
    why = f"rule {first.name} before it always acts and leaves nothing for it"
    return Doubt((), why, "the other order, or a condition for that one")


_REASONS: Final[tuple[Reason, ...]] = (
    _never,
    _counts,
    _operations,
    _sent,
    _delivered,
    _doubled,
    _links,
    _expired,
    _jobless,
    _polls,
    _stands,
    _percent,
    _age,
    _body,
    _shadowed,
)


def _told(rule: Rule, labels: Iterable[str]) -> list[str]:
    """Return which of those labels a rule is about; both may have a part for any."""
    events = rule.target.events
    return [
        label
        for label in labels
        if not events
        or any(fits(event, label) or fits(label, event) for event in events)
    ]


def _is_only(wanted: Comparison | None, number: int) -> bool:
    return wanted is not None and wanted.last == wanted.low == number


def _named(rule: Rule) -> str:
    return _listed(rule.target.operations or ("what it is about",), "or")


def _listed(names: Iterable[str], word: str) -> str:
    *first, last = [*names] or [""]
    return f"{', '.join(first)} {word} {last}" if first else last


def _seconds(value: float) -> str:
    return f"{value:g}s"
