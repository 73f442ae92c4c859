"""A server of an invented provider, and a client that sees every raw byte."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import md5
from typing import Any

import pytest

from mockserver.app import build
from mockserver.edge.instance import Instance
from mockserver.edge.staging.stage import STAGE
from mockserver.engine.jobs import Request
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.media.files import MediaFile
from mockserver.providers.call import Call
from mockserver.providers.digitalcarbon import PROVIDER
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes
from mockserver.server.sockets.listener import Listener
from tests.deep import first
from tests.engine.directories import Fleet
from tests.loops import LOOPS
from tests.server.workers import instance_of, listening

KEY = "digitalcarbon-test-key"


def pytest_asyncio_loop_factories() -> Mapping[str, Any]:
    """Try what happens on the wire on each loop that a server may run on."""
    return LOOPS


FILM = bytes(range(48, 58)) * 10
LIFE = Timeline(
    (
        Step("queued", Phase.WAITING, 10.0),
        Step("processing", Phase.RUNNING, 20.0, progress=(0.0, 100.0)),
        Step("completed", Phase.SUCCEEDED),
    )
)


def _routes() -> Routes[Call]:
    table = Routes[Call]()

    @table.post("/films", "generate-video")
    async def make(call: Call) -> Reply:
        """Make a film."""
        await call.body()
        job = call.submit({}, job_id=f"film-{len(call.jobs)}")
        return call.reply({"id": job.id})

    @table.get("/films/{job_id}", "status", subject="job_id", polls=True)
    async def look(call: Call) -> Reply:
        """Look at a film."""
        job = call.find_job()
        return call.reply({"id": job.id, "state": call.moment(job).step.state})

    @table.get("/files/{job_id}.mp4", "video", public="job_id", answers_head=True)
    async def film(call: Call) -> Reply:
        """Serve a film: a hundred digits."""
        job = call.find_job()
        digest = md5(FILM, usedforsecurity=False).hexdigest()
        file = MediaFile(FILM, None, len(FILM), digest, "video/mp4", 1.0)
        return Reply.media(file, modified_s=job.created_at)

    @table.get("/streams/{job_id}", "results", answers_head=True)
    async def stream(call: Call) -> Reply:
        """Tell a film bit by bit."""
        del call
        return Reply(stream=_told(), content_type="application/json")

    return table


async def _told() -> AsyncIterator[bytes]:
    for piece in (b'{"a":1,', b'"b":2,', b'"c":3}'):
        yield piece


@dataclass(slots=True)
class Pauses:
    """Real time that would have passed; a test may hold it up.

    Attributes:
        asked: Each pause in seconds.
        opened: Set while pauses end at once.
        begun: Set once somebody has paused.
    """

    asked: list[float] = field(default_factory=list)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def pause(self, seconds: float) -> None:
        """Let no time pass, but tell that it should have."""
        self.asked.append(seconds)
        self.begun.set()
        await self.opened.wait()
        await asyncio.sleep(0)

    @property
    def total_s(self) -> float:
        """Seconds of all pauses."""
        return sum(self.asked)


@dataclass(frozen=True, slots=True)
class Heard:
    """All that came back on one connection.

    Attributes:
        raw: The bytes.
        ending: `closed` or `reset`.
    """

    raw: bytes
    ending: str

    @property
    def line(self) -> bytes:
        """The status line."""
        return self.raw.partition(b"\r\n")[0]

    @property
    def headers(self) -> dict[str, str]:
        """Names and values, but for those of the server and of today."""
        head = self.raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
        pairs = dict(line.split(": ", 1) for line in head)
        return {k: v for k, v in pairs.items() if k not in {"Server", "Date"}}

    @property
    def body(self) -> bytes:
        """What came after the headers."""
        return self.raw.partition(b"\r\n\r\n")[2]


class Line:
    """One connection of a client that only knows bytes."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.reader, self.writer = reader, writer

    async def read_all(self) -> Heard:
        """Read until the server ends the connection."""
        raw = b""
        try:
            while piece := await self.reader.read(65536):
                raw += piece
        except ConnectionResetError:
            return Heard(raw, "reset")
        return Heard(raw, "closed")

    async def read_head(self) -> bytes:
        """Read up to the end of the headers."""
        return await self.reader.readuntil(b"\r\n\r\n")

    async def hang_up(self) -> None:
        """Leave for good: a connection that is merely closed may still be listening."""
        gone = self.writer.get_extra_info("socket")
        gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.close()
        await self.writer.wait_closed()


