"""Equal seed and requests give equal bytes, whatever happens in other spaces."""

import asyncio
import random
from typing import Any

import pytest
from aiohttp import ClientError

from mockserver.edge.staging.stage import STAGE
from tests.providers.conftest import Running
from tests.scenarios.conftest import Open

SCENARIOS = ("flaky", "status-hangs-up", "unknown-status", "rate-limited", "slow-api")
PATH = "/digitalcarbon/v1-beta/generate-video"
ORDER = {
    "files": [{"url": "https://example.com/image1.jpg"}],
    "template_params": {"template_id": "ActiveListing1"},
}


async def _ask(running: Running, key: str, path: str, **more: Any) -> tuple[str, bytes]:
    headers = {"X-API-Key": key}
    method = "POST" if more else "GET"
    try:
        response = await running.client.request(
            method, PATH + path, headers=headers, **more
        )
        return f"{response.status}", await response.read()
    except ClientError as error:
        return type(error).__name__, b""


async def _live(running: Running, number: int) -> list[tuple[str, bytes]]:
    """Order three videos under an own key, and read each of them eight times."""
    space = running.instance.services.spaces.open(f"life-{number}")
    key = f"key-{number}"
    running.instance.services.register("digitalcarbon", key, space=space.id)
    stage = running.instance.app[STAGE]
    stage.use([space], SCENARIOS[number % len(SCENARIOS)])
    seen = [await _ask(running, key, "", json=ORDER) for _ in range(3)]
    jobs = [job.id for job in space.jobs("digitalcarbon").list_jobs()]
    for job in sorted(jobs):
        seen += [await _ask(running, key, f"/{job}/status") for _ in range(8)]
    return [*seen, (repr(space.clock.now()), repr(sorted(jobs)).encode())]


async def _lives(opened: Open, order: list[int]) -> dict[int, Any]:
    running = await opened()
    found = await asyncio.gather(*(_live(running, number) for number in order))
    return dict(zip(order, found, strict=True))


@pytest.mark.deep
async def test_fifty_spaces_in_parallel_see_the_same_twice(opened: Open) -> None:
    order = list(range(50))
    shuffled = random.Random(7).sample(order, 50)

    first = await _lives(opened, order)
    second = await _lives(opened, shuffled)

    assert first == second
    assert len({repr(life) for life in first.values()}) == 50
