"""Fault: the connection is reset before anything is answered."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Ending, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import FLAG

__all__ = ["Reset"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """Resets the connection (TCP RST) in place of an answer."""

    kind: ClassVar[str] = "reset"
    about: ClassVar[str] = "The connection is reset (TCP RST) in place of an answer."
    is_of_files: ClassVar[bool] = False

    runs: bool = said(
        "after",
        FLAG,
        "The request is carried out all the same; only its answer is lost.",
        default=False,
    )

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Reset the connection."""
        del occasion
        course.break_off(Ending.RESET, raw=b"")
        course.is_lost = course.is_lost or not self.runs
