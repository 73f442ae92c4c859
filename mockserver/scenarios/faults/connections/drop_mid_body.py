"""Fault: the connection closes in the middle of the body."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Amount, Course, Ending, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import SHARE, SIZE, choice

__all__ = ["DropMidBody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DropMidBody:
    """Promises the whole body and breaks off in the middle of it."""

    kind: ClassVar[str] = "drop-mid-body"
    about: ClassVar[str] = "Headers and a part of the body come, then the end."
    is_of_files: ClassVar[bool] = False

    share: float = said("at", SHARE, "Which part of the body comes.", default=0.5)
    size_bytes: int | None = said(
        "bytes", SIZE, "How much of the body comes, instead of `at`.", default=None
    )
    ending: str = said(
        "then", choice("close", "reset"), "How the connection ends.", default="close"
    )

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Break off."""
        del occasion
        sending = course.break_off(Ending(self.ending))
        if sending is not None:
            sending.stops_at = Amount(self.share, self.size_bytes)
