"""Honest clients earn no finding, whatever the provider and however time passes."""

import pytest

from mockserver.engine.timeline import Phase
from tests.scenarios.players import PLAYERS
from tests.verdict.conftest import Meet

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
