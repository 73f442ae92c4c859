"""Notices: what is to be told about a job and when, kept true while the job changes."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from msgspec import Struct

from mockserver.engine.agenda import About, Agenda
from mockserver.engine.documents import job_written
from mockserver.engine.jobs import Job, NewId
from mockserver.engine.timeline import TOLERANCE_S, Step

__all__ = ["Conduct", "Notice", "Notices", "Planner"]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Notice(NamedTuple):
    """Something that has to happen because of where a job is.

    Attributes:
        at: Virtual time of what it tells, in seconds since 1970.
        kind: Which of the provider's `events` it is.
        data: What its handler needs to know beside the job; JSON-able. Two notices
            of one job that are equal are one.
        early_s: Seconds by which it comes before its time, if there are so many.
        tells: What the deliveries tell that come of it, as rules name their events.
    """

    at: float
    kind: str
    data: Mapping[str, Any] = _NOTHING
    early_s: float = 0.0
    tells: tuple[str, ...] = ()


Notices = Callable[[Job], Iterable[Notice]]


class Conduct(Struct, frozen=True):
    """How a provider's jobs are named, told about and taken away.

    Attributes:
        new_id: How identifiers look.
        ending: The step into which a job goes that is taken away before its end.
        notices: What is to be told about a job: a pure function of it.
        attached: Tables in which more is kept about a job, by its identifier; that
            goes with the job.
    """

    new_id: NewId
    ending: Step
    notices: Notices | None = None
    attached: tuple[str, ...] = ()


class Planner:
    """Keeps the notices of one provider's jobs on the agenda.

    Args:
        agenda: The space's agenda.
        slug: The provider's slug.
        notices: What is to be told about a job; None for nothing.
    """

    __slots__ = ("_agenda", "_notices", "_slug")

    def __init__(self, agenda: Agenda, slug: str, notices: Notices | None) -> None:
        self._agenda, self._slug, self._notices = agenda, slug, notices

    def plan(self, job: Job, since_s: float, before: Job | None = None) -> None:
        """Plan what is to be told about a job from a time on, and only that.

        Args:
            job: The job as it is now.
            since_s: Virtual time of the change; what lies before it was told, or
                falls due as it was planned.
            before: The job as it was, if it is the same one.
        """
        if self._notices is None:
            return
        told = [] if before is None else self._told(before, since_s - TOLERANCE_S)
        for notice in self._notices(job):
            if notice.at >= since_s - TOLERANCE_S and notice not in told:
                about = About(job.id, job.ordinal, notice.at, tells=notice.tells)
                at = max(notice.at - notice.early_s, min(since_s, notice.at))
                self._agenda.add(at, notice.kind, self._slug, {**notice.data}, about)

    def drop(self, job: Job) -> None:
        """Tell nothing more about a job."""
        if self._notices is not None:
            self._agenda.withdraw(self._slug, job.id)

    def part(self, job: Job) -> None:
        """Tell what is still to be told about a job that is there no more."""
        if self._notices is not None and self._agenda.of_job(self._slug, job.id):
            self._agenda.part(self._slug, job.id, job_written(job))

    def _told(self, before: Job, since_s: float) -> list[Notice]:
        """Withdraw the earlier plan from a time on; return what of it was told.

        At a clock that stands still, a change may come at the very moment at which
        something has just been told.
        """
        gone = self._agenda.withdraw(self._slug, before.id, since_s)
        pending = [(due.about.at, due.kind, due.data) for due in gone if due.about]
        return [
            notice
            for notice in self._notices_of(before)
            if notice.at >= since_s and notice[:3] not in pending
        ]

    def _notices_of(self, job: Job) -> Iterable[Notice]:
        return () if self._notices is None else self._notices(job)
