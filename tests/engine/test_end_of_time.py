"""Clocks end in the year 9000: every move says so, and nothing waits past it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from mockserver.engine.clock import END_S, Clock, Pace, http_date, http_date_s, iso
from mockserver.engine.spaces import Space, Spaces
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.engine.waiting import outcome, reach
from mockserver.errors import ClockError
from mockserver.verdict.stamp import stamp
from tests.engine.invented import SLUG, Wall, order

LAST_S = END_S - 1.0
LONG = Timeline((Step("up", Phase.RUNNING, 60.0), Step("down", Phase.SUCCEEDED)))


Make = Callable[..., Spaces]


def last(make_spaces: Make, pace: str) -> Space:
    """Return a space whose time ends a second later."""
    return make_spaces(pace, epoch_s=LAST_S).open("acme.main")


def clock_at(pace: str, wall: Wall, starts_at_s: float = LAST_S) -> Clock:
    return Clock(Pace.parse(pace), starts_at_s=starts_at_s, wall=wall)


def test_the_end_is_the_year_9000() -> None:
    assert datetime(9000, 1, 1, tzinfo=UTC).timestamp() == END_S


def test_advancing_past_the_end_is_refused_and_moves_nothing(wall: Wall) -> None:
    clock = clock_at("manual", wall)

    with pytest.raises(
        ClockError,
        match=r"^advance: found .*, which leads past 9000-01-01T00:00:00Z",
    ):
        clock.advance(2)

    assert clock.now() == LAST_S


def test_many_steps_do_not_pass_the_end_either(wall: Wall) -> None:
    clock = clock_at("manual", wall, 0.0)
    clock.advance(9.9e10)
    clock.advance(9.9e10)

    with pytest.raises(ClockError, match="leads past"):
        clock.advance(9.9e10)


@pytest.mark.parametrize("at_s", [END_S + 1, 1e300, float("inf")])
def test_setting_a_clock_past_the_end_is_refused(wall: Wall, at_s: float) -> None:
    clock = clock_at("manual", wall)

    with pytest.raises(ClockError, match=r"^set: found .* which leads past 9000-01"):
        clock.set(at_s)


def test_reaching_past_the_end_is_refused(wall: Wall) -> None:
    with pytest.raises(ClockError, match=r"^next: found .* which leads past 9000-01"):
        clock_at("manual", wall).reach(END_S + 1)


def test_the_end_itself_can_be_reached(wall: Wall) -> None:
    assert clock_at("manual", wall).advance(1) == END_S


def test_a_running_clock_stands_still_at_the_end(wall: Wall) -> None:
    clock = clock_at("x1000000", wall)

    wall.at += 3600

    assert clock.now() == END_S
    assert clock.freeze() == END_S
    assert clock.resume() == END_S


def test_a_time_after_the_end_never_comes(wall: Wall) -> None:
    assert clock_at("x60", wall).real_delay_s(END_S + 60) is None


@pytest.mark.parametrize("signed_s", [2000.0, 2e11, 1e300])
def test_a_clients_date_is_mapped_up_to_the_end(wall: Wall, signed_s: float) -> None:
    assert clock_at("x60", wall).at_wall(signed_s) == END_S


def test_a_clients_date_after_the_end_has_come_is_mapped_to_it(wall: Wall) -> None:
    clock = clock_at("x60", wall)
    wall.at += 100

    assert clock.at_wall(wall.at - 1) == END_S


async def test_waiting_for_a_time_after_the_end_ends_there(wall: Wall) -> None:
    clock = clock_at("step", wall)

    assert await asyncio.wait_for(reach(clock, END_S + 60), 5) == END_S


async def test_waiting_for_an_outcome_after_the_end_ends_there(
    make_spaces: Make,
) -> None:
    space = last(make_spaces, "step")
    jobs = space.jobs(SLUG)
    job = jobs.submit(order(timeline=LONG))

    waited = outcome(jobs, space.clock, job.id, until_s=END_S + 600)

    assert await asyncio.wait_for(waited, 5) == job
    assert space.clock.now() == END_S


def test_a_status_read_does_not_step_past_the_end(make_spaces: Make) -> None:
    jobs = last(make_spaces, "step").jobs(SLUG)
    job = jobs.submit(order(timeline=LONG))

    jobs.poll([job])
    jobs.poll([job])

    assert jobs.moment(job).step.state == "up"


def test_a_job_that_ends_after_all_clocks_is_not_finished(make_spaces: Make) -> None:
    jobs = last(make_spaces, "manual").jobs(SLUG)
    job = jobs.submit(order(timeline=LONG))

    with pytest.raises(ClockError, match=r"^finish: found .* which leads past 9000"):
        jobs.finish(job)


@pytest.mark.parametrize(
    ("at_s", "date"),
    [
        (1e300, "9999-12-31T23:59:59Z"),
        (float("inf"), "9999-12-31T23:59:59Z"),
        (-1e300, "0001-01-01T00:00:00Z"),
        (float("-inf"), "0001-01-01T00:00:00Z"),
        (END_S, "9000-01-01T00:00:00Z"),
        (1_893_456_000.9, "2030-01-01T00:00:00Z"),
        (-0.1, "1969-12-31T23:59:59Z"),
    ],
)
def test_times_without_a_date_are_written_as_the_nearest(
    at_s: float, date: str
) -> None:
    assert iso(at_s) == date


def test_stamps_and_http_dates_do_so_too() -> None:
    assert stamp(1e300) == "9999-12-31T23:59:59.000Z"
    assert http_date(1e300) == "Fri, 31 Dec 9999 23:59:59 GMT"
    assert http_date(1_893_456_000.9) == "Tue, 01 Jan 2030 00:00:00 GMT"


@pytest.mark.parametrize(
    ("date", "at_s"),
    [
        ("Tue, 01 Jan 2030 00:00:00 GMT", 1_893_456_000.0),
        ("Tue, 01 Jan 99999 00:00:00 GMT", None),
        ("Tue, 01 Jan 99999999999999999999999 00:00:00 GMT", None),
        ("Tue, 01 Jan 2030 99999999999999999999:00:00 GMT", None),
        ("Tue, 01 Jan 2030 00:00:00 +99999999999999", None),
        ("Tue, 01 Jan 2030 00:00:00 -9999", None),
        ("Tue, 01 Jan 2030 00:00:00 -0000", 1_893_456_000.0),
        ("yesterday", None),
        ("", None),
        ("9" * 8000, None),
    ],
)
def test_a_clients_date_is_read_or_is_none(date: str, at_s: float | None) -> None:
    assert http_date_s(date) == at_s
