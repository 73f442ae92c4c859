"""Entrance: the first bytes of a connection say what it is; no request pays for it."""

import asyncio
import ssl
from collections.abc import Callable, Coroutine
from importlib import import_module
from typing import Any, Final, cast

from mockserver.edge.answering.sending import set_no_linger
from mockserver.edge.instance import Instance
from mockserver.edge.routing.destinations import Destination
from mockserver.edge.routing.handshakes import Handshakes, Met
from mockserver.edge.routing.proxying import host_and_port
from mockserver.edge.routing.refusals import untold
from mockserver.errors import DeliveryError, StartError, StoreError
from mockserver.scenarios.faults.handshake import Flaw
from mockserver.server.sockets.hello import HANDSHAKE, read_hello
from mockserver.server.sockets.relay import Relay, connect
from mockserver.server.sockets.threshold import Asked, Threshold, asked_of, refusal

__all__ = ["Entrance"]

HEAD_MAX: Final = 32 * 1024
HANDSHAKE_S: Final = 30.0
SHUTDOWN_S: Final = 2.0
_CONNECT: Final = b"CONNECT "
_END: Final = b"\r\n\r\n"
_OPENED: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"
_PLAIN: Final = (
    b"HTTP/1.1 400 Bad Request\r\nServer: video-mockserver\r\n"
    b"Content-Type: text/plain\r\nContent-Length: 34\r\nConnection: close\r\n\r\n"
    b"This port speaks TLS: use https://"
)


class Entrance:
    """Takes connections in, and makes of each what its client wants it to be.

    Args:
        instance: The server.
        serve: Makes what speaks HTTP on a connection.
    """

    def __init__(
        self, instance: Instance, serve: Callable[[], asyncio.Protocol]
    ) -> None:
        self.instance, self.serve = instance, serve
        self.idle_s = instance.config.idle_timeout_s
        self.handshakes = Handshakes(instance)
        self.threshold = Threshold(instance, self.handshakes)
        self._certificates: Any = None
        self._opening: set[_Opening] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.relays: set[Relay] = set()

    def plain(self) -> asyncio.Protocol:
        """Return what a new connection begins with: HTTP, or CONNECT."""
        return _Opening(self)

    def secure(self) -> asyncio.Protocol:
        """Return what a new connection begins with on a port that speaks TLS."""
        return _Opening(self, is_secure=True)

    def close(self) -> None:
        """End what has not begun to speak HTTP."""
        for task in list(self._tasks):
            task.cancel()
        for opening in list(self._opening):
            opening.abort()
        for relay in list(self.relays):
            relay.abort()

    def enter(self, opening: "_Opening") -> None:
        """Remember a connection that has not said what it is."""
        self._opening.add(opening)

    def leave(self, opening: "_Opening") -> None:
        """Forget it: it is something else now, or gone."""
        self._opening.discard(opening)

    @property
    def waiting(self) -> int:
        """How many connections have not said what they are."""
        return len(self._opening)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something happen that a connection waits for."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def context(self, host: str, flaw: Flaw) -> ssl.SSLContext:
        """Return what TLS with a host needs, with that flaw.

        Raises:
            StartError: The folder of the authority cannot be used.
        """
        if self._certificates is not None:
            known: ssl.SSLContext | None = self._certificates.known(host, flaw)
            if known is not None:
                return known
        return await asyncio.to_thread(self._context, host, flaw)

    def _context(self, host: str, flaw: Flaw) -> ssl.SSLContext:
        if self._certificates is None:
            # Most servers never speak TLS, and start sooner without cryptography.
            room = import_module("mockserver.server.sockets.certificates")
            folder = self.instance.config.state_folder
            self._certificates = room.Certificates(folder)
        made: ssl.SSLContext = self._certificates.context(host, flaw)
        return made


