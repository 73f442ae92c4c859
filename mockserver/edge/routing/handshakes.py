"""Handshakes: what rules make of a connection before anything is asked on it."""

from msgspec import Struct

from mockserver.edge.instance import Instance
from mockserver.edge.staging.stage import HANDSHAKES, book_of
from mockserver.engine.clock import wall_s
from mockserver.scenarios.book.facts import Facts
from mockserver.scenarios.book.firings import Firing
from mockserver.scenarios.checks.known import HANDSHAKE
from mockserver.scenarios.faults.early import OfBeginnings
from mockserver.scenarios.faults.handshake import Flaw, OfHandshakes
from mockserver.verdict.journal import Exchange

__all__ = ["Handshakes", "Met"]


class Met(Struct, frozen=True):
    """The beginning of a connection that a rule acts on.

    Attributes:
        host: Whom the client means.
        slug: The provider that it belongs to.
        operation: Which part of the beginning: `handshake`, `connection` or `lookup`.
        rule: The rule's name.
        fault: What becomes of it.
        at: The time in the space of handshakes, in seconds since 1970.
        firing: The rule's own record of it.
    """

    host: str
    slug: str
    operation: str
    rule: str
    fault: OfBeginnings
    at: float
    firing: Firing | None

    @property
    def flaw(self) -> Flaw:
        """What is wrong with the TLS handshake."""
        return self.fault.flaw if isinstance(self.fault, OfHandshakes) else Flaw.NONE


class Handshakes:
    """Asks the rules about beginnings of connections, and keeps what comes to nothing.

    Whose space is meant shows in a request, which comes later. So these rules have a
    space of their own, which is there once some scenario needs it.

    Args:
        instance: The server.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    @property
    def are_ruled(self) -> bool:
        """Whether some rule may act."""
        return self._instance.services.spaces.find(HANDSHAKES) is not None

    async def meet(
        self, host: str, operation: str = HANDSHAKE, slug: str | None = None
    ) -> Met | None:
        """Return what is wrong on purpose with the next beginning for a host.

        Args:
            host: Whom the client means.
            operation: Which part of the beginning.
            slug: The provider, if the host does not tell.

        Raises:
            StoreError: What the rules have counted is not safe in the store.
        """
        spaces = self._instance.services.spaces
        if spaces.find(HANDSHAKES) is None:
            return None
        if slug is None:
            provider = self._instance.destinations.provider_of(host)
            if provider is None:
                return None
            slug = provider.slug
        space = spaces.open(HANDSHAKES)  # which makes it one that is used
        now = space.clock.now()
        facts = Facts(
            slug=slug,
            operation=operation,
            kinds=frozenset({operation}),
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
            if isinstance(deed.fault, OfBeginnings):
                rule, firing = deed.rule, deed.firing
                return Met(host, slug, operation, rule, deed.fault, now, firing)
        return None

    def keep(self, met: Met, why: str, status: int = 0) -> None:
        """Keep in the journal that a connection has come to nothing, and why."""
        exchange = Exchange(
            "CONNECT",
            f"{met.host}:443",
            {},
            status=status,
            response_headers={},
            response_body=None,
            size_bytes=0,
            wall_at=wall_s(),
            elapsed_s=0.0,
            slug=met.slug,
            operation=met.operation,
            space=HANDSHAKES,
            at=met.at,
            fault=met.rule,
            notes=(why,),
        )
        self._instance.services.journal.add(exchange)
        if met.firing is not None:
            met.firing.complete("", exchange.number)
