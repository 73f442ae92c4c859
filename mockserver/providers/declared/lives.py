"""Lives: how a provider's file says what a job passes through."""

from typing import Any, Final

from mockserver.config import parse_duration
from mockserver.engine.timeline import Phase
from mockserver.scenarios.written.shapes import TEXT, Record, Shape
from mockserver.scenarios.written.source import Place

__all__ = ["STEP"]

_SPAN: Final = r"^(\d+(\.\d+)?(ms|s|m|h|d))+(\.\.(\d+(\.\d+)?(ms|s|m|h|d))+)?$"


def _span(raw: Any, place: Place) -> float | tuple[float, float]:
    """Return a length, or a range of lengths, in seconds."""
    low, dots, high = str(raw).partition("..")
    try:
        first = parse_duration(low)
        last = parse_duration(high) if dots else first
    except ValueError:
        place.fail(raw, "a length such as 20s, or a range such as 10s..30s")
    if last < first:
        place.fail(raw, f"the shorter one first: {high}..{low}")
    return (first, last) if dots else first


def _percents(raw: Any, place: Place) -> tuple[float, float]:
    is_pair = isinstance(raw, list) and len(raw) == 2
    numbers = [one for one in raw if _is_percent(one)] if is_pair else []
    if len(numbers) != 2:
        place.fail(raw, "two numbers from 0 to 100, such as [0, 100]")
    return float(numbers[0]), float(numbers[1])


def _is_percent(raw: Any) -> bool:
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    return is_number and 0 <= raw <= 100


_PERCENTS: Final = Shape(
    {
        "type": "array",
        "items": {"type": "number", "minimum": 0, "maximum": 100},
        "minItems": 2,
        "maxItems": 2,
    },
    _percents,
)


_STEP: Final = Record(
    {
        **{
            phase.value: (TEXT, f"The provider's word for a job that is {phase.value}.")
            for phase in Phase
        },
        "for": (
            Shape(
                {"type": "string", "pattern": _SPAN, "examples": ["10s..30s"]}, _span
            ),
            "How long that really takes.",
        ),
        "progress": (_PERCENTS, "Percent at its begin and its end."),
        "error": (TEXT, "Of a failed job: what is usually wrong, a key of failures."),
    },
    about="One state of a job: its phase with the provider's word for it.",
)


def _step(raw: Any, place: Place) -> dict[str, Any]:
    said = _STEP.read(raw, place)
    phases = [phase for phase in Phase if phase.value in said]
    if len(phases) != 1:
        right = ", ".join(phase.value for phase in Phase)
        place.fail([*said], f"exactly one of: {right}")
    phase = phases[0]
    if phase.is_terminal == ("for" in said):
        right = "no length: it is an end" if phase.is_terminal else "also 'for'"
        place.fail([*said], right)
    return {**said, "phase": phase, "state": said[phase.value]}


STEP: Final = Shape(_STEP.shape.schema, _step)
"""The shape of one state of a job."""
