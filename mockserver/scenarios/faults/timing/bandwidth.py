"""Fault: a bound on how fast bodies come."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.shapes import SIZE

__all__ = ["Bandwidth"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bandwidth:
    """Sends bodies no faster than so many bytes a second."""

    kind: ClassVar[str] = "bandwidth"
    about: ClassVar[str] = "Bodies come no faster than so many bytes a second."
    is_of_files: ClassVar[bool] = False

    rate_bytes_per_s: int = said("rate", SIZE, "Bytes in a second of real time.")

    def __post_init__(self) -> None:
        """Check the rate.

        Raises:
            ValueError: It is 0.
        """
        if self.rate_bytes_per_s < 1:
            raise ValueError("a rate of 1 byte or more")

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Bound the speed."""
        del occasion
        course.send().slow_to(self.rate_bytes_per_s)
