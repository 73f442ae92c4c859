"""Fault: a credential that was good and is not any more."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Instead, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import DURATION, TEXT

__all__ = ["ExpiredCredential"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiredCredential:
    """Refuses calls as the provider refuses a bad credential, from some time on."""

    kind: ClassVar[str] = "expired-credential"
    about: ClassVar[str] = "The credential works no more, at once or after a while."
    is_of_files: ClassVar[bool] = False

    works_s: float = said(
        "works_for",
        DURATION,
        "How long it still works on the space's clock, from the first call.",
        default=0.0,
    )
    problem: str = said(
        "problem", TEXT, "The provider's own error.", default="unauthorized"
    )

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Refuse the call once the time has passed."""
        if occasion.elapsed_s >= self.works_s:
            course.answer(Instead(problem=self.problem))
        else:
            course.turn(occasion.memory.began_at + self.works_s)
