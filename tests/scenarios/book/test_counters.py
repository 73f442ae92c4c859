"""What a rule counts is counted apart: by job, by provider, by rule, by space."""

from collections.abc import Mapping
from typing import Any

import pytest

from mockserver.edge.staging.stage import STAGE
from tests.scenarios.conftest import Open, Play
from tests.scenarios.players import PLAYERS, Player

REFUSED = {"kind": "error", "status": 503}
QUOTA = {"kind": "quota", "calls": 1, "per": "1h"}
SLUGS = ("digitalcarbon", "hourone")


def _rule(fault: Mapping[str, Any] = REFUSED, **on: Any) -> dict[str, Any]:
    rule = {"name": "rule", "on": {"operation": "status", **on}, "fault": fault}
    return {"scenario": "x", "rules": [rule]}


async def _read(customer: Player, job: str | None) -> int | str:
    assert job is not None, customer.log
    status, _ = await customer.ask(*customer.reading(job))
    return status


async def _shared(opened: Open, rule: Mapping[str, Any]) -> list[Player]:
    """Return customers of two providers in one space, where a rule acts."""
    running = await opened(pace="manual")
    first, second = (PLAYERS[slug](running) for slug in SLUGS)
    services = running.instance.services
    services.world("hourone")
    grant = services.spaces.keyring.find("hourone", "hourone-test-key", "key")
    assert grant is not None
    services.register(
        "hourone",
        "hourone-test-key",
        space=first.space.id,
        account=grant.account,
    )
    running.instance.app[STAGE].use([first.space], rule)
    return [first, second]


PER = {
    None: [503, 200, 503, 200],
    "provider": [503, 200, 503, 200],
    "job": [503, 200, 503, 200],
    "rule": [503, 200, 200, 200],
    "space": [503, 200, 200, 200],
}


@pytest.mark.parametrize("per", PER)
async def test_calls_of_two_providers_count(opened: Open, per: str | None) -> None:
    """One provider's calls do not use up another's, unless that is asked for."""
    asked: dict[str, Any] = {} if per is None else {"per": per}
    customers = await _shared(opened, _rule(times=1, **asked))
    jobs = [await customer.order() for customer in customers]

    statuses = [
        await _read(customer, job)
        for customer, job in zip(customers, jobs, strict=True)
        for _ in range(2)
    ]

    assert statuses == PER[per]


async def test_quotas_of_two_providers_are_apart(opened: Open) -> None:
    customers = await _shared(opened, _rule(QUOTA))
    jobs = [await customer.order() for customer in customers]

    statuses = [
        await _read(customer, job)
        for customer, job in zip(customers, jobs, strict=True)
        for _ in range(2)
    ]

    assert statuses == [200, 429, 200, 429]


JOBS = {"job": [200, 503, 200, 503, 200, 200], "rule": [200, 200, 503, 200, 200, 200]}


@pytest.mark.parametrize("per", JOBS)
async def test_the_nth_read_of_each_job(player: Play, per: str) -> None:
    """Reads alternate between two jobs: ABABAB."""
    nth = 2 if per == "job" else 3
    customer = await player("digitalcarbon", _rule(nth=nth, per=per), pace="manual")
    jobs = [await customer.order(), await customer.order()]

    statuses = [await _read(customer, job) for _ in range(3) for job in jobs]

    assert sorted(map(str, statuses)) == sorted(map(str, JOBS[per]))
    assert statuses.index(503) == 2


NTH = {
    "provider": [200, 200, 200, 200, 503, 503],
    "rule": [200, 200, 503, 200, 200, 200],
    "space": [200, 200, 503, 200, 200, 200],
}


@pytest.mark.parametrize("per", NTH)
async def test_the_third_read_of_two_providers(opened: Open, per: str) -> None:
    """Two reads at one, then at the other, and again."""
    customers = await _shared(opened, _rule(nth=3, per=per))
    jobs = [await customer.order() for customer in customers]
    first, second = zip(customers, jobs, strict=True)

    statuses = [
        await _read(*one) for one in (first, first, second, second, first, second)
    ]

    assert statuses == NTH[per]


async def test_so_many_reads_of_each_job_are_let_through(player: Play) -> None:
    customer = await player("digitalcarbon", _rule(after=1, per="job"), pace="manual")
    jobs = [await customer.order(), await customer.order()]

    statuses = [await _read(customer, job) for job in (*jobs, *jobs)]

    assert statuses == [200, 200, 503, 503]


async def test_the_first_try_of_every_order_fails(player: Play) -> None:
    """The same order works when it is placed again; another one fails first, too."""
    customer = await player("hourone", "second-try-works")
    method, path, order = customer.creation()
    orders = [order, {**order, "name": "Summer"}, order]
    jobs = [
        customer.job_in((await customer.ask(method, path, one))[1]) for one in orders
    ]

    ends = [await customer.follow(job) for job in jobs]

    assert ends == [False, False, True]


async def test_a_cleared_quota_begins_anew(player: Play) -> None:
    customer = await player("digitalcarbon", _rule(QUOTA), pace="manual")
    job = await customer.order()
    used = [await _read(customer, job) for _ in range(2)]
    stage = customer.running.instance.app[STAGE]
    stage.clear([customer.space], "x")
    customer.use(_rule(QUOTA))

    assert used == [200, 429]
    assert await _read(customer, job) == 200


async def test_what_a_cleared_rule_has_counted_for_its_space_is_gone(
    player: Play,
) -> None:
    customer = await player("digitalcarbon", _rule(times=1, per="space"), pace="manual")
    job = await customer.order()
    used = [await _read(customer, job) for _ in range(2)]
    stage = customer.running.instance.app[STAGE]
    stage.clear([customer.space], "x")
    customer.use(_rule(times=1, per="space"))

    assert used == [503, 200]
    assert await _read(customer, job) == 503


async def test_rules_of_a_name_share_what_is_of_the_space(player: Play) -> None:
    customer = await player("digitalcarbon", pace="manual")
    customer.use(_rule(nth=2, per="space"))
    customer.use({**_rule(nth=2, per="space"), "scenario": "y"})
    job = await customer.order()

    assert [await _read(customer, job) for _ in range(3)] == [503, 200, 200]


async def test_draws_do_not_follow_the_order_of_arrival(opened: Open) -> None:
    """Two jobs get the same refusals, polled ABAB or AABB."""
    order = {"ABAB": [0, 1] * 12, "AABB": [0] * 12 + [1] * 12}
    seen = {}
    for name, turns in order.items():
        customer = PLAYERS["digitalcarbon"](await opened(pace="manual"))
        customer.use(_rule(probability=0.5))
        jobs = [await customer.order(), await customer.order()]
        told = [(turn, await _read(customer, jobs[turn])) for turn in turns]
        seen[name] = [[s for turn, s in told if turn == job] for job in (0, 1)]

    assert seen["ABAB"] == seen["AABB"]
    assert seen["ABAB"][0] != seen["ABAB"][1]
