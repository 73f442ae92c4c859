"""Listener: sockets are bound first, then one instance is served on all of them."""

import asyncio
import errno
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from pathlib import Path

from aiohttp import web

from mockserver.config import Config
from mockserver.edge.instance import Instance
from mockserver.engine.clock import monotonic_s
from mockserver.errors import StartError
from mockserver.server.fleet.draining import give_up_all, linger
from mockserver.server.fleet.joining import Joined, join
from mockserver.server.sockets.connection import Runner

__all__ = ["Listener", "bind", "bind_secure", "is_loopback", "write_port"]

BACKLOG = 1024
# How many connections are taken at a time. Out of descriptors, asyncio tries, and
# complains, that many times a second.
_AT_ONCE = 16
_TRIES = 5
_CLOSE_S = 4.2
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised, not bound
_NO_FAMILY = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})


def bind(host: str, port: int) -> list[socket.socket]:
    """Take a port on every address of a host, all with the same number.

    Args:
        host: A name or address; `::` and `0.0.0.0` are every interface.
        port: A number, or 0 for a free one.

    Raises:
        StartError: The host is unknown, or the port is in use or forbidden.
    """
    addresses = _addresses(host)
    for last in (False,) * (_TRIES - 1) + (True,):
        sockets: list[socket.socket] = []
        try:
            for family, address in addresses:
                _add(sockets, family, address, port)
        except OSError as error:
            _close(sockets)
            # A free port of one family may be taken in the other one.
            if last or port or not sockets or error.errno != errno.EADDRINUSE:
                raise _refused(host, port, error) from error
        else:
            return sockets
    raise AssertionError


def bind_secure(config: Config) -> list[socket.socket]:
    """Take the port that speaks TLS; nothing if there is to be none.

    Raises:
        StartError: It is in use or forbidden.
    """
    return [] if config.tls_port is None else bind(config.host, config.tls_port)


def is_loopback(sockets: Sequence[socket.socket]) -> bool:
    """Say whether only this machine can reach the sockets."""
    names = (bound.getsockname()[0].partition("%")[0] for bound in sockets)
    return all(ip_address(name).is_loopback for name in names)


def write_port(file: Path, port: int, tls_port: int | None = None) -> None:
    """Put ports' numbers, a line each, into a file at once: nobody reads half of it.

    Raises:
        StartError: The file cannot be written.
    """
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        numbers = [port] if tls_port is None else [port, tls_port]
        draft.write_text("".join(f"{n}\n" for n in numbers), encoding="ascii")
        draft.replace(file)
    except OSError as error:
        raise StartError(f"port file {file}: {error.strerror}") from error


class Listener:
    """Serves an instance on bound sockets.

    Args:
        instance: What to serve.
        sockets: Where; they are closed at the end.
        secure: Where it speaks TLS; they are closed at the end, too.
        drain_s: How long requests that are being served may take at the end.
        shares_port: Other workers have the same sockets.
    """

    def __init__(
        self,
        instance: Instance,
        sockets: Sequence[socket.socket],
        *,
        secure: Sequence[socket.socket] = (),
        drain_s: float = 0.2,
        shares_port: bool = False,
    ) -> None:
        self._instance = instance
        self._sockets = sockets
        self._secure = secure
        self._shares_port = shares_port
        self._sites: list[web.SockSite] = []
        self._servers: list[asyncio.Server] = []
        self._inner: list[asyncio.Server] = []
        self._joined: Joined | None = None
        self._runner = Runner(
            instance,
            access_log=None,
            handle_signals=False,
            # A client that hangs up must end what waits for it, such as a render.
            handler_cancellation=True,
            shutdown_timeout=drain_s,
            # It also ends a connection that never sends a request, or not all of it.
            keepalive_timeout=instance.config.idle_timeout_s,
            # Bodies are decoded where their bound is known.
            auto_decompress=False,
        )

    @property
    def port(self) -> int:
        """The port's number."""
        return int(self._sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Begin to serve, and tell the instance where."""
        directory = self._instance.services.spaces.directory
        if directory is not None:
            sockets = bind(self._instance.config.inner_host, 0)
            self._joined = join(self._instance, directory, sockets)
        await self._runner.setup()
        for bound in self._sockets:
            site = web.SockSite(self._runner, bound, backlog=_AT_ONCE)
            await site.start()
            self._sites.append(site)
            bound.listen(BACKLOG)
        for bound in self._secure:
            self._servers.append(await _listening(self._runner.secure, bound))
            self._instance.tls_port = int(bound.getsockname()[1])
        if self._joined is not None:
            inner = partial(self._runner.inner, self._joined.secret)
            for bound in self._joined.sockets:
                self._inner.append(await _listening(inner, bound))
        urls = dict.fromkeys(_url(bound) for bound in self._sockets)
        self._instance.urls[:] = list(urls)

    async def drain(self) -> None:
        """Let other workers have what this one has, while it still answers.

        Who is alone has nobody to give anything to, and ends at once.
        """
        if self._joined is None:
            return
        since_s = monotonic_s()
        self._instance.is_leaving = True
        if self._shares_port:
            # Who connects from now on is another worker's; else, nobody would be there.
            await self._refuse()
        await give_up_all(self._instance)
        await self._refuse()
        directory = self._instance.services.spaces.directory
        if directory is not None and directory.takers():
            # Else all are about to end, and nobody is to wait for that.
            await linger(self._runner.clients, since_s)

    async def close(self) -> None:
        """Stop to listen, let running requests end, and close everything.

        What does not end by then is left behind.
        """
        for server in (*self._servers, *self._inner):
            server.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._runner.cleanup(), _CLOSE_S)
        if self._joined is not None:
            self._joined.hand_over.close()
            _close(self._joined.sockets)
        _close([*self._sockets, *self._secure])

    async def _refuse(self) -> None:
        """Take no more connections of clients."""
        for server in self._servers:
            server.close()
        for site in self._sites:
            await site.stop()
        self._sites.clear()


async def _listening(
    opened: Callable[[], asyncio.BaseProtocol], bound: socket.socket
) -> asyncio.Server:
    """Let a socket of ours take connections, and wait for as many as any other."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(opened, sock=bound, backlog=_AT_ONCE)
    bound.listen(BACKLOG)
    return server


def _addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    try:
        found = socket.getaddrinfo(
            host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, UnicodeError) as error:
        raise StartError(f"host: found {host!r}, which has no address") from error
    pairs = [(family, str(address[0])) for family, _, _, _, address in found]
    return list(dict.fromkeys(pairs))


def _add(
    sockets: list[socket.socket],
    family: socket.AddressFamily,
    address: str,
    port: int,
) -> None:
    """Bind one more socket; a machine without that family goes without it."""
    number = sockets[0].getsockname()[1] if sockets else port
    try:
        bound = _bound(family, address, number)
    except OSError as error:
        if not sockets or error.errno not in _NO_FAMILY:
            raise
        return
    sockets.append(bound)


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((address, port))
        bound.listen(BACKLOG)
    except OSError:
        bound.close()
        raise
    bound.settimeout(0)
    return bound


def _close(sockets: Sequence[socket.socket]) -> None:
    for bound in sockets:
        with suppress(OSError):
            bound.close()


def _refused(host: str, port: int, error: OSError) -> StartError:
    if error.errno == errno.EADDRINUSE:
        return StartError(
            f"port {port} on {host} is in use; choose another with --port,"
            " or --port 0 for a free one"
        )
    return StartError(f"port {port} on {host}: {error.strerror or error}")


def _url(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    host = _ANYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
