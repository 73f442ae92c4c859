"""Puts a reply on the wire; media with ranges, validators and bounded writes."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from aiohttp import hdrs, web
from multidict import CIMultiDict

from mockserver.engine.clock import http_date, http_date_s
from mockserver.errors import MediaError
from mockserver.media.files import MediaFile
from mockserver.providers.reply import JSON, Reply

__all__ = ["PIECE_BYTES", "SERVER", "Whole", "file_head", "file_pieces", "headers_of",
           "respond"]  # fmt: skip

SERVER = "video-mockserver"
PIECE_BYTES = 256 * 1024

_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")

_DIGITS_MAX = 1000
_LARGE = 10**18

_JSON_HEADERS = CIMultiDict({hdrs.SERVER: SERVER, hdrs.CONTENT_TYPE: JSON})


class Whole(web.Response):
    """An answer that stands complete: no cookies, no coding, no parts to come.

    Attributes:
        keepsake: Makes what is remembered of it, if it may be given again.
    """

    keepsake: Callable[[], Any] | None = None

    def __init__(
        self, body: bytes | None, status: int, headers: CIMultiDict[str]
    ) -> None:
        # What `web.Response` asks about its arguments is known of ours.
        web.StreamResponse.__init__(self, status=status, headers=headers)
        self._body = body


async def respond(request: web.Request, reply: Reply) -> web.StreamResponse:
    """Return the aiohttp response for a reply; files and streams are sent already."""
    if reply.file is not None:
        return await _send_file(request, reply, reply.file)
    headers = headers_of(reply)
    if reply.stream is not None:
        return await _send_stream(request, reply, headers)
    body = reply.body if reply.body or reply.content_type else None
    response = Whole(body, reply.status, headers)
    if reply.closes:
        response.force_close()
    return response


def headers_of(reply: Reply) -> CIMultiDict[str]:
    """Return the headers of an answer that is no file, without its length."""
    headers = _JSON_HEADERS.copy()
    if reply.headers:
        headers.update(reply.headers)
    if reply.content_type is not JSON:
        headers.pop(hdrs.CONTENT_TYPE)
        if reply.content_type:
            headers[hdrs.CONTENT_TYPE] = reply.content_type
    return headers


class _Streamed(web.StreamResponse):
    """An answer in pieces that knows the length of its body alone."""

    _bytes = 0

    @property
    def body_length(self) -> int:
        """Bytes of body that were sent; aiohttp counts those of its head, too."""
        return self._bytes

    async def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send a piece."""
        await super().write(data)
        self._bytes += len(data)


async def _send_stream(
    request: web.Request, reply: Reply, headers: CIMultiDict[str]
) -> web.StreamResponse:
    response = _Streamed(status=reply.status, headers=headers)
    await response.prepare(request)
    if reply.stream is not None:
        async for piece in reply.stream:
            await response.write(piece)
    await response.write_eof()
    return response


async def _send_file(
    request: web.Request, reply: Reply, file: MediaFile
) -> web.StreamResponse:
    status, headers, start, stop = file_head(request, reply, file)
    if status in {304, 416}:
        return web.Response(status=status, headers=headers)
    response = _Streamed(status=status, headers=headers)
    if reply.closes:
        response.force_close()
    await response.prepare(request)
    if request.method != hdrs.METH_HEAD:
        async for piece in file_pieces(file, start, stop):
            await response.write(piece)
    await response.write_eof()
    return response


def file_head(
    request: web.Request, reply: Reply, file: MediaFile
) -> tuple[int, CIMultiDict[str], int, int]:
    """Return status and headers of a file's answer, and which bytes it holds."""
    headers = CIMultiDict(reply.headers)
    headers.setdefault(hdrs.SERVER, SERVER)
    headers[hdrs.CONTENT_TYPE] = reply.content_type
    headers.setdefault(hdrs.ETAG, f'"{file.md5_hex}"')
    headers.setdefault(hdrs.LAST_MODIFIED, http_date(reply.modified_s))
    if not reply.is_whole:
        headers.setdefault(hdrs.ACCEPT_RANGES, "bytes")
    status, start, stop = _part(request, reply, file.size_bytes, headers)
    if status in {304, 416}:
        del headers[hdrs.CONTENT_TYPE]
        if status == 416:
            headers[hdrs.CONTENT_RANGE] = f"bytes */{file.size_bytes}"
        return status, headers, 0, 0
    if status == 206:
        headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{stop - 1}/{file.size_bytes}"
    headers[hdrs.CONTENT_LENGTH] = str(stop - start)
    return status, headers, start, stop


def _part(
    request: web.Request, reply: Reply, size: int, headers: CIMultiDict[str]
) -> tuple[int, int, int]:
    """Return the status and which bytes to send, from the conditional headers."""
    if reply.status != 200 or reply.is_whole:
        return reply.status, 0, size
    if _is_known(request, reply, headers):
        return 304, 0, 0
    wanted = _RANGE.match(request.headers.get(hdrs.RANGE, ""))
    if wanted is None or wanted[0] == "bytes=-" or not _is_same(request, headers):
        return 200, 0, size
    first, last = wanted.groups()
    start = _number(first) if first else max(0, size - _number(last))
    stop = min(size, _number(last) + 1) if first and last else size
    if start >= size:
        return 416, 0, 0
    # A range that ends before it starts is no range at all.
    return (206, start, stop) if start < stop else (200, 0, size)


def _number(digits: str) -> int:
    """Return a number; Python refuses to read very long ones, which are too large."""
    return int(digits) if len(digits) <= _DIGITS_MAX else _LARGE


def _is_known(request: web.Request, reply: Reply, headers: CIMultiDict[str]) -> bool:
    """Say whether the client already has the file."""
    none_match = request.headers.get(hdrs.IF_NONE_MATCH)
    if none_match is not None:
        tags = {tag.strip().removeprefix("W/") for tag in none_match.split(",")}
        return "*" in tags or headers[hdrs.ETAG] in tags
    date = request.headers.get(hdrs.IF_MODIFIED_SINCE)
    known_s = None if date is None else http_date_s(date)
    return known_s is not None and reply.modified_s // 1 <= known_s


def _is_same(request: web.Request, headers: CIMultiDict[str]) -> bool:
    """Say whether `If-Range`, if there, still names this file."""
    condition = request.headers.get(hdrs.IF_RANGE)
    if condition is None:
        return True
    known = hdrs.ETAG if condition.startswith(('"', "W/")) else hdrs.LAST_MODIFIED
    return condition == headers[known]


async def file_pieces(
    file: MediaFile, start: int, stop: int, piece_bytes: int = PIECE_BYTES
) -> AsyncIterator[bytes | memoryview]:
    """Return a part in bounded pieces, so that a slow reader costs one piece."""
    if file.data is not None:
        view = memoryview(file.data)
        for at in range(start, stop, piece_bytes):
            yield view[at : min(at + piece_bytes, stop)]
        return
    path = file.path
    if path is None:
        raise MediaError("a media file has neither bytes nor a path")
    at = start
    while at < stop:
        piece = await asyncio.to_thread(_read, path, at, min(piece_bytes, stop - at))
        yield piece
        at += len(piece)


def _read(path: Path, at: int, size: int) -> bytes:
    with path.open("rb") as opened:
        opened.seek(at)
        piece = opened.read(size)
    if not piece:
        raise EOFError(f"{path} is shorter than it was")
    return piece
