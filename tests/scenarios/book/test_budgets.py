"""A budget bounds how often all rules together act on each job, whoever comes first."""

from typing import Any

import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.errors import ScenarioError
from mockserver.scenarios.written.includes import Kept
from mockserver.scenarios.written.load import load
from mockserver.scenarios.written.source import Source
from tests.providers.hourone.conftest import TOKEN, Listener
from tests.providers.hourone.conftest import Api as HourOne
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


SHARES = [0.1, 0.25, 0.4, 1.0]


def _share(share: float, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    budget = {"share": share, **more}
    return {"scenario": "day", "budget": budget, "rules": [*rules]}


def _most_by_then(statuses: list[int | str]) -> list[float]:
    """Return after each call which share of calls has been met by then."""
    met, shares = 0, []
    for number, status in enumerate(statuses, 1):
        met += status != 200
        shares.append(met / number)
    return shares


@pytest.mark.parametrize("share", SHARES)
async def test_never_more_than_a_share_of_calls_is_met(
    player: Play, share: float
) -> None:
    """A rule that would always act does so as soon as the share allows it."""
    customer = await player("digitalcarbon", _share(share, REFUSE), pace="manual")
    jobs = await _ordered(customer, 3)

    seen = [await _read(customer, jobs[number % 3]) for number in range(60)]

    assert max(_most_by_then(seen)) <= share
    assert sum(status != 200 for status in seen) == round(60 * share)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_what_is_drawn_stays_below_the_share(player: Play, seed: int) -> None:
    day = _share(0.3, MAYBE)
    customer = await player("digitalcarbon", day, pace="manual", seed=seed)
    (job,) = await _ordered(customer, 1)

    seen = [await _read(customer, job) for _ in range(100)]

    assert max(_most_by_then(seen)) <= 0.3
    assert sum(status != 200 for status in seen) >= 20


async def test_equal_seeds_meet_equal_calls_within_a_share(player: Play) -> None:
    runs = []
    for _ in range(2):
        customer = await player("digitalcarbon", _share(0.3, MAYBE), pace="manual")
        (job,) = await _ordered(customer, 1)
        runs.append([await _read(customer, job) for _ in range(40)])

    assert runs[0] == runs[1]


async def test_a_share_of_each_job_is_its_own(player: Play) -> None:
    day = _share(0.5, REFUSE, per="job")
    customer = await player("digitalcarbon", day, pace="manual")
    first, second = await _ordered(customer, 2)

    seen = [await _read(customer, job) for job in (first, first, second, second)]

    assert seen == [200, 503, 200, 503]


async def test_rules_that_look_at_one_call_count_it_once(player: Play) -> None:
    never = {**REFUSE, "on": {"operation": "status", "nth": 1000}}
    day = _share(0.5, never, never, REFUSE)
    customer = await player("digitalcarbon", day, pace="manual")
    (job,) = await _ordered(customer, 1)

    assert [await _read(customer, job) for _ in range(4)] == [200, 503, 200, 503]


async def test_a_share_and_a_number_hold_together(player: Play) -> None:
    day = _share(0.5, REFUSE, each=1)
    customer = await player("digitalcarbon", day, pace="manual")
    (job,) = await _ordered(customer, 1)

    assert [await _read(customer, job) for _ in range(4)] == [200, 503, 200, 200]


async def test_a_rule_about_statuses_has_part_in_the_share(player: Play) -> None:
    rule = {
        "on": {"operation": "status", "status": 200},
        "answer": {"status": 418},
    }
    customer = await player("digitalcarbon", _share(0.5, rule), pace="manual")
    (job,) = await _ordered(customer, 1)

    assert [await _read(customer, job) for _ in range(4)] == [200, 418, 200, 418]


async def test_orders_are_a_share_of_orders(player: Play) -> None:
    day = _share(0.25, {"job": {"refuse": "unavailable"}})
    customer = await player("digitalcarbon", day)

    seen = [(await customer.ask(*customer.creation()))[0] for _ in range(8)]

    assert seen == [200, 200, 200, 503, 200, 200, 200, 503]


async def test_webhooks_are_a_share_of_webhooks(
    player: Play, listener: Listener
) -> None:
    day = _share(0.5, {"delivery": {"drop": True}})
    customer = await player("hourone", day, pace="manual")
    hook = {"name": "ci", "events": ["video.ready"], "url": listener.url}
    await HourOne(customer.running).post("/webhooks", hook, TOKEN)
    await _ordered(customer, 4)

    customer.space.clock.advance(400)
    await customer.running.settle(customer.space)

    assert len(listener.seen) == 2


@pytest.mark.parametrize(
    ("budget", "told"),
    [
        ({"share": 0}, "budget/share: found 0, expected more than 0"),
        ({"share": 1.5}, "budget/share: found 1.5, expected a number from 0 to 1"),
        ({"per": "job", "each": 2}, 'budget/per: found "job", expected a share'),
        ({"each": 0}, "budget/each: found 0"),
        ({}, "budget: found {}, expected at least one of: each, share, per"),
        (0, "budget: found 0"),
    ],
)
def test_a_budget_that_cannot_be_meant_is_refused(
    stage: Stage, budget: Any, told: str
) -> None:
    day = {"scenario": "day", "budget": budget, "rules": [REFUSE]}

    with pytest.raises(ScenarioError) as refused:
        stage.read(day)

    assert told in str(refused.value)
