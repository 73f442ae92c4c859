"""A timeline is a pure function of elapsed time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.chance import Chance
from mockserver.engine.timeline import Moment, Phase, Step, Timeline, demo_lengths
from tests.engine.invented import LIFE

CHANCE = Chance("any")
ENDS = (10.0, 110.0)


def state_at(elapsed_s: float) -> str:
    return LIFE.at(elapsed_s, ENDS).step.state


def test_each_step_ends_where_the_next_begins() -> None:
    assert [state_at(at) for at in (0, 9.9, 10, 109.9, 110, 1e9)] == [
        "PILED",
        "PILED",
        "COOKING",
        "COOKING",
        "SERVED",
        "SERVED",
    ]


def test_progress_rises_with_the_share_of_its_step() -> None:
    moment = LIFE.at(35.0, ENDS)

    assert moment.progress == pytest.approx(25.0)
    assert moment.since_s == pytest.approx(25.0)


def test_a_step_without_progress_tells_none() -> None:
    assert LIFE.at(0, ENDS).progress is None


def test_a_job_changes_at_marks_of_progress_and_at_ends() -> None:
    elapsed, changes = 0.0, []
    while (change := LIFE.next_change_s(elapsed, ENDS)) is not None:
        changes.append(change)
        elapsed = change

    assert changes == pytest.approx([10, 35, 60, 85, 110])


def test_fixed_lengths_are_shared_by_all_jobs() -> None:
    assert LIFE.ends(Chance("one")) is LIFE.ends(Chance("two"))


def test_drawn_lengths_stay_in_their_range_and_differ() -> None:
    line = Timeline(
        (Step("A", Phase.WAITING, (5, 9)), Step("B", Phase.SUCCEEDED)),
    )

    drawn = {line.ends(Chance(number))[0] for number in range(50)}

    assert len(drawn) == 50
    assert min(drawn) >= 5
    assert max(drawn) <= 9


def test_a_demo_shows_short_and_long_steps_alike() -> None:
    lengths = demo_lengths((30.0, 1020.0), 6.0)

    assert sum(lengths) == pytest.approx(6.0)
    assert min(lengths) > 1.8


def test_a_demo_of_a_drawn_life_is_shared_by_all_jobs() -> None:
    line = Timeline(
        (Step("A", Phase.WAITING, (5, 9)), Step("B", Phase.SUCCEEDED)),
    )

    assert line.shortened(6.0) is line.shortened(6.0)
    assert line.shortened(6.0).ends(CHANCE) == (6.0,)


def test_other_paces_shorten_nothing() -> None:
    assert LIFE.shortened(None) is LIFE


def test_steps_of_no_length_are_never_seen() -> None:
    line = Timeline(
        (
            Step("A", Phase.WAITING, 0),
            Step("B", Phase.RUNNING, 5),
            Step("C", Phase.SUCCEEDED),
        )
    )

    assert line.at(0, line.ends(CHANCE)).step.state == "B"


def test_a_life_without_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one step"):
        Timeline(())


def test_only_the_last_step_may_be_endless() -> None:
    with pytest.raises(ValueError, match="only the last step"):
        Timeline((Step("A", Phase.WAITING), Step("B", Phase.SUCCEEDED)))


def test_phases_know_which_are_the_end() -> None:
    ends = [phase for phase in Phase if phase.is_terminal]

    assert ends == [Phase.SUCCEEDED, Phase.FAILED, Phase.CANCELLED]


def test_states_and_their_places_can_be_looked_up() -> None:
    assert LIFE.states()["COOKING"] is Phase.RUNNING
    assert LIFE.index_of("SERVED") == 2
    assert LIFE.index_of("BURNT") is None


def test_every_step_can_be_changed_at_once() -> None:
    slower = LIFE.map(lambda step: Step(step.state, step.phase, 7))

    assert slower.ends(CHANCE) == (7.0, 14.0)


lives = st.lists(st.floats(0, 1e5), min_size=0, max_size=8).map(
    lambda lengths: Timeline(
        (
            *(
                Step(f"S{number}", Phase.RUNNING, length, progress=(0, 100))
                for number, length in enumerate(lengths)
            ),
            Step("END", Phase.SUCCEEDED),
        )
    )
)


@given(lives, st.lists(st.floats(0, 1e6), min_size=2, max_size=20))
def test_a_job_never_moves_back(life: Timeline, times: list[float]) -> None:
    ends = life.ends(CHANCE)

    seen = [life.at(at, ends).position for at in sorted(times)]

    assert seen == sorted(seen)


@given(lives, st.floats(0, 1e6))
def test_looking_changes_nothing(life: Timeline, at: float) -> None:
    ends = life.ends(CHANCE)

    assert life.at(at, ends) == life.at(at, ends)


@given(lives)
def test_going_from_change_to_change_reaches_the_end(life: Timeline) -> None:
    ends, elapsed, steps = life.ends(CHANCE), 0.0, 0

    while (change := life.next_change_s(elapsed, ends)) is not None:
        assert change > elapsed
        elapsed, steps = change, steps + 1

    assert life.at(elapsed, ends).step.state == "END"
    assert steps <= 5 * len(life.steps)


@given(lives, st.floats(0, 1e6))
def test_progress_stays_between_its_bounds(life: Timeline, at: float) -> None:
    moment: Moment = life.at(at, life.ends(CHANCE))

    assert moment.progress is None or 0 <= moment.progress <= 100


def test_progress_that_goes_nowhere_and_the_last_steps_are_what_they_say() -> None:
    life = Timeline(
        (
            Step("STUCK", Phase.RUNNING, 10, progress=(60, 60)),
            Step("END", Phase.SUCCEEDED, progress=(0, 100)),
        )
    )

    assert [life.at(at, (10.0,)).progress for at in (5, 15)] == [60, 100]


def test_steps_of_no_length_stay_so_at_any_pace() -> None:
    assert demo_lengths((0.0, 0.0), 6.0) == (0.0, 0.0)


def test_a_step_of_no_length_stays_so_beside_others() -> None:
    assert demo_lengths((0.0, 10.0, 10.0), 6.0) == (0.0, 3.0, 3.0)
