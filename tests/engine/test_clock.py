"""Virtual time: it runs as told, never back, and remembers how it moved."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.clock import Clock, Pace, iso, monotonic_s, pause
from mockserver.errors import ClockError, ConfigError
from tests.engine.invented import Wall

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = 86400.0


def clock_at(pace: str, wall: Wall, starts_at_s: float | None = None) -> Clock:
    return Clock(Pace.parse(pace), starts_at_s=starts_at_s, wall=wall)


def test_a_real_pace_follows_the_wall(wall: Wall) -> None:
    clock = clock_at("real", wall)

    wall.at += 5

    assert clock.now() == 1005.0


def test_a_scaled_pace_runs_that_much_faster(wall: Wall) -> None:
    clock = clock_at("x60", wall, 0.0)

    wall.at += 2

    assert clock.now() == 120.0


def test_a_manual_pace_stands_still_until_advanced(wall: Wall) -> None:
    clock = clock_at("manual", wall, 0.0)

    wall.at += 3600
    clock.advance(7)

    assert clock.now() == 7.0


def test_freezing_and_resuming_loses_no_time_of_the_space(wall: Wall) -> None:
    clock = clock_at("real", wall, 0.0)
    wall.at += 10
    clock.freeze()
    wall.at += 1000

    clock.resume()
    wall.at += 1

    assert clock.now() == 11.0


def test_a_scaled_clock_goes_on_from_where_it_is(wall: Wall) -> None:
    clock = clock_at("real", wall, 0.0)
    wall.at += 10

    clock.scale(100)
    wall.at += 1

    assert clock.now() == 110.0


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_advancing_by_nonsense_is_refused(wall: Wall, seconds: float) -> None:
    clock = clock_at("manual", wall)

    with pytest.raises(ClockError, match="expected 0 or more seconds"):
        clock.advance(seconds)


def test_setting_the_clock_back_is_refused_with_both_times(wall: Wall) -> None:
    clock = clock_at("manual", wall, 1_893_456_000.0)

    with pytest.raises(ClockError, match=r"2029-12-31T23:59:59Z.*2030-01-01T00:00:00Z"):
        clock.set(1_893_455_999.0)


@pytest.mark.parametrize("name", ["", "fast", "x", "x0", "x-1", "60", "xx2", "x1e9"])
def test_an_unknown_pace_names_the_known_ones(name: str) -> None:
    with pytest.raises(ConfigError, match="expected demo, real, step, manual"):
        Pace.parse(name)


def test_a_date_from_before_a_jump_is_old_after_it(wall: Wall) -> None:
    clock = clock_at("real", wall)
    signed = wall.at
    wall.at += 10

    clock.advance(DAY)

    assert clock.now() - clock.at_wall(signed) == DAY + 10


def test_a_date_from_after_a_jump_is_fresh(wall: Wall) -> None:
    clock = clock_at("real", wall)
    wall.at += 10
    clock.advance(DAY)
    wall.at += 3

    signed = wall.at - 1

    assert clock.now() - clock.at_wall(signed) == 1.0


def test_a_date_in_whole_seconds_counts_as_its_youngest_moment(wall: Wall) -> None:
    clock = clock_at("real", wall)
    wall.at = 1010.4
    clock.advance(DAY)
    wall.at = 1010.9

    made_at = clock.at_wall(1010, resolution_s=1)

    assert clock.now() - made_at == pytest.approx(0.0)


def test_a_date_of_the_future_keeps_its_distance(wall: Wall) -> None:
    clock = clock_at("manual", wall, 0.0)

    assert clock.at_wall(wall.at + 900) == 900.0


def test_a_date_from_before_the_clock_keeps_its_distance(wall: Wall) -> None:
    clock = clock_at("manual", wall, 0.0)

    assert clock.at_wall(wall.at - 50) == -50.0


def test_dates_of_clients_that_live_by_the_clock_are_its_own(wall: Wall) -> None:
    clock = clock_at("manual", wall, 5000.4)
    clock.is_shared = True

    assert clock.at_wall(4000) == 4000
    assert clock.at_wall(5000, resolution_s=1) == 5000.4, "the youngest moment"
    assert clock.at_wall(6000, resolution_s=1) == 6000, "dates of the future stay"


@pytest.mark.parametrize(
    ("pace", "lead_s"), [("manual", 0.0), ("real", 0.0), ("x60", 590.0)]
)
def test_a_clock_leads_by_how_much_faster_it_runs(
    pace: str, lead_s: float, wall: Wall
) -> None:
    clock = clock_at(pace, wall)
    wall.at += 10

    assert clock.lead_s == lead_s


def test_a_clock_leads_by_its_jumps_and_never_falls_back(wall: Wall) -> None:
    clock = clock_at("real", wall)
    wall.at += 10
    clock.advance(100)
    clock.scale(3)
    wall.at += 10
    clock.freeze()
    wall.at += 10

    assert clock.lead_s == 120.0


def test_the_real_delay_until_a_virtual_time_follows_the_rate(wall: Wall) -> None:
    clock = clock_at("x60", wall, 0.0)

    assert clock.real_delay_s(120.0) == 2.0
    assert clock.real_delay_s(-1.0) == 0.0


def test_a_frozen_clock_never_gets_there(wall: Wall) -> None:
    clock = clock_at("manual", wall, 0.0)

    assert clock.real_delay_s(1.0) is None


def test_listeners_hear_of_every_jump(wall: Wall) -> None:
    clock = clock_at("manual", wall, 0.0)
    heard: list[float] = []
    clock.on_move(lambda: heard.append(clock.now()))

    clock.advance(1)
    clock.set(5)

    assert heard == [1.0, 5.0]


def test_times_are_written_in_utc_and_whole_seconds() -> None:
    assert iso(1_714_564_800.9) == "2024-05-01T12:00:00Z"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["advance", "freeze", "resume", "scale", "wait"]),
            st.floats(0, 1e5),
        ),
        max_size=30,
    )
)
def test_whatever_is_done_to_it_a_clock_never_goes_back(
    moves: list[tuple[str, float]],
) -> None:
    wall = Wall()
    clock = clock_at("real", wall, 0.0)
    verbs: dict[str, Callable[[float], object]] = {
        "advance": clock.advance,
        "scale": clock.scale,
        "freeze": lambda _: clock.freeze(),
        "resume": lambda _: clock.resume(),
        "wait": lambda seconds: setattr(wall, "at", wall.at + seconds),
    }
    seen = [clock.now()]

    for verb, number in moves:
        verbs[verb](number)
        seen.append(clock.now())

    assert seen == sorted(seen)


@given(st.lists(st.floats(0, 1e5), max_size=20), st.floats(0, 1))
def test_dates_of_a_client_map_in_their_order(jumps: list[float], share: float) -> None:
    wall = Wall()
    clock = clock_at("real", wall, 0.0)
    for jump in jumps:
        wall.at += 1
        clock.advance(jump)
    span = wall.at - 1000.0

    earlier = clock.at_wall(1000.0 + share * span / 2)
    later = clock.at_wall(1000.0 + share * span)

    assert earlier <= later <= clock.now()


def test_a_pace_may_change_on_the_way(wall: Wall) -> None:
    clock = clock_at("manual", wall, 100.0)

    changed_at = clock.change_pace(Pace.parse("x60"))
    wall.at += 1

    assert (changed_at, clock.now(), clock.pace.name) == (100.0, 160.0, "x60")


def test_after_very_many_moves_the_oldest_are_forgotten(wall: Wall) -> None:
    clock = clock_at("manual", wall, 0.0)

    for _ in range(10_050):
        wall.at += 1
        clock.advance(1)

    assert clock.now() == 10_050.0


def test_a_clock_that_begins_past_the_end_begins_there(wall: Wall) -> None:
    clock = clock_at("manual", wall, 1e18)

    with pytest.raises(ClockError, match="9000-01-01T00:00:00Z"):
        clock.set(5)


async def test_real_time_passes_while_we_pause() -> None:
    started_s = monotonic_s()

    await pause(0.001)

    assert 0 < monotonic_s() - started_s < 60


@pytest.mark.parametrize("rate", [-1.0, 1e7, float("nan")])
def test_time_runs_neither_backwards_nor_beyond_measure(
    wall: Wall, rate: float
) -> None:
    with pytest.raises(ClockError, match="expected 0 to 1000000"):
        clock_at("real", wall).scale(rate)


def test_a_time_that_has_passed_was_at_its_real_time(wall: Wall) -> None:
    clock = clock_at("x60", wall, 0.0)
    wall.at += 10

    assert clock.wall_at(120.0) == 1002.0


def test_a_time_that_a_jump_left_out_was_at_the_jump(wall: Wall) -> None:
    clock = clock_at("manual", wall, 0.0)
    wall.at += 3
    clock.advance(50)
    wall.at += 3

    assert [clock.wall_at(at) for at in (20.0, 50.0)] == [1003.0, 1003.0]


def test_a_time_to_come_is_as_far_ahead_on_the_wall(wall: Wall) -> None:
    clock = clock_at("manual", wall, 0.0)
    wall.at += 3

    assert clock.wall_at(90.0) == 1093.0


def test_a_time_before_the_clock_keeps_its_distance(wall: Wall) -> None:
    clock = clock_at("manual", wall, 500.0)

    assert clock.wall_at(490.0) == 990.0


def test_a_clock_is_not_set_to_what_is_no_time(wall: Wall) -> None:
    clock = clock_at("manual", wall, 0.0)

    with pytest.raises(ClockError, match="found nan"):
        clock.set(float("nan"))

    assert clock.now() == 0.0


def test_a_pace_at_which_time_stands_still_resumes_like_real_time(wall: Wall) -> None:
    clock = clock_at("manual", wall, 0.0)

    clock.resume()
    wall.at += 5

    assert clock.now() == 5.0


def test_a_wall_that_was_set_back_and_comes_forward_again_adds_no_time(
    wall: Wall,
) -> None:
    clock = clock_at("real", wall, 0.0)
    wall.at -= 100
    clock.advance(10)
    wall.at += 100

    assert (clock.now(), clock.at_wall(wall.at)) == (10.0, 10.0)
