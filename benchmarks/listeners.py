"""Holds 1,000 streams of server-sent events open: idle, and when all have news at once.

`python benchmarks/listeners.py replicate` measures that provider instead of fal.
"""

import asyncio
import sys
import time
from urllib.parse import urlsplit

from load import request
from server import Served, measure, ours

LISTENERS = 1000
ROUNDS = 3
JSON = {"Content-Type": "application/json"}


class Listener(asyncio.Protocol):
    """One stream; remembers when something came."""

    def __init__(self) -> None:
        self.heard_s = 0.0
        self.size = 0

    def data_received(self, data: bytes) -> None:
        self.heard_s = time.perf_counter()
        self.size += len(data)


def fal(served: Served) -> tuple[str, str]:
    """Submit a request; return where its stream and its status are."""
    headers = {"Authorization": "Key driver-id:driver-secret", **JSON}
    path = "/fal/queue.fal.run/mock/slow"
    made = served.ask("POST", path, {"prompt": "x"}, **headers)
    status = urlsplit(made["status_url"]).path
    return f"{status}/stream?logs=1", status


def replicate(served: Served) -> tuple[str, str]:
    """Start a prediction; return where its stream and its state are."""
    headers = {"Authorization": "Bearer r8_driver", **JSON}
    path = "/replicate/v1/models/mock/slow/predictions"
    made = served.ask("POST", path, {"input": {"prompt": "x"}}, **headers)
    urls = {name: urlsplit(url).path for name, url in made["urls"].items()}
    return urls["stream"], urls["get"]


PROVIDERS = {
    "fal": (fal, {"Authorization": "Key driver-id:driver-secret"}, 20),
    "replicate": (replicate, {"Authorization": "Bearer r8_driver"}, 35),
}


async def listen(port: int, path: str, headers: dict[str, str]) -> Listener:
    """Open a stream."""
    loop = asyncio.get_running_loop()
    told = {**headers, "Accept": "text/event-stream"}
    transport, listener = await loop.create_connection(Listener, "127.0.0.1", port)
    transport.write(request("GET", path, told))
    return listener


async def news(
    served: Served, listeners: list[Listener], by_s: int
) -> tuple[list[float], int]:
    """Move the clock, so that each has news; return their delays, and who heard none."""
    sizes = [one.size for one in listeners]
    began = time.perf_counter()
    await asyncio.to_thread(
        served.ask, "POST", "/_mock/api/clock/advance", {"by": f"{by_s}s"}, **JSON
    )
    until = began + 20
    while time.perf_counter() < until and any(
        one.size == size for one, size in zip(listeners, sizes, strict=True)
    ):
        await asyncio.sleep(0.01)
    heard = [
        one.heard_s - began
        for one, size in zip(listeners, sizes, strict=True)
        if one.size > size
    ]
    return heard, len(listeners) - len(heard)


async def run(name: str) -> None:
    make, headers, by_s = PROVIDERS[name]
    served = ours("--set", "fal.concurrency=100000")
    streams = [make(served) for _ in range(LISTENERS)]
    poll = request("GET", streams[0][1], headers)
    alone = measure(served, poll, seconds=2)
    before = served.rss_bytes()
    listeners = [await listen(served.port, path, headers) for path, _ in streams]
    while any(one.size == 0 for one in listeners):
        await asyncio.sleep(0.05)
    each = (served.rss_bytes() - before) / LISTENERS
    idle_s = served.cpu_s()
    await asyncio.sleep(5)
    idle = (served.cpu_s() - idle_s) / 5
    beside = await asyncio.to_thread(measure, served, poll, seconds=2)
    delays, missed, cpu_s = [], 0, served.cpu_s()
    for _ in range(ROUNDS):
        heard, deaf = await news(served, listeners, by_s)
        delays += heard
        missed += deaf
    spent = (served.cpu_s() - cpu_s) / max(1, len(delays))
    grown = (served.rss_bytes() - before) / LISTENERS
    served.stop()
    delays.sort()
    p50, p99 = (delays[int(len(delays) * share)] * 1e3 for share in (0.5, 0.99))
    print(
        "| 1,000 streams | memory for each | CPU | poll p99 | news p50, p99 | missed |"
    )
    print("|---|---|---|---|---|---|")
    slower = beside["p99"] / alone["p99"]
    print(
        f"| {name}, idle | {each / 1e3:.1f} kB | {idle:.1%} | {slower:.2f} x | | |\n"
        f"| {name}, news for all at once | {grown / 1e3:.1f} kB"
        f" | {spent * 1e6:.0f} us for each | | {p50:.0f} ms, {p99:.0f} ms | {missed} |"
    )


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1] if len(sys.argv) > 1 else "fal"))
