"""A server of one or more providers inside the test, driven over HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from mockserver.app import build
from mockserver.edge.house import House
from mockserver.engine.spaces import Space

Client = TestClient[web.Request, web.Application]
Serve = Callable[..., Awaitable["Running"]]


@dataclass(frozen=True, slots=True)
class Running:
    """A server, a client for it, and the house behind it."""

    house: House
    client: Client

    @property
    def origin(self) -> str:
        """Return `http://127.0.0.1:PORT`."""
        return str(self.client.make_url("/")).rstrip("/")

    def space(self, slug: str, account: str) -> Space:
        """Return the space of a fixture account, with the provider in it."""
        space = self.house.services.spaces.open(f"{slug}.{account}")
        space.jobs(slug)
        return space

    async def settle(self, space: Space) -> None:
        """Carry out everything that is due in a space."""
        await self.house.services.outbox.settle(space)


@pytest.fixture(scope="session")
def media_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one cache of clips for all tests of a worker."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture
async def serve(media_folder: Path) -> AsyncIterator[Serve]:
    """Return a function that starts a server: `await serve(pace="manual", ...)`.

    Keywords are fields of `Config`; our own answers are held against their schemas,
    and a bug of ours fails the test.
    """
    started: list[Running] = []

    async def start(**settings: Any) -> Running:
        defaults = {"pace": "manual", "auth": "strict", "media_dir": media_folder}
        house = build(checks_replies=True, **{**defaults, **settings})
        client: Client = TestClient(TestServer(house.app))
        await client.start_server()
        started.append(Running(house, client))
        return started[-1]

    yield start
    for running in started:
        await running.client.close()
        assert running.house.bugs.latest == []
