"""Guard: who may be reached, decided on the very address that is connected to."""

import re
import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from aiohttp.abc import AbstractResolver, ResolveResult
from msgspec import Struct
from yarl import URL

from mockserver.delivery.names import Names
from mockserver.errors import ConfigError, DeliveryError

__all__ = ["Guard", "GuardedResolver", "read_address"]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# What `inet_aton` takes beside dotted decimals: 0x7f.1, 0177.0.0.1, 2130706433.
_NUMERIC = re.compile(r"(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+)){0,3}")
_NAME = re.compile(r"(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_-]+)*")
_LOCAL = "localhost"
_LOOPBACK = ("127.0.0.1", "::1")
_WITH_PORT = re.compile(r"(?P<host>\[[^]]*\]|[^:]*):(?P<port>\d{1,5})")


class _Rule(Struct, frozen=True):
    """One `--allow-host`: a network, or a name that may resolve to anything."""

    network: Network | None
    name: str
    port: int | None

    def admits(self, host: str, port: int, address: Address | None = None) -> bool:
        """Say whether it lets a host pass, or may do so at some address if None."""
        if self.port not in {None, port}:
            return False
        if self.network is not None:
            return address is None or address in self.network
        if self.name.startswith("*."):
            return host.endswith(self.name[1:])
        return host == self.name


class Guard:
    """Lets outgoing calls reach loopback, and what was allowed beside it.

    Args:
        allow_hosts: Each a host name, `*.example.com` for the names below one, an
            address, a network such as `10.0.0.0/8`, or one of these with `:port`
            (not for networks). A name may resolve to anything.
        names: Looks up the names that may be let pass, and no others.
        lets_loopback: Loopback needs no entry.
        setting: The setting that the entries come from, for messages.

    Raises:
        ConfigError: An entry is none of these.
    """

    __slots__ = ("_lets_loopback", "_names", "_rules", "_setting")

    def __init__(
        self,
        allow_hosts: Iterable[str] = (),
        names: Names | None = None,
        *,
        lets_loopback: bool = True,
        setting: str = "allow_host",
    ) -> None:
        self._rules = tuple(_read_rule(entry, setting) for entry in allow_hosts)
        self._names = names or Names()
        self._lets_loopback = lets_loopback
        self._setting = setting

    def names(self, host: str, port: int) -> bool:
        """Say whether an entry may let `host` pass; its address is not looked up."""
        name, address = _plain_name(host), read_address(host)
        return any(rule.admits(name, port, address) for rule in self._rules)

    def admits(self, host: str, port: int, address: str) -> bool:
        """Say whether `host` may be reached at this address."""
        found = read_address(address)
        if found is None:
            return False
        if found.is_loopback and self._lets_loopback:
            return True
        name = _plain_name(host)
        return any(rule.admits(name, port, found) for rule in self._rules)

    def check(self, host: str, port: int, address: str) -> None:
        """Let the call pass.

        Raises:
            DeliveryError: Kind `refused`; it may not be reached.
        """
        if not self.admits(host, port, address):
            raise self._refusal(host, port, [address])

    async def resolve(self, host: str, port: int) -> list[str]:
        """Return the addresses of a host that may be connected to, in order.

        Raises:
            DeliveryError: Kind `refused` when none of its addresses may be reached,
                `connect` when it has none.
        """
        found = await self._look_up(host, port)
        admitted = [address for address in found if self.admits(host, port, address)]
        if not admitted:
            raise self._refusal(host, port, found)
        return admitted

    async def _look_up(self, host: str, port: int) -> list[str]:
        address = read_address(host)
        if address is not None:
            return [str(address)]
        name = _plain_name(host)
        if name == _LOCAL or name.endswith(f".{_LOCAL}"):
            # RFC 6761: always loopback; not every system's resolver knows.
            return [*_LOOPBACK]
        if not any(rule.admits(name, port) for rule in self._rules):
            # Who asks for its address tells its owner, and waits for them, for nothing.
            raise self._refusal(host, port, [])
        try:
            return await self._names.addresses(name)
        except OSError as error:
            raise DeliveryError("connect", f"{host}: {error}") from error

    def _refusal(self, host: str, port: int, found: Sequence[str]) -> DeliveryError:
        is_plain = list(found) in ([], [host])
        where = host if is_plain else f"{host} ({', '.join(found)})"
        flag = "--" + self._setting.replace("_", "-")
        most = "loopback only" if self._lets_loopback else "hosts that are named only"
        return DeliveryError(
            "refused",
            f"refused to call {where} on port {port}: outgoing calls go to {most};"
            f" {flag} {host} would allow it",
        )


class GuardedResolver(AbstractResolver):
    """Gives aiohttp those addresses only that its guard lets pass.

    aiohttp connects to what its resolver returns, so that a name cannot point
    elsewhere between the check and the connection.

    Args:
        guard: Who may be reached.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: int = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the admitted addresses of a host.

        Raises:
            DeliveryError: There are none.
        """
        addresses = await self._guard.resolve(host, port)
        results = [_result(host, port, address) for address in addresses]
        return [r for r in results if family in {socket.AF_UNSPEC, r["family"]}]

    async def close(self) -> None:
        """Do nothing; there is nothing to close."""


@lru_cache(maxsize=4096)
def read_address(host: str) -> Address | None:
    """Return the address that a host is written as, in whatever spelling.

    Knows brackets, zones, IPv4 inside IPv6, and the decimal, octal, hexadecimal
    and short forms of IPv4; None for a name.
    """
    text = host.strip("[]").replace("%25", "%", 1).lower()
    with suppress(ValueError):
        found = ip_address(text)
        mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
        return mapped or found
    if _NUMERIC.fullmatch(text):
        with suppress(OSError):
            return IPv4Address(socket.inet_aton(text))
    return None


def _result(host: str, port: int, address: str) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=socket.AF_INET6 if ":" in address else socket.AF_INET,
        proto=0,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


def _plain_name(host: str) -> str:
    """Return a host name in the one form that names are compared in."""
    name = host.rstrip(".").lower()
    if not name.isascii():
        with suppress(ValueError):
            return URL.build(scheme="http", host=name).raw_host or name
    return name


def _read_rule(entry: str, setting: str) -> _Rule:
    text = entry.strip()
    with suppress(ValueError):
        return _Rule(ip_network(text.strip("[]"), strict=False), "", None)
    match = _WITH_PORT.fullmatch(text)
    host = _plain_name(match["host"] if match else text)
    port = int(match["port"]) if match else None
    address = read_address(host)
    if address is not None:
        return _Rule(ip_network(address), "", port)
    if _NAME.fullmatch(host) is None or port == 0 or (port or 0) > 65535:
        raise ConfigError(
            f"{setting}: found {entry!r}, expected a host name, *.example.com, an"
            " address, a network such as 10.0.0.0/8, or host:port"
        )
    return _Rule(None, host, port)
