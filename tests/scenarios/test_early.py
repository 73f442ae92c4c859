"""Early notices: creates that wait at the same time do not end each other."""

import asyncio

import pytest

from mockserver.edge.stage import STAGE
from tests.providers.hourone.conftest import Listener
from tests.providers.stupeflix.conftest import EPOCH_S, Api, profiles
from tests.scenarios.conftest import Open

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