@dataclass(slots=True)
class Theatre:
    """A server, and what a test does to it."""

    instance: Instance
    listener: Listener
    pauses: Pauses
    port: int
    lines: list[Line] = field(default_factory=list)

    @property
    def space(self) -> Space:
        """The space of the key that the tests use."""
        space = self.instance.services.spaces.open("digitalcarbon.main")
        space.jobs("digitalcarbon")
        return space

    def film(self) -> str:
        """Have a job made, and return its identifier."""
        request = Request("generate-video", {}, LIFE, job_id="film")
        return self.space.jobs("digitalcarbon").submit(request).id

    def use(self, fault: Mapping[str, Any], **on: Any) -> None:
        """Let a fault act on the calls that fit."""
        self.rule({"on": on or {"operation": "status"}, "fault": fault})

    def rule(self, *rules: Mapping[str, Any]) -> None:
        """Let rules act."""
        document = {"scenario": "play", "about": "A bad day.", "rules": [*rules]}
        self.instance.app[STAGE].use([self.space], document)

    async def call(
        self, target: str, method: str = "GET", body: str = "", **headers: str
    ) -> Line:
        """Send one request on a new connection."""
        line = Line(*await asyncio.open_connection("127.0.0.1", self.port))
        self.lines.append(line)
        await self.again(line, target, method, body, **headers)
        return line

    async def again(
        self, line: Line, target: str, method: str = "GET", body: str = "", **more: str
    ) -> None:
        """Send a request on a connection."""
        said = {"Host": "h", "X-Api-Key": KEY, "Content-Length": str(len(body)), **more}
        head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        request = f"{method} /digitalcarbon{target} HTTP/1.1\r\n{head}\r\n{body}"
        line.writer.write(request.encode())
        await line.writer.drain()

    async def old(self, target: str) -> Line:
        """Send one request as HTTP/1.0 on a new connection."""
        line = Line(*await asyncio.open_connection("127.0.0.1", self.port))
        self.lines.append(line)
        request = f"GET /digitalcarbon{target} HTTP/1.0\r\nX-Api-Key: {KEY}\r\n\r\n"
        line.writer.write(request.encode())
        return line

    async def hear(self, target: str, method: str = "GET", **headers: str) -> Heard:
        """Send one request that asks for the end of the connection; return all."""
        line = await self.call(target, method, Connection="close", **headers)
        return await line.read_all()

    def recorded(self) -> asyncio.Event:
        """Return what is set as soon as the next exchange is in the journal."""
        event = asyncio.Event()
        self.instance.services.journal.on_add(lambda _: event.set())
        return event

    def told(self) -> list[tuple[int, str]]:
        """Return status and rule of each exchange in the journal."""
        kept = self.instance.services.journal.exchanges()
        return [(exchange.status, exchange.fault) for exchange in kept]


Open = Callable[..., Awaitable[Theatre]]


@pytest.fixture(params=first(["direct", "handed over"]))
def way(request: pytest.FixtureRequest) -> str:
    """Return how clients reach the server: at its port, or through another worker."""
    return str(request.param)


@pytest.fixture
async def open_theatre(way: str) -> AsyncIterator[Open]:
    """Return a function that starts a server; a bug of ours fails the test."""
    opened: list[Theatre] = []
    fronts: list[Listener] = []

    async def start(**settings: Any) -> Theatre:
        pauses = Pauses()
        pauses.opened.set()
        provider = replace(
            PROVIDER, routes=_routes(), timelines={"generate-video": LIFE}
        )
        settings = {
            "pause": pauses.pause,
            "served": {"digitalcarbon": provider},
            "pace": "manual",
            **settings,
        }
        if way == "direct":
            instance = build(**settings)
            listener = await listening(instance)
            port = listener.port
        else:
            fleet = Fleet()
            owner, front = fleet.directory("owner"), fleet.directory("front")
            instance = instance_of(owner, fleet, **settings)
            listener = await listening(instance)
            await owner.enter("digitalcarbon.main")
            fronts.append(await listening(instance_of(front, fleet, **settings)))
            port = fronts[-1].port
        opened.append(Theatre(instance, listener, pauses, port))
        return opened[-1]

    yield start
    for theatre in opened:
        for line in theatre.lines:
            line.writer.transport.abort()
    for listener in fronts:
        await asyncio.wait_for(listener.close(), 5)
    for theatre in opened:
        await asyncio.wait_for(theatre.listener.close(), 5)
        assert theatre.instance.bugs.latest == []


@pytest.fixture
async def theatre(open_theatre: Open) -> Theatre:
    """Return a server with one film, `film`, that is never finished by itself."""
    opened = await open_theatre()
    opened.film()
    return opened
