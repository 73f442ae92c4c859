"""The ten incidents of docs/scenarios.md, played as they stand there."""

import re
from pathlib import Path
from typing import Any

import pytest

from mockserver.edge.staging.stage import STAGE, Stage
from mockserver.scenarios.written.source import Source
from tests.providers.hourone.conftest import TOKEN, Api, Listener
from tests.providers.stupeflix import conftest as stupeflix
from tests.scenarios.conftest import Open, Play
from tests.scenarios.players import Player, Stupeflix

PAGE = (Path(__file__).parents[2] / "docs/scenarios.md").read_text(encoding="utf-8")
CHAPTER = PAGE.split("\n## Ten incidents\n", 1)[1].split("\n## ", 1)[0]
SOURCES = [
    Source.parse(text, "docs/scenarios.md")
    for text in re.findall(r"```yaml\n(.*?)```", CHAPTER, re.DOTALL)
]
INCIDENTS: dict[str, Any] = {one.document["scenario"]: one.document for one in SOURCES}


def _made(customer: Player) -> int:
    jobs = customer.space.jobs(customer.slug).list_jobs()
    return sum(job.ordinal >= 0 for job in jobs)


def test_there_are_ten(stage: Stage) -> None:
    assert len([stage.read(one) for one in INCIDENTS.values()]) == 10


async def test_a_bad_deployment(player: Play) -> None:
    customer = await player("hourone", INCIDENTS["a-bad-deployment"])
    customer.tries, customer.wait_s = 2, 30.0

    log = await customer.play()

    assert log == [
        "create 201", "waiting", "read 502", "running", "waiting", "running",
        "succeeded", "file 403", "file whole",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "incident",
    [INCIDENTS["every-fifth-twice"], "accepted-twice"],
    ids=["page", "ships"],
)
async def test_every_fifth_order_makes_two_jobs(player: Play, incident: Any) -> None:
    customer = await player("hourone", incident)

    orders = [await customer.order() for _ in range(5)]

    assert None not in orders
    assert (len({*orders}), _made(customer)) == (5, 6)


@pytest.mark.parametrize("slug", ["digitalcarbon", "hourone", "stupeflix"])
async def test_the_second_job_is_as_good_as_the_first(player: Play, slug: str) -> None:
    customer = await player(slug, {"scenario": "x", "rules": [{"job": {"copies": 1}}]})
    await customer.order()
    *_, second = customer.space.jobs(slug).list_jobs()

    await customer.follow(second.id)

    assert (_made(customer), customer.log[-1]) == (2, "succeeded")


async def test_a_render_stalls_for_twenty_minutes_and_fails(player: Play) -> None:
    customer = await player("hourone", INCIDENTS["stalls-and-fails"])
    job = await customer.order()
    assert job is not None
    made = customer.space.jobs("hourone").get(job)
    *_, stalled, _, _ = made.timeline.steps

    assert await customer.follow(job) is False

    assert (stalled.for_s, stalled.progress) == (1200.0, (93.0, 93.0))
    assert customer.log == ["create 201", "waiting", "running", "failed"]


async def test_a_storm_of_429_tells_dates(player: Play) -> None:
    customer = await player(
        "hourone", INCIDENTS["storm-of-429"], pace="manual",
        epoch="2030-01-01T00:00:00+00:00",
    )  # fmt: skip
    job = await customer.order()
    assert job is not None
    await customer.ask(*customer.reading(job))

    refused = await customer.send(*customer.reading(job))
    customer.space.clock.advance(60)
    later = await customer.send(*customer.reading(job))

    assert (refused.status, later.status) == (429, 200)
    assert refused.headers["Date"] == "Tue, 01 Jan 2030 00:00:00 GMT"
    assert refused.headers["Retry-After"] == "Tue, 01 Jan 2030 00:01:00 GMT"


async def test_credits_run_out_in_the_middle_of_a_batch(player: Play) -> None:
    customer = await player("stupeflix", INCIDENTS["the-last-credits"])
    method, path, body = customer.creation()
    batch = {**body, "tasks": body["tasks"] * 4}

    status, _ = await customer.ask(method, path, batch)

    assert isinstance(customer, Stupeflix)
    assert (status, _made(customer)) == (401, 2)


@pytest.mark.parametrize(("name", "status"), [(None, 200), ("links-end-early", 403)])
async def test_a_link_ends_an_hour_early(
    opened: Open, name: str | None, status: int
) -> None:
    running = await opened(
        pace="manual", providers=("stupeflix",), epoch="2023-11-14T22:13:20+00:00",
        wall=lambda: stupeflix.EPOCH_S,
    )  # fmt: skip
    api = stupeflix.Api(running)
    incident = INCIDENTS.get(name or "", {"scenario": "x", "rules": [NEVER]})
    running.instance.app[STAGE].use([api.space], incident)
    job = await api.render(stupeflix.STORED)
    api.finish(job)
    url = (await api.status())["available-0-url"]
    api.space.clock.advance(86_400 - 1800)

    answer = await running.client.session.get(url)

    assert answer.status == status


NEVER: dict[str, Any] = {"on": {"probability": 0}, "delivery": {"drop": True}}


@pytest.mark.parametrize(
    "incident", [INCIDENTS["clock-is-slow"], "clock-is-off"], ids=["page", "ships"]
)
async def test_a_slow_clock_dates_answers(player: Play, incident: Any) -> None:
    customer = await player(
        "hourone", incident, pace="manual",
        epoch="2030-01-01T00:00:00+00:00",
    )  # fmt: skip
    answer = await customer.send(*customer.creation())

    assert answer.headers["Date"] == "Mon, 31 Dec 2029 23:55:00 GMT"


async def test_a_host_moves_while_the_job_runs(player: Play) -> None:
    customer = await player("hourone", INCIDENTS["moves-while-it-runs"])

    log = await customer.play()

    assert log[-2:] == ["succeeded", "file whole"]
    kept = customer.running.instance.services.journal.exchanges()
    assert 307 in [exchange.status for exchange in kept]


@pytest.mark.parametrize("slug", ["digitalcarbon", "hourone"])
async def test_a_job_vanishes_and_comes_back(player: Play, slug: str) -> None:
    customer = await player(slug, INCIDENTS["gone-for-a-while"], pace="manual")
    job = await customer.order()
    assert job is not None
    seen = [(await customer.ask(*customer.reading(job)))[0]]
    customer.space.clock.advance(3)
    seen.append((await customer.ask(*customer.reading(job)))[0])
    customer.space.clock.advance(2)
    seen.append((await customer.ask(*customer.reading(job)))[0])

    assert seen == [200, 404, 200]


async def test_a_webhook_beats_its_create_and_comes_again(
    player: Play, listener: Listener
) -> None:
    customer = await player("hourone", INCIDENTS["webhook-first"], pace="manual")
    hook = {"name": "ci", "events": ["video.ready"], "url": listener.url}
    await Api(customer.running).post("/webhooks", hook, TOKEN)
    await customer.order()
    early = len(listener.seen)

    customer.space.clock.advance(60)
    await customer.running.settle(customer.space)

    assert early == 1
    assert [body["event_name"] for body in listener.bodies] == ["video.ready"] * 2
