"""Shapes: what a part of a scenario may be; one table reads it and describes it."""

import re
from collections.abc import Callable, Mapping
from math import ceil, floor, inf
from typing import Any, Final

from msgspec import Struct, field

from mockserver.config import parse_duration, parse_size
from mockserver.scenarios.written.mistakes import Mistakes
from mockserver.scenarios.written.source import Place

__all__ = [
    "ANY",
    "COMPARISON",
    "COUNT",
    "DURATION",
    "FLAG",
    "NUMBER",
    "OFFSET",
    "PERCENT",
    "POSITIVE",
    "SHARE",
    "SIZE",
    "STATUS",
    "STATUSES",
    "TEXT",
    "TEXTS",
    "WHOLE",
    "Comparison",
    "Record",
    "Shape",
    "choice",
    "list_of",
    "mapping_of",
    "one_or_many",
]

Schema = dict[str, Any]

_SHARE: Final = "a number from 0 to 1"
_PERCENT: Final = "percent: a number from 0 to 100"
_DURATION: Final = r"^(\d+(\.\d+)?(ms|s|m|h|d))+$|^0$"
_OFFSET: Final = r"^[+-]?(\d+(\.\d+)?(ms|s|m|h|d))+$"
_SIZE: Final = r"^\d+(B|KiB|MiB|GiB)?$"
_COMPARISON: Final = r"^(<|<=|>|>=|=)?\s*\d+(\.\d+)?$|^\d+(\.\d+)?\.\.\d+(\.\d+)?$"


class Shape(Struct, frozen=True):
    """What one value may be.

    Attributes:
        schema: Its JSON Schema.
        read: Returns the value as the code has it, or fails at its place.
    """

    schema: Schema
    read: Callable[[Any, Place], Any]


class Comparison(Struct, frozen=True):
    """A range that a number is held against.

    Attributes:
        low: Least number.
        high: Greatest number.
        is_open: Whether the bounds themselves are excluded.
    """

    low: float = float("-inf")
    high: float = float("inf")
    is_open: bool = False

    @property
    def last(self) -> float:
        """The greatest whole number in the range; the least if it has no end."""
        if self.high < float("inf"):
            return ceil(self.high) - 1 if self.is_open else floor(self.high)
        return floor(self.low) + 1 if self.is_open else ceil(self.low)

    def holds(self, value: float | None) -> bool:
        """Say whether a number is in the range."""
        if value is None:
            return False
        if self.is_open:
            return self.low < value < self.high
        return self.low <= value <= self.high


class Record(Struct, frozen=True):
    """An object with known members.

    Attributes:
        members: Shape and one sentence for each.
        required: The members that may not be missing.
        about: One sentence.
    """

    members: Mapping[str, tuple[Shape, str]]
    required: tuple[str, ...] = ()
    about: str = ""
    least: int = field(default=0)

    @property
    def shape(self) -> Shape:
        """The record as a shape; its values are dicts of what was given."""
        return Shape(self._schema(), self.read)

    def read(self, raw: Any, place: Place) -> dict[str, Any]:
        """Return the members that are there.

        Raises:
            ScenarioError: One is unknown, missing or wrong.
        """
        if not isinstance(raw, Mapping):
            place.fail(raw, "a mapping with " + ", ".join(self.members))
        mistakes = Mistakes()
        for name in self.required:
            with mistakes:
                if name not in raw:
                    place.fail([*raw], f"also {name!r}")
        if len(raw) < self.least:
            place.fail(raw, "at least one of: " + ", ".join(self.members))
        values = {}
        for name, value in raw.items():
            with mistakes:
                self._choose(name, place)
                values[name] = self.members[name][0].read(value, place.at(name))
        mistakes.tell()
        return values

    def _choose(self, name: Any, place: Place) -> None:
        if name is True and "on" in self.members:
            place.fail("true", "'on': YAML 1.1 reads it as true unless it is quoted")
        place.at(name).choose(name, self.members)

    def _schema(self) -> Schema:
        properties = {
            name: {**shape.schema, "description": about}
            for name, (shape, about) in self.members.items()
        }
        schema: Schema = {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
        }
        if self.required:
            schema["required"] = list(self.required)
        if self.least:
            schema["minProperties"] = self.least
        return {**schema, "description": self.about} if self.about else schema


