"""Effects: what a rule does to the timeline of a job, in words for every provider."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from mockserver.engine.chance import Chance
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.scenarios.checks.known import Known
from mockserver.scenarios.written.shapes import (
    DURATION,
    FLAG,
    NUMBER,
    PERCENT,
    TEXT,
    TEXTS,
    Record,
    Shape,
)
from mockserver.scenarios.written.source import Place

__all__ = ["EFFECTS", "VANISHED", "Effect", "Life", "apply_effect"]

VANISHED: Final = "mockserver:vanished"
"""Problem of the step after which a job is unknown; no provider has that word."""

Steps = tuple[Step, ...]


class Life(Struct, frozen=True):
    """A timeline that is being changed.

    Attributes:
        steps: Its steps; each but the last one has a length that is no range.
        known: The provider.
    """

    steps: Steps
    known: Known

    @staticmethod
    def of(timeline: Timeline, known: Known, chance: Chance) -> "Life":
        """Return a timeline with its lengths drawn, as the job would draw them."""
        lengths = timeline.lengths(chance)
        last = timeline.steps[len(lengths) :]
        fixed = (
            replace(step, for_s=length)
            for step, length in zip(timeline.steps, lengths, strict=False)
        )
        return Life((*fixed, *last), known)

    def cut(self, percent: float) -> tuple[Steps, Step, Steps]:
        """Return what comes before a percentage, the step there, and what follows.

        Percent are the provider's own progress; where it tells none, they are of
        the time that the job is running.
        """
        for at, step in enumerate(self.steps[:-1]):
            if step.progress is None or step.phase is not Phase.RUNNING:
                continue
            low, high = step.progress
            if low < high and low <= percent <= high:
                return self.split(at, (percent - low) / (high - low))
        return self._cut_by_time(percent)

    def before(self, name: str) -> tuple[Steps, Step]:
        """Return what comes before a state or phase, and the step that has it.

        A word that the life does not pass through takes the place of its phase.
        """
        for at, step in enumerate(self.steps):
            if name in {step.state, step.phase.value}:
                return self.steps[:at], step
        phase = self.known.states.get(name, Phase.RUNNING)
        for at, step in enumerate(self.steps):
            if step.phase is phase:
                return self.steps[:at], replace(step, state=name)
        return self.steps[:-1], Step(name, phase)

    def word(self, name: str) -> tuple[str, Phase]:
        """Return the provider's word and the phase of a state or phase."""
        for step in self.steps:
            if name in {step.state, step.phase.value}:
                return step.state, step.phase
        if name in set(Phase):
            phase = Phase(name)
            return self.known.state_of(phase) or name, phase
        return name, self.known.states.get(name, Phase.RUNNING)

    def failure(self, error: str | None) -> Step:
        """Return the step of a failed job."""
        return replace(self.known.failure, error=self.known.error_of(error))

    def _cut_by_time(self, percent: float) -> tuple[Steps, Step, Steps]:
        running = [
            (at, step.for_s)
            for at, step in enumerate(self.steps[:-1])
            if step.phase is Phase.RUNNING and isinstance(step.for_s, float | int)
        ]
        if not running:
            return self.steps[:-1], self.steps[-1], self.steps[-1:]
        whole = sum(length for _, length in running)
        target, passed = whole * percent / 100, 0.0
        for at, length in running:
            if passed + length >= target or at == running[-1][0]:
                share = (target - passed) / length if length else percent / 100
                return self.split(at, min(1.0, share))
            passed += length
        raise AssertionError("the last one ends it")

    def split(self, at: int, share: float) -> tuple[Steps, Step, Steps]:
        """Return the same for a share of a step that has a length."""
        step = self.steps[at]
        length = _length(step)
        head = replace(step, for_s=length * share)
        tail = replace(step, for_s=length * (1 - share))
        here = replace(step, for_s=None)
        if step.progress is not None:
            low, high = step.progress
            value = low + (high - low) * share
            head = replace(head, progress=(low, value))
            tail = replace(tail, progress=(value, high))
            here = replace(here, progress=(value, value))
        return (*self.steps[:at], head), here, (tail, *self.steps[at + 1 :])


