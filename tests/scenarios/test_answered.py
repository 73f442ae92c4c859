"""Rules that look at the status of what the provider, or a receiver, has answered."""

from typing import Any, Final

import pytest

from mockserver.edge.staging.stage import Stage
from mockserver.errors import ScenarioError
from mockserver.verdict.journal import Exchange
from tests.providers.hourone.conftest import TOKEN, Api, Listener
from tests.scenarios.conftest import Play
from tests.scenarios.players import Player

BUSY: Final = {"kind": "error", "status": 503}
MISSING: Final = "64f0c0de00000000000000ff"


def _scenario(status: Any, *more: dict[str, Any], **on: Any) -> dict[str, Any]:
    rule = {"name": "seen", "on": {**on, "status": status}, "fault": BUSY}
    return {"scenario": "x", "rules": [*more, rule]}


async def _reads(customer: Player, *jobs: str) -> list[int | str]:
    return [(await customer.ask(*customer.reading(one)))[0] for one in jobs]


def _last(customer: Player) -> Exchange:
    journal = customer.running.instance.services.journal
    return [*journal.exchanges(customer.space.id)][-1]


@pytest.mark.parametrize(
    ("status", "seen"),
    [
        ("4xx", [200, 503]),
        (404, [200, 503]),
        ([500, "2xx"], [503, 404]),
        ("200..404", [503, 503]),
        (">=500", [200, 404]),
    ],
)
async def test_a_rule_acts_on_answers_of_its_statuses(
    player: Play, status: Any, seen: list[int]
) -> None:
    customer = await player("hourone", _scenario(status, operation="status"))
    job = await customer.order()
    assert job is not None

    assert await _reads(customer, job, MISSING) == seen


async def test_the_request_has_been_carried_out(player: Play) -> None:
    """The answer is looked at, so there is one: a job that the client may lose."""
    customer = await player("hourone", _scenario("2xx", operation="create"))

    assert (await customer.order(), customer.log) == (None, ["create 503"])
    assert [job.ordinal for job in customer.space.jobs("hourone").list_jobs()][-1] == 0


async def test_only_answers_that_fit_are_counted(player: Play) -> None:
    customer = await player("hourone", _scenario("4xx", operation="status", nth=2))
    job = await customer.order()
    assert job is not None

    seen = await _reads(customer, job, MISSING, job, MISSING, MISSING)

    assert seen == [200, 404, 200, 503, 404]


async def test_reads_are_counted_once_for_all_rules(player: Play) -> None:
    rules = _scenario(200, operation="status", poll=2)
    customer = await player("hourone", rules, pace="manual")
    job = await customer.order()
    assert job is not None

    assert await _reads(customer, job, job, job) == [200, 503, 200]


async def test_what_another_rule_answers_is_no_answer_of_the_provider(
    player: Play,
) -> None:
    other = {"on": {"operation": "status"}, "fault": {**BUSY, "status": 500}}
    customer = await player("hourone", _scenario("5xx", other), pace="manual")
    job = await customer.order()
    assert job is not None

    assert await _reads(customer, job) == [500]
    assert _last(customer).fault == "x/1"


async def test_a_refusal_that_no_rule_meets_is_explained_as_ever(player: Play) -> None:
    customer = await player("hourone", _scenario(500, operation="status"))
    plain = await player("hourone")
    await _reads(customer, MISSING)
    await _reads(plain, MISSING)

    seen = [_last(one) for one in (customer, plain)]

    assert seen[0].hint
    assert seen[0].hint == seen[1].hint


async def test_an_answer_of_a_status_is_changed(player: Play) -> None:
    rule = {"on": {"status": 404}, "answer": {"status": 410, "set": {"/gone": True}}}
    customer = await player("hourone", {"scenario": "x", "rules": [rule]})

    status, document = await customer.ask(*customer.reading(MISSING))

    assert (status, document["gone"]) == (410, True)


async def test_a_delivery_goes_on_by_what_its_receiver_has_answered(
    player: Play, listener: Listener
) -> None:
    """The receiver's failure is met by a provider that gives up."""
    rule = {"on": {"status": "5xx"}, "delivery": {"drop": True}}
    customer = await player(
        "hourone", {"scenario": "x", "rules": [rule]}, pace="manual"
    )
    listener.statuses = [500, 200]
    body = {"name": "ci", "events": ["video.ready"], "url": listener.url}
    await Api(customer.running).post("/webhooks", body, TOKEN)
    await customer.order()
    customer.space.clock.advance(86_400)
    await customer.running.settle(customer.space)

    assert len(listener.seen) == 1


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("6xx", "an HTTP status such as 503, all such as 5xx"),
        (42, "an HTTP status such as 503, all such as 5xx"),
        (">=600", "an HTTP status such as 503, all such as 5xx"),
        ("teapot", "a number or a range"),
    ],
)
def test_what_is_no_status_is_refused(stage: Stage, status: Any, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        stage.read(_scenario(status))


def test_jobs_are_changed_before_there_is_an_answer(stage: Stage) -> None:
    rule = {"on": {"status": 200}, "job": {"slow": 2}}

    with pytest.raises(ScenarioError, match="a condition on jobs that are"):
        stage.read({"scenario": "x", "rules": [rule]})
