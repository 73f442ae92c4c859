"""The stream of events, and what it costs when nobody listens."""

import asyncio
import json
import socket
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientResponse

from mockserver.edge import events
from mockserver.edge.api import streams
from mockserver.edge.api.endpoints import Control
from mockserver.edge.events import KINDS, Event, Subscription
from mockserver.engine.spaces import Space
from tests.edge.conftest import Running


class Stream:
    """What a listener reads.

    Attributes:
        last: How the latest event is named.
    """

    def __init__(self, response: ClientResponse) -> None:
        self.response, self.last = response, ""

    async def raw(self) -> str:
        """Return the next block, without the empty line after it."""
        block = await self.response.content.readuntil(b"\n\n")
        return block.decode().removesuffix("\n\n")

    async def event(self) -> tuple[str, Any]:
        """Return kind and document of the next event."""
        *name, kind, data = (await self.raw()).split("\n")
        self.last = name[0].removeprefix("id: ") if name else ""
        return kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))


@asynccontextmanager
async def _listen(
    server: Running, last: str = "", **query: str
) -> AsyncIterator[Stream]:
    headers = {"Last-Event-ID": last} if last else {}
    path = "/_mock/api/events"
    response = await server.client.get(path, params=query, headers=headers)
    assert response.status == 200
    stream = Stream(response)
    assert await stream.raw() == ": listening\nretry: 1000"
    yield stream
    response.close()


def _control(server: Running) -> Control:
    return server.instance.control  # type: ignore[no-any-return]  # a Control


async def test_the_first_request_tells_space_job_and_exchange(
    server: Running,
) -> None:
    async with _listen(server) as stream:
        job = await server.draw()

        told = [await stream.event() for _ in range(3)]

    assert [kind for kind, _ in told] == ["space", "job", "exchange"]
    assert told[0][1]["id"] == "sketch.main"
    assert (told[1][1]["id"], told[1][1]["state"]) == (job, "waiting")
    assert told[2][1]["operation"] == "draw"


async def test_changes_of_jobs_are_told_and_their_end(server: Running) -> None:
    job = await server.draw()

    async with _listen(server, kinds="job") as stream:
        await server.post(f"/jobs/{job}/state", {"state": "drawn"})
        await server.ask("DELETE", f"/jobs/{job}")
        told = [await stream.event() for _ in range(2)]

    assert [(kind, one["id"], one["is_forgotten"]) for kind, one in told] == [
        ("job", job, False),
        ("job", job, True),
    ]


async def test_what_is_forgotten_is_told(server: Running) -> None:
    """Exchanges alone, or all that a space had."""
    await server.draw()

    async with _listen(server, kinds="forgotten") as stream:
        await server.post("/exchanges/clear")
        await server.ask("DELETE", "/spaces/sketch.main")
        told = [await stream.event() for _ in range(2)]

    assert told == [
        ("forgotten", {"space": "sketch.main", "is_open": True}),
        ("forgotten", {"space": "sketch.main", "is_open": False}),
    ]


async def test_moves_of_clocks_and_deliveries_are_told(server: Running) -> None:
    job = await server.draw(hook=server.hook)

    async with _listen(server, kinds="clock,delivery") as stream:
        await server.post(f"/jobs/{job}/finish")
        told = [await stream.event() for _ in range(2)]

    assert [kind for kind, _ in told] == ["clock", "delivery"]
    assert told[0][1]["now"] == "2030-01-01T00:00:30.000Z"
    assert told[1][1]["attempts"][0]["status"] == 200


async def test_only_one_space_is_told_of_when_one_is_named(server: Running) -> None:
    await server.post("/spaces", {"name": "quiet"})
    await server.draw()

    async with _listen(server, space="quiet") as stream:
        await server.draw()
        await server.post("/spaces/quiet/clock/advance", {"by": "1s"})
        told = await stream.event()

    assert (told[0], told[1]["space"]) == ("clock", "quiet")


async def test_credentials_are_hidden_in_events(server: Running) -> None:
    async with _listen(server, kinds="exchange") as stream:
        await server.client.get("/sketch/drawings/x?sketch_key=sketch-test-key")
        _, exchange = await stream.event()

    assert exchange["target"] == "/sketch/drawings/x?sketch_key=[hidden]"


