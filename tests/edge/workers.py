"""Workers of one fleet in one process, on a real Redis, each with its listener."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession

from mockserver.app import build
from mockserver.edge.instance import Instance
from mockserver.engine.sharing import Sharing
from mockserver.engine.store.redis import RedisDirectory
from mockserver.engine.store.redis.scripts import ROLL
from mockserver.server.fleet.asking import Asking
from mockserver.server.sockets.listener import Listener, bind

API = "/_mock/api"
JOBS = "/digitalcarbon/v1-beta/generate-video"
ORDER = {
    "files": [{"url": "https://example.com/1.jpg"}],
    "template_params": {
        "template_id": "ActiveListing1",
        "property_details": {"address": "1 Main St", "price": "$5"},
    },
}


@dataclass
class FleetWorker:
    """One worker, and what asks it.

    Attributes:
        instance: Its server.
        listener: Where it serves.
        session: The client of all.
    """

    instance: Instance
    listener: Listener
    session: ClientSession

    @property
    def directory(self) -> RedisDirectory:
        directory = self.instance.services.spaces.directory
        assert isinstance(directory, RedisDirectory)
        return directory

    @property
    def id(self) -> str:
        return self.directory.me.id

    @property
    def spaces(self) -> list[str]:
        """The spaces that it has open, by name."""
        return sorted(one.id for one in self.instance.services.spaces)

    async def ask(self, path: str, body: Any = None, method: str = "") -> Any:
        """Return what the control API answers, which has to be good."""
        status, said = await self.said(path, body, method)
        assert status < 300, said
        return said

    async def said(
        self, path: str, body: Any = None, method: str = "", key: str = ""
    ) -> tuple[int, Any]:
        method = method or ("GET" if body is None else "POST")
        path = path if path.startswith("/digitalcarbon") else API + path
        headers = {"X-API-Key": key} if key else {}
        url = f"http://127.0.0.1:{self.listener.port}{path}"
        asked = self.session.request(method, url, json=body, headers=headers)
        async with await asked as response:
            is_json = response.content_type == "application/json"
            return response.status, await (
                response.json() if is_json else response.text()
            )

    async def create(self, key: str) -> str:
        """Order a film in the space of a key; return its job."""
        status, said = await self.said(JOBS, ORDER, key=key)
        assert status == 200
        return str(said["job_id"])

    async def beat(self) -> None:
        sharing = Sharing.of(self.instance.services.spaces)
        assert sharing is not None
        await sharing.beat()

    async def give_up(self) -> None:
        """Let everything that is here be nobody's."""
        for space in self.spaces:
            await self.instance.services.spaces.give_up(space)

    async def die(self) -> None:
        """Be dead for all others, and know nothing of it."""
        await self.directory._line.ask("ZADD", ROLL, 1, self.id)


Start = Callable[..., Awaitable[FleetWorker]]


@pytest.fixture
async def start(redis_url: str) -> AsyncIterator[Start]:
    """Return what starts workers on one store; their leases outlast every test."""
    session = ClientSession()
    started: list[FleetWorker] = []

    async def make(**settings: Any) -> FleetWorker:
        defaults = {"store": redis_url, "lease_s": 600.0, "pace": "manual", "seed": 1}
        instance = build(checks_replies=True, **{**defaults, **settings})
        worker = FleetWorker(
            instance, Listener(instance, bind("127.0.0.1", 0)), session
        )
        # On one machine there is one clock; how long Redis takes must not decide.
        worker.directory._register._read = lambda _: None  # type: ignore[method-assign,assignment]  # as said
        await worker.listener.start()
        started.append(worker)
        return worker

    yield make
    for one in started:
        await one.listener.close()
    await session.close()
    assert [bug for one in started for bug in one.instance.bugs.latest] == []


@pytest.fixture
async def three(start: Start) -> list[FleetWorker]:
    """Three workers that know each other."""
    workers = [await start(), await start(), await start()]
    for worker in workers:
        await worker.beat()
    return workers


def impatient(worker: FleetWorker) -> None:
    """Let a worker wait for nobody who cannot be reached.

    Who can be is looked after only seldom: how busy the machine is must not decide.
    """

    def is_alive(other: Any) -> bool:
        return any(one.id == other.id for one in worker.directory.workers())

    async def pause(seconds: float) -> None:
        assert seconds >= 0

    worker.instance.neighbours = Asking(is_alive, pause, look_s=10.0, limit_s=0.0)