class Effect(Struct, frozen=True):
    """One thing that may happen to a job's life.

    Attributes:
        shape: What may be said about it.
        about: One sentence.
        change: Returns the steps instead.
    """

    shape: Shape
    about: str
    change: Callable[[Life, Any], Steps]


def apply_effect(name: str, said: Any, life: Life) -> Life:
    """Return a life with one effect."""
    return replace(life, steps=EFFECTS[name].change(life, said))


def _either(plain: Shape, name: str, record: Record) -> Shape:
    """Return the shape of a record, or of one of its members alone."""

    def read(raw: Any, place: Place) -> Any:
        if isinstance(raw, Mapping):
            return record.read(raw, place)
        return {name: plain.read(raw, place)}

    return Shape({"anyOf": [plain.schema, record.shape.schema]}, read)


def _stuck_in(life: Life, said: Mapping[str, Any]) -> Steps:
    head, step = life.before(said["state"])
    progress = said.get("progress")
    if progress is not None:
        return (*head, replace(step, for_s=None, progress=(progress, progress)))
    low = None if step.progress is None else step.progress[0]
    kept = None if low is None else (low, low)
    return (*head, replace(step, for_s=None, progress=kept))


def _stuck_at(life: Life, said: float) -> Steps:
    head, here, _ = life.cut(said)
    return (*head, here)


def _fail_at(life: Life, said: Mapping[str, Any]) -> Steps:
    head, _, _ = life.cut(said["progress"])
    return (*head, life.failure(said.get("error")))


def _fail_with(life: Life, said: str) -> Steps:
    return (*life.steps[:-1], life.failure(said))


def _slow(life: Life, said: Mapping[str, Any]) -> Steps:
    begins, ends = said.get("from", 0.0), said.get("to", 100.0)
    head, _, rest = life.cut(begins)
    middle, _, tail = replace(life, steps=rest).cut(ends)
    factor = said["factor"]
    return (*head, *(_longer(step, factor) for step in middle), *tail)


def _longer(step: Step, factor: float) -> Step:
    length = step.for_s
    if step.phase is not Phase.RUNNING or not isinstance(length, float | int):
        return step
    return replace(step, for_s=length * factor)


def _stall(life: Life, said: Mapping[str, Any]) -> Steps:
    head, here, tail = life.cut(said.get("at", 50.0))
    return (*head, replace(here, for_s=said["for"]), *tail)


def _progress_backwards(life: Life, said: Mapping[str, Any]) -> Steps:
    head, _, _ = life.cut(said["from"])
    _, _, tail = life.cut(said["to"])
    return (*head, *tail)


def _regress(life: Life, said: Mapping[str, Any]) -> Steps:
    state, phase = life.word(said.get("to", Phase.WAITING.value))
    head, here, tail = life.cut(said.get("at", 50.0))
    progress = None if here.progress is None else (0.0, 0.0)
    back = Step(state, phase, said["for"], progress)
    return (*head, back, *tail)


def _unknown_word(life: Life, said: Mapping[str, Any]) -> Steps:
    head, here, tail = life.cut(said.get("at", 50.0))
    phase = Phase(said.get("phase", Phase.RUNNING.value))
    word = replace(here, state=said["word"], phase=phase, for_s=said.get("for"))
    return (*head, word) if word.for_s is None else (*head, word, *tail)


def _vanish_after(life: Life, said: float) -> Steps:
    begins = 0.0
    for at, step in enumerate(life.steps[:-1]):
        length = _length(step)
        if length and begins + length >= said:
            head, here, _ = life.split(at, (said - begins) / length)
            return (*head, replace(here, error=VANISHED))
        begins += length
    last = life.steps[-1]
    kept = replace(last, for_s=max(0.0, said - begins))
    return (*life.steps[:-1], kept, replace(last, error=VANISHED))


