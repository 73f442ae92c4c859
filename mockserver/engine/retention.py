"""Retention: how many jobs of a space are kept, and finished ones for how long."""

from collections.abc import Collection
from itertools import islice
from math import inf
from typing import Final

from mockserver.engine.jobengine import JobEngine
from mockserver.engine.jobs import Job

__all__ = ["Retention"]

JOBS_MAX: Final = 1_000_000
LOOKED_AT: Final = 2000
ROOM: Final = 100


class Retention:
    """Forgets finished jobs of a space: when there are too many, or after a time.

    Args:
        jobs_max: How many jobs are kept; beyond, the oldest finished ones go.
        keep_s: For how long after its end a job is kept, in virtual seconds; None for
            as long as there is room.
    """

    __slots__ = ("_full_at", "_jobs_max", "_keep_s", "_look_at")

    def __init__(self, jobs_max: int = JOBS_MAX, keep_s: float | None = None) -> None:
        self._jobs_max = jobs_max
        self._full_at = 0
        self._keep_s = inf if keep_s is None else keep_s
        self._look_at = inf if keep_s is None else -inf

    def make_room(self, engines: Collection[JobEngine]) -> None:
        """Forget the oldest finished jobs, once there are as many as are kept.

        They go a few at a time, those of the provider that has most. If none of the
        oldest is finished, none goes, and it is looked again some jobs later.
        """
        count = sum(map(len, engines))
        if count < max(self._jobs_max, self._full_at):
            return
        some = min(ROOM, max(1, self._jobs_max // 100))
        gone = max(engines, key=len).shed(some)
        self._full_at = 0 if gone else count + some

    def purge(self, engines: Collection[JobEngine], now: float) -> bool:
        """Forget jobs whose time is over; say whether there may be more of them.

        They are looked for among each provider's oldest, at most 2000 at a time: what
        never ends must not make each look dearer, nor many that are over one look.

        Args:
            engines: The jobs of each provider of a space.
            now: The time of its clock.
        """
        if now < self._look_at:
            return False
        # What ends from now on is kept until then.
        self._look_at = now + self._keep_s
        is_more = False
        for engine in engines:
            is_more = self._purge(engine, now) or is_more
        if is_more:
            self._look_at = now
        return is_more

    def _purge(self, engine: JobEngine, now: float) -> bool:
        oldest = [*islice(engine.list_jobs(), LOOKED_AT)]
        over = [job for job in oldest if self._ends(job) <= now]
        for job in over:
            engine.delete(job)
        left = (self._ends(job) for job in oldest)
        self._look_at = min([self._look_at, *(end for end in left if end > now)])
        return bool(over) and len(oldest) == LOOKED_AT

    def _ends(self, job: Job) -> float:
        """Return when the time of a job is over."""
        is_endless = not job.timeline.steps[-1].phase.is_terminal
        return inf if is_endless else job.ends_at + self._keep_s
