"""Fault: the connection is reset in the middle of a file."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Amount, Course, Ending, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import SHARE, SIZE

__all__ = ["ResetMidDownload"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetMidDownload:
    """Resets the connection (TCP RST) when a part of the file has come."""

    kind: ClassVar[str] = "reset-mid-download"
    about: ClassVar[str] = "The connection is reset in the middle of a file."
    is_of_files: ClassVar[bool] = True

    share: float = said("at", SHARE, "Which part of the file comes.", default=0.5)
    size_bytes: int | None = said(
        "bytes", SIZE, "How much of the file comes, instead of `at`.", default=None
    )

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Reset the connection."""
        del occasion
        sending = course.break_off(Ending.RESET)
        if sending is not None:
            sending.stops_at = Amount(self.share, self.size_bytes)
