"""Waiting ends with time, with a verb, or with whoever waits."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from mockserver.engine.clock import Clock, Pace
from mockserver.engine.jobengine import JobEngine
from mockserver.engine.jobs import Job, MediaLife
from mockserver.engine.spaces import Space, Spaces
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.engine.waiting import _wake, changes, outcome, outcome_at, reach, stir
from tests.engine.invented import LIFE, SLUG, order
from tests.resting import rest

STUCK = Timeline((Step("COOKING", Phase.RUNNING),))
FAR = 1e10


@pytest.fixture
def engine(space: Space) -> JobEngine:
    return space.jobs(SLUG)


async def begun(wait: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """Start a wait, and let it come to where it waits."""
    task = asyncio.create_task(wait)
    await rest()
    return task


async def test_a_wait_ends_when_time_is_advanced_far_enough(space: Space) -> None:
    start = space.clock.now()
    waiting = await begun(reach(space.clock, start + 10))

    space.clock.advance(9)
    await rest()
    early = waiting.done()
    space.clock.advance(1)

    assert not early
    assert await waiting == start + 10


async def test_a_wait_for_the_past_is_none(space: Space) -> None:
    assert await reach(space.clock, 0.0) == space.clock.now()


async def test_a_running_clock_ends_a_wait_by_itself() -> None:
    clock = Clock(Pace.parse("x1000"))

    assert await reach(clock, clock.now() + 5) >= clock.started_at_s + 5


async def test_a_stepping_clock_is_moved_by_the_wait(
    make_spaces: Callable[..., Spaces],
) -> None:
    clock = make_spaces("step").open("acme.step").clock
    start = clock.now()

    await reach(clock, start + 500)

    assert clock.now() == start + 500


async def test_a_clock_may_be_moved_from_another_thread(space: Space) -> None:
    waiting = await begun(reach(space.clock, space.clock.now() + 5))

    await asyncio.to_thread(space.clock.advance, 5)

    assert await waiting == space.clock.now()


async def test_a_cancelled_wait_leaves_no_listener_behind(space: Space) -> None:
    waiting = await begun(stir(space.clock))

    waiting.cancel()
    await asyncio.wait([waiting])

    assert waiting.cancelled()
    assert len(space.clock._listeners) == 0


async def test_the_outcome_is_the_job_at_its_end(
    space: Space, engine: JobEngine
) -> None:
    job = engine.submit(order())
    waiting = await begun(outcome(engine, space.clock, job.id, until_s=FAR))

    space.clock.advance(110)

    assert (await waiting).at(space.clock.now()).step.state == "SERVED"


async def test_the_outcome_of_a_job_that_is_forced_to_fail_comes_at_once(
    space: Space, engine: JobEngine
) -> None:
    job = engine.submit(order())
    waiting = await begun(outcome(engine, space.clock, job.id, until_s=FAR))

    engine.force(job, Step("BURNT", Phase.FAILED))

    assert (await waiting).at(space.clock.now()).step.state == "BURNT"


async def test_the_outcome_of_a_replaced_job_is_that_of_its_successor_at_once(
    space: Space, engine: JobEngine
) -> None:
    over = Timeline((Step("SERVED", Phase.SUCCEEDED),))
    engine.submit(order(job_id="mine"))
    waiting = await begun(outcome(engine, space.clock, "mine", until_s=FAR))

    successor = engine.submit(order(job_id="mine", timeline=over))

    assert await waiting == successor


async def test_the_outcome_of_a_deleted_job_is_none(
    space: Space, engine: JobEngine
) -> None:
    job = engine.submit(order())
    waiting = await begun(outcome(engine, space.clock, job.id, until_s=FAR))

    engine.delete(job)

    assert await waiting is None


@pytest.mark.parametrize("verb", ["reset", "delete"])
async def test_the_end_of_a_space_ends_the_waits_in_it(
    spaces: Spaces, space: Space, engine: JobEngine, verb: str
) -> None:
    job = engine.submit(order())
    waiting = await begun(outcome(engine, space.clock, job.id, until_s=FAR))

    getattr(spaces, verb)(space.id)

    assert await waiting is None


async def test_a_job_that_never_ends_is_given_up(
    space: Space, engine: JobEngine
) -> None:
    job = engine.submit(order(timeline=STUCK))
    given_up_at = job.created_at + 600
    waiting = await begun(outcome(engine, space.clock, job.id, until_s=given_up_at))

    space.clock.advance(600)

    assert (await waiting).at(space.clock.now()).step.phase is Phase.RUNNING


async def test_at_a_stepping_pace_the_wait_itself_brings_the_end(
    make_spaces: Callable[..., Spaces],
) -> None:
    space = make_spaces("step").open("acme.step")
    engine = space.jobs(SLUG)
    job = engine.submit(order())

    done = await outcome(engine, space.clock, job.id, until_s=FAR)

    assert done == job
    assert space.clock.now() == job.created_at + 110


def outcome_of(engine: JobEngine, **changes: object) -> float | None:
    job: Job = engine.submit(order(**changes))
    at = outcome_at(job)
    return None if at is None else at - job.created_at


def test_a_job_ends_when_its_file_is_there(engine: JobEngine) -> None:
    assert outcome_of(engine, timeline=LIFE, media=MediaLife(lag_s=7)) == 117


def test_a_stuck_job_never_ends(engine: JobEngine) -> None:
    assert outcome_of(engine, timeline=STUCK) is None


async def test_who_waited_on_a_loop_that_has_ended_is_not_woken() -> None:
    ended, stirred = asyncio.new_event_loop(), asyncio.Event()
    ended.close()

    _wake(ended, stirred)

    assert not stirred.is_set()


async def states(engine: JobEngine, clock: Clock, **how: Any) -> list[str]:
    """Every state in which a job is told to be, in order; `-` for a silence."""
    told = changes(engine, clock, "a", **how)
    return ["-" if job is None else engine.moment(job).step.state async for job in told]


async def test_a_stepping_clock_shows_each_change(
    make_spaces: Callable[..., Spaces],
) -> None:
    space = make_spaces("step").open("acme.step")
    space.jobs(SLUG).submit(order(job_id="a"))

    assert await states(space.jobs(SLUG), space.clock) == [
        "PILED",
        *["COOKING"] * 4,
        "SERVED",
    ]


async def test_a_stepping_clock_ends_what_never_ends(
    make_spaces: Callable[..., Spaces],
) -> None:
    space = make_spaces("step").open("acme.step")
    space.jobs(SLUG).submit(order(job_id="a", timeline=STUCK))

    assert await states(space.jobs(SLUG), space.clock) == ["COOKING"]


async def test_a_jump_of_the_clock_is_told_at_once(
    engine: JobEngine, space: Space
) -> None:
    engine.submit(order(job_id="a"))
    waiting = await begun(states(engine, space.clock))

    space.clock.advance(1000)

    assert await waiting == ["PILED", "SERVED"]


async def test_a_forced_end_is_told_at_once(engine: JobEngine, space: Space) -> None:
    job = engine.submit(order(job_id="a", timeline=STUCK))
    waiting = await begun(states(engine, space.clock))

    engine.force(job, Step("BURNT", Phase.FAILED))

    assert await waiting == ["COOKING", "BURNT"]


async def test_the_end_of_a_job_ends_what_is_told(
    engine: JobEngine, space: Space
) -> None:
    job = engine.submit(order(job_id="a"))
    waiting = await begun(states(engine, space.clock))

    engine.delete(job)

    assert await waiting == ["PILED"]


async def test_a_silence_is_told_to_keep_a_connection_alive(
    engine: JobEngine, space: Space
) -> None:
    engine.submit(order(job_id="a", timeline=STUCK))
    told = changes(engine, space.clock, "a", every_s=0.0)

    assert await anext(told) is not None
    assert await anext(told) is None
