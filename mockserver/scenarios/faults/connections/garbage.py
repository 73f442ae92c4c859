"""Fault: bytes that are no HTTP, then the end."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Ending, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import FLAG, SIZE

__all__ = ["Garbage"]

_HEAD = b"HTTP/1.1 200 OK\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbage:
    """Sends seeded random bytes in place of an answer and closes the connection."""

    kind: ClassVar[str] = "garbage"
    about: ClassVar[str] = "Random bytes come in place of an answer, then the end."
    is_of_files: ClassVar[bool] = False

    size_bytes: int = said("size", SIZE, "How many bytes.", default=64)
    has_status_line: bool = said(
        "status_line",
        FLAG,
        "The line `HTTP/1.1 200 OK` comes before them.",
        default=False,
    )
    runs: bool = said(
        "after",
        FLAG,
        "The request is carried out all the same; only its answer is lost.",
        default=False,
    )

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Send the bytes."""
        size = min(max(1, self.size_bytes), 1 << 20)
        noise = occasion.chance.draw_bytes("garbage", size)
        course.break_off(Ending.CLOSE, raw=(_HEAD * self.has_status_line) + noise)
        course.is_lost = course.is_lost or not self.runs
