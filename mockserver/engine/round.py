"""Round: one go at everything that is due in a space, in order."""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct

from mockserver.engine.agenda import Due
from mockserver.engine.bugs import Bugs, Survived
from mockserver.engine.spaces import Space
from mockserver.errors import StoreError

__all__ = ["Courier", "Flight", "Happen", "Round"]

T = TypeVar("T")


class Happen(Protocol):
    """Does what is due and flies with nobody, such as an event of a provider."""

    async def __call__(self, space: Space, due: Due, /) -> None:
        """Do it, to its end."""
        ...


class Flight(Struct, Generic[T], frozen=True, eq=False):
    """Something due that has started and takes real time.

    Attributes:
        due: What it came from; it is planned again if the flight is broken off.
        horizon: Until when nothing that comes of it can fall due.
        task: Does it.
        land: Takes the outcome.
    """

    due: Due
    horizon: float
    task: asyncio.Task[T]
    land: Callable[[T], None]


class Courier(Protocol):
    """Carries out one kind of due, several at a time."""

    def kin(self, space: Space, due: Due, /) -> frozenset[Hashable]:
        """Return names of what must have landed first: no two flights share one."""
        ...

    def begin(self, space: Space, due: Due, /) -> Flight[Any] | None:
        """Start it; None if nothing flies: it is over, or planned for later."""
        ...


class Round:
    """Starts what is due in the order of its due times; several may be on their way.

    Something starts while others are on their way only if nothing that may come of
    these (a retry, a report, one that waits) would have to start before it. Outcomes
    are taken in the order of the starts. So everything is as if one were done after
    the other, only faster.

    Args:
        space: Where.
        happen: Does what no courier carries out.
        couriers: Who carries out what, by kind.
        bugs: Counts what goes wrong in them.
        width: How many may be on their way.
    """

    def __init__(
        self,
        space: Space,
        happen: Happen,
        couriers: dict[str, Courier],
        *,
        bugs: Bugs,
        width: int,
    ) -> None:
        self._space = space
        self._happen = happen
        self._couriers = couriers
        self._bugs = bugs
        self._width = width
        self._flights: deque[tuple[Flight[Any], frozenset[Hashable]]] = deque()
        self._kin: set[Hashable] = set()
        self._begun: Due | None = None

    async def run(self) -> None:
        """Go on until nothing more is due, or the space is gone."""
        try:
            while self._space.is_open and await self._step():
                pass
        finally:
            self._give_back()

    async def _step(self) -> bool:
        """Start the next thing or take the oldest outcome; say if there was any."""
        now = self._space.clock.now()
        at = self._space.agenda.next_at()
        is_due = at is not None and at <= now
        if self._flights and not (is_due and self._may_start(at or 0)):
            await self._land()
            return True
        due = self._begun = self._space.agenda.pop(now)
        if due is None:
            return False
        courier = self._couriers.get(due.kind)
        await (self._do(due) if courier is None else self._start(due, courier))
        self._begun = None
        await self._settle()
        return True

    def _may_start(self, at: float) -> bool:
        """Say whether what is due at `at` may start before the others have landed."""
        is_full = len(self._flights) >= self._width
        return not is_full and all(flight.horizon >= at for flight, _ in self._flights)

    async def _do(self, due: Due) -> None:
        while self._flights:
            await self._land()
        if self._space.is_open:
            with self._survived(due):
                await self._happen(self._space, due)
            self._space.agenda.done(due)

    async def _start(self, due: Due, courier: Courier) -> None:
        with self._survived(due):
            kin = courier.kin(self._space, due)
            while not kin.isdisjoint(self._kin):
                await self._land()
            flight = courier.begin(self._space, due) if self._space.is_open else None
            if flight is not None:
                self._flights.append((flight, kin))
                self._kin |= kin
                return
        self._space.agenda.done(due)

    async def _land(self) -> None:
        """Take the outcome of the oldest flight."""
        flight, kin = self._flights[0]
        with self._survived(flight.due):
            outcome = await flight.task
            if self._space.is_open:
                flight.land(outcome)
        self._flights.popleft()
        self._kin -= kin
        self._space.agenda.done(flight.due)
        await self._settle()

    async def _settle(self) -> None:
        """Let what has happened be safe before something else does."""
        # A space of which something is lost is over: it is read from the store again.
        with suppress(StoreError):
            await self._space.settle()

    def _give_back(self) -> None:
        """Plan anew what had begun when the round was cancelled."""
        for flight, _ in self._flights:
            flight.task.cancel()
            self._space.agenda.put_back(flight.due)
        self._flights.clear()
        if self._begun is not None:
            self._space.agenda.put_back(self._begun)
            self._begun = None

    def _survived(self, due: Due) -> Survived:
        return self._bugs.survived(due.kind, "of", due.slug, "in", self._space.id)
