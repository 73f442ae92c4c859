"""What has just been handed over goes the same way again, and loses nothing there."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from mockserver.engine.clock import pause as real_pause
from mockserver.engine.store.directory import Worker
from mockserver.server.fleet.handover import HandOver
from tests.server.fleet.test_handover import NONE, SPACE, Pair, get, pair, post

__all__ = ["pair"]

ASKED = get(f"/{NONE}/status", close=False)
TOLD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
# Kinds of frames: bytes, and how an answer has ended.
KEEP, CLOSE, RESET = (struct.pack(">BI", kind, 0) for kind in (1, 2, 3))


def framed(data: bytes) -> bytes:
    return struct.pack(">BI", 0, len(data)) + data


@dataclass
class Client:
    """A client on one connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, raw: bytes = ASKED) -> bytes:
        """Return the answer to a request, which has a length."""
        self.writer.write(raw)
        return await self.answer()

    async def answer(self) -> bytes:
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 20)
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        return head + await self.reader.readexactly(int(length))


@dataclass
class Scripted:
    """Another worker that does as it is told, and never has the space.

    Attributes:
        worker: What the register says of it.
        asked: What has come, without greetings.
        acts: What it does with each request, in order; then it answers.
        left: How many connections have ended.
    """

    worker: Worker
    asked: list[bytes] = field(default_factory=list)
    acts: list[Callable[[asyncio.StreamWriter], Awaitable[None]]] = field(
        default_factory=list
    )
    left: int = 0
    tasks: list[Any] = field(default_factory=list)

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.tasks.append(asyncio.current_task())
        try:
            await reader.readuntil(b"\r\n")  # the greeting
            while True:
                self.asked.append(await reader.readuntil(b"\r\n\r\n"))
                act = self.acts.pop(0) if self.acts else answer
                await act(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.left += 1
        finally:
            writer.transport.abort()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def answer(writer: asyncio.StreamWriter) -> None:
    writer.write(framed(TOLD) + KEEP)


async def until(is_so: Callable[[], object]) -> None:
    """Return once something is so that is on its way."""
    async with asyncio.timeout(20):
        while not is_so():
            await real_pause(0.01)


@pytest.fixture
async def client(pair: Pair) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", pair.port)
    yield Client(reader, writer)
    writer.transport.abort()
    with suppress(ConnectionError):
        await writer.wait_closed()


@pytest.fixture
async def other(pair: Pair) -> AsyncIterator[Scripted]:
    """Whoever has the space, as far as the front knows; it looks every moment."""
    scripted = Scripted(Worker("other", "", 0.0))
    server = await asyncio.start_server(scripted.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    scripted.worker = Worker("other", f"secret@127.0.0.1:{port}", 0.0)
    pair.fleet.workers["other"] = pair.fleet.owners[SPACE] = scripted.worker
    directory: Any = pair.front.services.spaces.directory

    def is_alive(worker: Worker) -> bool:
        return worker.id in pair.fleet.workers

    pair.front.hand_over = HandOver(
        is_alive,
        lambda _: real_pause(0),
        look_s=0.01,
        is_leaving=lambda: pair.front.is_leaving,
        is_trusted=directory.is_current,
        known_s=600.0,
    )
    yield scripted
    server.close()
    pair.front.hand_over.close()
    for task in scripted.tasks:
        task.cancel()
    await asyncio.gather(*scripted.tasks, return_exceptions=True)


def relayed(pair: Pair) -> int:
    """Return how many answers have come back of requests that went on unread."""
    assert isinstance(pair.front.hand_over, HandOver)
    return pair.front.hand_over.relays.count


async def test_a_read_that_comes_again_goes_on_unread(
    pair: Pair, client: Client
) -> None:
    """The owner answers as before, and knows from whom it comes; nobody is asked."""
    first = await client.ask()
    directory: Any = pair.front.services.spaces.directory
    directory.asked.clear()

    again = [await client.ask() for _ in range(5)]

    assert {first.partition(b"\r\nDate: ")[0]} == {
        one.partition(b"\r\nDate: ")[0] for one in again
    }
    assert pair.exchanges == [("GET", 404)] * 6
    assert relayed(pair) == 5
    assert directory.asked == []
    exchanges = [*pair.owner.services.journal.exchanges()]
    assert {tuple(one.request_headers) for one in exchanges} == {
        (("Host", "h"), ("X-API-Key", "digitalcarbon-test-key"))
    }


async def test_what_the_owner_remembers_comes_back_whole(
    pair: Pair, client: Client
) -> None:
    """Also on several connections at once; each answer is in the journal."""
    made = await client.ask(post(close=False))
    job = made.partition(b'"job_id":"')[2].partition(b'"')[0].decode()
    asked = get(f"/{job}/status", close=False)

    told = [await client.ask(asked) for _ in range(6)]

    assert all(one.endswith(b'\r\n\r\n{"status":"queued"}') for one in told)
    assert pair.exchanges == [("POST", 200), *[("GET", 200)] * 6]


async def test_what_comes_meanwhile_is_answered_afterwards(
    pair: Pair, client: Client
) -> None:
    """In the order in which it was asked, though it comes in odd pieces."""
    await client.ask()

    client.writer.write(ASKED)
    await client.writer.drain()
    client.writer.write(ASKED[:20])
    await client.writer.drain()
    client.writer.write(ASKED[20:] + post(close=False))
    answers = [await client.answer() for _ in range(3)]

    assert [one[9:12] for one in answers] == [b"404", b"404", b"200"]
    assert pair.exchanges == [*[("GET", 404)] * 3, ("POST", 200)]


async def test_what_comes_while_nobody_has_answered_waits(
    client: Client, other: Scripted
) -> None:
    is_free = asyncio.Event()

    async def hold(writer: asyncio.StreamWriter) -> None:
        await is_free.wait()
        await answer(writer)

    await client.ask()
    other.acts.append(hold)
    client.writer.write(ASKED)
    await until(lambda: len(other.asked) == 2)
    client.writer.write(ASKED + ASKED)
    await client.writer.drain()
    is_free.set()

    assert [await client.answer() for _ in range(3)] == [TOLD] * 3
    assert len(other.asked) == 4


async def test_a_worker_that_ends_over_it_is_replaced(
    pair: Pair, client: Client, other: Scripted
) -> None:
    """Nothing had come: the request is read now, and answered by who has the space."""

    async def die(writer: asyncio.StreamWriter) -> None:
        del pair.fleet.owners[SPACE]
        writer.transport.abort()

    await client.ask()
    other.acts.append(die)

    told = await client.ask()

    assert told.startswith(b"HTTP/1.1 404")
    assert [one.status for one in pair.front.services.journal.exchanges()] == [404]


async def test_a_worker_that_lives_no_more_is_not_waited_for(
    pair: Pair, client: Client, other: Scripted
) -> None:
    """Its connection stands, and nothing comes."""

    async def fall_silent(writer: asyncio.StreamWriter) -> None:
        del writer
        del pair.fleet.owners[SPACE], pair.fleet.workers["other"]

    await client.ask()
    other.acts.append(fall_silent)

    told = await client.ask()

    assert told.startswith(b"HTTP/1.1 404")


async def test_half_of_an_answer_is_not_followed_by_another_one(
    pair: Pair, client: Client, other: Scripted
) -> None:
    """The client's connection is reset, as if it were that of the one that has died."""

    async def stop(writer: asyncio.StreamWriter) -> None:
        writer.write(framed(TOLD[:20]))
        await writer.drain()
        await real_pause(0.05)
        writer.transport.abort()

    await client.ask()
    other.acts.append(stop)
    client.writer.write(ASKED)

    said = await asyncio.wait_for(client.reader.readexactly(20), 20)
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(client.reader.read(), 20)
    assert said == TOLD[:20]
    assert len(pair.front.services.journal) == 0


@pytest.mark.parametrize(("ending", "is_reset"), [(CLOSE, False), (RESET, True)])
async def test_connections_end_as_they_do_there(
    client: Client, other: Scripted, ending: bytes, is_reset: bool
) -> None:
    async def end(writer: asyncio.StreamWriter) -> None:
        writer.write(framed(b"HTTP/1.1 2") + ending)

    await client.ask()
    other.acts.append(end)
    client.writer.write(ASKED)

    was_reset = False
    try:
        said = await asyncio.wait_for(client.reader.read(), 20)
    except ConnectionResetError:
        was_reset = True
    else:
        assert said == b"HTTP/1.1 2"
    assert was_reset == is_reset


async def test_nobody_works_for_a_client_that_has_left(
    pair: Pair, client: Client, other: Scripted
) -> None:
    async def wait(writer: asyncio.StreamWriter) -> None:
        del writer

    await client.ask()
    other.acts.append(wait)
    client.writer.write(ASKED)
    await until(lambda: len(other.asked) == 2)

    client.writer.transport.abort()

    await until(lambda: other.left == 1)
    assert pair.fleet.owners[SPACE] == other.worker


async def test_who_asks_nothing_more_still_gets_the_answer(
    client: Client, other: Scripted
) -> None:
    """Some clients close their half of the connection when they have asked."""
    is_free = asyncio.Event()

    async def hold(writer: asyncio.StreamWriter) -> None:
        await is_free.wait()
        await answer(writer)

    await client.ask()
    other.acts.append(hold)
    client.writer.write(ASKED)
    client.writer.write_eof()
    await until(lambda: len(other.asked) == 2)
    is_free.set()

    assert await asyncio.wait_for(client.reader.read(), 20) == TOLD


async def test_who_may_be_dead_for_others_finds_out_first(
    pair: Pair, client: Client, other: Scripted
) -> None:
    """It was suspended; what it knows is of the past."""
    await client.ask()
    directory: Any = pair.front.services.spaces.directory
    directory.is_late = True
    directory.asked.clear()

    assert await client.ask() == TOLD
    assert directory.asked == [SPACE]
    assert relayed(pair) == 0


async def test_who_is_leaving_says_so(
    pair: Pair, client: Client, other: Scripted
) -> None:
    """The owner is told that the connection ends, and says it to the client."""
    await client.ask()
    pair.front.is_leaving = True

    await client.ask()

    assert b"\r\nConnection: close\r\n" in other.asked[-1]


async def test_a_server_that_ends_waits_for_what_is_on_its_way(
    pair: Pair, client: Client, other: Scripted
) -> None:
    """As for what it answers itself."""

    async def be_slow(writer: asyncio.StreamWriter) -> None:
        await real_pause(0.05)
        await answer(writer)

    await client.ask()
    other.acts.append(be_slow)
    client.writer.write(ASKED)
    await until(lambda: len(other.asked) == 2)
    ending = asyncio.create_task(pair.listeners[1].close())

    assert await client.answer() == TOLD
    await ending


async def test_long_answers_wait_for_their_client(
    client: Client, other: Scripted
) -> None:
    """Who reads slowly makes the other worker wait, and misses nothing."""
    body = b"x" * (8 << 20)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)

    async def say_much(writer: asyncio.StreamWriter) -> None:
        writer.write(framed(head) + framed(body) + KEEP)
        await writer.drain()

    await client.ask()
    other.acts.append(say_much)
    client.writer.write(ASKED)
    await until(lambda: len(other.asked) == 2)

    assert await client.answer() == head + body
    assert await client.ask() == TOLD
