"""A request goes on to the worker that has its space; the client sees no difference."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from mockserver.edge.instance import Instance
from mockserver.edge.staging.stage import STAGE
from mockserver.engine.clock import pause
from mockserver.engine.store.directory import Worker
from mockserver.server.fleet.handover import HandOver
from mockserver.server.sockets.listener import Listener
from tests.engine.directories import FakeDirectory, Fleet
from tests.server.workers import instance_of, listening

SPACE = "digitalcarbon.main"
KEY = "X-API-Key: digitalcarbon-test-key\r\n"
JOBS = "/digitalcarbon/v1-beta/generate-video"
ORDER = {
    "files": [{"url": "https://example.com/1.jpg"}],
    "template_params": {
        "template_id": "ActiveListing1",
        "property_details": {"address": "1 Main St", "price": "$5"},
    },
}
NONE = "00000000-0000-4000-8000-000000000099"
BODY = json.dumps(ORDER).encode()


@dataclass
class Pair:
    """A worker that has the space, and one whom the client has reached.

    Attributes:
        fleet: What both share.
        owner: Has the space.
        front: Has nothing.
        port: Of the front.
        owners_port: Of the owner.
        listeners: What serves the two.
    """

    fleet: Fleet
    owner: Instance
    front: Instance
    port: int
    owners_port: int
    listeners: Sequence[Listener] = ()

    async def say(self, *parts: bytes, port: int = 0) -> bytes:
        """Send bytes on one connection; return all that comes until it ends."""
        port = port or self.port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for part in parts:
            writer.write(part)
            await writer.drain()
            await turns()
        said = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        return said

    @property
    def exchanges(self) -> list[tuple[str, int]]:
        """What is in the owner's journal, oldest first."""
        kept = [*self.owner.services.journal.exchanges()]
        return [(one.method, one.status) for one in sorted(kept, key=_id)]


async def turns() -> None:
    """Let everything happen that is on its way."""
    for _ in range(100):
        await asyncio.sleep(0)


def _id(exchange: Any) -> Any:
    return exchange.number


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    fleet = Fleet()
    directories = fleet.directory("owner"), fleet.directory("front")
    owner, front = (
        instance_of(one, fleet, pace="manual", checks_replies=True)
        for one in directories
    )
    listeners = await listening(owner), await listening(front)
    await directories[0].enter(SPACE)
    ports = listeners[1].port, listeners[0].port
    yield Pair(fleet, owner, front, *ports, listeners)
    for listener in reversed(listeners):
        await listener.close()
    assert [*owner.bugs.latest, *front.bugs.latest] == []


def post(headers: str = "", body: bytes = BODY, *, close: bool = True) -> bytes:
    ending = "Connection: close\r\n" if close else ""
    length = "" if "chunked" in headers else f"Content-Length: {len(body)}\r\n"
    head = f"POST {JOBS} HTTP/1.1\r\nHost: h\r\n{KEY}{length}{headers}{ending}\r\n"
    return head.encode() + body


def get(path: str = "", method: str = "GET", *, close: bool = True) -> bytes:
    ending = "Connection: close\r\n" if close else ""
    return f"{method} {JOBS}{path} HTTP/1.1\r\nHost: h\r\n{KEY}{ending}\r\n".encode()


async def test_the_owner_answers_and_keeps_the_exchange(pair: Pair) -> None:
    """The front keeps none."""
    said = await pair.say(post())

    assert said.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"job_id" in said
    assert pair.exchanges == [("POST", 200)]
    assert len(pair.front.services.journal) == 0


async def test_an_answer_has_nothing_more_and_nothing_less(pair: Pair) -> None:
    """Byte for byte what the owner itself would have said."""
    handed = await pair.say(get(f"/{NONE}/status"))

    direct = await pair.say(get(f"/{NONE}/status"), port=pair.owners_port)

    assert handed == direct
    assert handed.startswith(b"HTTP/1.1 404")


async def test_requests_that_come_at_once_are_answered_in_order(pair: Pair) -> None:
    """On one connection here, and on one connection there."""
    said = await pair.say(
        post(close=False) + get(f"/{NONE}/status", close=False) + post()
    )

    lines = [line for line in said.split(b"\r\n") if b"HTTP/1.1" in line]
    assert [line.rpartition(b"HTTP/1.1 ")[2][:3] for line in lines] == [
        b"200",
        b"404",
        b"200",
    ]
    assert pair.exchanges == [("POST", 200), ("GET", 404), ("POST", 200)]


