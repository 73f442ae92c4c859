"""Fault: the whole file comes, whatever part was asked for."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Occasion

__all__ = ["RangeIgnored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeIgnored:
    """Answers 200 with the whole file to a request for a part."""

    kind: ClassVar[str] = "range-ignored"
    about: ClassVar[str] = "The whole file comes, whatever part was asked for."
    is_of_files: ClassVar[bool] = True

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Ignore the range."""
        del occasion
        course.ignores_range = True
