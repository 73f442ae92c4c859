"""Destinations: where the proxy door leads, and who is refused there."""

from enum import Enum
from typing import Final

from yarl import URL

from mockserver.config import Config
from mockserver.delivery.guard import Guard
from mockserver.edge.routing.doors import Doors
from mockserver.errors import DeliveryError
from mockserver.providers.hints import Hint
from mockserver.providers.provider import Provider

__all__ = ["Destination", "Destinations"]

_EVERYWHERE: Final = ("0.0.0.0/0", "::/0")


class Destination(Enum):
    """What becomes of a request that came through the proxy door."""

    HERE = "here"
    ON = "on"
    NOWHERE = "nowhere"


class Destinations:
    """Decides where requests for a host go: nothing reaches a real one by accident.

    Args:
        doors: Who knows the providers' hosts.
        config: The server's settings; `pass_through` names the hosts that requests
            may go on to.

    Raises:
        ConfigError: An entry of `pass_through` is no host.
    """

    def __init__(self, doors: Doors, config: Config) -> None:
        self._doors = doors
        external = URL(config.external_url or "")
        self._external = (external.host, external.port)
        named = [
            entry
            for one in config.pass_through
            for entry in (_EVERYWHERE if one == "*" else (one,))
        ]
        self._has_any = bool(named)
        self.guard = Guard(named, lets_loopback=False, setting="pass_through")

    def of(self, host: str, port: int, own_port: int) -> Destination:
        """Return where a request for a host goes.

        Args:
            host: A name or address, without brackets.
            port: The port that was asked for.
            own_port: The port that the request came to. Whatever else is asked for on
                it can only be meant for us: names of this machine differ by who asks.
        """
        if self._doors.knows(host) or (host.lower(), port) == self._external:
            return Destination.HERE
        if self._has_any and self.guard.names(host, port):
            return Destination.ON
        return Destination.HERE if port == own_port else Destination.NOWHERE

    def forget(self, slug: str) -> None:
        """Look at the providers' hosts again, of which one is another one now."""
        self._doors.forget(slug)

    def provider_of(self, host: str) -> Provider | None:
        """Return the provider that a host name belongs to, or None."""
        return self._doors.provider_of(host)

    def slug_of(self, host: str, path: str) -> str | None:
        """Return whom a request would be for; None if for no provider."""
        provider = self._doors.at(host, path)
        return None if provider is None else provider.slug

    async def addresses(self, host: str, port: int) -> list[str]:
        """Return the addresses at which a host may be reached.

        Raises:
            DeliveryError: There are none.
        """
        found = await self.guard.resolve(host, port)
        if not found:
            raise DeliveryError("connect", f"{host} has no address")
        return found

    def refusal(self, host: str, port: int) -> Hint:
        """Return why a host is not reached, and what would let it be."""
        known = sorted(self._doors.hosts)
        allow = (
            f"--pass-through {host} lets requests for it through; NO_PROXY={host} lets"
            " the client go there by itself"
        )
        return Hint.of(f"a provider at {host}:{port}", host, known, allow)
