"""Fault: a Content-Length that is not the file's."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Ending, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import NUMBER

__all__ = ["LyingLength"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LyingLength:
    """Sends the whole file under a length that is too great, or too small."""

    kind: ClassVar[str] = "lying-length"
    about: ClassVar[str] = "`Content-Length` is not the length of the file that comes."
    is_of_files: ClassVar[bool] = True

    factor: float = said(
        "factor", NUMBER, "What it says, in parts of the true length.", default=1.5
    )

    def __post_init__(self) -> None:
        """Check that it lies.

        Raises:
            ValueError: It does not.
        """
        if self.factor == 1:
            raise ValueError("a factor other than 1")

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Lie about the length."""
        del occasion
        sending = course.break_off(Ending.CLOSE)
        if sending is not None:
            sending.length_factor = self.factor
