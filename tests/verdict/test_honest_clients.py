"""Honest clients earn no finding, whatever the provider and however time passes."""

import pytest

from mockserver.engine.timeline import Phase
from tests.scenarios.players import PLAYERS
from tests.verdict.conftest import Client, Meet

pytestmark = pytest.mark.ffmpeg


@pytest.mark.parametrize("slug", PLAYERS)
async def test_who_does_not_wait_where_time_stands_still_earns_nothing(
    meet: Meet, slug: str
) -> None:
    client = await meet(slug, pace="step")

    log = await client.player.play()

    assert log[-1].startswith("file ")
    assert client.findings() == {}


@pytest.mark.parametrize("slug", PLAYERS)
async def test_who_waits_longer_each_time_earns_nothing(meet: Meet, slug: str) -> None:
    client = await meet(slug)
    await client.order()

    [(_, job)] = [one for one in client.player.space.all_jobs() if one[1].ordinal >= 0]
    wait_s = 5.0
    while job.at(client.player.space.clock.now()).step.phase is not Phase.SUCCEEDED:
        await client.read()
        client.wait(wait_s)
        wait_s *= 1.5
    await client.read()
    await client.fetch()

    assert client.findings() == {}


async def _led(client: Client, wait_s: float) -> None:
    """Read forty times as OpenAI's helper does, which asks how long to wait."""
    asked = {**client.player.headers(), "X-Stainless-Poll-Helper": "true"}
    for _ in range(40):
        await client.call("GET", f"/v1/videos/{client.job}", headers=asked)
        client.wait(wait_s)


async def test_who_waits_as_long_as_each_answer_bids_earns_nothing(meet: Meet) -> None:
    """Where time stands still, OpenAI's answers bid to ask again at once."""
    client = await meet("openai")
    await client.order()

    await _led(client, 0.02)

    assert client.findings() == {}


async def test_who_waits_shorter_than_each_answer_bids_is_found(meet: Meet) -> None:
    client = await meet("openai")
    await client.order()

    await _led(client, 0.001)

    assert list(client.findings()) == ["poll-too-fast"]


async def test_an_order_that_was_answered_at_its_end_needs_no_read(meet: Meet) -> None:
    """Who asks for it with `Prefer: wait` is told the end by the create itself."""
    short = {"scenario": "short", "about": "x", "rules": [{"job": {"slow": 0.1}}]}
    client = await meet("replicate", short, pace="step")
    asked = {**client.player.headers(), "Prefer": "wait=60"}
    path, order = "/v1/models/google/veo-3.1/predictions", {"prompt": "A lighthouse"}

    status = await client.call("POST", path, json={"input": order}, headers=asked)
    client.finish()

    assert status == 201
    assert client.findings() == {}
