"""Tally: requests by provider, operation and status, counted once somebody looks."""

from collections.abc import Iterator
from typing import NamedTuple

from mockserver.verdict.journal import Exchange, Journal

__all__ = ["Count", "Tally"]


class Count(NamedTuple):
    """What is known about one kind of request.

    Attributes:
        slug, operation, status: Which kind.
        requests: How many there were.
        seconds: Real seconds that they took together.
    """

    slug: str
    operation: str
    status: int
    requests: int
    seconds: float


class Tally:
    """Counts exchanges; costs nothing before the first look.

    Args:
        journal: What is counted.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._counts: dict[tuple[str, str, int], list[float]] = {}
        self._is_counting = False

    def look(self) -> Iterator[Count]:
        """Return all counts: since the start, as far as the journal goes back."""
        if not self._is_counting:
            self._is_counting = True
            for exchange in self._journal.exchanges():
                self._count(exchange)
            self._journal.on_add(self._count)
        for (slug, operation, status), (requests, seconds) in self._counts.items():
            yield Count(slug, operation, status, int(requests), seconds)

    def _count(self, exchange: Exchange) -> None:
        key = exchange.slug, exchange.operation, exchange.status
        known = self._counts.get(key)
        if known is None:
            self._counts[key] = [1, exchange.elapsed_s]
        else:
            known[0] += 1
            known[1] += exchange.elapsed_s
