"""Fault: the connection closes before the headers."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Ending, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import FLAG

__all__ = ["DropBeforeHeaders"]

_LINE = b"HTTP/1.1 200 OK\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class DropBeforeHeaders:
    """Closes the connection with no answer, or with nothing but a status line."""

    kind: ClassVar[str] = "drop-before-headers"
    about: ClassVar[str] = "The connection is closed before any header has come."
    is_of_files: ClassVar[bool] = False

    has_status_line: bool = said(
        "status_line", FLAG, "The line `HTTP/1.1 200 OK` still comes.", default=False
    )
    runs: bool = said(
        "after",
        FLAG,
        "The request is carried out all the same; only its answer is lost.",
        default=False,
    )

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Close the connection."""
        del occasion
        course.break_off(Ending.CLOSE, raw=_LINE if self.has_status_line else b"")
        course.is_lost = course.is_lost or not self.runs
