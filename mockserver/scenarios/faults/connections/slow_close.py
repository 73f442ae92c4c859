"""Fault: an answer that is whole, on a connection that does not end."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Ending, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import DURATION, FLAG

__all__ = ["SlowClose"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowClose:
    """Says that the connection closes, and takes its time to close it."""

    kind: ClassVar[str] = "slow-close"
    about: ClassVar[str] = "The whole answer comes; the connection closes late."
    is_of_files: ClassVar[bool] = False

    for_s: float = said("for", DURATION, "Real time between last byte and end.")
    tells_length: bool = said(
        "length",
        FLAG,
        "Without it, only the end of the connection says that the body is whole.",
        default=True,
    )

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Close late."""
        del occasion
        sending = course.break_off(Ending.CLOSE, hangs_s=self.for_s)
        if sending is not None:
            sending.says_close, sending.tells_length = True, self.tells_length
