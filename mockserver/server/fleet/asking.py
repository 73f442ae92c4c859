"""Asking: other workers are asked for their parts of an answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, cast

from aiohttp import hdrs, web

from mockserver.edge.instance import Answered, Part
from mockserver.edge.routing.hops import Hop
from mockserver.engine.clock import monotonic_s
from mockserver.engine.store.directory import Worker
from mockserver.errors import StoreError
from mockserver.server.fleet.frames import Ending, Unframed
from mockserver.server.fleet.inner import HEADER, greeting

__all__ = ["LIMIT_S", "Asking"]

CONNECT_S: Final = 2.0
LIMIT_S: Final = 10.0
LOOK_S: Final = 0.25
_OWN: Final = frozenset(
    name.lower()
    for name in (
        hdrs.ACCEPT_ENCODING,
        hdrs.CONNECTION,
        hdrs.CONTENT_LENGTH,
        hdrs.EXPECT,
        hdrs.TRANSFER_ENCODING,
    )
)
"""Headers of a client's request that say nothing about one that is made of it."""


class Asking:
    """Asks other workers what a client has asked this one.

    Args:
        is_alive: Says whether a worker still lives, as far as anybody knows.
        pause: Lets real time pass.
        look_s: How often it is looked whether a worker that says nothing still lives.
        limit_s: How long one that lives may say nothing.
    """

    def __init__(
        self,
        is_alive: Callable[[Worker], bool],
        pause: Callable[[float], Awaitable[None]],
        look_s: float = LOOK_S,
        limit_s: float = LIMIT_S,
    ) -> None:
        self._is_alive, self._pause = is_alive, pause
        self._look_s, self._limit_s = look_s, limit_s

    async def ask(
        self, request: web.Request, worker: Worker, part: Part, sent: bytes | None
    ) -> Answered | None:
        """Return another worker's answer to a part of a request.

        Args:
            request: What a client has asked.
            worker: Who is asked for a part of the answer.
            part: Which part.
            sent: The body of the request as it was sent.

        Returns:
            None if it lives no more; then others may have its spaces.

        Raises:
            StoreError: It lives and does not answer; the message says who.
        """
        until_s = monotonic_s() + self._limit_s
        while self._is_alive(worker):
            try:
                heard = await _said(request, worker, part, sent)
            except OSError:
                # Nothing was asked: it may just be starting, or have died.
                if monotonic_s() >= until_s:
                    break
                await self._pause(self._look_s)
                continue
            try:
                return await self._heard(heard, worker, until_s)
            finally:
                heard.abort()
        if self._is_alive(worker):
            raise StoreError(_silent(worker))
        return None

    async def follow(
        self, request: web.Request, worker: Worker, part: Part
    ) -> AsyncIterator[bytes]:
        """Yield the body of an answer that goes on and on, as it comes.

        Raises:
            OSError: There is nobody.
        """
        heard = await _said(request, worker, part, None)
        try:
            said = b""
            while b"\r\n\r\n" not in said:
                piece = await heard.piece()
                if not piece:
                    raise ConnectionResetError(_silent(worker))
                said += piece
            head, _, piece = said.partition(b"\r\n\r\n")
            if _status(head) != 200:
                raise ConnectionRefusedError(_silent(worker))
            while True:
                if piece:
                    yield piece
                piece = await heard.piece()
                if not piece:
                    return
        finally:
            heard.abort()

    async def _heard(
        self, heard: "_Heard", worker: Worker, until_s: float
    ) -> Answered | None:
        pieces = []
        while True:
            waiting = asyncio.ensure_future(heard.piece())
            while not waiting.done():
                await asyncio.wait({waiting}, timeout=self._look_s)
                if not waiting.done() and not self._is_alive(worker):
                    waiting.cancel()
                    return None
                if not waiting.done() and monotonic_s() >= until_s:
                    waiting.cancel()
                    raise StoreError(_silent(worker))
            piece = waiting.result()
            if not piece:
                break
            pieces.append(piece)
        head, parted, body = b"".join(pieces).partition(b"\r\n\r\n")
        if heard.has_ended and parted:
            return Answered(_status(head), body)
        # It may have done what it was asked, and may not: it is asked only once.
        while self._is_alive(worker):
            if monotonic_s() >= until_s:
                raise StoreError(_silent(worker))
            await self._pause(self._look_s)
        return None


class _Heard(asyncio.Protocol):
    """A connection to another worker, on which one answer comes."""

    def __init__(self) -> None:
        self.has_ended = False
        self._pieces: asyncio.Queue[bytes] = asyncio.Queue()
        self._unframed = Unframed(self._pieces.put_nowait, self._end)
        self._transport: asyncio.Transport | None = None

    async def piece(self) -> bytes:
        """Return what has come; an empty one at the end."""
        return await self._pieces.get()

    def abort(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # Of a stream, whatever class another loop than asyncio's has for that.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take what has come."""
        self._unframed.feed(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell that nothing more comes."""
        del exc
        self._transport = None
        self._pieces.put_nowait(b"")

    def _end(self, ending: Ending) -> None:
        self.has_ended = ending is not Ending.RESET
        self._pieces.put_nowait(b"")


async def _said(
    request: web.Request, worker: Worker, part: Part, sent: bytes | None
) -> _Heard:
    """Return a connection on which a worker has been asked.

    Raises:
        OSError: There is nobody.
    """
    secret, _, place = worker.address.rpartition("@")
    host, _, port = place.rpartition(":")
    if not host:
        raise ConnectionRefusedError(_silent(worker))
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(CONNECT_S):
        transport, heard = await loop.create_connection(
            _Heard, host.strip("[]"), int(port)
        )
    transport.write(greeting(secret) + _head(request, part, sent) + (sent or b""))
    return heard


def _head(request: web.Request, part: Part, sent: bytes | None) -> bytes:
    # Of HTTP/1.0: each answer ends with its connection, and comes in no chunks.
    line = f"{request.method} {request.raw_path} HTTP/1.0\r\n"
    parts = [line.encode("utf-8", "surrogateescape")]
    for name, value in (
        (HEADER, Hop.of(request, part).dump()),
        *(
            (n, v)
            for n, v in request.raw_headers
            if n.decode("latin-1").lower() not in _OWN
        ),
        (b"Content-Length", b"%d" % len(sent or b"")),
    ):
        parts += (name, b": ", value, b"\r\n")
    return b"".join([*parts, b"\r\n"])


def _status(head: bytes) -> int:
    return int(head.split(b" ", 2)[1])


def _silent(worker: Worker) -> str:
    place = worker.address.rpartition("@")[2]
    return f"worker {worker.id} at {place or 'no address'} does not answer"
