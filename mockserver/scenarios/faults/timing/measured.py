"""Measured: delays as somebody has measured them, as percentiles or one by one."""

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from mockserver.scenarios.written.shapes import DURATION, Shape, list_of
from mockserver.scenarios.written.source import SIZE_MAX, Place

__all__ = ["PERCENTILES", "SAMPLES"]

_NAME: Final = r"^p(\d{1,2}(\.\d+)?|100)$"


def _percentiles(raw: Any, place: Place) -> tuple[tuple[float, float], ...]:
    if not isinstance(raw, Mapping) or not raw:
        place.fail(raw, "percentiles such as {p50: 80ms, p95: 400ms, p99: 2s}")
    found: list[tuple[float, float]] = []
    for name, value in raw.items():
        if not re.match(_NAME, name) or not float(name[1:]):
            place.at(name).fail(name, "a percentile such as p50, p99.9 or p100")
        found.append((float(name[1:]), DURATION.read(value, place.at(name))))
    found.sort()
    if any(low_s > high_s for (_, low_s), (_, high_s) in pairwise(found)):
        place.fail(dict(raw), "delays that grow with the percentiles")
    return tuple(found)


def _samples(raw: Any, place: Place) -> tuple[float, ...]:
    read: tuple[float, ...]
    if isinstance(raw, str):
        lines = _lines(raw, place)
        read = tuple(DURATION.read(one, place) for one in lines)
    else:
        read = list_of(DURATION, 1).read(raw, place)
    return tuple(sorted(read))


def _lines(name: str, place: Place) -> list[str]:
    """Return the lines of a file beside the scenario's that say something."""
    if place.source.filled.get(place.path):
        right = "the name of a file written out: whoever calls must not choose what is"
        place.fail(name, f"{right} opened")
    file = Path(place.source.name).parent / name
    try:
        if not file.is_file() or file.stat().st_size > SIZE_MAX:
            place.fail(name, "a file of at most 1 MiB, beside the scenario's")
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        place.fail(name, "a file that can be read")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines or place.fail(name, "a file with one delay on each line")


PERCENTILES: Final = Shape(
    {
        "type": "object",
        "propertyNames": {"pattern": _NAME},
        "additionalProperties": DURATION.schema,
        "minProperties": 1,
    },
    _percentiles,
)
SAMPLES: Final = Shape(
    {"anyOf": [list_of(DURATION, 1).schema, {"type": "string", "minLength": 1}]},
    _samples,
)
