"""Waiting for a virtual time or for a job's end: no thread, no polling, no sleep."""

import asyncio
from collections.abc import AsyncIterator, Callable

from mockserver.engine.clock import END_S, Clock
from mockserver.engine.jobengine import JobEngine
from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase

__all__ = ["changes", "outcome", "outcome_at", "reach", "stir"]

# A test's own wall may stand a hair before the moment; do not spin on it.
_SHORTEST_S = 0.001


async def stir(clock: Clock, until_s: float | None = None) -> None:
    """Wait until a clock is moved or nudged, or comes to a time by itself.

    A clock may be moved from any thread. Cancelling the caller ends the wait.

    Args:
        clock: The clock.
        until_s: Virtual time; None waits for a move only.
    """
    loop = asyncio.get_running_loop()
    stirred = asyncio.Event()
    remove = clock.on_move(lambda: _wake(loop, stirred))
    delay_s = None if until_s is None else clock.real_delay_s(until_s)
    timer = _timer(loop, delay_s, stirred.set)
    try:
        await stirred.wait()
    finally:
        remove()
        if timer is not None:
            timer.cancel()


async def reach(clock: Clock, at_s: float) -> float:
    """Wait until a clock comes to a virtual time; return the time then.

    A stepping clock that stands still is moved there, as a status read would: at
    such a pace nobody has to wait for anything. Nobody waits past the end of time.
    """
    at_s = min(at_s, END_S)
    while (now := clock.now()) < at_s:
        if clock.pace.is_stepping and clock.is_frozen:
            return clock.set(at_s)
        await stir(clock, at_s)
    return now


async def outcome(
    jobs: JobEngine, clock: Clock, job_id: str, *, until_s: float
) -> Job | None:
    """Wait for a job's end, whoever brings it about: time, a verb or a fault.

    Args:
        jobs: The engine that has the job.
        clock: The clock of its space.
        job_id: The job; it may change, or go, while it is waited for.
        until_s: Virtual time at which the wait is given up.

    Returns:
        The job, at its end or still unfinished at `until_s`; None once it is gone.
    """
    while (job := jobs.find(job_id)) is not None:
        at = outcome_at(job)
        due = min(until_s, END_S) if at is None else min(at, until_s, END_S)
        if clock.now() >= due:
            return job
        if clock.pace.is_stepping and clock.is_frozen:
            clock.set(due)
        else:
            await stir(clock, due)
    return None


async def changes(
    jobs: JobEngine, clock: Clock, job_id: str, *, every_s: float | None = None
) -> AsyncIterator[Job | None]:
    """Yield a job as it is now, and whenever it looks different, until its end.

    Whoever brings a change about, it is told: time, a verb, a fault, another job. At
    a stepping pace that stands still, asking for the next change moves the clock.

    Args:
        jobs: The engine that has the job.
        clock: The clock of its space.
        job_id: The job; the iteration ends once it is gone.
        every_s: Real seconds of silence after which None is yielded, so that a
            connection that is kept open can be kept alive; None for never.
    """
    while (job := jobs.find(job_id)) is not None:
        seen, now = job, clock.now()
        yield job
        end, change = outcome_at(job), job.next_change_at(now)
        if end is not None and now >= end:
            return
        if clock.pace.is_stepping and clock.is_frozen:
            if change is None or change > END_S:
                return
            clock.set(change)
            continue
        while jobs.find(job_id) is seen and (change is None or clock.now() < change):
            if not await _stirred(clock, change, every_s):
                yield None


async def _stirred(clock: Clock, until_s: float | None, within_s: float | None) -> bool:
    """Wait for a clock; say whether that was in time."""
    try:
        async with asyncio.timeout(within_s):
            await stir(clock, until_s)
    except TimeoutError:
        return False
    return True


def outcome_at(job: Job) -> float | None:
    """Return when a job is at its end, with its file if there is one; None if never."""
    for index, step in enumerate(job.timeline.steps):
        if step.phase.is_terminal:
            lag = job.media.lag_s if step.phase is Phase.SUCCEEDED else 0.0
            return job.entered_at(index) + lag
    return None


def _wake(loop: asyncio.AbstractEventLoop, stirred: asyncio.Event) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(stirred.set)


def _timer(
    loop: asyncio.AbstractEventLoop, delay_s: float | None, ring: Callable[[], None]
) -> asyncio.TimerHandle | None:
    if delay_s is None:
        return None
    return loop.call_later(max(delay_s, _SHORTEST_S), ring)
