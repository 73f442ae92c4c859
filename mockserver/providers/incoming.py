"""Reading request bodies: bounded as sent and once decoded, whatever they claim."""

import zlib
from asyncio import timeout, to_thread
from collections.abc import Callable, Mapping
from typing import Final

from aiohttp import StreamReader, hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from mockserver.errors import PayloadTooLargeError, UnreadableBodyError

__all__ = ["decoded", "read_body", "receive"]

# Whoever sends several members in one body sends a few; each one costs a copy.
_MEMBERS_MAX: Final = 16
_GZIP: Final = 31
_ZLIB, _DEFLATE = 15, -15


async def read_body(
    request: web.BaseRequest, bound: int, *, patience_s: float | None = None
) -> bytes:
    """Return the whole body of a request, decoded.

    Args:
        request: The request; its listener may have decoded the body already.
        bound: Most bytes, both as sent and decoded.
        patience_s: How long its sender may be silent; the connection then ends.

    Raises:
        ConnectionResetError: Its sender was silent for too long.
        PayloadTooLargeError: It is longer; what is left of it was not looked at.
        UnreadableBodyError: Code `encoding`; it is not what its headers say.
    """
    sent = await receive(request, bound, patience_s=patience_s)
    return await decoded(request, sent, bound)


async def receive(
    request: web.BaseRequest, bound: int, *, patience_s: float | None = None
) -> bytes:
    """Return the whole body of a request as it was sent; see `read_body`."""
    length = request.content_length
    if length is not None and length > bound:
        raise PayloadTooLargeError(limit=bound, found=length)
    if not request.body_exists:
        return b""
    content = request.content
    # Most have come with their headers, as long as those say and not unpacked.
    is_plain = length is not None and content.total_compressed_bytes is None
    if is_plain and content.is_eof() and content.exception() is None:
        return content.read_nowait()
    try:
        return await _gathered(content, bound, patience_s)
    except TimeoutError as error:
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionResetError("the rest of the body did not come") from error
    except (web.RequestPayloadError, HttpProcessingError) as error:
        raise _unreadable(f"the body cannot be read: {error}") from error


async def decoded(request: web.BaseRequest, sent: bytes, bound: int) -> bytes:
    """Return the body of a request, decoded as its headers say; see `read_body`."""
    coding = request.headers.get(hdrs.CONTENT_ENCODING)
    # With a count of compressed bytes, the listener has decoded it: aiohttp's own
    # does, and ours leaves that to us.
    if coding is None or request.content.total_compressed_bytes is not None:
        return sent
    decode = _DECODERS.get(coding.strip().lower())
    return sent if decode is None else await to_thread(decode, sent, bound)


async def _gathered(
    content: StreamReader, bound: int, patience_s: float | None
) -> bytes:
    piece = await _piece(content, patience_s)
    if content.at_eof() and len(piece) <= bound:
        return piece
    # One buffer: a list would keep an object for each byte that comes alone.
    whole = bytearray(piece)
    while piece and len(whole) <= bound:
        piece = await _piece(content, patience_s)
        whole += piece
    if len(whole) > bound:
        raise PayloadTooLargeError(limit=bound, found=len(whole))
    return bytes(whole)


async def _piece(content: StreamReader, patience_s: float | None) -> bytes:
    # Most bodies have come with their headers, and need no timer.
    if content.is_eof():
        return await content.readany()
    async with timeout(patience_s):
        return await content.readany()


def _gunzipped(sent: bytes, bound: int) -> bytes:
    return _inflated(sent, bound, _GZIP)


def _undeflated(sent: bytes, bound: int) -> bytes:
    # Some clients leave out the header that names the method.
    return _inflated(sent, bound, _ZLIB if sent[:1] and sent[0] & 15 == 8 else _DEFLATE)


def _inflated(sent: bytes, bound: int, window: int) -> bytes:
    whole, rest, members = bytearray(), sent, 0
    while rest:
        decoder = zlib.decompressobj(window)
        members += 1
        try:
            whole += decoder.decompress(rest, bound + 1 - len(whole))
        except zlib.error as error:
            raise _unreadable(f"the body cannot be decoded: {error}") from error
        if len(whole) > bound:
            raise PayloadTooLargeError(limit=bound, found=len(whole))
        if not decoder.eof or members == _MEMBERS_MAX:
            raise _unreadable("the body cannot be decoded: it ends too early")
        rest = decoder.unused_data
    return bytes(whole)


def _unknown(coding: str) -> Callable[[bytes, int], bytes]:
    def refuse(sent: bytes, bound: int) -> bytes:
        del sent, bound
        raise _unreadable(f"a body in {coding} is not read here: send gzip or deflate")

    return refuse


_DECODERS: Final[Mapping[str, Callable[[bytes, int], bytes]]] = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _undeflated,
    "br": _unknown("br"),
    "zstd": _unknown("zstd"),
}


def _unreadable(message: str) -> UnreadableBodyError:
    return UnreadableBodyError("encoding", message=message, offset=0)
