"""Fault: a file of no length."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Amount, Course, Occasion

__all__ = ["ZeroBytes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeroBytes:
    """Serves an empty file with status 200."""

    kind: ClassVar[str] = "zero-bytes"
    about: ClassVar[str] = "A file is there, but empty."
    is_of_files: ClassVar[bool] = True

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Empty the file."""
        del occasion
        course.size = Amount(0.0, 0)
