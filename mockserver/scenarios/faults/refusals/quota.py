"""Fault: only so many calls in a time."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.engine.quotas import RateLimit
from mockserver.scenarios.faults.course import Course, Instead, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.faults.retry import retry_after
from mockserver.scenarios.written.shapes import (
    DURATION,
    FLAG,
    STATUS,
    TEXT,
    WHOLE,
    choice,
)

__all__ = ["Quota"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Refuses the calls beyond a number within a window of the space's time."""

    kind: ClassVar[str] = "quota"
    about: ClassVar[str] = "Calls beyond so many in a time are refused."
    is_of_files: ClassVar[bool] = False

    calls: int = said("calls", WHOLE, "How many are let through.")
    window_s: float = said("per", DURATION, "In what time, on the space's clock.")
    name: str | None = said(
        "name",
        TEXT,
        "Rules that name the same share one quota: those of one scenario, or, with a"
        " / before the name, also those that are included with it.",
        default=None,
    )
    problem: str = said(
        "problem", TEXT, "The provider's own error.", default="rate-limited"
    )
    status: int | None = said("status", STATUS, "The status instead.", default=None)
    tells_end: bool = said(
        "tells_end", FLAG, "`Retry-After` says when to come back.", default=True
    )
    retry_after_as: str = said(
        "retry_after_as",
        choice("seconds", "date"),
        "How it says so.",
        default="seconds",
    )

    @property
    def is_common(self) -> bool:
        """Whether included scenarios share it, if they name it."""
        return self.name is not None and self.name.startswith("/")

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Refuse the call if there is no room for it."""
        now, limit = occasion.now, RateLimit(self.calls, self.window_s)
        name = f"{self.name or occasion.rule}/{occasion.scope}"
        wait_s = occasion.quotas.take(name, limit, now)
        if wait_s is None:
            return
        wait_s = wait_s or self.window_s
        course.turn(now + wait_s)
        as_date = self.retry_after_as == "date"
        told = retry_after(wait_s, occasion.today if as_date else None)
        course.answer(
            Instead(
                status=self.status,
                problem=self.problem,
                headers=told if self.tells_end else {},
                retry_after_s=wait_s,
            )
        )
