"""Early notices: creates that wait at the same time do not end each other."""

import asyncio
from typing import Any

import pytest

from mockserver.edge.staging.stage import STAGE
from tests.providers.hourone.conftest import TOKEN, Listener
from tests.providers.hourone.conftest import Api as HourOne
from tests.providers.stupeflix.conftest import EPOCH_S, Api, profiles
from tests.scenarios.conftest import Open, Play

EARLY = {"scenario": "x", "rules": [{"delivery": {"before_answer": True}}]}


@pytest.mark.parametrize("resources", [("clip1", "clip1"), ("clip1", "clip2")])
async def test_two_creates_wait_for_their_notices_at_once(
    opened: Open, listener: Listener, resources: tuple[str, str]
) -> None:
    """A second job of the same name, in place of the first, is no reason to fail."""
    running = await opened(
        pace="manual", providers=("stupeflix",), epoch="2023-11-14T22:13:20+00:00",
        wall=lambda: EPOCH_S,
    )  # fmt: skip
    api = Api(running)
    running.instance.app[STAGE].use([api.space], EARLY)
    for one in resources:
        await api.define(one)
    hook = f'<notify url="{listener.url}" statusRegexp="available"/>'
    stored = profiles(hook, "<stupeflixStore/>")

    created = await asyncio.gather(*(api.create(stored, one) for one in resources))

    assert [one.status for one in created] == [200, 200]


def _early(**on: Any) -> dict[str, Any]:
    return {"scenario": "x", "rules": [{"on": on, "delivery": {"before_answer": True}}]}


async def _told_before(player: Play, listener: Listener, **on: Any) -> list[str]:
    """Order a prediction; return what its webhook was told before the answer."""
    customer = await player("replicate", _early(**on), pace="manual")
    method, path, order = customer.creation()
    await customer.ask(method, path, {**order, "webhook": listener.url, **FILTER})
    return [_event(body) for body in listener.bodies]


def _event(body: dict[str, Any]) -> str:
    return {"processing": "output", "succeeded": "completed"}[body["status"]]


FILTER = {"webhook_events_filter": ["output", "completed"]}


@pytest.mark.parametrize(
    ("on", "told"),
    [
        ({}, ["output", "completed"]),
        ({"event": "completed"}, ["completed"]),
        ({"event": ["out*", "completed"]}, ["output", "completed"]),
        ({"event": "logs"}, []),
        ({"nth": 2}, ["completed"]),
        ({"times": 1}, ["output"]),
        ({"attempt": 2}, []),
        ({"phase": "succeeded"}, []),
        ({"window": {"from": "1h", "to": "2h"}}, []),
    ],
    ids=str,
)
async def test_only_what_a_rule_is_about_leaves_early(
    player: Play, listener: Listener, on: dict[str, Any], told: list[str]
) -> None:
    assert await _told_before(player, listener, **on) == told


async def test_what_does_not_leave_early_comes_in_its_time(
    player: Play, listener: Listener
) -> None:
    customer = await player("replicate", _early(event="completed"), pace="manual")
    method, path, order = customer.creation()
    await customer.ask(method, path, {**order, "webhook": listener.url, **FILTER})

    await customer.running.settle(customer.space)
    customer.space.clock.advance(400)
    await customer.running.settle(customer.space)

    told = [_event(body) for body in listener.bodies]
    assert told == ["completed", "output"]


async def test_what_is_drawn_is_early_as_often_as_the_rule_acts(
    player: Play, listener: Listener
) -> None:
    """What is told early is what the rule says that it has done."""
    customer = await player("hourone", _early(probability=0.5), pace="manual")
    hook = {"name": "ci", "events": ["video.ready"], "url": listener.url}
    await HourOne(customer.running).post("/webhooks", hook, TOKEN)

    for _ in range(12):
        await customer.order()

    (loaded,) = customer.space.script.record()  # type: ignore[attr-defined]  # a book
    assert len(listener.bodies) == loaded.fired
    assert 0 < loaded.fired < 12


async def test_a_task_may_call_back_early_and_an_errback_not(
    player: Play, listener: Listener
) -> None:
    customer = await player("stupeflix", _early(event="task.errback"), pace="manual")
    method, path, order = customer.creation()
    order["tasks"][0] |= {"url_callback": listener.url, "url_errback": listener.url}

    await customer.ask(method, path, order)

    assert listener.bodies == []
