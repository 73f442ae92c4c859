"""Fault: a service that gets worse and worse."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Instead, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import DURATION, SHARE, STATUS

__all__ = ["Ramp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp:
    """Raises delay and share of errors from nothing to their full value."""

    kind: ClassVar[str] = "ramp"
    about: ClassVar[str] = "Delays and errors grow from nothing to their full value."
    is_of_files: ClassVar[bool] = False

    over_s: float = said("over", DURATION, "How long that takes on the space's clock.")
    delay_s: float = said(
        "delay", DURATION, "Real delay of each answer in the end.", default=0.0
    )
    error_share: float = said(
        "errors", SHARE, "Share of calls that fail in the end.", default=0.0
    )
    status: int = said("status", STATUS, "Status of those.", default=503)

    def __post_init__(self) -> None:
        """Check that there is something to raise.

        Raises:
            ValueError: There is not, or no time to do it in.
        """
        if not (self.delay_s or self.error_share):
            raise ValueError("also 'delay' or 'errors'")
        if not self.over_s:
            raise ValueError("'over' longer than 0s")

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Delay the answer, or fail, as far as it has come."""
        grown = min(1.0, occasion.elapsed_s / self.over_s)
        course.wait_s += self.delay_s * grown
        if occasion.chance.number("ramp") < self.error_share * grown:
            course.answer(Instead(status=self.status))