def choice(*words: str) -> Shape:
    """Return the shape of one of a few words."""
    return Shape({"enum": list(words)}, lambda raw, place: place.choose(raw, words))


def list_of(shape: Shape, least: int = 0) -> Shape:
    """Return the shape of a list; values are tuples."""

    def read(raw: Any, place: Place) -> tuple[Any, ...]:
        if not isinstance(raw, list | tuple) or len(raw) < least:
            place.fail(raw, "a list" + (f" of {least} or more" if least else ""))
        mistakes, values = Mistakes(), []
        for at, one in enumerate(raw):
            with mistakes:
                values.append(shape.read(one, place.at(at)))
        mistakes.tell()
        return tuple(values)

    schema: Schema = {"type": "array", "items": shape.schema}
    return Shape({**schema, "minItems": least} if least else schema, read)


def one_or_many(shape: Shape) -> Shape:
    """Return the shape of one value or a list of them; values are tuples."""
    many = list_of(shape, 1)

    def read(raw: Any, place: Place) -> tuple[Any, ...]:
        if isinstance(raw, list | tuple):
            read_all: tuple[Any, ...] = many.read(raw, place)
            return read_all
        return (shape.read(raw, place),)

    return Shape({"anyOf": [shape.schema, many.schema]}, read)


def mapping_of(shape: Shape) -> Shape:
    """Return the shape of an object with any names."""

    def read(raw: Any, place: Place) -> dict[str, Any]:
        if not isinstance(raw, Mapping):
            place.fail(raw, "a mapping")
        mistakes, values = Mistakes(), {}
        for name, one in raw.items():
            with mistakes:
                values[name] = shape.read(one, place.at(name))
        mistakes.tell()
        return values

    return Shape({"type": "object", "additionalProperties": shape.schema}, read)


def _text(raw: Any, place: Place) -> str:
    return raw if isinstance(raw, str) and raw else place.fail(raw, "a text")


def _flag(raw: Any, place: Place) -> bool:
    return raw if isinstance(raw, bool) else place.fail(raw, "true or false")


def _number(raw: Any, place: Place) -> float:
    return float(raw) if _is_from_0_to(inf, raw) else place.fail(raw, "a number from 0")


def _is_from_0_to(most: float, raw: Any) -> bool:
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    return is_number and 0 <= raw <= most


def _share(raw: Any, place: Place) -> float:
    return float(raw) if _is_from_0_to(1, raw) else place.fail(raw, _SHARE)


def _whole(raw: Any, place: Place) -> int:
    is_whole = isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0
    return int(raw) if is_whole else place.fail(raw, "a whole number from 0")


def _positive(raw: Any, place: Place) -> int:
    is_whole = isinstance(raw, int) and not isinstance(raw, bool) and raw > 0
    return int(raw) if is_whole else place.fail(raw, "a whole number from 1")


def _percent(raw: Any, place: Place) -> float:
    return float(raw) if _is_from_0_to(100, raw) else place.fail(raw, _PERCENT)


def _status(raw: Any, place: Place) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not 200 <= raw <= 599:
        place.fail(raw, "an HTTP status from 200 to 599")
    return raw


def _count(raw: Any, place: Place) -> Comparison:
    wanted = _comparison(raw, place)
    if wanted.high < 1 or (wanted.is_open and wanted.high <= 1):
        place.fail(raw, "a number, or a range, that is counted from 1")
    return wanted


def _duration(raw: Any, place: Place) -> float:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return 0.0 if raw == 0 else place.fail(raw, _with_unit(raw))
    try:
        return parse_duration(str(raw))
    except ValueError:
        place.fail(raw, "a duration such as 1500ms, 2s, 12m, 3h or 1d")


