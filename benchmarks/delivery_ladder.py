"""How long it takes to advance through a 24 h retry ladder of 10,000 deliveries.

`python benchmarks/delivery_ladder.py [DELIVERIES]`. The receiver is a process of its
own; it fails the first tries at a delivery as the case says. Beside the outbox's rate
stands that of a bare aiohttp session doing the same requests, so that the ratio holds
on any machine; seconds of our own processor time say what a noisy one hides.
"""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from typing import ClassVar

import aiohttp

from mockserver.delivery.delivery import DELIVERY, Delivery
from mockserver.delivery.guard import Guard
from mockserver.delivery.message import Message
from mockserver.delivery.outbox import Outbox
from mockserver.delivery.send import Client
from mockserver.engine.bugs import Bugs
from mockserver.engine.clock import Pace, monotonic_s
from mockserver.engine.notices import Conduct
from mockserver.engine.scheduler import Scheduler
from mockserver.engine.spaces import Spaces, SpaceSettings
from mockserver.engine.store.memory import MemoryStore
from mockserver.engine.timeline import Phase, Step

DAY_S = 86_400.0
LADDER = (60.0, 600.0, 3_600.0, 14_400.0, 28_800.0, 38_940.0)  # 24 h in all

# name, failures before the success, seconds over which the first tries are spread
KEPT = "all at once, each succeeds, on kept connections"
CASES = [
    ("all at once, each succeeds", 0, 0.0),
    (KEPT, 0, 0.0),
    ("spread over a day, each succeeds", 0, DAY_S),
    ("all at once, one retry each", 1, 0.0),
    ("all at once, the whole ladder", 99, 0.0),
]


class Sink(asyncio.Protocol):
    """The cheapest receiver there is; the body says who it is and how often to fail."""

    seen: ClassVar[Counter[bytes]] = Counter()

    def connection_made(self, transport):
        self.transport, self.data = transport, b""

    def data_received(self, data):
        self.data += data
        head, _, body = self.data.partition(b"\r\n\r\n")
        if not body.endswith(b"."):
            return
        self.data = b""
        self.seen[body] += 1
        fails = int(body[:-1].rsplit(b"/", 1)[1])
        status = b"500 No" if self.seen[body] <= fails else b"200 OK"
        self.transport.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\n\r\nok")
        if b"Connection: close" in head:
            self.transport.close()


async def receive() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sink, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


CONDUCT = Conduct(lambda chance, _: chance.uuid(), Step("gone", Phase.CANCELLED))


class NoScript:
    def rewrite(self, _slug):
        return None


async def unheard(_space, due):
    raise LookupError(due.kind)


def open_spaces() -> Spaces:
    return Spaces(
        SpaceSettings(pace=Pace.parse("manual")),
        store=MemoryStore(),
        conduct=lambda space, slug: CONDUCT,
        make_script=NoScript,
        populate=lambda *_: None,
    )


async def through_outbox(base, count, fails, spread_s, keeps) -> tuple[int, float]:
    spaces = open_spaces()
    space = spaces.open(f"bench-{fails}-{spread_s}-{keeps}")
    bugs = Bugs()
    outbox = Outbox(Client(Guard(), keeps=keeps), bugs=bugs, log_max=count)
    scheduler = Scheduler(spaces, unheard, {DELIVERY: outbox}, bugs=bugs)
    start = space.clock.now()
    for index in range(count):
        body = f"{space.id}-{index}/{fails}.".encode()
        message = Message("POST", base, (), body)
        delivery = Delivery(slug="bench", label="e", message=message, ladder=LADDER)
        outbox.plan(space, delivery, start + spread_s * index / count)
    space.clock.advance(2 * DAY_S)
    started_s = monotonic_s()
    await scheduler.settle(space)
    elapsed_s = monotonic_s() - started_s
    records = outbox.deliveries(space)
    await outbox.close()
    assert bugs.count == 0
    assert not any(record.is_pending for record in records)
    assert not any(attempt.error for record in records for attempt in record.attempts)
    return sum(len(record.attempts) for record in records), elapsed_s


async def bare(base, count, keeps) -> float:
    """Seconds that aiohttp alone takes for as many requests, 32 at a time."""
    connector = aiohttp.TCPConnector(limit=0, force_close=not keeps)
    async with aiohttp.ClientSession(connector=connector) as session:
        todo = iter(range(count))

        async def work():
            for index in todo:
                body = f"bare-{keeps}-{index}/0.".encode()
                async with session.post(base, data=body) as answer:
                    await answer.read()

        started_s = monotonic_s()
        await asyncio.gather(*(work() for _ in range(32)))
        return monotonic_s() - started_s


async def measure(base: str, count: int) -> None:
    bare_of = {}
    for keeps in (False, True):
        cpu_s = time.process_time()
        bare_of[keeps] = bare_s = await bare(base, count, keeps)
        cpu_s = time.process_time() - cpu_s
        print(
            f"bare aiohttp{', kept connections' if keeps else ''}: {count} requests in"
            f" {bare_s:.2f} s ({cpu_s:.2f} s CPU), {count / bare_s:.0f}/s"
        )
    for name, fails, spread_s in CASES:
        keeps = name == KEPT
        bare_s, cpu_s = bare_of[keeps], time.process_time()
        how = fails, spread_s, keeps
        attempts, elapsed_s = await through_outbox(base, count, *how)
        cpu_s = time.process_time() - cpu_s
        rate = attempts / elapsed_s
        print(
            f"{name}: {count} deliveries, {attempts} attempts in {elapsed_s:.2f} s"
            f" ({cpu_s:.2f} s CPU),"
            f" {rate:.0f}/s, {rate / (count / bare_s):.2f} of bare aiohttp"
        )


def main() -> None:
    if sys.argv[1:] == ["sink"]:
        asyncio.run(receive())
        return
    count = int(sys.argv[1]) if sys.argv[1:] else 10_000
    sink = subprocess.Popen(
        [sys.executable, __file__, "sink"], stdout=subprocess.PIPE, text=True
    )
    try:
        port = int(sink.stdout.readline())
        asyncio.run(measure(f"http://127.0.0.1:{port}/webhook", count))
    finally:
        sink.kill()
        sink.wait()


if __name__ == "__main__":
    main()