async def test_a_line_to_the_owner_is_used_again(pair: Pair) -> None:
    """A greeting and a connection for each request would cost more than the request."""
    opened = list[None]()
    inner = pair.fleet.workers["owner"].address
    port = int(inner.rpartition(":")[2])
    through = await asyncio.start_server(counting(opened, port), "127.0.0.1", 0)
    secret = inner.partition("@")[0]
    place = f"{secret}@127.0.0.1:{through.sockets[0].getsockname()[1]}"
    directory: Any = pair.owner.services.spaces.directory
    directory.me = pair.fleet.owners[SPACE] = Worker("owner", place, 0.0)

    first = await pair.say(post(close=False) + get(f"/{NONE}/status"))

    through.close()
    assert first.count(b"HTTP/1.1 ") == 2
    assert len(opened) == 1


async def test_a_body_in_chunks_goes_on_in_chunks(pair: Pair) -> None:
    half = len(BODY) // 2
    chunks = b"".join(
        b"%x\r\n%b\r\n" % (len(part), part) for part in (BODY[:half], BODY[half:], b"")
    )

    said = await pair.say(
        post("Transfer-Encoding: chunked\r\n", b""), chunks[:50], chunks[50:]
    )

    assert said.startswith(b"HTTP/1.1 200")


async def test_who_expects_to_be_asked_for_the_body_is_asked_once(pair: Pair) -> None:
    asked = post("Expect: 100-continue\r\n")

    said = await pair.say(asked[: -len(BODY)], BODY)

    assert said.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert said.count(b"100 Continue") == 1


async def test_a_long_body_arrives_whole(pair: Pair) -> None:
    """Longer than what is kept for a second try."""
    long = json.dumps({**ORDER, "client_data": "x" * (3 << 20)}).encode()

    said = await pair.say(post(body=long))

    assert said[:9] == b"HTTP/1.1 "
    (exchange,) = pair.owner.services.journal.exchanges()
    assert exchange.request_bytes == len(long)


async def test_an_answer_may_come_before_the_body(pair: Pair) -> None:
    """A refusal does not wait for the rest."""
    head = f"POST {JOBS} HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n{KEY}\r\n"
    use(pair, {"kind": "error", "status": 503})
    reader, writer = await asyncio.open_connection("127.0.0.1", pair.port)

    writer.write(head.encode() + b"{")
    said = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    writer.transport.abort()

    assert said.startswith(b"HTTP/1.1 503")


async def test_a_client_of_old_is_answered_as_it_asks(pair: Pair) -> None:
    said = await pair.say(f"GET {JOBS}/{NONE}/status HTTP/1.0\r\n{KEY}\r\n".encode())

    assert said.startswith(b"HTTP/1.0 404")


async def test_a_head_is_answered_without_a_body(pair: Pair) -> None:
    """Though its length is that of one."""
    said = await pair.say(get(f"/{NONE}/status", method="HEAD"))

    assert said.endswith(b"\r\n\r\n")


async def test_a_header_of_the_clients_own_is_no_hop(pair: Pair) -> None:
    """Ours is the first one, and the only one that is taken off."""
    said = await pair.say(post("X-Mock-Hop: mine\r\n"))

    (exchange,) = pair.owner.services.journal.exchanges()
    assert said.startswith(b"HTTP/1.1 200")
    assert ("X-Mock-Hop", "mine") in exchange.request_headers


async def test_a_worker_that_nobody_can_reach_any_more_is_replaced(
    pair: Pair,
) -> None:
    """The front asks again who has the space, and has it itself then."""
    rests: list[float] = []

    async def rest(seconds: float) -> None:
        rests.append(seconds)
        del pair.fleet.owners[SPACE]

    pair.fleet.owners[SPACE] = Worker("gone", "secret@127.0.0.1:1", 0.0)
    pair.front.hand_over = HandOver(lambda _: True, rest)

    said = await pair.say(post())

    assert said.startswith(b"HTTP/1.1 200")
    assert rests == [0.25]
    assert len(pair.front.services.journal) == 1


