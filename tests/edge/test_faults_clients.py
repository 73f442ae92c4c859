"""What real clients make of faults, and a server that cancels no handler."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import requests
from aiohttp import (
    ClientConnectionError,
    ClientError,
    ClientPayloadError,
    ClientTimeout,
    ServerDisconnectedError,
    web,
)
from aiohttp.test_utils import TestClient, TestServer

from mockserver.app import build
from mockserver.edge.instance import Instance
from mockserver.edge.staging.stage import STAGE
from mockserver.engine import clock

JOB = "00000000-0000-4000-8000-000000000001"
STATUS = f"/digitalcarbon/v1-beta/generate-video/{JOB}/status"
HEADERS = {"X-API-Key": "digitalcarbon-test-key"}


@dataclass(slots=True)
class Served:
    """A server, a client for it, and whether a fault has made it wait."""

    instance: Instance
    client: TestClient[web.Request, web.Application]
    paused: asyncio.Event

    def use(self, **fault: object) -> None:
        """Let a fault act on each status read."""
        space = self.instance.services.spaces.open("digitalcarbon.main")
        rule = {"on": {"operation": "status"}, "fault": fault}
        document = {"scenario": "play", "about": "A bad day.", "rules": [rule]}
        self.instance.app[STAGE].use([space], document)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """Return a server as `aiohttp_client` starts one; it ends at once."""
    paused = asyncio.Event()

    async def pause(seconds: float) -> None:
        paused.set()
        await clock.pause(min(seconds, 0.01))

    instance = build(pace="manual", auth="strict", pause=pause)
    client: TestClient[web.Request, web.Application]
    client = TestClient(TestServer(instance.app))
    await client.start_server()
    yield Served(instance, client, paused)
    await asyncio.wait_for(client.close(), 10)
    assert instance.bugs.latest == []


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("reset", ClientConnectionError),
        ("drop-before-headers", ServerDisconnectedError),
        ("drop-mid-body", ClientPayloadError),
        ("malformed-chunk", ClientError),
    ],
)
async def test_aiohttp_sees_what_broke(
    served: Served, kind: str, error: type[Exception]
) -> None:
    served.use(kind=kind)

    with pytest.raises(error):
        await (await served.client.get(STATUS, headers=HEADERS)).read()


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("reset", requests.ConnectionError),
        ("drop-before-headers", requests.ConnectionError),
        ("garbage", requests.ConnectionError),
        ("drop-mid-body", requests.exceptions.ChunkedEncodingError),
        ("malformed-chunk", requests.exceptions.ChunkedEncodingError),
        ("malformed-json", requests.JSONDecodeError),
        ("truncated-json", requests.JSONDecodeError),
        ("html", requests.JSONDecodeError),
        ("empty-answer", requests.JSONDecodeError),
    ],
)
async def test_requests_sees_what_broke(
    served: Served, kind: str, error: type[Exception]
) -> None:
    served.use(kind=kind)
    url = str(served.client.make_url(STATUS))

    def poll() -> object:
        return requests.get(url, headers=HEADERS, timeout=10).json()

    with pytest.raises(error):
        await asyncio.to_thread(poll)


async def test_a_problem_of_another_provider_is_an_error_all_the_same(
    served: Served,
) -> None:
    """A rule for all providers may name what only one of them has."""
    served.use(kind="error", problem="render_failed")

    answer = await served.client.get(STATUS, headers=HEADERS)

    assert answer.status == 503
    assert await answer.json() == {"detail": "An internal error occurred"}
    (exchange,) = served.instance.services.journal.exchanges()
    assert [*exchange.notes] == ["digitalcarbon has no problem render_failed"]


async def test_a_client_gives_up_on_a_hang(served: Served) -> None:
    served.use(kind="hang")

    with pytest.raises(TimeoutError):
        await served.client.get(
            STATUS, headers=HEADERS, timeout=ClientTimeout(total=0.05)
        )


async def test_the_servers_end_waits_for_no_hang(served: Served) -> None:
    """The fixture closes the server while a client still waits."""
    served.use(kind="hang")

    waiting = asyncio.ensure_future(served.client.get(STATUS, headers=HEADERS))
    await served.paused.wait()
    await asyncio.wait_for(served.client.server.close(), 10)

    with pytest.raises(ClientConnectionError):
        await waiting
