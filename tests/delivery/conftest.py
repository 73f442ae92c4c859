"""Receivers on loopback, and spaces on a wall clock that a test moves itself."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from mockserver.delivery.guard import Guard
from mockserver.delivery.outbox import Outbox
from mockserver.delivery.send import Client
from mockserver.engine.clock import Pace
from mockserver.engine.spaces import Space, Spaces, SpaceSettings
from mockserver.engine.store.memory import MemoryStore
from tests.delivery.invented import CONDUCT, NoScript, Pretender, Wall
from tests.delivery.sink import Script, Sink

MakeSink = Callable[..., Awaitable[Sink]]


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
def make_spaces(wall: Wall) -> Callable[[str], Spaces]:
    def make(pace: str) -> Spaces:
        return Spaces(
            SpaceSettings(pace=Pace.parse(pace), wall=wall, epoch_s=1000.0),
            store=MemoryStore(),
            conduct=lambda space, slug: CONDUCT,
            make_script=NoScript,
            populate=lambda space, slug: None,
        )

    return make


@pytest.fixture
def spaces(make_spaces: Callable[[str], Spaces]) -> Spaces:
    return make_spaces("manual")


@pytest.fixture
def space(spaces: Spaces) -> Space:
    """A space whose clock stands at 1000."""
    return spaces.open("acme.main")


@pytest.fixture
def pretender() -> Pretender:
    return Pretender()


@pytest.fixture
def outbox(pretender: Pretender) -> Outbox:
    """An outbox that only pretends to send."""
    return Outbox(pretender)
