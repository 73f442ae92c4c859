"""A budget bounds how often all rules together act on each job, whoever comes first."""

from typing import Any

import pytest

from mockserver.edge.stage import Stage
from mockserver.errors import ScenarioError
from mockserver.scenarios.includes import Kept
from mockserver.scenarios.load import load
from mockserver.scenarios.source import Source
from tests.scenarios.conftest import Play
from tests.scenarios.players import Player
from tests.scenarios.test_composed import DAYS

REFUSE: dict[str, Any] = {
    "on": {"operation": "status"},
    "fault": {"kind": "error", "status": 503},
}
MAYBE: dict[str, Any] = {
    "on": {"operation": "status", "probability": 0.5},
    "fault": {
        "kind": "one-of",
        "faults": [{"kind": "error", "status": one} for one in (500, 502, 503, 504)],
    },
}


def _day(budget: int, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"scenario": "day", "budget": budget, "rules": [*rules], **more}


async def _read(customer: Player, job: str) -> int | str:
    return (await customer.ask(*customer.reading(job)))[0]


async def _ordered(customer: Player, number: int) -> list[str]:
    jobs = [await customer.order() for _ in range(number)]
    return [job for job in jobs if job is not None]


async def test_each_job_is_met_so_often_at_most(player: Play) -> None:
    customer = await player("digitalcarbon", _day(2, REFUSE), pace="manual")
    first, second = await _ordered(customer, 2)

    seen = [await _read(customer, job) for job in (first,) * 3 + (second,) * 3]

    assert seen == [503, 503, 200, 503, 503, 200]


async def test_all_rules_pay_from_one_budget(player: Play) -> None:
    other = {**REFUSE, "on": {"operation": "status", "nth": 1}}
    customer = await player("digitalcarbon", _day(2, other, REFUSE), pace="manual")
    (job,) = await _ordered(customer, 1)

    seen = [await _read(customer, job) for _ in range(3)]

    assert seen == [503, 200, 200]


async def test_what_happens_to_a_job_is_paid_as_well(player: Play) -> None:
    slow = {"job": {"slow": 2}}
    customer = await player("digitalcarbon", _day(1, slow, REFUSE), pace="manual")
    (job,) = await _ordered(customer, 1)

    assert await _read(customer, job) == 200


async def test_equal_orders_have_one_budget_until_they_are_jobs(player: Play) -> None:
    refused = {**REFUSE, "on": {"operation": "create"}}
    customer = await player("digitalcarbon", _day(2, refused))

    seen = [(await customer.ask(*customer.creation()))[0] for _ in range(3)]

    assert seen == [503, 503, 200]


async def test_the_order_in_which_jobs_are_read_changes_nothing(player: Play) -> None:
    """Two jobs read in turns meet what they meet one after the other."""
    turns: list[tuple[int, int | str]] = []
    blocks: list[tuple[int, int | str]] = []
    for order, seen in (([0, 1] * 8, turns), ([0] * 8 + [1] * 8, blocks)):
        customer = await player("digitalcarbon", _day(3, MAYBE), pace="manual")
        jobs = await _ordered(customer, 2)
        seen += [(at, await _read(customer, jobs[at])) for at in order]

    assert [one for one in turns if one[0] == 0] == blocks[:8]
    assert [one for one in turns if one[0] == 1] == blocks[8:]
    assert sum(status != 200 for _, status in turns) == 6


async def test_what_is_included_is_paid_for(player: Play) -> None:
    day = {"scenario": "day", "budget": 1, "includes": ["status-blips; times=5"]}
    customer = await player("digitalcarbon", day, pace="manual")
    (job,) = await _ordered(customer, 1)

    assert [await _read(customer, job) for _ in range(2)] == [503, 200]


async def test_an_included_scenario_may_have_a_budget_of_its_own(
    player: Play, stage: Stage
) -> None:
    shelf = {"inner": Source.of({**_day(1, REFUSE), "scenario": "inner"})}
    gone = {"on": {"operation": "status"}, "fault": {"kind": "error", "status": 502}}
    outer = Source.of(_day(3, gone, includes=["inner"]))
    customer = await player("digitalcarbon", pace="manual")
    customer.use(load(outer, stage.catalogue, Kept(shelf)))
    (job,) = await _ordered(customer, 1)

    assert [await _read(customer, job) for _ in range(4)] == [503, 502, 200, 200]


async def test_the_example_of_the_page(player: Play) -> None:
    customer = await player("hourone", DAYS["three-strikes"], pace="manual")
    customer.tries = 4
    (job,) = await _ordered(customer, 1)

    seen = [await _read(customer, job) for _ in range(30)]

    assert sum(status != 200 for status in seen) == 3


@pytest.mark.parametrize(
    ("budget", "told"),
    [
        (0, "day: budget: found 0, expected a whole number from 1"),
        ("few", 'day: budget: found "few", expected a whole number from 1'),
        ("$most", "expected no parameter: the scenario has none; $$most is the text"),
    ],
)
def test_a_budget_that_is_none_is_refused(stage: Stage, budget: Any, told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        stage.check(Source.of(_day(budget, REFUSE), "day"))

    assert str(caught.value).endswith(told)