def _offset(raw: Any, place: Place) -> float:
    text = str(raw)
    try:
        seconds = parse_duration(text.removeprefix("+").removeprefix("-"))
    except ValueError:
        place.fail(raw, "a time such as 5m, or -5m")
    return -seconds if text.startswith("-") else seconds


def _with_unit(raw: float) -> str:
    return f"a duration with its unit: {raw}ms, {raw}s or {raw}m"


def _size(raw: Any, place: Place) -> int:
    try:
        return parse_size(str(raw))
    except ValueError:
        place.fail(raw, "a size such as 512KiB, 64MiB or 1000")


def _statuses(raw: Any, place: Place) -> Comparison:
    if isinstance(raw, str) and _CLASS.fullmatch(raw):
        least = 100.0 * int(raw[0])
        return Comparison(least, least + 99)
    is_class = isinstance(raw, str) and raw.endswith("xx")
    wanted = Comparison(0, 0) if is_class else _comparison(raw, place)
    if wanted.high < 100 or wanted.low > 599:
        place.fail(raw, "an HTTP status such as 503, all such as 5xx, or a range")
    return wanted


def _comparison(raw: Any, place: Place) -> Comparison:
    text = str(raw).strip()
    low, dots, high = text.partition("..")
    sign = text.rstrip("0123456789. ")
    try:
        if dots:
            if float(low) > float(high):
                place.fail(raw, f'the smaller number first: "{high}..{low}"')
            return Comparison(float(low), float(high))
        number = float(text.removeprefix(sign))
        return {
            "": Comparison(number, number),
            "=": Comparison(number, number),
            ">=": Comparison(low=number),
            "<=": Comparison(high=number),
            ">": Comparison(low=number, is_open=True),
            "<": Comparison(high=number, is_open=True),
        }[sign]
    except (ValueError, KeyError):
        place.fail(raw, 'a number or a range such as ">=60", "<5" or "2..4"')


_CLASS: Final = re.compile("[1-5]xx")
ANY: Final = Shape({}, lambda raw, place: raw)  # noqa: ARG005 - a reader
TEXT: Final = Shape({"type": "string", "minLength": 1}, _text)
FLAG: Final = Shape({"type": "boolean"}, _flag)
NUMBER: Final = Shape({"type": "number", "minimum": 0}, _number)
SHARE: Final = Shape({"type": "number", "minimum": 0, "maximum": 1}, _share)
WHOLE: Final = Shape({"type": "integer", "minimum": 0}, _whole)
POSITIVE: Final = Shape({"type": "integer", "minimum": 1}, _positive)
PERCENT: Final = Shape({"type": "number", "minimum": 0, "maximum": 100}, _percent)
DURATION: Final = Shape(
    {
        "anyOf": [{"type": "string", "pattern": _DURATION}, {"const": 0}],
        "examples": ["2s", "12m"],
    },
    _duration,
)
OFFSET: Final = Shape(
    {"type": "string", "pattern": _OFFSET, "examples": ["5m", "-90s"]}, _offset
)
SIZE: Final = Shape(
    {"type": ["string", "integer"], "pattern": _SIZE, "examples": ["64KiB"]}, _size
)
COMPARISON: Final = Shape(
    {"type": ["string", "number"], "pattern": _COMPARISON, "examples": [">=60"]},
    _comparison,
)
STATUS: Final = Shape({"type": "integer", "minimum": 200, "maximum": 599}, _status)
STATUSES: Final = one_or_many(
    Shape(
        {**COMPARISON.schema, "pattern": rf"^[1-5]xx$|{_COMPARISON}",
         "examples": [503, "5xx", ">=500"]},
        _statuses,
    )
)  # fmt: skip
COUNT: Final = Shape(COMPARISON.schema, _count)
TEXTS: Final = one_or_many(TEXT)
