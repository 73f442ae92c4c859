"""Servers in which scenarios are played; nobody waits for anything."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from mockserver import resources
from mockserver.app import build
from mockserver.edge.staging.stage import STAGE, Stage
from mockserver.scenarios.written.library import Library
from mockserver.scenarios.written.source import Source
from tests.providers.conftest import Client, Running
from tests.providers.hourone.conftest import Listener
from tests.scenarios.players import PLAYERS, Player

Play = Callable[..., Awaitable[Player]]
Open = Callable[..., Awaitable[Running]]


@pytest.fixture(scope="session", autouse=True)
def _shipped_scenarios_stay_as_they_are() -> Iterator[None]:
    """Fail at the end if any server has changed what all of a process share."""
    yield
    folder, library = Path(str(resources.scenarios())), Library()
    for name in library.names():
        text = (folder / f"{name}.yaml").read_text("utf-8")
        kept, fresh = library.named(name), Source.parse(text, name)
        assert (kept.document, kept.lines) == (fresh.document, fresh.lines), name


@pytest.fixture
def naps() -> list[float]:
    """Return the real seconds that faults would have let pass."""
    return []


@pytest.fixture
async def opened(media_folder: Path, naps: list[float]) -> AsyncIterator[Open]:
    """Return a function that starts a server; a bug of ours fails the test."""
    started: list[Running] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)

    async def start(**settings: Any) -> Running:
        defaults: dict[str, Any] = {"pace": "step", "auth": "strict"}
        instance = build(pause=nap, media_dir=media_folder, **{**defaults, **settings})
        client: Client = TestClient(TestServer(instance.app))
        await client.start_server()
        started.append(Running(instance, client))
        return started[-1]

    yield start
    for running in started:
        undeclared = running.undeclared()
        await running.client.close()
        assert undeclared == set()
        assert running.instance.bugs.latest == []


@pytest.fixture
def player(opened: Open) -> Play:
    """Return a function that makes a provider's customer on a server of its own."""

    async def make(slug: str, *scenarios: object, **settings: Any) -> Player:
        made = PLAYERS[slug](await opened(**settings))
        for scenario in scenarios:
            made.use(scenario)  # type: ignore[arg-type]  # a name or a document
        return made

    return make


@pytest.fixture(scope="session")
def stage() -> Stage:
    """Return a place to read scenarios, with all providers."""
    return build(pace="manual").app[STAGE]


@pytest.fixture(scope="session")
def six() -> Stage:
    """Return the same with six providers that differ, however many there will be."""
    slugs = ("digitalcarbon", "hourone", "idomoo", "impossible", "replicate",
             "stupeflix")  # fmt: skip
    return build(pace="manual", providers=slugs).app[STAGE]


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    """Return an address that answers 200, or the next of its `statuses`."""
    heard = Listener()

    async def receive(request: web.Request) -> web.Response:
        heard.seen.append((dict(request.headers), await request.read()))
        return web.Response(status=heard.statuses.pop(0) if heard.statuses else 200)

    app = web.Application(client_max_size=64 << 20)
    app.router.add_post("/hook", receive)
    server = TestServer(app)
    await server.start_server()
    heard.url = str(server.make_url("/hook"))
    yield heard
    await server.close()