def _length(step: Step) -> float:
    return float(step.for_s) if isinstance(step.for_s, float | int) else 0.0


def _instant(life: Life, said: bool) -> Steps:  # noqa: FBT001 - the value of a member
    if not said:
        return life.steps
    return (*(replace(step, for_s=0.0) for step in life.steps[:-1]), life.steps[-1])


def _skip(life: Life, said: tuple[str, ...]) -> Steps:
    kept = tuple(
        step
        for step in life.steps[:-1]
        if step.state not in said and step.phase.value not in said
    )
    return (*kept, life.steps[-1])


_PERCENT: Final = (PERCENT, "Percent of the job's progress.")
_FOR: Final = (DURATION, "How long, on the space's clock.")
_ERROR: Final = (TEXT, "A failure that the provider knows, or words in quotes.")

EFFECTS: Final[Mapping[str, Effect]] = {
    "stuck_in": Effect(
        _either(
            TEXT,
            "state",
            Record(
                {
                    "state": (TEXT, "The provider's word, or a phase."),
                    "progress": (PERCENT, "Percent that it stays at."),
                },
                ("state",),
            ),
        ),
        "It comes to this state or phase and stays there for ever.",
        _stuck_in,
    ),
    "stuck_at": Effect(PERCENT, "It stays at this percentage for ever.", _stuck_at),
    "fail_at": Effect(
        _either(
            PERCENT,
            "progress",
            Record({"progress": _PERCENT, "error": _ERROR}, ("progress",)),
        ),
        "It fails at this percentage.",
        _fail_at,
    ),
    "fail_with": Effect(
        TEXT,
        "It fails so when it should succeed: a known failure, or words in quotes.",
        _fail_with,
    ),
    "slow": Effect(
        _either(
            NUMBER,
            "factor",
            Record(
                {
                    "factor": (NUMBER, "How many times as long."),
                    "from": (PERCENT, "Percent at which that begins."),
                    "to": (PERCENT, "Percent at which it has recovered."),
                },
                ("factor",),
            ),
        ),
        "Running takes so many times as long.",
        _slow,
    ),
    "stall": Effect(
        Record({"at": _PERCENT, "for": _FOR}, ("for",)).shape,
        "It stands still at a percentage for a while, then goes on.",
        _stall,
    ),
    "progress_backwards": Effect(
        Record(
            {
                "from": (PERCENT, "Percent that it has come to."),
                "to": (PERCENT, "Percent that it falls back to."),
            },
            ("from", "to"),
        ).shape,
        "Its progress falls back and rises again.",
        _progress_backwards,
    ),
    "regress": Effect(
        Record(
            {
                "at": _PERCENT,
                "to": (
                    TEXT,
                    "State or phase that it goes back to; waiting if missing.",
                ),
                "for": _FOR,
            },
            ("for",),
        ).shape,
        "It goes back to an earlier state for a while.",
        _regress,
    ),
    "unknown_word": Effect(
        _either(
            TEXT,
            "word",
            Record(
                {
                    "word": (TEXT, "The word that no documentation has."),
                    "at": _PERCENT,
                    "for": (DURATION, "How long; for ever if missing."),
                    "phase": (TEXT, "What it stands for; running if missing."),
                },
                ("word",),
            ),
        ),
        "Its state is a word that the client cannot know.",
        _unknown_word,
    ),
    "vanish_after": Effect(
        DURATION,
        "So long after its acceptance nobody knows it any more.",
        _vanish_after,
    ),
    "instant": Effect(FLAG, "It is at its end as soon as it is accepted.", _instant),
    "skip": Effect(TEXTS, "It never passes through these states or phases.", _skip),
}
