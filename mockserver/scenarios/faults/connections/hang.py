"""Fault: no answer comes, and the connection stays open."""

from dataclasses import dataclass
from math import inf
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Ending, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import DURATION, FLAG, choice

__all__ = ["Hang"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """Says nothing until the client gives up, or for a while."""

    kind: ClassVar[str] = "hang"
    about: ClassVar[str] = "No byte comes; the connection stays open."
    is_of_files: ClassVar[bool] = False

    for_s: float | None = said(
        "for",
        DURATION,
        "Real time; for as long as the client stays if missing.",
        default=None,
    )
    ending: str = said(
        "then", choice("close", "reset"), "How the connection ends.", default="close"
    )
    runs: bool = said(
        "after",
        FLAG,
        "The request is carried out all the same; only its answer is lost.",
        default=False,
    )

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Let the client wait."""
        del occasion
        hangs_s = inf if self.for_s is None else self.for_s
        course.break_off(Ending(self.ending), raw=b"", hangs_s=hangs_s)
        course.is_lost = course.is_lost or not self.runs
