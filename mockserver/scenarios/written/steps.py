"""Steps: a timeline as it is written, in the words of one provider."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.scenarios.checks.known import Known
from mockserver.scenarios.written.source import Place

__all__ = ["Written", "timeline_of"]


class Written(Struct, frozen=True):
    """A timeline as a rule tells it.

    Attributes:
        timeline: What is told, and what the provider documents for the rest.
        is_open: For each step, whether its length was left open.
    """

    timeline: Timeline
    is_open: tuple[bool, ...]

    def over(self, own: Timeline) -> Timeline:
        """Return the life of a job that would have had another one.

        Args:
            own: What it would have had; a step whose length was left open takes as
                long as there.
        """
        if not any(self.is_open):
            return self.timeline
        lengths = {step.state: step.for_s for step in reversed(own.steps[:-1])}
        return Timeline(
            tuple(
                replace(step, for_s=lengths.get(step.state, step.for_s))
                if is_open
                else step
                for step, is_open in zip(self.timeline.steps, self.is_open, strict=True)
            )
        )


def timeline_of(
    steps: Sequence[Mapping[str, Any]], known: Known, operation: str, place: Place
) -> Written:
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
    timeline = Timeline(
        tuple(
            _step(step, known, own, place.at(at), is_last=at == last)
            for at, step in enumerate(steps)
        )
    )
    is_open = (at != last and "for" not in step for at, step in enumerate(steps))
    return Written(timeline, tuple(is_open))


def _step(
    said: Mapping[str, Any], known: Known, own: Timeline, place: Place, *, is_last: bool
) -> Step:
    state, phase = _word(said, known, own, place)
    like = next((step for step in own.steps if step.state == state), None)
    length = said.get("for", None if like is None else like.for_s)
    if length is None and not is_last:
        place.fail(said, "also for: only the last step has no end")
    progress = said.get("progress", None if like is None else like.progress)
    is_told = phase is Phase.FAILED or "error" in said
    error = known.error_of(said.get("error")) if is_told else None
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
