"""A worker that ends gives its spaces to others, and answers to the last."""

import asyncio
from typing import Any

from mockserver.engine.clock import monotonic_s, pause
from mockserver.engine.store.redis import bury
from mockserver.server.fleet.draining import LOOK_S, linger
from tests.edge.workers import JOBS, FleetWorker, Start, start, three

__all__ = ["start", "three"]

KEY = "key-alpha"


async def until(is_so: Any) -> None:
    """Return once something is so that is on its way."""
    async with asyncio.timeout(20):
        while not is_so():
            await pause(0.01)


async def ended(task: asyncio.Task[None]) -> None:
    """Cancel a task; until Python 3.12, what it waits for may lose that once."""
    async with asyncio.timeout(20):
        while not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=0.05)


async def spoken(worker: FleetWorker, path: str) -> bytes:
    """Return all that comes on a connection that the client would keep."""
    reader, writer = await asyncio.open_connection("127.0.0.1", worker.listener.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: h\r\nX-API-Key: {KEY}\r\n\r\n".encode())
    said = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    return said


async def test_spaces_are_given_up_and_somebody_else_answers(
    three: list[FleetWorker],
) -> None:
    one, two, _ = three
    job = await one.create(KEY)
    other = await one.create("key-beta")

    await one.listener.drain()

    assert one.spaces == []
    assert one.directory.held() == []
    shown = await two.said(f"{JOBS}/{job}/status", key=KEY)
    assert shown == (200, {"status": "queued"})
    assert (await two.ask(f"/jobs/{other}"))["id"] == other


async def test_who_still_asks_is_answered_by_another_and_told_to_go(
    three: list[FleetWorker],
) -> None:
    """Also for a space that nobody has: this one takes none."""
    one, two, three_ = three
    job = await one.create(KEY)
    one.instance.is_leaving = True
    await one.directory.retire()
    await one.instance.services.spaces.give_up(one.spaces[0])

    said = await spoken(one, f"{JOBS}/{job}/status")
    nothing = await spoken(one, "/digitalcarbon/nowhere")

    assert said.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nConnection: close\r\n" in said
    assert b"\r\nConnection: close\r\n" in nothing
    assert one.spaces == []
    assert len(two.spaces + three_.spaces) == 1


async def test_the_last_one_keeps_what_it_has_until_it_ends(start: Start) -> None:
    """There is nobody to give it to; the store has it afterwards."""
    last = await start()
    job = await last.create(KEY)

    await last.listener.drain()
    await last.listener.close()

    late = await start()
    assert (await late.ask(f"/jobs/{job}"))["id"] == job


async def test_a_worker_that_leaves_is_known_to_take_nothing(
    three: list[FleetWorker],
) -> None:
    """The others know at once, not with their next beat."""
    one, two, _ = three
    await one.directory.retire()

    await until(lambda: len(two.directory.takers()) == 1)

    assert {worker.id for worker in two.directory.workers()} == {
        worker.id for worker in three
    }


async def test_spaces_of_one_that_has_ended_are_free_at_once(
    start: Start, redis_url: str
) -> None:
    """Whoever has started it has seen it end; its lease would say so much later."""
    one, two = await start(), await start()
    await two.beat()
    job = await one.create(KEY)
    assert one.directory._ear is not None
    await ended(one.directory._ear)  # the dead hear nothing

    await bury(redis_url, one.id)
    await until(lambda: len(two.directory.workers()) == 1)
    shown = await two.said(f"{JOBS}/{job}/status", key=KEY)

    assert shown == (200, {"status": "queued"})
    assert len(two.spaces) == 1


async def test_connections_are_waited_for_until_they_are_gone() -> None:
    left = [2, 1, 0, 5]

    await linger(lambda: left.pop(0), monotonic_s())

    assert left == [5]


async def test_who_has_just_connected_may_still_ask(three: list[FleetWorker]) -> None:
    """The request is on its way when the worker is told to end, and answered."""
    one, _, _ = three
    job = await one.create(KEY)
    reader, writer = await asyncio.open_connection("127.0.0.1", one.listener.port)
    await until(one.listener._runner.clients)
    ending = asyncio.create_task(one.listener.drain())
    await until(lambda: not one.directory.held())
    for _ in range(20):
        await pause(LOOK_S)
    assert not ending.done()

    asked = f"GET {JOBS}/{job}/status HTTP/1.1\r\nHost: h\r\nX-API-Key: {KEY}\r\n\r\n"
    writer.write(asked.encode())
    said = await asyncio.wait_for(reader.read(), 20)

    assert said.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nConnection: close\r\n" in said
    writer.close()
    await asyncio.wait_for(ending, 20)
