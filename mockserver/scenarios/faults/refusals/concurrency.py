"""Fault: only so many calls, or jobs, at once."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from msgspec.structs import replace

from mockserver.scenarios.faults.course import Course, Instead, Memory, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import STATUS, TEXT, WHOLE, choice

__all__ = ["Concurrency"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concurrency:
    """Refuses a call while too many calls, or jobs, are under way."""

    kind: ClassVar[str] = "concurrency"
    about: ClassVar[str] = "Calls are refused while too many are under way."
    is_of_files: ClassVar[bool] = False

    most: int = said("most", WHOLE, "How many at once.")
    counts: str = said(
        "of",
        choice("calls", "jobs"),
        "What is counted: calls being answered, or jobs that are not over.",
        default="calls",
    )
    problem: str = said(
        "problem", TEXT, "The provider's own error.", default="rate-limited"
    )
    status: int | None = said("status", STATUS, "The status instead.", default=None)

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Refuse the call, or take a place until it is answered."""
        is_jobs = self.counts == "jobs"
        jobs = occasion.running_jobs() if is_jobs else ()
        if (len(jobs) if is_jobs else occasion.memory.active) >= self.most:
            course.answer(Instead(status=self.status, problem=self.problem))
            # Whoever reads a job that is done waits for the others.
            for at_s in jobs:
                if at_s is not None:
                    course.turn(at_s)
        elif not is_jobs:
            occasion.remember(partial(_counted, by=1))
            course.releases.append(lambda: _leave(occasion))


def _leave(occasion: Occasion) -> None:
    occasion.remember(partial(_counted, by=-1))


def _counted(memory: Memory, *, by: int) -> Memory:
    return replace(memory, active=memory.active + by)
