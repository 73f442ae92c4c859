"""Receivers on loopback, and spaces on a wall clock that a test moves itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import pytest

from mockserver.delivery.guard import Guard
from mockserver.delivery.send import Client
from mockserver.engine.spaces import Space, Spaces
from tests.delivery.invented import Office, Pretender, Wall, make_spaces
from tests.delivery.sink import Script, Sink
from tests.loops import LOOPS

MakeSink = Callable[..., Awaitable[Sink]]


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Any]:
    """Try what opens a socket on each loop that a server may run on."""
    is_real = item.path.stem in {"test_carrier", "test_ftp", "test_s3", "test_send"}
    return LOOPS if is_real else {"asyncio": asyncio.new_event_loop}


@pytest.fixture
async def make_sink() -> AsyncIterator[MakeSink]:
    """Start receivers with a script each."""
    sinks: list[Sink] = []

    async def make(*script: Script) -> Sink:
        sinks.append(Sink(*script))
        await sinks[-1].start()
        return sinks[-1]

    yield make
    for sink in sinks:
        await sink.stop()


@pytest.fixture
async def sink(make_sink: MakeSink) -> Sink:
    """A receiver that answers 200."""
    return await make_sink()


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    client = Client(Guard())
    yield client
    await client.close()


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def new_spaces(wall: Wall) -> Callable[[str], Spaces]:
    return partial(make_spaces, wall=wall)


@pytest.fixture
def spaces(new_spaces: Callable[[str], Spaces]) -> Spaces:
    return new_spaces("manual")


@pytest.fixture
def space(spaces: Spaces) -> Space:
    """A space whose clock stands at 1000."""
    return spaces.open("acme.main")


@pytest.fixture
def pretender() -> Pretender:
    return Pretender()


@pytest.fixture
def outbox(pretender: Pretender) -> Office:
    """An outbox that only pretends to send."""
    return Office(pretender)
