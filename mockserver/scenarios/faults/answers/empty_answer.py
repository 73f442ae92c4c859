"""Fault: an answer with nothing in it."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import STATUS

__all__ = ["EmptyAnswer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyAnswer:
    """Answers as ever, but with an empty body."""

    kind: ClassVar[str] = "empty-answer"
    about: ClassVar[str] = "Status and headers are right, the body is empty."
    is_of_files: ClassVar[bool] = False

    status: int | None = said("status", STATUS, "The status instead.", default=None)

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Empty the body."""
        del occasion
        course.status = course.status or self.status
        course.edits.append(_nothing)


def _nothing(body: bytes) -> bytes:
    del body
    return b""
