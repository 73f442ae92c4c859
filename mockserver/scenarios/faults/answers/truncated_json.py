"""Fault: a body that stops early, and says that this is all."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Amount, Course, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import SHARE, SIZE

__all__ = ["TruncatedJson"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TruncatedJson:
    """Cuts the body; `Content-Length` is that of what comes."""

    kind: ClassVar[str] = "truncated-json"
    about: ClassVar[str] = "The body is cut, with the length of what is left."
    is_of_files: ClassVar[bool] = False

    share: float = said("at", SHARE, "Which part of the body is kept.", default=0.5)
    size_bytes: int | None = said(
        "bytes", SIZE, "How much of the body is kept, instead of `at`.", default=None
    )

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Cut the body."""
        del occasion
        amount = Amount(self.share, self.size_bytes)
        course.edits.append(
            lambda body: body[: min(len(body) - 1, amount.of(len(body)))]
        )
