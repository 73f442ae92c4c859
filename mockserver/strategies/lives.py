"""Lives: timelines of jobs as a provider allows them, drawn by Hypothesis."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st

from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import ConfigError
from mockserver.names import nearest
from mockserver.scenarios.checks.known import Known
from mockserver.strategies.sayings import known_of
from mockserver.strategies.story import Story, drawn

__all__ = ["Life", "lives", "timelines"]

_LENGTHS: Final = ("1s", "30s", "10m", "1h")
_PAUSES: Final = (None, 50, 99)
"""Where a step stands still for a while that tells its progress, in percent of it."""
_SUCCEEDS: Final = "succeeds"
_STANDS: Final = "stands still"
_USUAL: Final = "render-failed"


@dataclass(frozen=True, slots=True)
class Life:
    """One life.

    Attributes:
        rule: What a scenario says of it.
        told: The same in a sentence.
    """

    rule: dict[str, Any]
    told: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """Operations whose jobs pass through the same states.

    Attributes:
        operations: Their names; none if the provider has no others.
        steps: The states on the way, each once.
        success: The step that it ends with.
    """

    operations: tuple[str, ...]
    steps: tuple[Step, ...]
    success: Step


def timelines(
    provider: str, *, operation: str | None = None
) -> st.SearchStrategy[Story]:
    """Return a strategy for lives of jobs: stories of one rule with a `timeline`.

    A job passes through the states that the provider has, in their order; some are too
    short to be seen. It succeeds, fails in a way that the provider knows by name, or
    stands still for ever. The simplest succeeds at once.

    Args:
        provider: A slug, or the path of the file that describes a provider.
        operation: What makes the jobs, if the provider has several such operations.

    Raises:
        ConfigError: There is no such provider, or no such operation that makes jobs.
    """
    slug = known_of(provider).slug
    worded = lives(provider, operation).map(lambda life: ([life.rule], [life.told]))
    return drawn(slug, worded)


def lives(provider: str, operation: str | None = None) -> st.SearchStrategy[Life]:
    """Return a strategy for lives.

    Args:
        provider: A slug, or the path of the file that describes a provider.
        operation: What makes the jobs; one of all if None.

    Raises:
        ConfigError: There is no such provider, or no such operation that makes jobs.
    """
    known = known_of(provider)
    kinds = [*_kinds(known)]
    if operation is not None:
        if operation not in known.timelines:
            right = nearest(operation, [*known.timelines])
            raise ConfigError(f"operation: found {operation!r}, expected {right}")
        (kind,) = (one for one in kinds if operation in one.operations)
        others = len(known.timelines) > 1
        kinds = [_Kind((operation,) if others else (), kind.steps, kind.success)]
    elif len(kinds) == 1:
        kinds = [_Kind((), kinds[0].steps, kinds[0].success)]
    return st.sampled_from(kinds).flatmap(lambda kind: _lives_of(kind, known))


def _lives_of(kind: _Kind, known: Known) -> st.SearchStrategy[Life]:
    failures = sorted(known.failures, key=lambda name: name != _USUAL)
    ends = [_SUCCEEDS, *(failures or [""]), _STANDS]
    passed = (_passages(step) for step in kind.steps)
    return st.builds(
        lambda way, how: _life(kind, known, [*filter(None, way)], how),
        st.tuples(*passed),
        st.sampled_from(ends),
    )


def _passages(step: Step) -> st.SearchStrategy[tuple[Step, str, int | None] | None]:
    """Return how a job may pass through a step; the simplest is not to be seen."""
    pauses = _PAUSES if step.progress is not None else (None,)
    seen = st.tuples(st.just(step), st.sampled_from(_LENGTHS), st.sampled_from(pauses))
    return st.none() | seen


def _life(
    kind: _Kind, known: Known, way: list[tuple[Step, str, int | None]], how: str
) -> Life:
    stands = how == _STANDS
    if stands and not way:
        way = [(kind.steps[0], _LENGTHS[0], None)]
    steps = [part for one in way for part in _parts(*one, known)]
    told = [f"{step.state} for {length}" for step, length, _ in way]
    if stands:
        del steps[-1]["for"]
        told[-1] = f"{way[-1][0].state} for ever"
    elif how == _SUCCEEDS:
        steps.append(_named(kind.success, known))
        told.append(kind.success.state)
    else:
        steps.append({"state": known.failure.state, **({"error": how} if how else {})})
        told.append(f"{known.failure.state}{how and f' ({how})'}")
    on = {"on": {"operation": [*kind.operations]}} if kind.operations else {}
    told_whole = f"The job is {', then '.join(told)}."
    return Life({**on, "timeline": steps}, told_whole)


def _parts(
    step: Step, length: str, pause: int | None, known: Known
) -> Iterator[dict[str, Any]]:
    """Yield what a passage through a step is written as; a pause makes three of it."""
    named = _named(step, known)
    if step.progress is None or pause is None:
        yield {**named, "for": length}
        return
    low, high = step.progress
    at = round(low + (high - low) * pause / 100)
    for progress in ([low, at], [at, at], [at, high]):
        yield {**named, "for": length, "progress": progress}


def _named(step: Step, known: Known) -> dict[str, str]:
    """Return a step's state, and its phase where the word alone means another one."""
    if known.states.get(step.state) is step.phase:
        return {"state": step.state}
    return {"state": step.state, "phase": step.phase.value}


def _kinds(known: Known) -> Iterator[_Kind]:
    """Yield the operations that make jobs, those of equal lives together."""
    alike: dict[tuple[tuple[str, Phase], ...], list[str]] = {}
    for operation, timeline in known.timelines.items():
        way = tuple((step.state, step.phase) for step in timeline.steps)
        alike.setdefault(way, []).append(operation)
    for operations in alike.values():
        timeline = known.timelines[operations[0]]
        steps = tuple(_before_the_end(timeline))
        if len(alike) == 1:
            steps = _with_documented(steps, known)
        yield _Kind(tuple(operations), steps, timeline.steps[-1])


def _before_the_end(timeline: Timeline) -> Iterator[Step]:
    """Yield each step on the way, one for those that cannot be told apart."""
    before = None
    for step in timeline.steps[:-1]:
        if (step.state, step.phase) != before:
            yield step
        before = step.state, step.phase


def _with_documented(steps: tuple[Step, ...], known: Known) -> tuple[Step, ...]:
    """Return the steps with states that a provider has and its usual jobs never show.

    They come last among those of their phase. Where jobs of several kinds have lives
    of their own, nobody says whose those states are.
    """
    shown = {step.state for step in steps}
    more = (
        Step(word, phase)
        for word, phase in known.states.items()
        if word not in shown and not phase.is_terminal
    )
    return tuple(sorted((*steps, *more), key=lambda step: step.phase is Phase.RUNNING))
