"""Sending: puts an answer out slowly, in part, or as something that is no answer."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator

from aiohttp import hdrs, web
from multidict import CIMultiDict

from mockserver.edge.answering.patience import Patience
from mockserver.edge.answering.respond import (
    PIECE_BYTES,
    file_head,
    file_pieces,
    headers_of,
)
from mockserver.providers.reply import Reply
from mockserver.scenarios.faults.course import Ending, Sending

__all__ = ["NO_LINGER", "Sent", "send", "set_no_linger"]

KEPT_BYTES = 64 * 1024
_TICK_S = 0.1
NO_LINGER = struct.pack("ii", 1, 0)
_LAST_CHUNK = b"0\r\n\r\n"
_BODYLESS = frozenset({204, 304})


class Sent(web.StreamResponse):
    """What went out of an answer; ends the connection when that is its end.

    Attributes:
        said: The beginning of what was sent as its body.
        size_bytes: How many bytes of body were sent.
        sending: How it goes out.
    """

    def __init__(
        self, sending: Sending, status: int, headers: CIMultiDict[str]
    ) -> None:
        super().__init__(status=status, headers=headers)
        self.said = b""
        self.size_bytes = 0
        self.sending = sending
        self._asked: web.Request | None = None
        # Otherwise aiohttp sends in chunks what has no length.
        self._length_check = sending.tells_length

    @property
    def body_length(self) -> int:
        """Bytes of body that were sent."""
        return self.size_bytes

    async def start(self, request: web.Request) -> None:
        """Send status line and headers, unless something else is sent instead."""
        self._asked = request
        if self.sending.raw is None:
            await super().prepare(request)

    async def say(self, data: bytes | memoryview, *, is_raw: bool = False) -> None:
        """Send a part of the body, or bytes outside of all framing."""
        if is_raw:
            self._write_raw(bytes(data))
        else:
            await self.write(data)
        self.size_bytes += len(data)
        if len(self.said) < KEPT_BYTES:
            self.said = (self.said + bytes(data[:KEPT_BYTES]))[:KEPT_BYTES]

    async def prepare(self, request: web.BaseRequest) -> None:
        """Do nothing: what had to be sent has been."""

    async def write_eof(self, data: bytes = b"") -> None:
        """End the answer, or the connection."""
        if self.sending.ending is None:
            await super().write_eof(data)
            return
        transport = None if self._asked is None else self._asked.transport
        if transport is None or transport.is_closing():
            return
        if self.sending.ending is Ending.RESET:
            set_no_linger(transport)
            transport.abort()
        else:
            transport.close()

    def end_chunks(self) -> None:
        """Say that the body is whole, if it comes in chunks, and end nothing else."""
        if self.headers.get(hdrs.TRANSFER_ENCODING) == "chunked":
            self._write_raw(_LAST_CHUNK)

    def _write_raw(self, data: bytes) -> None:
        transport = None if self._asked is None else self._asked.transport
        if transport is not None and not transport.is_closing():
            transport.write(data)


async def send(request: web.Request, reply: Reply, patience: Patience) -> Sent:
    """Put a reply on the wire as its `sending` says; return what went out.

    The connection is ended by aiohttp's own last step, `write_eof`, so that the
    exchange can be recorded before.

    Raises:
        ClientConnectionResetError: The client has left.
    """
    sending = reply.sending or Sending()
    try:
        return await _send(request, reply, sending, patience)
    finally:
        for release in sending.releases:
            release()


async def _send(
    request: web.Request, reply: Reply, sending: Sending, patience: Patience
) -> Sent:
    if sending.raw is not None:
        # What goes out is no HTTP answer, so it has no status for the journal.
        sent = Sent(sending, 0, CIMultiDict())
        await sent.start(request)
        if sending.raw:
            await sent.say(sending.raw, is_raw=True)
    else:
        sent = await _send_answer(request, reply, sending, patience)
    if sending.hangs_s:
        await patience.wait(request, sending.hangs_s)
    return sent


async def _send_answer(
    request: web.Request, reply: Reply, sending: Sending, patience: Patience
) -> Sent:
    status, headers, start, stop = _head(request, reply)
    has_body = request.method != hdrs.METH_HEAD and status not in _BODYLESS
    if sending.says_close:
        headers[hdrs.CONNECTION] = "close"
    if not sending.tells_length:
        headers.pop(hdrs.CONTENT_LENGTH, None)
    claimed = _claim(sending, headers, stop - start)
    is_broken = sending.bad_chunk is not None and has_body and request.version >= (1, 1)
    if is_broken:
        headers.pop(hdrs.CONTENT_LENGTH, None)
    sent = Sent(sending, status, headers)
    if is_broken:
        sent.enable_chunked_encoding()
    await sent.start(request)
    if has_body:
        await patience.wait(request, sending.first_byte_wait_s)
        stop = start + _sendable(sending, stop - start)
        pieces = _pieces(reply, sending, start, stop)
        await _say_all(sent, pieces, claimed, request, patience)
        if is_broken and sending.bad_chunk is not None:
            await sent.say(sending.bad_chunk, is_raw=True)
        if sending.says_close:
            sent.end_chunks()
    return sent


def _sendable(sending: Sending, size: int) -> int:
    """Return how many bytes are sent before the connection ends."""
    if sending.bad_chunk is not None:
        return size // 2
    return size if sending.stops_at is None else sending.stops_at.of(size)


def _head(request: web.Request, reply: Reply) -> tuple[int, CIMultiDict[str], int, int]:
    """Return status, headers and which bytes of the whole are to be sent."""
    if reply.file is not None:
        return file_head(request, reply, reply.file)
    headers = headers_of(reply)
    if reply.stream is None and reply.status not in _BODYLESS:
        headers[hdrs.CONTENT_LENGTH] = str(len(reply.body))
    return reply.status, headers, 0, len(reply.body)


def _claim(sending: Sending, headers: CIMultiDict[str], size: int) -> int | None:
    """Lie about the length; return what is said if that is less than what comes."""
    if sending.length_factor is None or hdrs.CONTENT_LENGTH not in headers:
        return None
    claimed = int(size * sending.length_factor)
    if claimed == size:
        claimed += 1
    headers[hdrs.CONTENT_LENGTH] = str(claimed)
    return claimed if claimed < size else None


def _piece_size(sending: Sending, size: int) -> int:
    """Return how many bytes are sent at once."""
    piece = PIECE_BYTES
    if sending.rate_bytes_per_s is not None:
        piece = min(piece, max(1, int(sending.rate_bytes_per_s * _TICK_S)))
    if sending.piece_max_bytes is not None:
        piece = min(piece, sending.piece_max_bytes)
    if sending.pieces is not None:
        piece = min(piece, max(1, -(-size // sending.pieces)))
    return piece


async def _pieces(
    reply: Reply, sending: Sending, start: int, stop: int
) -> AsyncIterator[bytes | memoryview]:
    size = _piece_size(sending, stop - start)
    if reply.file is not None:
        async for piece in file_pieces(reply.file, start, stop, size):
            yield piece
    elif reply.stream is not None:
        async for streamed in reply.stream:
            yield streamed
            if sending.ending is not None and not sending.says_close:
                return
    else:
        for at in range(start, stop, size):
            yield reply.body[at : min(at + size, stop)]


async def _say_all(
    sent: Sent,
    pieces: AsyncIterator[bytes | memoryview],
    claimed: int | None,
    request: web.Request,
    patience: Patience,
) -> None:
    """Send pieces with what time has to pass between them."""
    sending, last = sent.sending, 0
    async for piece in pieces:
        if last:
            rate = sending.rate_bytes_per_s
            wait_s = sending.piece_wait_s + (last / rate if rate is not None else 0.0)
            await patience.wait(request, wait_s)
        last = len(piece)
        for line in sending.lines:
            await patience.wait(request, line(last))
        room = last if claimed is None else max(0, claimed - sent.size_bytes)
        if room:
            await sent.say(piece[:room])
        if room < last:
            await sent.say(piece[room:], is_raw=True)


def set_no_linger(transport: asyncio.BaseTransport) -> None:
    """Let the end of a connection be a reset."""
    opened = transport.get_extra_info("socket")
    if opened is not None:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
