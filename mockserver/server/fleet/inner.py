"""Inner door: where other workers hand requests over, known by the fleet's secret."""

import asyncio
from collections.abc import Callable
from hmac import compare_digest
from typing import Final, cast

from aiohttp.http_parser import RawRequestMessage
from multidict import CIMultiDict, CIMultiDictProxy

from mockserver.edge.routing.hops import Hop
from mockserver.server.fleet.frames import Framed

__all__ = ["HEADER", "InnerDoor", "greeting", "taken_off"]

HEADER: Final = b"X-Mock-Hop"
GREETING_S: Final = 5.0
_GREETING: Final = b"MOCK %b\r\n"


def greeting(secret: str) -> bytes:
    """Return what a worker says first at an inner door."""
    return _GREETING % secret.encode()


def taken_off(message: RawRequestMessage) -> tuple[RawRequestMessage, Hop]:
    """Return a request as its client has sent it, and how it has come."""
    (_, told), *raw = message.raw_headers
    _, *headers = message.headers.items()
    own = CIMultiDictProxy(CIMultiDict(headers))
    return message._replace(headers=own, raw_headers=tuple(raw)), Hop.parse(told)


class InnerDoor(asyncio.Protocol):
    """A connection that has to say first that it comes from a worker.

    Args:
        secret: What it has to know.
        serve: Makes what speaks HTTP on it then.
    """

    def __init__(self, secret: str, serve: Callable[[], asyncio.Protocol]) -> None:
        self._greeting, self._serve = greeting(secret), serve
        self._said = b""
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the first bytes, for a while."""
        # Of a stream, whatever class another loop than asyncio's has for that.
        self._transport = stream = cast("asyncio.Transport", transport)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(GREETING_S, stream.abort)

    def data_received(self, data: bytes) -> None:
        """Let workers in, and nobody else."""
        self._said += data
        size = len(self._greeting)
        if len(self._said) < size or self._transport is None:
            return
        if not compare_digest(self._said[:size], self._greeting):
            self._transport.abort()
            return
        self._forget()
        protocol = self._serve()
        self._transport.set_protocol(protocol)
        protocol.connection_made(Framed(self._transport))
        if self._said[size:]:
            protocol.data_received(self._said[size:])

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        del exc
        self._forget()

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
