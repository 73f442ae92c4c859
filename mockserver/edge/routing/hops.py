"""Hops: how a request has come that another worker has handed over."""

from collections.abc import Mapping
from typing import Any, Final, Self

import orjson
from aiohttp import web
from msgspec import Struct

__all__ = ["HOP", "SENT", "Hop", "hops_of"]


class Hop(Struct, frozen=True):
    """What the worker that a client has reached knows of its connection.

    Attributes:
        scheme: `http` or `https`.
        peer: The client's address, as sockets have it.
        here: The address that the client has reached.
        hops: How many workers have handed the request over by now.
        part: What another worker wants for an answer of its own; None if the whole
            request was handed over.
    """

    scheme: str
    peer: Any
    here: Any
    hops: int
    part: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, request: web.Request, part: Mapping[str, Any] | None = None) -> Self:
        """Return what has to be told about a request when it is handed over."""
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("the client has left")
        return cls(
            request.scheme,
            transport.get_extra_info("peername"),
            transport.get_extra_info("sockname"),
            hops_of(request) + 1,
            part,
        )

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """Return what `dump` has written."""
        scheme, peer, here, hops, part = orjson.loads(text)
        return cls(scheme, _address(peer), _address(here), hops, part)

    def dump(self) -> bytes:
        """Return it as one line."""
        told = [self.scheme, self.peer, self.here, self.hops, self.part]
        return orjson.dumps(told)


HOP: Final = web.RequestKey("hop", Hop)
"""Where a request that was handed over has its `Hop`."""

SENT: Final = web.RequestKey("sent", bytes)
"""Where a request has its body, as it was sent, once handing it over has failed."""


def hops_of(request: web.Request) -> int:
    """Return how many workers have handed a request over."""
    hop = request.get(HOP)
    return 0 if hop is None else hop.hops


def _address(told: Any) -> Any:
    return tuple(told) if isinstance(told, list) else told
