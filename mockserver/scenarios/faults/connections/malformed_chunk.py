"""Fault: a chunked body, one chunk of which is none."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Ending, Occasion

__all__ = ["MalformedChunk"]

_BAD = b"not-a-size\r\nwhat is this?\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class MalformedChunk:
    """Sends half of the body as a good chunk, then a broken one, then the end."""

    kind: ClassVar[str] = "malformed-chunk"
    about: ClassVar[str] = "The body comes in chunks, the second of which is broken."
    is_of_files: ClassVar[bool] = False

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Break the second chunk."""
        del occasion
        sending = course.break_off(Ending.CLOSE)
        if sending is not None:
            sending.bad_chunk = _BAD
