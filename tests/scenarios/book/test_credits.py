"""A balance that jobs are paid from, which may run out within one call."""

from typing import Any

import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.errors import ScenarioError
from mockserver.scenarios.book.credits import Credits, Paid
from mockserver.scenarios.written.load import load
from mockserver.scenarios.written.source import Source
from tests.scenarios.conftest import Play
from tests.scenarios.players import Player


def _day(credits_: Any, **on: Any) -> dict[str, Any]:
    rule = {"on": on, "job": {"credits": credits_}}
    return {"scenario": "poor", "rules": [rule]}


def _batch(customer: Player, tasks: int) -> tuple[str, str, Any]:
    method, path, body = customer.creation()
    return method, path, {**body, "tasks": body["tasks"] * tasks}


def _states(customer: Player) -> list[str]:
    now = customer.space.clock.now()
    jobs = customer.space.jobs(customer.slug).list_jobs()
    return [job.at(now).step.state for job in jobs if job.ordinal >= 0]


LIMIT = {
    "status": "error",
    "errors": [
        {"name": "secret", "location": "header", "description": "account limit"}
    ],
}


async def test_what_can_be_paid_is_accepted_and_the_next_call_is_refused(
    player: Play,
) -> None:
    customer = await player("replicate", _day(2))

    seen = [(await customer.ask(*customer.creation()))[0] for _ in range(3)]

    assert seen == [201, 201, 402]


async def test_jobs_of_one_call_that_were_paid_stay_though_it_is_refused(
    player: Play,
) -> None:
    customer = await player("stupeflix", _day(2))

    answer = await customer.ask(*_batch(customer, 4))

    assert answer == (401, LIMIT)
    assert _states(customer) == ["queued", "queued"]


async def test_a_refused_call_may_leave_nothing_behind(player: Play) -> None:
    """Nor does it cost anything: a smaller one is paid from the whole balance."""
    customer = await player("stupeflix", _day({"balance": 2, "then": "undo"}))

    large = await customer.ask(*_batch(customer, 3))
    left = _states(customer)
    small, _ = await customer.ask(*_batch(customer, 2))
    none, _ = await customer.ask(*_batch(customer, 1))

    assert (large, left) == ((401, LIMIT), [])
    assert (small, none) == (200, 401)
    assert _states(customer) == ["queued", "queued"]


async def test_an_undone_call_is_about_no_job(player: Play) -> None:
    customer = await player("stupeflix", _day({"balance": 1, "then": "undo"}))

    await customer.ask(*_batch(customer, 2))

    (kept,) = customer.running.instance.services.journal.exchanges()
    assert ([*kept.jobs], kept.fault) == ([], "poor/1")
    assert "1 jobs of this call were taken back" in kept.notes


async def test_what_cannot_be_paid_may_be_taken_and_fail_at_once(player: Play) -> None:
    told = {"balance": 2, "then": "fail", "error": '"no credits left"'}
    customer = await player("stupeflix", _day(told))

    status, document = await customer.ask(*_batch(customer, 3))

    assert status == 200
    assert [one["status"] for one in document] == ["queued", "queued", "error"]
    assert document[2]["error"] == "no credits left"


async def test_an_order_costs_its_price(player: Play) -> None:
    customer = await player("hourone", _day({"balance": 1, "price": 0.1}))

    seen = [(await customer.ask(*customer.creation()))[0] for _ in range(11)]

    assert seen == [201] * 10 + [403]


async def test_conditions_say_what_costs_anything(player: Play) -> None:
    customer = await player("fal", _day(0, body={"prompt": "Dear*"}))
    cheap = await customer.ask(*customer.creation())
    customer.title = "Dearest"
    dear = await customer.ask(*customer.creation())

    assert (cheap[0], dear[0]) == (200, 403)


async def test_each_provider_has_a_balance_of_its_own(player: Play) -> None:
    customer = await player("hourone", _day(1))
    other = await player("fal", _day(1))

    seen = [await one.order() is not None for one in (customer, other, customer)]

    assert seen == [True, True, False]


async def test_only_what_is_refused_is_told_as_an_act_of_the_rule(player: Play) -> None:
    customer = await player("hourone", _day(2))
    for _ in range(3):
        await customer.order()

    (loaded,) = customer.space.script.record()  # type: ignore[attr-defined]  # a book

    assert loaded.fired == 1


WRONG = [
    (
        "{credits: {price: 2}}",
        "job/credits: found [\"price\"], expected also 'balance'",
    ),
    (
        "{credits: {balance: 2, then: undoes}}",
        "job/credits/then: found \"undoes\", expected 'undo'",
    ),
    (
        "{credits: {balance: 2, price: 0}}",
        "job/credits/price: found 0, expected more than 0",
    ),
    (
        "{credits: {balance: 2, problem: out-of-money}}",
        'job/credits/problem: found "out-of-money"',
    ),
    (
        "{credits: {balance: 2, error: asset}}",
        'job/credits/error: found "error", expected then: fail beside it',
    ),
    (
        "{credits: {balance: 2, then: fail, problem: internal}}",
        'job/credits/problem: found "problem", expected then: refuse or undo beside it',
    ),
    (
        "{credits: {balance: 2, then: fail, error: no-money}}",
        'job/credits/error: found "no-money"',
    ),
    (
        "{credits: 2, slow: 3}",
        'job: found "credits, slow", expected credits alone',
    ),
]


@pytest.mark.parametrize(("job", "told"), WRONG)
def test_what_cannot_be_meant_is_refused(stage: Stage, job: str, told: str) -> None:
    source = Source.parse(f"scenario: x\nrules:\n  - job: {job}\n", "x.yaml")

    with pytest.raises(ScenarioError) as refused:
        load(source, stage.catalogue)

    assert f"x.yaml:3: rules/0/{told}" in str(refused.value)


def test_sums_of_prices_are_not_off() -> None:
    assert Credits(balance=0.3, price=0.1).pays(0.1 + 0.1)


def test_a_job_is_given_back_once() -> None:
    paid = Paid()
    paid.note("hourone", 3, "scope")

    assert [paid.take("hourone", 3), paid.take("hourone", 3)] == ["scope", None]


def test_of_very_many_jobs_the_oldest_are_forgotten() -> None:
    paid = Paid()
    for ordinal in range(20_001):
        paid.note("hourone", ordinal, "scope")

    assert [paid.take("hourone", 0), paid.take("hourone", 1)] == [None, "scope"]
