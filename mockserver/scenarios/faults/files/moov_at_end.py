"""Fault: an MP4 whose index comes last, so that no player can begin early."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from mockserver.scenarios.faults.course import Course, Occasion

__all__ = ["MoovAtEnd", "moov_last"]

Box = tuple[bytes, int, int]

_CONTAINERS: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_WIDTHS: Final = {b"stco": 4, b"co64": 8}


@dataclass(frozen=True, slots=True, kw_only=True)
class MoovAtEnd:
    """Serves an MP4 with its `moov` box behind the media; other files as they are."""

    kind: ClassVar[str] = "moov-at-end"
    about: ClassVar[str] = "An MP4's index comes last: no player can begin early."
    is_of_files: ClassVar[bool] = True

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Move the index."""
        del occasion
        course.remakes.append(moov_last)


def moov_last(data: bytes) -> bytes:
    """Return an MP4 with its index at the end; anything else as it is."""
    boxes = [*_boxes(data, 0, len(data))]
    kinds = [kind for kind, _, _ in boxes]
    if kinds[:1] != [b"ftyp"] or b"moov" not in kinds or kinds[-1] == b"moov":
        return data
    _, start, stop = boxes[kinds.index(b"moov")]
    index = bytearray(data[start:stop])
    for place, width in _offsets(index, 0, len(index)):
        value = int.from_bytes(index[place : place + width])
        if value >= stop:
            moved = value - len(index)
            index[place : place + width] = moved.to_bytes(width)
    return data[:start] + data[stop:] + bytes(index)


def _boxes(data: bytes | bytearray, start: int, stop: int) -> Iterator[Box]:
    """Return the boxes between two places: type, start and end of each."""
    while start + 8 <= stop:
        size = int.from_bytes(data[start : start + 4])
        if size == 1:
            size = int.from_bytes(data[start + 8 : start + 16])
        if size == 0:
            size = stop - start
        if size < 8 or start + size > stop:
            return
        yield bytes(data[start + 4 : start + 8]), start, start + size
        start += size


def _offsets(index: bytearray, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Return place and width of each chunk offset below a place in the index."""
    for kind, begins, ends in _boxes(index, start, stop):
        if kind in _CONTAINERS:
            yield from _offsets(index, begins + 8, ends)
        elif kind in _WIDTHS:
            width = _WIDTHS[kind]
            count = int.from_bytes(index[begins + 12 : begins + 16])
            count = min(count, (ends - begins - 16) // width)
            for number in range(count):
                yield begins + 16 + number * width, width