async def test_silence_is_filled_with_heartbeats(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_S", 0.02)

    async with _listen(server) as stream:
        assert await stream.raw() == ": still here"


async def test_a_stream_ends_with_the_server(server: Running) -> None:
    async with _listen(server) as stream:
        await server.instance.app.shutdown()

        rest = await stream.response.content.read()

    assert rest == b""


async def test_who_was_cut_off_hears_what_came_since(server: Running) -> None:
    """Once, in its order, and only what it listens to."""
    async with _listen(server, kinds="exchange") as stream:
        await server.draw()
        await stream.event()
        last = stream.last
    missed = [await server.draw() for _ in range(2)]

    async with _listen(server, last, kinds="exchange") as stream:
        fresh = await server.draw()
        told = [await stream.event() for _ in range(3)]

    assert [document["job"] for _, document in told] == [*missed, fresh]


async def test_who_was_cut_off_for_too_many_events_is_told_how_many(
    server: Running,
) -> None:
    async with _listen(server, kinds="exchange") as stream:
        await server.draw()
        await stream.event()
        last = stream.last
    hub = _control(server).hub
    hub._latest = deque(hub._latest, maxlen=2)
    jobs = [await server.draw() for _ in range(5)]

    async with _listen(server, last, kinds="exchange") as stream:
        told = [await stream.event() for _ in range(3)]

    assert told[0] == ("lost", {"events": 3})
    assert [document["job"] for _, document in told[1:]] == jobs[-2:]


@pytest.mark.parametrize("last", ["5", "0-1", "other-1", "\xb2-\xb2", "-"])
async def test_who_comes_from_another_server_is_told_that_it_missed_something(
    server: Running, last: str
) -> None:
    """Nobody knows how much: that one has been started again since."""
    async with _listen(server, last, kinds="exchange") as stream:
        await server.draw()
        told = [await stream.event() for _ in range(2)]

    assert told[0] == ("lost", {"events": None})
    assert told[1][0] == "exchange"


async def test_who_comes_back_too_late_is_told_so_as_well(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "KEPT_S", 0.0)
    async with _listen(server, kinds="exchange") as stream:
        await server.draw()
        await stream.event()
        last = stream.last
    async with asyncio.timeout(5):
        while server.instance.services.journal._listeners:
            await server.get("/health")

    async with _listen(server, last, kinds="exchange") as stream:
        assert await stream.event() == ("lost", {"events": None})


async def test_an_id_longer_than_any_is_of_another_server(server: Running) -> None:
    async with _listen(server, kinds="exchange") as stream:
        await server.draw()
        await stream.event()
        last = stream.last

    async with _listen(server, last + "0" * 5000, kinds="exchange") as stream:
        assert await stream.event() == ("lost", {"events": None})


async def test_what_nobody_listens_to_any_more_is_not_told_to_those_who_stay(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events of that kind are made no more; who comes back is told of the gap."""
    monkeypatch.setattr(events, "KEPT_S", 0.0)
    async with _listen(server, kinds="clock"):
        hub = _control(server).hub
        async with _listen(server, kinds="exchange") as stream:
            await server.draw()
            await stream.event()
            last = stream.last
        async with asyncio.timeout(5):
            while hub._kinds != {"clock"}:
                await server.get("/health")

        async with _listen(server, last, kinds="exchange") as stream:
            assert await stream.event() == ("lost", {"events": None})


async def test_nobody_is_told_anything_when_nobody_listens(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "KEPT_S", 0.0)
    await server.ask("GET", "/health")
    hub, journal = _control(server).hub, server.instance.services.journal

    before = [*journal._listeners]
    subscription = hub.subscribe()
    during = len(journal._listeners)
    hub.unsubscribe(subscription)
    await server.get("/health")

    assert before == journal._listeners == []
    assert during == 1


async def test_a_listener_that_goes_is_forgotten(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_S", 0.01)

    async with _listen(server):
        listening = len(_control(server).hub)
    async with asyncio.timeout(5):
        while len(_control(server).hub):
            await server.get("/health")

    assert listening == 1


async def test_a_slow_reader_loses_the_oldest_and_is_told_how_many(
    server: Running,
) -> None:
    subscription = Subscription(KINDS, None, bound=3)

    for number in range(5):
        subscription.put(Event("clock", "", number))

    taken = await subscription.take(1)
    assert [event.subject for event in taken] == [2, 3, 4]
    assert subscription.lost == 2


async def test_losses_are_told_once(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Subscription] = []
    await server.ask("GET", "/health")
    subscribe = _control(server).hub.subscribe

    def remember(*wanted: Any) -> Subscription:
        made.append(subscribe(*wanted))
        return made[-1]

    monkeypatch.setattr(_control(server).hub, "subscribe", remember)
    async with _listen(server, kinds="exchange") as stream:
        made[0].lost = 7
        await server.draw()
        await stream.event()
        lost = await stream.event()
        await server.draw()
        after = await stream.event()

    assert lost == ("lost", {"events": 7})
    assert after[0] == "exchange"


def test_an_event_is_formatted_once_however_many_listen() -> None:
    event, formatted = Event("clock", "", "noon"), list[object]()

    def tell(one: Event) -> str:
        formatted.append(one.subject)
        return f"at {one.subject}"

    assert [event.told(tell) for _ in range(200)] == ["at noon"] * 200
    assert formatted == ["noon"]


async def test_who_never_reads_is_let_go(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its socket and our buffers hold a few megabytes; then it holds nobody up."""
    monkeypatch.setattr(streams, "STALL_S", 0.05)
    url = server.client.make_url("/")
    opened = socket.create_connection((url.host or "", url.port or 0))
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    opened.sendall(b"GET /_mock/api/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    async with asyncio.timeout(20):
        while server.instance.control is None or not len(_control(server).hub):
            await server.ask("GET", "/health")
        hub = _control(server).hub

        while len(hub):
            hub.tell("space", "x" * 1_000_000, _big_space(server))
            await server.ask("GET", "/health")

    opened.close()


def _big_space(server: Running) -> Space:
    """Return a space that takes a megabyte to tell of."""
    return server.instance.services.spaces.open("x" * 1_000_000)


async def test_more_than_a_few_hundred_may_not_listen(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "LISTENERS_MAX", 2)

    async with _listen(server), _listen(server):
        refused = await server.refused("GET", "/events")
        health = await server.ask("GET", "/health")

    assert refused == (503, "events: 2 listen already, more may not")
    assert health.status == 200
