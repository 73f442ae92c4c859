"""Past: what has happened to jobs, for rules that act on what was before."""

from collections.abc import Iterable, Iterator
from math import inf
from typing import Final

from msgspec import Struct

from mockserver.engine.jobengine import Change
from mockserver.engine.jobs import Job
from mockserver.engine.space import Space
from mockserver.engine.store.shelf import State
from mockserver.engine.timeline import Phase

__all__ = ["EVENTS", "PAST", "Past", "Since"]

PAST: Final = "past"
Latest = dict[tuple[str, str], float]
_DELETED: Final = "job.deleted"
_ENTERED: Final = {
    Phase.RUNNING: "job.started",
    Phase.SUCCEEDED: "job.succeeded",
    Phase.FAILED: "job.failed",
    Phase.CANCELLED: "job.cancelled",
}
EVENTS: Final = ("job.submitted", *_ENTERED.values(), _DELETED)
"""What may have happened to a job; in the order of a life."""


class Since(Struct, frozen=True, kw_only=True):
    """What must have happened before a rule acts.

    Attributes:
        events: Some of `EVENTS`; one of them is enough.
        within_s: Virtual seconds after the latest of them in which the rule acts.
        is_per_job: It happened to the job that it is about, not to any one of its
            provider.
    """

    events: frozenset[str]
    within_s: float = inf
    is_per_job: bool = False


class Past:
    """What has happened to the jobs of a space; computed from their timelines.

    Jobs of fixtures, which no client has made, have no past.

    Args:
        space: The space.
    """

    __slots__ = ("_ended", "_gone", "_is_listening", "_live", "_space")

    def __init__(self, space: Space) -> None:
        self._space = space
        self._is_listening = False
        self._gone: Latest = {}
        # Of jobs that are at their end, the latest times are enough to know.
        self._ended: Latest = {}
        self._live: dict[str, dict[int, Job]] = {}

    def listen(self) -> "Past":
        """Remember from now on what has happened to jobs that are forgotten.

        Returns:
            Itself.
        """
        if not self._is_listening:
            self._is_listening = True
            self._space.on_change(self._heard)
        return self

    def holds(self, since: Since, slug: str, job: Job | None, now_s: float) -> bool:
        """Say whether it has happened, and not too long ago.

        Args:
            since: What, and how long ago at most.
            slug: The provider.
            job: The job that a rule is about.
            now_s: Virtual time.
        """
        at = self.latest(since, slug, job, now_s)
        return at is not None and now_s - at < since.within_s

    def latest(
        self, since: Since, slug: str, job: Job | None, now_s: float
    ) -> float | None:
        """Return when it has last happened; None if it has not."""
        times = self._times(since, slug, job, now_s)
        return max((at for at in times if at <= now_s), default=None)

    def next(
        self, since: Since, slug: str, job: Job | None, now_s: float
    ) -> float | None:
        """Return when it will next happen by itself; None if it will not."""
        times = self._times(since, slug, job, now_s)
        return min((at for at in times if now_s < at < inf), default=None)

    def state(self) -> State:
        """Return what is remembered of jobs that are forgotten, for a log."""
        return {(PAST, *one): at for one, at in self._gone.items()}

    def restore(self, slug: str, event: str, at_s: float) -> None:
        """Remember what was told."""
        self._gone[slug, event] = at_s

    def _times(
        self, since: Since, slug: str, job: Job | None, now_s: float
    ) -> Iterator[float]:
        jobs: Iterable[Job] = () if job is None else (job,)
        if not since.is_per_job:
            jobs = self._alive(slug, now_s)
            for event in since.events:
                for known in (self._gone, self._ended):
                    if (slug, event) in known:
                        yield known[slug, event]
        for one in jobs:
            yield from (at for at, event in _events(one) if event in since.events)

    def _alive(self, slug: str, now_s: float) -> Iterable[Job]:
        """Return the jobs that have not come to their end."""
        jobs = self._live.get(slug)
        if jobs is None:
            every = self._space.jobs(slug).list_jobs()
            jobs = self._live[slug] = {job.ordinal: job for job in every}
        for job in [one for one in jobs.values() if one.ends_at <= now_s]:
            del jobs[job.ordinal]
            for at, event in _events(job):
                _note(self._ended, (slug, event), at)
        return jobs.values()

    def _heard(self, change: Change) -> None:
        before, after = change.before, change.after
        live = self._live.get(change.slug, {})
        if before is not None:
            live.pop(before.ordinal, None)
        if after is not None:
            live[after.ordinal] = after
        if before is None or (after is not None and after.ordinal == before.ordinal):
            return
        now = self._space.clock.now()
        for at, event in (*_events(before), (now, _DELETED)):
            if at <= now:
                _note(self._gone, (change.slug, event), at)
        self._space.touch()


def _note(latest: Latest, key: tuple[str, str], at_s: float) -> None:
    latest[key] = max(at_s, latest.get(key, at_s))


def _events(job: Job) -> Iterator[tuple[float, str]]:
    """Yield what happens to a job, and when."""
    if job.ordinal < 0:
        return
    yield job.created_at, "job.submitted"
    phase = Phase.WAITING
    for at, step in job.entries():
        if step.phase is not phase and step.phase in _ENTERED:
            yield at, _ENTERED[step.phase]
        phase = step.phase
