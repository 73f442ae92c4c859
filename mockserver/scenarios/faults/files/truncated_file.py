"""Fault: a file of which the end is missing."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Amount, Course, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import SHARE, SIZE

__all__ = ["TruncatedFile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TruncatedFile:
    """Serves the beginning of a file as if it were all of it."""

    kind: ClassVar[str] = "truncated-file"
    about: ClassVar[str] = "A file ends early; its length is that of what is left."
    is_of_files: ClassVar[bool] = True

    share: float = said("at", SHARE, "Which part of the file is kept.", default=0.5)
    size_bytes: int | None = said(
        "bytes", SIZE, "How much of the file is kept, instead of `at`.", default=None
    )

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Cut the file."""
        del occasion
        course.size = course.size or Amount(self.share, self.size_bytes)
