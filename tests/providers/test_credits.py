"""Credits: held while jobs run, spent as they end, given back by state."""

from math import inf
from pathlib import Path

import pytest

from mockserver.app import build
from mockserver.engine.jobs import Job, Request
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.providers.credits import Purse
from tests.providers.wires.conftest import SLUG

FAILED, STOPPED = Step("failed", Phase.FAILED), Step("stopped", Phase.CANCELLED)
LIFE = Timeline((Step("going", Phase.RUNNING, 60.0), Step("done", Phase.SUCCEEDED)))


@pytest.fixture
def space(tmp_path: Path) -> Space:
    return build(pace="manual", media_dir=tmp_path).services.spaces.open("mine")


def purse(space: Space, opening: float = 10.0) -> Purse:
    return Purse(space, SLUG, opening, {"failed": 0.0, "stopped": 0.5})


def job(space: Space) -> Job:
    return space.jobs(SLUG).submit(Request("create", {}, LIFE))


def test_what_a_job_may_cost_is_held_while_it_goes_on(space: Space) -> None:
    mine = purse(space)

    mine.hold(job(space), 4.0)

    assert (mine.left, mine.held, mine.spent) == (6.0, 4.0, 0.0)


def test_a_good_end_costs_all_of_it(space: Space) -> None:
    mine = purse(space)
    mine.hold(job(space), 4.0)

    space.clock.advance(60)

    assert (mine.left, mine.held, mine.spent) == (6.0, 0.0, 4.0)


@pytest.mark.parametrize(("end", "left"), [(FAILED, 10.0), (STOPPED, 8.0)])
def test_other_ends_give_back_what_they_are_said_to(
    space: Space, end: Step, left: float
) -> None:
    mine, made = purse(space), job(space)
    mine.hold(made, 4.0)

    space.jobs(SLUG).force(made, end)

    assert (mine.left, mine.held) == (left, 0.0)


def test_a_job_that_is_gone_has_cost_its_price(space: Space) -> None:
    mine, made = purse(space), job(space)
    mine.hold(made, 4.0)

    space.jobs(SLUG).delete(made)

    assert (mine.left, mine.held) == (6.0, 0.0)


def test_more_credit_is_added_to_what_is_left(space: Space) -> None:
    purse(space).spend(4.0)

    assert purse(space, 20.0).left == 16.0


def test_below_zero_there_is_no_end(space: Space) -> None:
    mine = purse(space, -1.0)

    mine.spend(1e9)

    assert mine.left == inf


def test_without_an_end_nothing_is_held(space: Space) -> None:
    purse(space, -1.0).hold(job(space), 4.0)

    assert purse(space).left == 10.0


def test_each_provider_has_credits_of_its_own(space: Space) -> None:
    purse(space).spend(4.0)

    assert Purse(space, "idomoo", 10.0).left == 10.0


def test_what_a_job_costs_may_depend_on_more_than_its_state(space: Space) -> None:
    mine = Purse(space, SLUG, 10.0, costs=lambda job, price: price - len(job.ends))
    mine.hold(job(space), 4.0)

    space.clock.advance(60)

    assert mine.spent == 3.0


def test_a_job_is_released_for_what_it_has_cost(space: Space) -> None:
    mine, made = purse(space), job(space)
    mine.hold(made, 4.0)

    mine.release(made, 1.0)
    mine.release(made, 1.0)

    assert (mine.left, mine.held, mine.spent) == (9.0, 0.0, 1.0)


def test_whoever_wants_to_know_is_told_what_a_job_has_cost(space: Space) -> None:
    told: list[tuple[str, float, float]] = []
    mine = Purse(
        space,
        SLUG,
        10.0,
        {"done": 0.5},
        settled=lambda job, price, cost: told.append((job.id, price, cost)),
    )
    made = job(space)
    mine.hold(made, 4.0)
    space.clock.advance(100)

    assert mine.spent == 2.0
    assert told == [(made.id, 4.0, 2.0)]


def test_what_is_held_for_jobs_that_are_over_can_be_spent_again(space: Space) -> None:
    mine = Purse(space, SLUG, 10.0, {"done": 0.0})
    mine.hold(job(space), 8.0)

    before = mine.affords(3.0)
    space.clock.advance(60)

    assert [before, mine.affords(2.0), mine.affords(10.0)] == [False, True, True]
    assert not mine.affords(10.1)


def test_who_never_asks_holds_nothing_for_long(space: Space) -> None:
    mine, made = purse(space, 1e9), job(space)
    mine.hold(made, 1.0)
    space.clock.advance(60)

    for _ in range(1000):
        mine.hold(job(space), 1.0)

    table = space.table(SLUG, "credits held")
    assert (len(table), made.id in [key for key, _ in table.after("", 2000)]) == (
        1000,
        False,
    )
