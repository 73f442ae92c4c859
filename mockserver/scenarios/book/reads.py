"""Reads: how often jobs' states are read, and to what time a stepping clock moves."""

from collections.abc import Iterable, Iterator
from math import inf, isfinite, nextafter
from typing import Any, Final

from mockserver.engine.jobs import Job
from mockserver.engine.store.shelf import Place, State
from mockserver.scenarios.book.active import Active
from mockserver.scenarios.book.facts import Facts
from mockserver.scenarios.written.shapes import Comparison

__all__ = ["COUNT", "MET", "Member", "Reads"]

COUNT: Final = "read"
MET: Final = "met"

Member = tuple[str, int]


class Reads:
    """What rules remember about the reads of jobs' states."""

    __slots__ = ("_counts", "_met")

    def __init__(self) -> None:
        self._counts: dict[Member, tuple[str, int]] = {}
        self._met: dict[Member, tuple[bool, float | None]] = {}

    def count(self, facts: Facts) -> int:
        """Count a read of a job's state; return how many there were in it.

        A read whose answer is known has been counted before.
        """
        if facts.job is None or facts.moment is None or not facts.is_poll:
            return 0
        key, state = (facts.slug, facts.job.ordinal), facts.moment.step.state
        count = self.counted(key, state) + (facts.status is None)
        self._counts[key] = (state, count)
        return count

    def counted(self, member: Member, state: str) -> int:
        """Return how often a job has been read in a state since it came to it."""
        known, count = self._counts.get(member, ("", 0))
        return count if known == state else 0

    def met(self, member: Member, *, refused: bool, turns_at: float | None) -> None:
        """Remember what a read has met, until the next one.

        Args:
            member: The job.
            refused: The client was not told where the job is.
            turns_at: Virtual time at which a fault will act otherwise.
        """
        self._met[member] = (refused, turns_at)

    def state(self) -> State:
        """Return what is remembered, for a log."""
        counts = {_place(COUNT, one): count for one, count in self._counts.items()}
        return counts | {_place(MET, one): met for one, met in self._met.items()}

    def restore(self, place: Place, value: Any) -> None:
        """Remember what was told."""
        kept: dict[Member, Any] = self._counts if place[0] == COUNT else self._met
        kept[place[1], int(place[2])] = value

    def next_at(
        self,
        member: Member,
        job: Job,
        now_s: float,
        change_at: float | None,
        actives: Iterable[Active],
    ) -> float | None:
        """Return to what time the next read moves a stepping clock; None if it stays.

        A rule that counts reads in a state holds the clock there until its count is
        reached. What a rule or a fault waits for may come before the job's change;
        its end is only waited for when the last read was refused, and at the job's
        end nothing else is.

        Args:
            member: The job's slug and ordinal.
            job: The job.
            now_s: Virtual time.
            change_at: When the job next looks different.
            actives: The rules that see its reads.
        """
        refused, turns_at = self._met.pop(member, (False, None))
        live = [one for one in actives if not one.is_over(now_s)]
        moment = job.at(now_s)
        count = self.counted(member, moment.step.state)
        if any(one.waits_for_read(job, moment, count) for one in live):
            return None
        if moment.step.phase.is_terminal and not refused:
            return change_at
        times = [change_at, turns_at]
        for one in live:
            times += _begins(one, job, member[0], now_s)
            times += _ends(one, job, member[0], now_s) if refused else ()
        return min((at for at in times if at is not None and at > now_s), default=None)


def _place(part: str, member: Member) -> Place:
    return part, member[0], str(member[1])


def _begins(active: Active, job: Job, slug: str, now_s: float) -> Iterator[float]:
    """Yield when a rule's window, its age, or what it follows on, begins."""
    since, past = active.rule.bounds.since, active.past
    if since is not None and past is not None:
        coming = past.next(since, slug, job, now_s)
        yield from () if coming is None else (coming,)
    for bounds, origin_s in _ranges(active, job, now_s):
        if isfinite(bounds.low):
            yield _at(origin_s, bounds.low, past=bounds.is_open)


def _ends(active: Active, job: Job, slug: str, now_s: float) -> Iterator[float]:
    """Yield when a rule's window, its age, its patience or its own life is over."""
    since, past = active.rule.bounds.since, active.past
    if since is not None and past is not None and isfinite(since.within_s):
        latest = past.latest(since, slug, job, now_s)
        yield from () if latest is None else (_at(latest, since.within_s, past=False),)
    quiet_s = active.rule.bounds.quiet_s
    since_s = None if quiet_s is None else active.quiet_from(slug, job.ordinal)
    if quiet_s is not None and since_s is not None:
        yield _at(since_s, quiet_s, past=False)
    for bounds, origin_s in _ranges(active, job, now_s):
        if isfinite(bounds.high):
            yield _at(origin_s, bounds.high, past=not bounds.is_open)
    if active.until_s is not None:
        yield active.until_s


def _ranges(
    active: Active, job: Job, now_s: float
) -> Iterator[tuple[Comparison, float]]:
    window, age = active.rule.bounds.window, active.rule.match.age
    if window is not None:
        yield window.span(now_s - active.since_s), active.since_s
    if age is not None:
        yield age, job.created_at


def _at(origin_s: float, after_s: float, *, past: bool) -> float:
    """Return a time so long after another one, in spite of rounding no earlier."""
    at_s = origin_s + after_s
    is_there = at_s - origin_s > after_s if past else at_s - origin_s >= after_s
    return at_s if is_there else nextafter(at_s, inf)
