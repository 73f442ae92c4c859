"""Handshakes: what rules make of a client's TLS before it has asked for anything."""

from dataclasses import dataclass

from mockserver.edge.instance import Instance
from mockserver.edge.stage import HANDSHAKES, book_of
from mockserver.engine.clock import wall_s
from mockserver.scenarios.facts import Facts
from mockserver.scenarios.faults.handshake import Flaw, OfHandshakes
from mockserver.scenarios.firings import Firing
from mockserver.scenarios.known import HANDSHAKE
from mockserver.verdict.journal import Exchange

__all__ = ["Handshakes", "Met"]


@dataclass(frozen=True, slots=True)
class Met:
    """A handshake that a rule acts on.

    Attributes:
        host: Whom the client means.
        slug: The provider that it belongs to.
        rule: The rule's name.
        flaw: What becomes of the handshake.
        at: The time in the space of handshakes, in seconds since 1970.
        firing: The rule's own record of it.
    """

    host: str
    slug: str
    rule: str
    flaw: Flaw
    at: float
    firing: Firing | None


class Handshakes:
    """Asks the rules about handshakes, and keeps those that come to nothing.

    Whose space is meant shows in a request, which comes later. So these rules have a
    space of their own, which is there once some scenario needs it.

    Args:
        instance: The server.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    async def meet(self, host: str) -> Met | None:
        """Return what is wrong on purpose with the next handshake for a host.

        Raises:
            StoreError: What the rules have counted is not safe in the store.
        """
        spaces = self._instance.services.spaces
        if spaces.find(HANDSHAKES) is None:
            return None
        provider = self._instance.destinations.provider_of(host)
        if provider is None:
            return None
        space = spaces.open(HANDSHAKES)  # which makes it one that is used
        now = space.clock.now()
        facts = Facts(
            slug=provider.slug,
            operation=HANDSHAKE,
            kinds=frozenset({HANDSHAKE}),
            method="",
            headers={},
            query={},
            now=now,
        )
        deeds = book_of(space).match(facts)
        space.touch()
        if spaces.ledger is not None:
            await spaces.ledger.settle()
        for deed in deeds:
            if isinstance(deed.fault, OfHandshakes):
                flaw, firing = deed.fault.flaw, deed.firing
                return Met(host, provider.slug, deed.rule, flaw, now, firing)
        return None

    def keep(self, met: Met, why: str) -> None:
        """Keep in the journal that a client has let go of a handshake with a flaw."""
        exchange = Exchange(
            "CONNECT",
            f"{met.host}:443",
            {},
            status=0,
            response_headers={},
            response_body=None,
            size_bytes=0,
            wall_at=wall_s(),
            elapsed_s=0.0,
            slug=met.slug,
            operation=HANDSHAKE,
            space=HANDSHAKES,
            at=met.at,
            fault=met.rule,
            notes=(f"TLS, {met.flaw} on purpose: {why}",),
        )
        self._instance.services.journal.add(exchange)
        if met.firing is not None:
            met.firing.complete("", exchange.number)
