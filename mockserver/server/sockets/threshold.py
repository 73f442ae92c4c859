"""Threshold: whether a connection gets further than its beginning, if rules say."""

import asyncio
import re
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from mockserver.edge.answering.sending import set_no_linger
from mockserver.edge.instance import Instance
from mockserver.edge.routing.handshakes import Handshakes, Met
from mockserver.engine.clock import pause
from mockserver.scenarios.checks.known import CONNECTION, LOOKUP
from mockserver.scenarios.faults.beginnings.connection_refused import ConnectionRefused
from mockserver.scenarios.faults.beginnings.dns_failure import DnsFailure
from mockserver.scenarios.faults.beginnings.slow_accept import SlowAccept

__all__ = ["Asked", "Threshold", "asked_of", "refusal"]

_HOST: Final = re.compile(rb"\r\nhost:[ \t]*([^\r\n]*)", re.IGNORECASE)
_REASONS: Final = {
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class Asked(Struct, frozen=True):
    """What a client says first.

    Attributes:
        host: Whom it means, with a port if it says one.
        path: What it asks for.
        is_proxied: It has come to us as to a proxy.
    """

    host: str
    path: str = "/"
    is_proxied: bool = False


class Threshold:
    """Lets rules act on connections, before they have become any.

    Args:
        instance: The server.
        handshakes: Who asks the rules.
    """

    def __init__(self, instance: Instance, handshakes: Handshakes) -> None:
        self._instance, self._handshakes = instance, handshakes

    async def passes(self, transport: asyncio.Transport, asked: Asked) -> bool:
        """Say whether a connection may go on; it has been ended otherwise.

        Raises:
            StoreError: What the rules have counted is not safe in the store.
        """
        slug = self._instance.destinations.slug_of(asked.host, asked.path)
        if slug is None:
            return True
        stages = (LOOKUP, CONNECTION) if asked.is_proxied else (CONNECTION,)
        for stage in stages:
            met = await self._handshakes.meet(asked.host, stage, slug)
            if met is not None and not await self._goes_on(transport, asked, met):
                return False
        return not transport.is_closing()

    async def _goes_on(
        self, transport: asyncio.Transport, asked: Asked, met: Met
    ) -> bool:
        fault = met.fault
        if isinstance(fault, SlowAccept):
            await pause(fault.delay_s)
            return True
        if isinstance(fault, DnsFailure):
            await pause(fault.delay_s)
            self._refuse(transport, met, fault.status, "no address, on purpose")
        elif isinstance(fault, ConnectionRefused) and asked.is_proxied:
            self._refuse(transport, met, 502, "connection refused, on purpose")
        else:
            self._handshakes.keep(met, "the connection is reset on purpose")
            set_no_linger(transport)
            transport.abort()
        return False

    def _refuse(
        self, transport: asyncio.Transport, met: Met, status: int, why: str
    ) -> None:
        self._handshakes.keep(met, f"{met.host}: {why}", status)
        transport.write(refusal(status))
        transport.close()


def refusal(status: int) -> bytes:
    """Return what our proxy answers when it does not reach a host."""
    line = f"HTTP/1.1 {status} {_REASONS.get(status, 'Refused')}"
    rest = "Server: video-mockserver\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    return f"{line}\r\n{rest}".encode()


def asked_of(head: bytes) -> Asked | None:
    """Return what the head of an HTTP request asks for; None if it is none."""
    line = head.partition(b"\r\n")[0].split(b" ")
    if len(line) != 3:
        return None
    target = line[1].decode("latin-1")
    named = _HOST.search(head)
    if target.startswith("/"):
        host = b"" if named is None else named[1].strip()
        return Asked(host.decode("latin-1"), target.partition("?")[0])
    try:
        url = urlsplit(target)
    except ValueError:
        return None
    return Asked(url.netloc, url.path or "/", is_proxied=True)
