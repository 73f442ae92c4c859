"""What a poll and a create cost inside our own layers, and on a whole connection.

In one process and without sockets: prepared requests go to the application's handler
("layers"), and the same bytes through a connection whose transport only counts ("whole"),
beside bare aiohttp's connection with the same bytes. Processor time, the best of rounds
taken in turns, and the median of their ratios: steady on a machine that others use.

`python benchmarks/layers.py [SLUG ...] [--profile]`
"""

import argparse
import asyncio
import cProfile
import gc
import json
import pstats
import statistics
import time
from dataclasses import dataclass, field

from aiohttp import StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http import HttpRequestParser
from aiohttp.streams import EMPTY_PAYLOAD
from works import WORKS, Work

from mockserver.app import build
from mockserver.edge.own import HANDLER
from mockserver.server.sockets.connection import Runner

COUNT, ROUNDS, CONNECTIONS = 600, 12, 20


class Sink(asyncio.Transport):
    """A transport that counts what is written, and keeps the latest of it."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 9), "sockname": ("127.0.0.1", 8)})
        self.count, self.last = 0, b""

    def write(self, data: bytes) -> None:
        self.count += 1
        self.last = data

    def writelines(self, pieces) -> None:
        self.write(b"".join(pieces))

    def is_closing(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return 0

    def close(self) -> None: ...

    abort = pause_reading = resume_reading = close


@dataclass
class Case:
    """One kind of request on one server."""

    raw: bytes
    make: object
    connect: object
    layers: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)


class Ours:
    """Our server, not listening."""

    def __init__(self, **settings: object) -> None:
        # Who orders as much as this would be out of credits.
        endless = {"runway": {"credits": -1, "concurrency": 0}}
        self.instance = build(
            pace="manual", jobs_max=10**9, providers_settings=endless, **settings
        )

    async def begin(self) -> None:
        self.runner = Runner(
            self.instance,
            access_log=None,
            handler_cancellation=True,
            auto_decompress=False,
        )
        await self.runner.setup()
        self.make = self.runner.server.request_factory

    def connect(self):
        return self.runner.server.connection()

    async def answer(self, raw: bytes) -> web.StreamResponse:
        return await self.instance.app[HANDLER](prepared(self.make, raw))

    async def ask(self, work: Work, method: str, path: str, body: bytes) -> dict:
        raw = work.raw(method, path, body, prefix=f"/{work.slug}")
        response = await self.answer(raw)
        assert response.status < 300, (work.slug, path, response.status, response.body)
        return json.loads(response.body)


async def bare_runner(
    work: Work, poll_said: bytes, create_said: bytes
) -> web.AppRunner:
    """Return the application that most people would write for the same two answers."""
    app = web.Application()
    poll_document, create_document = json.loads(poll_said), json.loads(create_said)

    def compact(document: object) -> str:
        return json.dumps(document, separators=(",", ":"))

    async def poll(request: web.Request) -> web.Response:
        return web.json_response(poll_document, dumps=compact)

    async def create(request: web.Request) -> web.Response:
        await request.json()
        return web.json_response(create_document, dumps=compact)

    app.router.add_get(work.poll.partition("?")[0].replace("{id}", "{id:.+}"), poll)
    app.router.add_post(work.create, create)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    return runner


def prepared(make, raw: bytes) -> web.Request:
    """Return a request as a connection would make it of these bytes."""
    loop = asyncio.get_running_loop()
    protocol = BaseProtocol(loop)
    protocol.transport = Sink()
    parser = HttpRequestParser(protocol, loop, 2**16, payload_exception=None)
    messages, _, _ = parser.feed_data(raw)
    message, payload = messages[0]
    if payload is not EMPTY_PAYLOAD:
        assert isinstance(payload, StreamReader)
    return make(message, payload, _Held(protocol), _Writer(), asyncio.current_task())


class _Held:
    """As much of a connection as a request asks for."""

    def __init__(self, protocol) -> None:
        self.transport, self.ssl_context = protocol.transport, None
        self.peername = self.sockname = ("127.0.0.1", 8)
        self._loop = protocol._loop


class _Writer:
    output_size = 0


async def layers_us(handler, case: Case) -> float:
    taken = 0.0
    gc.collect()
    for _ in range(COUNT // CONNECTIONS):
        # A few at a time: a connection has made a request just before it is served.
        asked = [prepared(case.make, case.raw) for _ in range(CONNECTIONS)]
        began = time.process_time()
        for request in asked:
            await handler(request)
        taken += time.process_time() - began
    return taken / COUNT * 1e6


async def whole_us(case: Case) -> float:
    protocols = []
    for _ in range(CONNECTIONS):
        protocol, sink = case.connect(), Sink()
        protocol.connection_made(sink)
        protocols.append((protocol, sink))
    await asyncio.sleep(0)
    raw, turns = case.raw, COUNT // CONNECTIONS
    gc.collect()
    began = time.process_time()
    for turn in range(1, turns + 1):
        for protocol, _ in protocols:
            protocol.data_received(raw)
        while protocols[-1][1].count < turn:
            await asyncio.sleep(0)
    taken = time.process_time() - began
    for protocol, sink in protocols:
        assert sink.count == turns, (sink.count, turns)
        assert sink.last.startswith(b"HTTP/1.1 20"), sink.last[:200]
        protocol.connection_lost(None)
    await asyncio.sleep(0)
    return taken / COUNT * 1e6


async def measure(work: Work, *, profile: bool) -> None:
    ours = Ours()
    await ours.begin()
    created = await ours.ask(work, "POST", work.create, work.body)
    poll = work.poll.replace("{id}", work.id_of(created))
    said = await ours.ask(work, "GET", poll, b"")
    bare = await bare_runner(
        work, json.dumps(said).encode(), json.dumps(created).encode()
    )
    handler = ours.instance.app[HANDLER]
    for name, method, path, body in (
        ("poll", "GET", poll, b""),
        ("create", "POST", work.create, work.body),
    ):
        mine = Case(
            work.raw(method, path, body, prefix=f"/{work.slug}"),
            ours.make,
            ours.connect,
        )
        theirs = Case(work.raw(method, path, body), None, bare.server)
        if profile:
            await profiled(handler, mine)
        for number in range(ROUNDS + 1):
            layers = await layers_us(handler, mine)
            pair = [mine, theirs] if number % 2 else [theirs, mine]
            for case in pair:
                took = await whole_us(case)
                if number:
                    case.whole.append(took)
            if number:
                mine.layers.append(layers)
        pairs = zip(mine.whole, theirs.whole, strict=True)
        ratio = statistics.median(their_us / my_us for my_us, their_us in pairs)
        print(
            f"| {work.slug} | {name} | {min(mine.layers):.0f} | {min(mine.whole):.0f}"
            f" | {min(theirs.whole):.0f} | {ratio:.2f} |",
            flush=True,
        )
    assert ours.instance.bugs.latest == []
    await bare.cleanup()
    await ours.runner.cleanup()


async def profiled(handler, case: Case) -> None:
    asked = [prepared(case.make, case.raw) for _ in range(3000)]
    profiler = cProfile.Profile()
    profiler.enable()
    for request in asked:
        await handler(request)
    profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(45)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slugs", nargs="*", choices=[[], *WORKS])
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    print("| provider | work | layers, us | whole, us | bare, us | bare to ours |")
    print("|---|---|---|---|---|---|")
    for slug in given.slugs or WORKS:
        await measure(WORKS[slug], profile=given.profile)


if __name__ == "__main__":
    asyncio.run(main())
