"""A load generator: keep-alive connections that each ask again once answered."""

import asyncio
import json
import ssl
import sys
import time
from dataclasses import dataclass


@dataclass
class Result:
    """What one run measured."""

    count: int
    seconds: float
    latencies_s: list[float]
    errors: int
    begun: int = 0

    @property
    def per_second(self) -> float:
        return self.count / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies_s)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


MARK = b"X-Number: 00000000"
"""A header that has another number each time, so that no two requests are the same."""


class Asker(asyncio.Protocol):
    """One connection: sends a request, waits for the whole answer, sends again."""

    def __init__(
        self, raw: bytes, until: float, result: Result, every_s: float
    ) -> None:
        self.raw, self.until, self.result, self.every_s = raw, until, result, every_s
        self.buffer = bytearray()
        self.need = -1
        self.got = 0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        self.buffer.clear()
        self.need, self.got = -1, 0
        self.began = time.perf_counter()
        raw = self.raw
        if MARK in raw:
            self.result.begun += 1
            raw = raw.replace(MARK, b"X-Number: %08d" % self.result.begun)
        self.transport.write(raw)

    def data_received(self, data: bytes) -> None:
        self.got += len(data)
        if self.need < 0:
            self.buffer += data
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self.buffer[:end]).lower()
            if not head.startswith(b"http/1.1 20"):
                self.result.errors += 1
            at = head.index(b"content-length:") + 15
            stop = head.find(b"\r\n", at)
            self.need = end + 4 + int(head[at : stop if stop > 0 else None])
        if self.got >= self.need:
            self.answered()

    def answered(self) -> None:
        now = time.perf_counter()
        self.result.count += 1
        self.result.latencies_s.append(now - self.began)
        if now >= self.until:
            self.transport.close()
            if not self.done.done():
                self.done.set_result(None)
        elif self.every_s:
            asyncio.get_running_loop().call_later(
                max(0.0, self.every_s - (now - self.began)), self.ask
            )
        else:
            self.ask()

    def connection_lost(self, error) -> None:
        if not self.done.done():
            self.result.errors += 1
            self.done.set_result(None)


async def load(
    port: int,
    raw: bytes,
    *,
    seconds: float,
    connections: int = 8,
    every_s: float = 0.0,
    tls: bool = False,
) -> Result:
    """Ask for some seconds and return what was measured."""
    loop = asyncio.get_running_loop()
    trust = None
    if tls:
        trust = ssl.create_default_context()
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    result = Result(0, 0.0, [], 0)
    began = time.perf_counter()
    askers = []
    for _ in range(connections):
        if every_s:
            await asyncio.sleep(every_s / connections)
        _, asker = await loop.create_connection(
            lambda: Asker(raw, began + seconds, result, every_s),
            "127.0.0.1",
            port,
            ssl=trust,
        )
        askers.append(asker)
    await asyncio.gather(*(asker.done for asker in askers))
    result.seconds = time.perf_counter() - began
    return result


def request(
    method: str, path: str, headers: dict[str, str], body: bytes = b""
) -> bytes:
    """Return the bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1"]
    if "Host" not in headers:
        lines.append("Host: 127.0.0.1")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def main() -> None:
    """Take `{"port", "raw", "seconds", "connections", "every_s"}` on stdin."""
    asked = json.load(sys.stdin)
    raw = asked.pop("raw").encode("latin-1")
    result = asyncio.run(load(asked.pop("port"), raw, **asked))
    json.dump(
        {
            "rps": result.per_second,
            "p50": result.percentile(0.50),
            "p99": result.percentile(0.99),
            "count": result.count,
            "errors": result.errors,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
