"""HandOver: a request goes on to the worker that has its space, and the answer back."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from aiohttp import hdrs, web

from mockserver.edge.answering.sending import set_no_linger
from mockserver.edge.routing.hops import SENT, Hop, hops_of
from mockserver.engine.store.directory import Worker
from mockserver.errors import StoreError
from mockserver.server.fleet.frames import Ending
from mockserver.server.fleet.inner import HEADER
from mockserver.server.fleet.lines import Line, Lines
from mockserver.server.fleet.relays import Relays

__all__ = ["HandOver", "HandedOver", "part_with"]

HOPS_MAX: Final = 4
KEPT_MAX: Final = 1 << 20
LOOK_S: Final = 1.0
REST_S: Final = 0.25
_LAST_CHUNK: Final = b"0\r\n\r\n"


class HandOver:
    """Lets other workers answer requests, each byte as they send it.

    Args:
        is_alive: Says whether a worker still lives, as far as anybody knows.
        pause: Lets real time pass.
        look_s: How often it is looked whether a worker that says nothing still lives.
        is_leaving: Says whether this worker is about to end.
        is_trusted: Says whether what this worker knows of others may be gone by.
        known_s: How long it is known who has answered a request.

    Attributes:
        relays: The requests that go the same way again.
    """

    def __init__(
        self,
        is_alive: Callable[[Worker], bool],
        pause: Callable[[float], Awaitable[None]],
        look_s: float = LOOK_S,
        is_leaving: Callable[[], bool] = bool,
        is_trusted: Callable[[], bool] = bool,
        known_s: float = 0.0,
    ) -> None:
        self._count = 0
        self._is_leaving = is_leaving
        self._look_s = look_s
        self._is_alive, self._pause = is_alive, pause
        self._lines = Lines()
        self.relays = Relays(self._lines, is_alive, is_trusted, known_s, look_s)

    @property
    def count(self) -> int:
        """How many requests other workers have answered."""
        return self._count + self.relays.count

    async def __call__(
        self, request: web.Request, worker: Worker, sent: bytes | None = None
    ) -> web.StreamResponse | None:
        """Return what a worker has answered; it has been sent already.

        Args:
            request: The request.
            worker: Who is to answer.
            sent: The request's body as it was sent, if it has been read.

        Returns:
            None if the worker cannot be reached, or has ended before it said anything.
            Then the request has its body as `SENT`.

        Raises:
            StoreError: It has been handed over too often.
            ConnectionResetError: The client has left, or too much of a long body has
                been sent to a worker that has ended.
        """
        if hops_of(request) >= HOPS_MAX:
            raise StoreError(f"{hops_of(request)} workers have handed the request over")
        body = _Body(request, sent)
        for line in self._lines.kept(worker.address):
            answer = await self._try(request, worker, body, line)
            if answer is not None:
                return answer
        try:
            line = await self._lines.open(worker.address)
        except OSError:
            answer = None
        else:
            answer = await self._try(request, worker, body, line)
        if answer is None:
            request[SENT] = await body.whole()
            await self._pause(REST_S)
        return answer

    def close(self) -> None:
        """Close the connections to other workers."""
        self.relays.close()
        self._lines.close()

    async def _try(
        self, request: web.Request, worker: Worker, body: "_Body", line: Line
    ) -> web.StreamResponse | None:
        body.rewind()
        line.begin(_Client(request))
        line.write(_head(request, is_last=self._is_leaving()))
        sending, is_sent = None, True
        if request.body_exists:
            sending = asyncio.create_task(_send(request, body, line))
        try:
            await self._answered(request, worker, line)
        except BaseException:
            line.abort()
            raise
        finally:
            if sending is not None:
                is_sent = await _stopped(sending)
        if line.ending is Ending.KEEP and is_sent:
            self._lines.keep(line)
        else:
            line.abort()
        if line.ending is None and not line.taken:
            return None
        self._count += 1
        return _ended(request, line, worker)

    async def _answered(self, request: web.Request, worker: Worker, line: Line) -> None:
        """Wait until an answer has ended, or its worker has."""
        look = partial(self._is_alive, worker)
        while line.ending is None and not line.is_lost:
            await line.news(self._look_s, look)
            if line.is_full:
                await request.writer.drain()
                line.resume()


class HandedOver(web.StreamResponse):
    """An answer that has been sent already, by another worker.

    Args:
        worker: Which one.
    """

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self.worker = worker

    async def prepare(self, request: web.BaseRequest) -> None:
        """Do nothing."""

    async def write_eof(self, data: bytes = b"") -> None:
        """Do nothing."""


def part_with(answer: web.StreamResponse) -> None:
    """Let a client go with an answer, unless another worker has seen to that."""
    if not isinstance(answer, HandedOver):
        answer.force_close()


class _Client:
    """Gets an answer on the connection of its request."""

    def __init__(self, request: web.Request) -> None:
        self._request = request

    def take(self, data: bytes) -> bool:
        """Send a part of it; say whether the client takes more."""
        request = self._request
        if request.transport is None:
            raise ConnectionResetError("the client has left")
        request.transport.write(data)
        # Who has got a part of an answer must not be sent another one.
        request.writer.output_size += len(data)
        return not request.protocol.writing_paused


class _Body:
    """The body of a request, which can be sent again as long as it is short.

    Args:
        request: The request.
        sent: The body as it was sent, if it has been read.
    """

    def __init__(self, request: web.Request, sent: bytes | None) -> None:
        self._request = request
        self._kept = [sent] if sent else []
        self._at = self._size = 0
        self._is_read = sent is not None or not request.body_exists

    async def read(self) -> bytes:
        """Return the next piece; an empty one at the end."""
        if self._at < len(self._kept):
            self._at += 1
            return self._kept[self._at - 1]
        if self._is_read:
            return b""
        piece = await self._request.content.readany()
        self._is_read = not piece
        self._size += len(piece)
        if self._size > KEPT_MAX:
            self._kept.clear()
        elif piece:
            self._kept.append(piece)
        self._at = len(self._kept)
        return piece

    def rewind(self) -> None:
        """Begin again.

        Raises:
            ConnectionResetError: The beginning was too long to be kept.
        """
        if self._size > KEPT_MAX:
            raise ConnectionResetError("the worker that has got the body is gone")
        self._at = 0

    async def whole(self) -> bytes:
        """Return all of it."""
        self.rewind()
        pieces = []
        while piece := await self.read():
            pieces.append(piece)
        return b"".join(pieces)


def _head(request: web.Request, *, is_last: bool) -> bytes:
    """Return the head of a request as it came, and before its headers how it came.

    Args:
        request: The request.
        is_last: The client's connection ends with the answer, which says so.
    """
    major, minor = request.version
    line = f"{request.method} {request.raw_path} HTTP/{major}.{minor}"
    parts = [line.encode("utf-8", "surrogateescape"), b"\r\n"]
    headers = [(HEADER, Hop.of(request).dump()), *request.raw_headers]
    if is_last:
        others = [one for one in headers if one[0].lower() != b"connection"]
        headers = [*others, (b"Connection", b"close")]
    for name, value in headers:
        parts += (name, b": ", value, b"\r\n")
    return b"".join([*parts, b"\r\n"])


async def _send(request: web.Request, body: _Body, line: Line) -> None:
    """Send a body framed as it came."""
    is_chunked = hdrs.TRANSFER_ENCODING in request.headers
    try:
        while piece := await body.read():
            framed = b"%x\r\n%b\r\n" % (len(piece), piece) if is_chunked else piece
            await line.send(framed)
        if is_chunked:
            await line.send(_LAST_CHUNK)
    except BaseException:
        line.abort()
        raise


async def _stopped(sending: asyncio.Task[None]) -> bool:
    """Return whether a body had been sent; otherwise it is sent no further."""
    is_sent = sending.done()
    sending.cancel()
    await asyncio.wait({sending})
    if not sending.cancelled():
        sending.result()
    return is_sent


def _ended(request: web.Request, line: Line, worker: Worker) -> web.StreamResponse:
    """Let the client's connection be what it would be at the other worker."""
    answered = HandedOver(worker)
    # The connection asks the answer whether it may stay.
    answered._keep_alive = line.ending is Ending.KEEP  # noqa: SLF001 - as in `send_whole`
    transport = request.transport
    if line.ending is Ending.KEEP or transport is None:
        return answered
    if line.ending is Ending.CLOSE:
        transport.close()
    else:
        set_no_linger(transport)
        transport.abort()
    return answered
