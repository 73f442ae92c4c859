"""The journal: a bounded ring of exchanges for each space."""

from bisect import bisect_left
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import chain, islice
from math import inf
from operator import attrgetter
from typing import Final

from mockserver.verdict.exchange import BODY_MAX, Exchange

__all__ = ["BODY_MAX", "Exchange", "Journal"]

TOTAL_FACTOR = 20
_PAGE: Final = 512
_number = attrgetter("number")


class Journal:
    """The latest exchanges of each space.

    Args:
        per_space: How many are kept for one space; the spaces that were idle for
            longest lose theirs first once all spaces together have twenty times
            as many.
        max_bytes: About how much memory all may take; the oldest of the space that
            was idle for longest go first. The latest one is always kept.
        numbering: Returns the number after one; one more, if None.
    """

    def __init__(
        self,
        per_space: int = 1000,
        max_bytes: int = 64 << 20,
        numbering: Callable[[int], int] | None = None,
    ) -> None:
        self._per_space = per_space
        self._max_bytes = max_bytes
        self._numbering, self._last = numbering, 0
        self._rings: OrderedDict[str, deque[Exchange]] = OrderedDict()
        self._held = 0
        self._latest: str | None = None
        self._ring: deque[Exchange] | None = None
        self._listeners: list[Callable[[Exchange], None]] = []
        self._on_clear: list[Callable[[str | None, Sequence[str]], None]] = []
        self.recorded = 0
        self.held_bytes = 0

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange, as far as it is not too long, and give it its number."""
        exchange.cut()
        self._keep(exchange)

    def add_again(
        self,
        exchange: Exchange,
        response_headers: Mapping[str, str],
        at: float,
        wall_at: float,
        elapsed_s: float,
    ) -> None:
        """Keep that what an exchange has told of was asked and answered once more."""
        ring = self._ring
        if (
            ring is None
            or exchange.space != self._latest
            or len(ring) < self._per_space
        ):
            self._keep(exchange.again(response_headers, at, wall_at, elapsed_s))
            return
        # The shortest way of the most frequent case: one comes, and the oldest goes.
        self.recorded += 1
        last = self._last
        self._last = last + 1 if self._numbering is None else self._numbering(last)
        again = exchange.again(response_headers, at, wall_at, elapsed_s)
        again.number = self._last
        ring.append(again)
        self.held_bytes += exchange.kept_bytes - ring.popleft().kept_bytes
        if self.held_bytes > self._max_bytes:
            self._shorten_all()
        for listener in self._listeners:
            listener(again)

    def _keep(self, exchange: Exchange) -> None:
        self.recorded += 1
        last = self._last
        self._last = last + 1 if self._numbering is None else self._numbering(last)
        exchange.number = self._last
        space = exchange.space
        ring = self._rings.get(space)
        if ring is None:
            ring = self._rings[space] = deque()
        ring.append(exchange)
        self._held += 1
        self.held_bytes += exchange.kept_bytes
        if space != self._latest or ring is not self._ring:
            self._latest, self._ring = space, ring
            self._rings.move_to_end(space)
        if len(ring) > self._per_space:
            self._let_go(ring)
        if self._held > self._per_space * TOTAL_FACTOR:
            self._drop(next(iter(self._rings)))
        if self.held_bytes > self._max_bytes:
            self._shorten_all()
        for listener in self._listeners:
            listener(exchange)

    def exchanges(self, space: str | None = None) -> Iterator[Exchange]:
        """Return what is kept of one space, oldest first, or of all in their order."""
        if space is not None:
            return iter(tuple(self._rings.get(space, ())))
        held = (exchange for ring in self._rings.values() for exchange in ring)
        return iter(sorted(held, key=_number))

    def count(self, space: str) -> int:
        """Return how many exchanges of a space are kept."""
        return len(self._rings.get(space, ()))

    def extent(self, space: str) -> tuple[int, int, int] | None:
        """Return the first and the last number that is kept of a space, and how many.

        Between two moments at which these are the same, nothing has come or gone.
        """
        ring = self._rings.get(space)
        return (ring[0].number, ring[-1].number, len(ring)) if ring else None

    def newest(
        self, space: str | None = None, *, before: int | None = None
    ) -> Iterator[Exchange]:
        """Return the same, the newest first; nothing may be kept meanwhile.

        Args:
            space: Whose; of all, in their order, if None.
            before: Only those with a smaller number.
        """
        rings = [*self._rings.values()]
        if space is not None:
            rings = [self._rings.get(space, deque())]
        some = [ring for ring in rings if ring]
        if len(some) == 1:
            return _before(some[0], before)
        return _merged(some, before)

    def find(self, space: str | None = None, **wanted: object) -> Iterator[Exchange]:
        """Return the exchanges whose attributes have those values.

        `about` is a job that they have to be about, alone or among others.
        """
        about = wanted.pop("about", None)
        for exchange in self.exchanges(space):
            if about is not None and not exchange.is_about(str(about)):
                continue
            if all(getattr(exchange, name) == value for name, value in wanted.items()):
                yield exchange

    def go_on_after(self, number: int) -> None:
        """Give greater numbers from now on."""
        self._last = max(self._last, number)

    def ring(self, space: str) -> Sequence[Exchange]:
        """Return what is kept of a space, oldest first."""
        return tuple(self._rings.get(space, ()))

    def fresh(self, known: Mapping[str, int]) -> list[str]:
        """Return the spaces with exchanges of greater numbers than are known."""
        rings = self._rings.items()
        return [
            space
            for space, ring in rings
            if space and ring and ring[-1].number > known.get(space, 0)
        ]

    def bring(self, space: str, exchanges: Sequence[Exchange]) -> None:
        """Keep what was kept of a space before those that are, if there is room."""
        ring = self._rings.get(space)
        if ring is None:
            ring = self._rings[space] = deque()
            self._rings.move_to_end(space, last=False)
        first = ring[0].number if ring else inf
        room = min(
            self._per_space - len(ring), self._per_space * TOTAL_FACTOR - self._held
        )
        for exchange in reversed(exchanges):
            if room <= 0 or self.held_bytes >= self._max_bytes:
                break
            if exchange.number < first:
                exchange.cut()
                ring.appendleft(exchange)
                self._held += 1
                self.held_bytes += exchange.kept_bytes
                room -= 1
        if not ring:
            del self._rings[space]

    def forget(self, space: str) -> None:
        """Have the exchanges of a space no more; where they are kept, they stay."""
        self._drop(space)

    def clear(self, space: str | None = None) -> int:
        """Forget the exchanges of a space, or all; return how many there were."""
        rings = list(self._rings) if space is None else [space]
        for listener in self._on_clear:
            listener(space, rings)
        return sum(self._drop(ring) for ring in rings)

    def on_add(self, listener: Callable[[Exchange], None]) -> Callable[[], None]:
        """Call `listener` with each new exchange; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def on_clear(self, listener: Callable[[str | None, Sequence[str]], None]) -> None:
        """Call `listener` when exchanges are forgotten: of one space, or of all.

        The second argument names the spaces of which there were any.
        """
        self._on_clear.append(listener)

    def __len__(self) -> int:
        """Return how many exchanges are kept."""
        return self._held

    def _shorten_all(self) -> None:
        """Forget the oldest until the others take no more than they may."""
        while self.held_bytes > self._max_bytes and self._held > 1:
            self._shorten()

    def _shorten(self) -> None:
        """Forget the oldest exchange of the space that was idle for longest."""
        space, ring = next(iter(self._rings.items()))
        self._let_go(ring)
        if not ring:
            self._drop(space)

    def _let_go(self, ring: deque[Exchange]) -> None:
        self.held_bytes -= ring.popleft().kept_bytes
        self._held -= 1

    def _drop(self, space: str) -> int:
        ring = self._rings.pop(space, ())
        if ring is self._ring:
            self._latest = self._ring = None
        self._held -= len(ring)
        self.held_bytes -= sum(exchange.kept_bytes for exchange in ring)
        return len(ring)


def _before(ring: deque[Exchange], number: int | None) -> Iterator[Exchange]:
    """Return what a ring has of smaller numbers, the newest first."""
    if number is None or number > ring[-1].number:
        return reversed(ring)
    count = bisect_left(ring, number, key=_number)
    return islice(reversed(ring), len(ring) - count, None)


def _merged(rings: Sequence[deque[Exchange]], before: int | None) -> Iterator[Exchange]:
    """Yield what several rings have in one order: a page costs no more than a page."""
    parts = [_before(ring, before) for ring in rings]
    page = [*islice(merge(*parts, key=_number, reverse=True), _PAGE)]
    yield from page
    if len(page) == _PAGE:
        left = (_before(ring, page[-1].number) for ring in rings)
        yield from sorted(chain.from_iterable(left), key=_number, reverse=True)
