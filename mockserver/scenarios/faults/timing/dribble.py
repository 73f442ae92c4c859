"""Fault: a body that comes in small pieces with pauses between them."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import DURATION, WHOLE

__all__ = ["Dribble"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dribble:
    """Spreads the body over a time: no client's read timeout sees it."""

    kind: ClassVar[str] = "dribble"
    about: ClassVar[str] = "The body comes in small pieces, spread over a time."
    is_of_files: ClassVar[bool] = False

    over_s: float = said("over", DURATION, "Real time from first to last piece.")
    pieces: int = said("pieces", WHOLE, "How many pieces.", default=10)

    def __post_init__(self) -> None:
        """Check the number of pieces.

        Raises:
            ValueError: There are less than two.
        """
        if self.pieces < 2:
            raise ValueError("two pieces or more")

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Cut the body into pieces."""
        del occasion
        sending = course.send()
        sending.pieces = sending.pieces or self.pieces
        sending.piece_wait_s += self.over_s / (self.pieces - 1)
