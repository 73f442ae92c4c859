"""Queues: jobs that start when those before them have left a slot."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

from mockserver.engine.clock import END_S
from mockserver.engine.jobs import Job
from mockserver.engine.store.protocol import Table
from mockserver.engine.timeline import TOLERANCE_S, Phase, Timeline

__all__ = ["Queues", "Standing", "ends_at", "starts_at"]

_NEVER: Final = END_S + 1.0
_GONE_MAX: Final = 64


class Standing(NamedTuple):
    """Where a waiting job stands.

    Attributes:
        position: How many jobs start before it.
        until_s: Until when, by the clock, none of those in its queue starts.
        is_same: Says whether none of them has changed since, or is gone.
    """

    position: int
    until_s: float
    is_same: Callable[[], bool]


class Queues:
    """The queues of one provider's jobs in one space.

    When a job starts is worked out when it is accepted, and again when a job before
    it changes. So where it is stays a function of the clock alone, and reading it
    costs what it costs without a queue.

    Args:
        jobs: The provider's jobs in this space. All that is remembered of them here
            can be found there again.
    """

    __slots__ = ("_jobs", "_lines")

    def __init__(self, jobs: Table[Job]) -> None:
        self._jobs = jobs
        self._lines: dict[str, _Line] | None = None

    def admit(self, job: Job) -> Job:
        """Return a new job with the time that it has to wait, and its place taken."""
        if job.queued is None:
            return job
        line = self._line(job.queued.name)
        line.forget(job.created_at)
        placed = _placed(job, line.free_at(job.queued.slots))
        line.append(placed)
        return placed

    def rearrange(self, name: str, now_s: float) -> list[tuple[Job, Job]]:
        """Work a queue out again, since a job of it has changed or is gone.

        Returns:
            The waiting jobs that now start at another time: each as it was, and as
            it is to be stored.
        """
        before, line = self._line(name), _Line()
        changed = []
        for job in before.jobs(self._jobs):
            if ends_at(job) <= now_s + TOLERANCE_S:
                continue
            placed = job
            if job.queued is not None and starts_at(job) > now_s + TOLERANCE_S:
                free_at = max(now_s, line.free_at(job.queued.slots))
                placed = _placed(job, free_at)
            line.append(placed)
            if placed is not job:
                changed.append((job, placed))
        self._lines = {**(self._lines or {}), name: line}
        return changed

    def standing(self, job: Job, now_s: float) -> Standing | None:
        """Return where a job stands; None for one that does not wait in a queue."""
        if job.queued is None or starts_at(job) <= now_s + TOLERANCE_S:
            return None
        name = job.queued.name
        line = self._line(name)
        waiting = line.waiting(self._jobs, now_s)
        return Standing(
            bisect_left(waiting.ordinals, job.ordinal),
            waiting.until_s - TOLERANCE_S,
            partial(self._is_line, name, line),
        )

    def is_full(self, name: str, slots: int, now_s: float) -> bool:
        """Say whether a job that came now would have to wait for a slot."""
        return self._line(name).free_at(slots) > now_s + TOLERANCE_S

    def length(self, name: str, now_s: float) -> int:
        """Return how many jobs of a queue have not started yet."""
        return len(self._line(name).waiting(self._jobs, now_s).ordinals)

    def held(self, name: str, now_s: float) -> int:
        """Return how many jobs of a queue run, and so hold a slot."""
        line = self._line(name)
        line.forget(now_s)
        return len(line) - self.length(name, now_s)

    def _is_line(self, name: str, line: "_Line") -> bool:
        """Say whether a queue was not worked out again, as for each that changes."""
        return self._lines is not None and self._lines.get(name) is line

    def _line(self, name: str) -> "_Line":
        if self._lines is None:
            self._lines = {}
            for job in self._jobs.values():
                if job.queued is not None:
                    self._lines.setdefault(job.queued.name, _Line()).append(job)
        return self._lines.setdefault(name, _Line())


class _Line:
    """One queue: who is in it, in order, and when each slot that it holds is free."""

    __slots__ = ("_ends", "_names", "_seen")

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._ends: list[float] = []
        self._seen: _Seen | None = None

    def __len__(self) -> int:
        return len(self._ends)

    def append(self, job: Job) -> None:
        if _takes_slot(job.timeline):
            insort(self._ends, ends_at(job))
            self._names[job.ordinal] = job.id
            self._seen = None if self._seen is None else self._seen.joined_by(job)

    def waiting(self, known: Table[Job], now_s: float) -> "_Seen":
        """Return those that have not started.

        Until the next of them starts, that is worked out once: many ask.
        """
        now_s += TOLERANCE_S
        seen = self._seen
        if seen is None or not seen.since_s <= now_s < seen.until_s:
            seen = _Seen([], now_s, _NEVER)
            for job in self.jobs(known):
                seen = seen.joined_by(job)
            self._seen = seen
        return seen

    def free_at(self, slots: int) -> float:
        """Return when there is a slot for one more; 0 if there is one."""
        over = len(self._ends) - slots
        return self._ends[over] if over >= 0 else 0.0

    def forget(self, now_s: float) -> None:
        """Forget the slots that are free by now."""
        del self._ends[: bisect_right(self._ends, now_s + TOLERANCE_S)]

    def jobs(self, known: Table[Job]) -> Iterator[Job]:
        """Yield the jobs in order, but those that are gone or came again."""
        for ordinal, name in self._tidy(known):
            job = known.get(name)
            if job is not None and job.ordinal == ordinal:
                yield job

    def _tidy(self, known: Table[Job]) -> list[tuple[int, str]]:
        if len(self._names) > 2 * len(self._ends) + _GONE_MAX:
            first = self._ends[0] if self._ends else _NEVER
            for ordinal, name in tuple(self._names.items()):
                job = known.get(name)
                if job is None or job.ordinal != ordinal or ends_at(job) < first:
                    del self._names[ordinal]
        return [*self._names.items()]


class _Seen(NamedTuple):
    """Who waits in a queue, from a time on, until the first of them starts.

    Attributes:
        ordinals: Those of the jobs, in order.
        since_s: From when; a tolerance is in it, as in `until_s`.
        until_s: Until when.
    """

    ordinals: list[int]
    since_s: float
    until_s: float

    def joined_by(self, job: Job) -> "_Seen":
        """Return it with a job that comes after all others, if it has to wait."""
        start_s = starts_at(job)
        if start_s <= self.since_s:
            return self
        self.ordinals.append(job.ordinal)
        return self._replace(until_s=min(self.until_s, start_s))


def starts_at(job: Job) -> float:
    """Return the virtual time at which a job stops waiting."""
    held = _held(job)
    if held is None:
        return job.created_at
    return job.entered_at(held + 1) if held < len(job.ends) else _NEVER


def ends_at(job: Job) -> float:
    """Return the virtual time at which a job comes to its end, if ever."""
    for index, step in enumerate(job.timeline.steps):
        if step.phase.is_terminal:
            return job.entered_at(index)
    return _NEVER


def _held(job: Job) -> int | None:
    """Return in which of its steps a job stays until there is a slot for it."""
    held = named = None
    state = "" if job.queued is None else job.queued.state
    for index, step in enumerate(job.timeline.steps):
        if step.phase is not Phase.WAITING:
            break
        held = index
        named = index if step.state == state else named
    return held if named is None else named


def _takes_slot(timeline: Timeline) -> bool:
    """Say whether a job ever leaves its queue, and not only for a bad end."""
    phases = (step.phase for step in timeline.steps)
    first = next((phase for phase in phases if phase is not Phase.WAITING), None)
    return first not in {None, Phase.FAILED, Phase.CANCELLED}


def _placed(job: Job, free_at: float) -> Job:
    """Return a job that starts at its own time, or when there is a slot for it."""
    held, own = _held(job), () if job.queued is None else job.queued.ends
    if held is None or held >= len(own) or not _takes_slot(job.timeline):
        return job
    start_s = max(own[held], min(free_at, _NEVER) - job.created_at)
    late_s = start_s - own[held]
    ends = own if late_s <= 0 else (*own[:held], *(end + late_s for end in own[held:]))
    return job if ends == job.ends else replace(job, ends=ends)