class _Opening(asyncio.Protocol):
    """A connection whose client has not said yet what it wants."""

    def __init__(
        self,
        entrance: Entrance,
        *,
        is_secure: bool = False,
        host: str = "",
        is_in: bool = False,
    ) -> None:
        self._entrance = entrance
        self._is_in = is_in  # no rule has anything more to say to it
        self._is_secure = is_secure
        self._host = host  # of the tunnel that it is in
        self._said = b""
        self._is_busy = False
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the first bytes, for a while."""
        # Of a stream, whatever class another loop than asyncio's has for that.
        self._transport = cast("asyncio.Transport", transport)
        self._entrance.enter(self)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._entrance.idle_s, self._expire)
        if self._said:
            self._decide()

    def data_received(self, data: bytes) -> None:
        """Decide as soon as enough has been said."""
        self._said += data
        # After a handshake, data may come before the transport is known.
        if self._transport is not None and not self._is_busy:
            self._decide()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        del exc
        self._forget()

    def abort(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _expire(self) -> None:
        self._forget()
        self.abort()

    def _decide(self) -> None:
        said = self._said
        if self._is_secure or (self._host and said[0] == HANDSHAKE):
            self._greet()
        elif self._host or not _CONNECT.startswith(said[: len(_CONNECT)]):
            self._speak()
        elif _END in said:
            self._tunnel(*said.split(_END, 1))
        elif len(said) > HEAD_MAX:
            self._become(self._entrance.serve())

    def _speak(self) -> None:
        """Speak HTTP, once rules that look at whom it is for have had their say."""
        is_whole = _END in self._said or len(self._said) > HEAD_MAX
        if self._is_in or not self._entrance.handshakes.are_ruled:
            self._become(self._entrance.serve())
        elif is_whole and self._transport is not None:
            asked = asked_of(self._said) or Asked("")
            self._wait(self._enter(self._transport, asked))

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        """Read nothing more, and do not get impatient, while something happens."""
        self._is_busy = True
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.pause_reading()
        self._entrance.spawn(work)

    async def _enter(self, transport: asyncio.Transport, asked: Asked) -> None:
        if await self._is_let_in(transport, asked):
            self._become(self._entrance.serve())

    async def _is_let_in(self, transport: asyncio.Transport, asked: Asked) -> bool:
        """Ask the rules whether a connection may go on, and read on if it may."""
        try:
            is_let_in = await self._entrance.threshold.passes(transport, asked)
        except StoreError as error:
            untold(self._entrance.instance, asked.host, 0, str(error))
            transport.abort()
            return False
        if is_let_in:
            transport.resume_reading()
        return is_let_in

    def _become(self, protocol: asyncio.Protocol) -> None:
        """Let a connection be what its client wants; it has said something already."""
        transport, said = self._transport, self._said
        if transport is None:
            return
        self._forget()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        if said:
            protocol.data_received(said)

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._entrance.leave(self)

    # A tunnel

    def _tunnel(self, head: bytes, rest: bytes) -> None:
        asked = _asked(head)
        transport, destinations = self._transport, self._entrance.instance.destinations
        where = Destination.NOWHERE
        if transport is not None and asked is not None:
            own_port = int(transport.get_extra_info("sockname")[1])
            where = destinations.of(*asked, own_port)
        if transport is None or asked is None or where is Destination.NOWHERE:
            self._become(self._entrance.serve())  # which refuses, and keeps it
        elif where is Destination.HERE:
            self._said = rest
            if self._entrance.handshakes.are_ruled:
                self._wait(self._open_if_let(transport, asked[0]))
            else:
                self._open(transport, asked[0])
        else:
            self._is_busy, self._said = True, rest
            self._entrance.spawn(self._pass_on(transport, *asked))

    def _open(self, transport: asyncio.Transport, host: str) -> None:
        transport.write(_OPENED)
        self._become(_Opening(self._entrance, host=host, is_in=True))

    async def _open_if_let(self, transport: asyncio.Transport, host: str) -> None:
        if await self._is_let_in(transport, Asked(host, is_proxied=True)):
            self._open(transport, host)

    async def _pass_on(
        self, transport: asyncio.Transport, host: str, port: int
    ) -> None:
        entrance = self._entrance
        try:
            addresses = await entrance.instance.destinations.addresses(host, port)
            far = await connect(addresses, port, entrance.idle_s, entrance.relays)
        except (DeliveryError, OSError) as error:
            untold(entrance.instance, f"{host}:{port}", 502, str(error))
            transport.write(refusal(502))
            transport.close()
            return
        near = Relay(entrance.idle_s, entrance.relays)
        near.join(far)
        transport.write(_OPENED)
        self._become(near)

    # TLS

    def _greet(self) -> None:
        """Begin TLS once the client has said which host it means."""
        if self._transport is None:
            return
        try:
            hello = read_hello(self._said)
        except ValueError:
            if self._said[0] != HANDSHAKE:
                self._transport.write(_PLAIN)
            self._transport.close()
            return
        if hello is not None:
            host = hello.host or self._host or self._address()
            self._wait(self._shake(self._transport, host))
        elif len(self._said) > HEAD_MAX:
            self._transport.abort()

    def _address(self) -> str:
        place = self._transport and self._transport.get_extra_info("sockname")
        return str(place[0]).partition("%")[0] if place else "localhost"

    async def _shake(self, transport: asyncio.Transport, host: str) -> None:
        if not (self._is_in or await self._is_let_in(transport, Asked(host))):
            self._forget()
            return
        transport.resume_reading()
        name = "" if self._is_secure else host
        inner = _Opening(self._entrance, host=name, is_in=True)
        met = None
        try:
            met = await self._entrance.handshakes.meet(host)
            if met is not None and met.flaw is Flaw.RESET:
                set_no_linger(transport)
                raise ConnectionResetError("the connection is reset")
            flaw = Flaw.NONE if met is None else met.flaw
            context = await self._entrance.context(host, flaw)
            secured = await self._secure(transport, inner, context)
        except (OSError, ValueError, StartError, StoreError) as error:
            self._lament(host, met, error)
            transport.abort()
        else:
            if secured is not None and not secured.is_closing():
                inner.connection_made(secured)
        finally:
            self._forget()

    async def _secure(
        self,
        transport: asyncio.Transport,
        inner: asyncio.Protocol,
        context: ssl.SSLContext,
    ) -> asyncio.Transport | None:
        """Return what speaks TLS on a transport, once hands are shaken."""
        loop = asyncio.get_running_loop()
        shaking = loop.create_task(
            loop.start_tls(
                transport,
                inner,
                context,
                server_side=True,
                ssl_handshake_timeout=min(self._entrance.idle_s, HANDSHAKE_S),
                ssl_shutdown_timeout=SHUTDOWN_S,
            )
        )
        said, self._said = self._said, b""
        # Its protocol is there after one turn of the loop, and listens after two.
        loop.call_soon(loop.call_soon, _feed, transport, said)
        return await shaking

    def _lament(self, host: str, met: Met | None, error: Exception) -> None:
        """Keep that a handshake has come to nothing, and whether that was meant."""
        if met is None:
            untold(self._entrance.instance, f"{host}:443", 0, _trouble(error))
        else:
            why = f"TLS, {met.flaw} on purpose: {_reason(error)}"
            self._entrance.handshakes.keep(met, why)


def _asked(head: bytes) -> tuple[str, int] | None:
    """Return host and port of a CONNECT; None if it is malformed."""
    line = head.partition(b"\r\n")[0].split(b" ")
    if len(line) != 3 or line[2] not in {b"HTTP/1.1", b"HTTP/1.0"}:
        return None
    try:
        return host_and_port(line[1].decode("ascii"))
    except UnicodeDecodeError:
        return None


def _feed(transport: asyncio.Transport, said: bytes) -> None:
    """Give what was read before a protocol was there to that protocol."""
    # Of another loop's TLS it is no `BufferedProtocol` by name, only by what it does.
    protocol = cast("asyncio.BufferedProtocol", transport.get_protocol())
    if transport.is_closing() or not hasattr(protocol, "get_buffer"):
        return
    rest = memoryview(said)
    while rest:
        room = memoryview(protocol.get_buffer(len(rest)))
        size = min(len(room), len(rest))
        room[:size] = rest[:size]
        protocol.buffer_updated(size)
        rest = rest[size:]


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error or "the client has hung up")


def _trouble(error: Exception) -> str:
    """Say what has gone wrong with a handshake, and what would help."""
    said = f"TLS: {_reason(error)}"
    if "UNKNOWN_CA" in said or "BAD_CERTIFICATE" in said or "CERTIFICATE_UNK" in said:
        said += "; the client does not trust our CA: see mockserver ca, or env"
    return said
