"""Fault: the headers come at once, the body late."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import DURATION

__all__ = ["LateFirstByte"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFirstByte:
    """Sends status and headers, and waits before the first byte of the body."""

    kind: ClassVar[str] = "late-first-byte"
    about: ClassVar[str] = "Status and headers come at once, the body late."
    is_of_files: ClassVar[bool] = False

    delay_s: float = said("delay", DURATION, "Real time between headers and body.")

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Add the wait."""
        del occasion
        course.send().first_byte_wait_s += self.delay_s
