"""A job's life as data: phases, steps, timelines; a pure function of elapsed time."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate
from struct import unpack
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from mockserver.engine.chance import Chance

__all__ = ["TOLERANCE_S", "Moment", "Phase", "Step", "Timeline", "demo_lengths"]

DEFAULT_MARKS = 4
DEMO_EVEN_SHARE = 0.6
_TWO_32 = float(1 << 32)
TOLERANCE_S = 1e-6
"""How much too early a moment may be and still count as reached: seconds since 1970 are
floats that are exact to a quarter of this."""


class Phase(StrEnum):
    """What a provider's state means, in words that all providers share."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_terminal(self) -> bool:
        """Whether a job stays in this phase for good."""
        return self not in {Phase.WAITING, Phase.RUNNING}


class Step(Struct, frozen=True):
    """One stretch of a job's life.

    Attributes:
        state: The provider's own word; opaque to the engine.
        phase: What that word means.
        for_s: Length in seconds, or a range to draw from; the last step of a
            timeline has none.
        progress: Progress in percent at its start and end; None when the
            provider tells none. May fall, when a fault says so.
        error: Name of the problem, for failed steps; the provider words it.
        marks: How many values of progress a stepping clock stops at.
    """

    state: str
    phase: Phase
    for_s: float | tuple[float, float] | None = None
    progress: tuple[float, float] | None = None
    error: str | None = None
    marks: int = DEFAULT_MARKS


class Moment(NamedTuple):
    """Where a job is at one time.

    Attributes:
        step: The step that it is in.
        position: Which step of its timeline.
        since_s: Seconds spent in this step so far.
        progress: Percent, 0 to 100, or None.
    """

    step: Step
    position: int
    since_s: float
    progress: float | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """An ordered list of steps, of which the last one has no end."""

    steps: tuple[Step, ...]
    _is_drawn: bool = field(init=False, compare=False, repr=False, default=False)
    _spans: tuple[tuple[float, float], ...] = field(
        init=False, compare=False, repr=False, default=()
    )
    # Worked out at most once: what a frozen value remembers of itself changes nothing.
    _ends: list[tuple[float, ...]] = field(
        init=False, compare=False, repr=False, default_factory=list
    )
    _shortened: dict[float, "Timeline"] = field(
        init=False, compare=False, repr=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Check the steps.

        Raises:
            ValueError: There are none, or one before the last has no length.
        """
        if not self.steps:
            raise ValueError("a timeline needs at least one step")
        if any(step.for_s is None for step in self.steps[:-1]):
            raise ValueError("only the last step of a timeline may lack a length")
        drawn = any(isinstance(step.for_s, tuple) for step in self.steps)
        object.__setattr__(self, "_is_drawn", drawn)
        spans = tuple(_span(step.for_s) for step in self.steps[:-1])
        object.__setattr__(self, "_spans", spans)

    def ends(self, chance: Chance) -> tuple[float, ...]:
        """Return the end of each step but the last, in seconds from the start.

        Equal ends are one shared tuple unless a length is drawn, so that a
        million jobs cost one.

        Args:
            chance: Where drawn lengths come from.
        """
        if self._is_drawn:
            return tuple(accumulate(self.lengths(chance)))
        if not self._ends:
            self._ends.append(tuple(accumulate(self.lengths(chance))))
        return self._ends[0]

    def shortened(self, job_s: float | None) -> "Timeline":
        """Return the timeline with its steps scaled to a total; nothing is drawn.

        It is the same one each time, so that a million jobs share it.

        Args:
            job_s: The total in seconds; None leaves it as it is.
        """
        if job_s is None:
            return self
        known = self._shortened.get(job_s)
        if known is None:
            means = tuple(_mean(step.for_s) for step in self.steps[:-1])
            lengths = demo_lengths(means, job_s)
            fixed = map(_lasting, self.steps, lengths)
            known = self._shortened[job_s] = Timeline((*fixed, self.steps[-1]))
        return known

    def lengths(self, chance: Chance) -> tuple[float, ...]:
        """Return the length of each step but the last, in seconds."""
        count = len(self.steps)
        drawn = unpack(f">{count}I", chance.draw_bytes("timeline", 4 * count))
        shares = zip(self._spans, drawn, strict=False)  # the last step has no length
        return tuple([low + span * (share / _TWO_32) for (low, span), share in shares])

    def at(self, elapsed_s: float, ends: tuple[float, ...]) -> Moment:
        """Return where a job is, that many seconds after it was accepted."""
        elapsed_s += TOLERANCE_S
        index = bisect_right(ends, elapsed_s)
        step = self.steps[index]
        start = ends[index - 1] if index else 0.0
        since = elapsed_s - start
        if step.progress is None:
            return Moment(step, index, since, None)
        low, high = step.progress
        if index == len(ends) or low == high:
            return Moment(step, index, since, high)
        share = min(1.0, since / (ends[index] - start))
        return Moment(step, index, since, low + (high - low) * share)

    def state_at(self, elapsed_s: float, ends: tuple[float, ...]) -> str:
        """Return the state of a job, that many seconds after it was accepted."""
        return self.steps[bisect_right(ends, elapsed_s + TOLERANCE_S)].state

    def next_change_s(self, elapsed_s: float, ends: tuple[float, ...]) -> float | None:
        """Return when the job next looks different, in seconds from its start.

        That is the next mark of progress, or the end of the step; None at the end.
        """
        elapsed_s += TOLERANCE_S
        index = bisect_right(ends, elapsed_s)
        if index == len(ends):
            return None
        step, end = self.steps[index], ends[index]
        start = ends[index - 1] if index else 0.0
        if step.progress is None or step.progress[0] == step.progress[1]:
            return end
        width = (end - start) / step.marks
        passed = int((elapsed_s - start) / width + 1e-9)
        return min(end, start + (passed + 1) * width)

    def map(self, change: Callable[[Step], Step]) -> "Timeline":
        """Return the timeline with each step changed."""
        return Timeline(tuple(change(step) for step in self.steps))

    def index_of(self, state: str) -> int | None:
        """Return the first step in that state."""
        return next((i for i, s in enumerate(self.steps) if s.state == state), None)

    def states(self) -> Mapping[str, Phase]:
        """Return the phase of each state that occurs."""
        return {step.state: step.phase for step in self.steps}


def demo_lengths(lengths: tuple[float, ...], total_s: float) -> tuple[float, ...]:
    """Scale lengths to a total, giving even the shortest step time to be seen.

    Most of the total is shared evenly, the rest in proportion; steps of no
    length stay so.
    """
    whole = sum(lengths)
    seen = sum(1 for length in lengths if length > 0)
    if not seen:
        return lengths
    even = total_s * DEMO_EVEN_SHARE / seen
    rest = total_s * (1 - DEMO_EVEN_SHARE)
    return tuple(even + rest * n / whole if n > 0 else 0.0 for n in lengths)


def _lasting(step: Step, length: float) -> Step:
    return replace(step, for_s=length)


def _span(for_s: float | tuple[float, float] | None) -> tuple[float, float]:
    if isinstance(for_s, tuple):
        return for_s[0], for_s[1] - for_s[0]
    return float(for_s or 0.0), 0.0


def _mean(for_s: float | tuple[float, float] | None) -> float:
    if isinstance(for_s, tuple):
        return (for_s[0] + for_s[1]) / 2
    return for_s or 0.0
