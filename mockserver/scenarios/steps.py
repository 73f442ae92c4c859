"""Steps: a timeline as it is written, in the words of one provider."""

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.scenarios.catalogue import Known
from mockserver.scenarios.source import Place

__all__ = ["timeline_of"]


def timeline_of(
    steps: Sequence[Mapping[str, Any]], known: Known, operation: str, place: Place
) -> Timeline:
    """Return the timeline of the jobs of one operation.

    Args:
        steps: As they were read; what they leave open is as the provider has it.
        known: The provider.
        operation: What makes the jobs.
        place: Where the steps stand.

    Raises:
        ScenarioError: The provider has no such state, or a step has no length.
    """
    own = known.timelines[operation]
    last = len(steps) - 1
    return Timeline(
        tuple(
            _step(step, known, own, place.at(at), is_last=at == last)
            for at, step in enumerate(steps)
        )
    )


def _step(
    said: Mapping[str, Any], known: Known, own: Timeline, place: Place, *, is_last: bool
) -> Step:
    state, phase = _word(said, known, own, place)
    like = next((step for step in own.steps if step.state == state), None)
    length = said.get("for", None if like is None else like.for_s)
    if length is None and not is_last:
        place.fail(said, "also for: only the last step has no end")
    progress = said.get("progress", None if like is None else like.progress)
    error = said.get("error")
    if phase is Phase.FAILED and error is None:
        error = known.failure.error
    return Step(state, phase, None if is_last else length, progress, error)


def _word(
    said: Mapping[str, Any], known: Known, own: Timeline, place: Place
) -> tuple[str, Phase]:
    state, phase = said.get("state"), said.get("phase")
    if state is not None and phase is None:
        place.at("state").choose(state, known.states, f"a state of {known.slug}")
        return state, known.states[state]
    if phase is None:
        place.fail([*said], "also state or phase")
    meant = Phase(phase)
    if state is not None:
        return state, meant
    words = (step.state for step in own.steps if step.phase is meant)
    word = next(words, known.state_of(meant))
    if word is None:
        place.at("phase").fail(phase, f"a phase that {known.slug} has a word for")
    return word, meant
