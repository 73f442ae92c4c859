"""Fault: a bound on how fast bodies come."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from msgspec.structs import replace

from mockserver.engine.clock import monotonic_s
from mockserver.scenarios.faults.course import Course, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import FLAG, SIZE

__all__ = ["Bandwidth"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bandwidth:
    """Sends bodies no faster than so many bytes a second."""

    kind: ClassVar[str] = "bandwidth"
    about: ClassVar[str] = "Bodies come no faster than so many bytes a second."
    is_of_files: ClassVar[bool] = False

    rate_bytes_per_s: int = said("rate", SIZE, "Bytes in a second of real time.")
    is_shared: bool = said(
        "shared",
        FLAG,
        "All answers that the rule counts together have this between them.",
        default=False,
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
        sending = course.send()
        if not self.is_shared:
            sending.slow_to(self.rate_bytes_per_s)
            return
        sending.piece_max_bytes = max(1, self.rate_bytes_per_s // 10)
        sending.lines = (*sending.lines, partial(self._wait_s, occasion))

    def _wait_s(self, occasion: Occasion, size_bytes: int) -> float:
        """Put bytes on the line behind those of others; return how long they wait."""
        now_s, length_s = monotonic_s(), size_bytes / self.rate_bytes_per_s
        kept = occasion.remember(
            lambda memory: replace(
                memory, free_at=max(memory.free_at, now_s) + length_s
            )
        )
        return kept.free_at - now_s
