"""Fault: files that come slowly, and other answers that do not."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import DURATION, SIZE

__all__ = ["SlowCdn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowCdn:
    """Sends files slowly, after a while."""

    kind: ClassVar[str] = "slow-cdn"
    about: ClassVar[str] = "Files come late and slowly; other answers do not."
    is_of_files: ClassVar[bool] = True

    rate_bytes_per_s: int = said(
        "rate", SIZE, "Bytes in a second of real time.", default=64 * 1024
    )
    delay_s: float = said(
        "delay", DURATION, "Real time between headers and first byte.", default=0.0
    )

    def __post_init__(self) -> None:
        """Check the rate.

        Raises:
            ValueError: It is 0.
        """
        if self.rate_bytes_per_s < 1:
            raise ValueError("a rate of 1 byte or more")

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Bound the speed."""
        del occasion
        sending = course.send()
        sending.slow_to(self.rate_bytes_per_s)
        sending.first_byte_wait_s += self.delay_s
