"""A receiver on a real socket, which keeps every byte and answers as a test says."""

import asyncio
from collections import deque
from dataclasses import dataclass

__all__ = ["OK", "Seen", "Sink", "reply"]

Script = bytes | asyncio.Event | None


def reply(status: int, *headers: str, body: bytes = b"") -> bytes:
    """Return the bytes of an answer."""
    lines = [f"HTTP/1.1 {status} Word", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


OK = reply(200, body=b"ok")


@dataclass(frozen=True)
class Seen:
    """One request as it came over the wire."""

    line: str
    headers: tuple[str, ...]
    body: bytes

    @property
    def method(self) -> str:
        return self.line.split(" ")[0]

    @property
    def target(self) -> str:
        return self.line.split(" ")[1]

    def header(self, name: str) -> list[str]:
        """Return the values of a header, in exactly this spelling."""
        pairs = (header.split(": ", 1) for header in self.headers)
        return [value for found, value in pairs if found == name]


class Sink:
    """Answers each request with the next of its script, then 200 for ever.

    Args:
        script: Bytes are sent; None closes the connection; an event is waited for
            before answering 200.
    """

    def __init__(self, *script: Script) -> None:
        self.script: deque[Script] = deque(script)
        self.seen: list[Seen] = []
        self.port = 0
        self.arrived = asyncio.Event()
        self._server: asyncio.Server | None = None

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def bodies(self) -> list[bytes]:
        return [seen.body for seen in self.seen]

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            self.seen.append(await _read(reader))
            self.arrived.set()
            answer = self.script.popleft() if self.script else OK
            if isinstance(answer, asyncio.Event):
                await answer.wait()
                answer = OK
            writer.write(answer or b"")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Seen:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *headers = head.removesuffix("\r\n\r\n").split("\r\n")
    seen = Seen(line, tuple(headers), b"")
    length = int((*seen.header("Content-Length"), "0")[0])
    return Seen(line, tuple(headers), await reader.readexactly(length))
