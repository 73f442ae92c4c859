"""Fault: the service is down for a while."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Ending, Instead, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.faults.retry import retry_after
from mockserver.scenarios.written.shapes import DURATION, FLAG, STATUS, choice

__all__ = ["Outage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Refuses every call within a window of the space's time."""

    kind: ClassVar[str] = "outage"
    about: ClassVar[str] = "All calls within a window of the space's time are refused."
    is_of_files: ClassVar[bool] = False

    for_s: float = said("for", DURATION, "How long, on the space's clock.")
    begins_s: float = said(
        "from",
        DURATION,
        "When it begins, after the first call that the rule sees.",
        default=0.0,
    )
    every_s: float | None = said(
        "every", DURATION, "It comes again after this time.", default=None
    )
    how: str = said(
        "how",
        choice("error", "reset", "close"),
        "What a call gets: the provider's error, a reset, or a closed connection.",
        default="error",
    )
    status: int = said("status", STATUS, "The error's status.", default=503)
    tells_end: bool = said(
        "tells_end", FLAG, "`Retry-After` says when it will be over.", default=False
    )

    def __post_init__(self) -> None:
        """Check that it ends before it comes again.

        Raises:
            ValueError: It does not.
        """
        if self.every_s is not None and self.every_s <= self.for_s:
            raise ValueError("'every' longer than 'for'")

    def left_s(self, elapsed_s: float) -> float:
        """Return how long it will still last; 0 when the service is up."""
        since = elapsed_s - self.begins_s
        if since < 0:
            return 0.0
        into = since if self.every_s is None else since % self.every_s
        return max(0.0, self.for_s - into)

    def away_s(self, elapsed_s: float) -> float:
        """Return in what time it begins, or begins again; 0 if it never does."""
        since = elapsed_s - self.begins_s
        if since < 0 or self.every_s is None:
            return max(0.0, -since)
        return self.every_s - since % self.every_s

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Refuse the call while it lasts."""
        left_s = self.left_s(occasion.elapsed_s)
        away_s = left_s or self.away_s(occasion.elapsed_s)
        if away_s:
            course.turn(occasion.now + away_s)
        if not left_s:
            return
        if self.how != "error":
            course.break_off(Ending(self.how), raw=b"")
            course.is_lost = True
            return
        headers = retry_after(left_s) if self.tells_end else {}
        course.answer(Instead(status=self.status, headers=headers))
