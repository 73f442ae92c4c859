"""Fault: a server whose clock is off."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import OFFSET

__all__ = ["ClockSkew"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSkew:
    """Writes all times of an answer as a clock would that is fast or slow."""

    kind: ClassVar[str] = "clock-skew"
    about: ClassVar[str] = "The server's clock is off, and so is each time it writes."
    is_of_files: ClassVar[bool] = False

    by_s: float = said("by", OFFSET, "How much it is fast; slow if it begins with -.")

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Let the answer be dated so; clocks of several rules add up."""
        del occasion
        course.skew_s += self.by_s