async def test_a_worker_that_dies_over_a_request_is_replaced(pair: Pair) -> None:
    """Nothing of an answer had come: the request, body and all, is done again."""

    async def die(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(BODY[-20:])
        del pair.fleet.owners[SPACE]
        writer.transport.abort()

    dying = await asyncio.start_server(die, "127.0.0.1", 0)
    port = dying.sockets[0].getsockname()[1]
    pair.fleet.owners[SPACE] = Worker("dying", f"secret@127.0.0.1:{port}", 0.0)

    said = await pair.say(post())

    dying.close()
    assert said.startswith(b"HTTP/1.1 200")
    assert len(pair.front.services.journal) == 1


async def test_a_worker_that_has_left_the_register_is_not_waited_for(
    pair: Pair,
) -> None:
    """It has taken the request, and says nothing, but is known to be no more."""

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(BODY[-20:])
        pair.fleet.owners.pop(SPACE, None)
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(hear, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    pair.fleet.owners[SPACE] = Worker("silent", f"secret@127.0.0.1:{port}", 0.0)
    pair.front.hand_over = HandOver(lambda _: False, pause, look_s=0.01)

    said = await pair.say(post())

    silent.close()
    assert said.startswith(b"HTTP/1.1 200")


async def test_a_worker_that_ends_over_a_request_does_not_end_the_clients(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits no longer for what is stuck there; another one answers that anew."""
    stuck = asyncio.Event()
    directory = pair.owner.services.spaces.directory
    assert isinstance(directory, FakeDirectory)
    monkeypatch.setattr(directory, "beat", stuck.wait)
    directory.is_late = True
    asked = asyncio.create_task(pair.say(post()))
    await turns()
    pair.owner.is_leaving = True
    del pair.fleet.owners[SPACE]

    await pair.listeners[0].close()

    assert (await asked).startswith(b"HTTP/1.1 200")


async def test_the_inner_door_is_for_workers_only(pair: Pair) -> None:
    """Who does not know its secret is not answered at all."""
    port = int(pair.owner.inner.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    writer.write(b"MOCK " + b"x" * 200 + b"\r\n" + post())
    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    writer.close()

    assert len(pair.owner.services.journal) == 0


async def test_two_workers_that_point_at_each_other_stop_that() -> None:
    """After four hops, it is the provider's refusal, marked as ours."""
    here, there = Fleet(), Fleet()
    one = instance_of(here.directory("one"), here, pace="manual")
    two = instance_of(there.directory("two"), there, pace="manual")
    listeners = await listening(one), await listening(two)
    here.owners[SPACE] = there.workers["two"]
    there.owners[SPACE] = here.workers["one"]
    pair = Pair(here, one, two, listeners[0].port, 0)

    said = await pair.say(get(f"/{NONE}/status"))

    for listener in listeners:
        await listener.close()
    assert b"X-Mock-Trouble: 4 workers have handed the request over" in said


def counting(opened: list[None], port: int) -> Any:
    """Return what passes connections on to a port, and counts them."""

    async def passed(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        opened.append(None)
        far = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_copied(reader, far[1]), _copied(far[0], writer))

    return passed


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()


def use(pair: Pair, fault: dict[str, Any]) -> None:
    """Let a fault act on creates."""
    space = pair.owner.services.spaces.open(SPACE)
    space.jobs("digitalcarbon")
    rule = {"on": {"operation": "generate-video"}, "fault": fault}
    document = {"scenario": "play", "about": "A bad day.", "rules": [rule]}
    pair.owner.app[STAGE].use([space], document)


async def test_whom_a_worker_meets_after_its_end_is_another_ones(pair: Pair) -> None:
    """What came to its inner door a moment before gets no answer, and no refusal.

    Its store is closed by then; whoever has handed the request over asks another one.
    """
    hop = b'X-Mock-Hop: ["http",["127.0.0.1",1],["127.0.0.1",2],1,null]\r\n'
    secret, _, place = pair.owner.inner.partition("@")
    reader, writer = await asyncio.open_connection(*place.split(":"))
    line, _, rest = get(f"/{NONE}/status").partition(b"\r\n")
    await turns()

    await pair.listeners[0].close()
    writer.write(f"MOCK {secret}\r\n".encode() + line + b"\r\n" + hop + rest)
    said = await asyncio.wait_for(reader.read(), 10)

    assert said == b""
    writer.close()
