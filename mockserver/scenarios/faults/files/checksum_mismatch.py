"""Fault: a file with some bits turned over."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import WHOLE

__all__ = ["ChecksumMismatch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksumMismatch:
    """Spoils bytes of a file; length, type and `ETag` (its MD5) stay."""

    kind: ClassVar[str] = "checksum-mismatch"
    about: ClassVar[str] = "Some bytes of a file are wrong; length and `ETag` are not."
    is_of_files: ClassVar[bool] = True

    count: int = said("bytes", WHOLE, "How many bytes are wrong.", default=1)

    def __post_init__(self) -> None:
        """Check the count.

        Raises:
            ValueError: It is 0 or beyond a thousand.
        """
        if not 1 <= self.count <= 1000:
            raise ValueError("from 1 to 1000 bytes")

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Spoil the file."""
        shares = [occasion.chance.number(f"byte/{i}") for i in range(self.count)]
        course.edits.append(lambda data: _spoiled(data, shares))


def _spoiled(data: bytes, shares: list[float]) -> bytes:
    changed = bytearray(data)
    for place in {int(share * len(data)) for share in shares} if data else ():
        changed[place] ^= 0xFF
    return bytes(changed)
