"""Events: what happens in a server, told to whoever listens; free when nobody does."""

import asyncio
import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from secrets import token_hex
from typing import Final

from mockserver.delivery.delivery import Record
from mockserver.engine.spaces import Space
from mockserver.providers.services import Services
from mockserver.verdict.journal import Exchange

__all__ = ["KINDS", "Event", "Hub", "Subscription"]

KINDS = ("exchange", "job", "clock", "delivery", "space", "forgotten")
LATEST_MAX: Final = 1000
# How long events are kept for a listener that was cut off and comes back.
KEPT_S: Final = 60.0
_NUMBER: Final = re.compile(r"[0-9]{1,18}")


class Event:
    """One thing that happened, by reference; nothing is formatted before it is read.

    Attributes:
        kind: One of `KINDS`.
        space: Where; empty for an exchange that no space was found for.
        subject: The exchange, the change of a job, the space, or the delivery's
            record; None if exchanges, or all that a space had, are forgotten.
        number: Which one it is of those that a server has told; 0 for those of others.
    """

    __slots__ = ("_told", "kind", "number", "space", "subject")

    def __init__(self, kind: str, space: str, subject: object, number: int = 0) -> None:
        self.kind, self.space, self.subject = kind, space, subject
        self.number = number
        self._told: str | None = None

    def told(self, tell: Callable[["Event"], str]) -> str:
        """Return it as text: formatted once, however many listen."""
        if self._told is None:
            self._told = tell(self)
        return self._told


class Subscription:
    """What one listener has not read yet; the oldest go when it reads too slowly.

    Args:
        kinds: Which kinds to hear of.
        space: Which space to hear of; None for all.
        bound: How many events wait at most.
    """

    __slots__ = ("_events", "_ready", "_space", "is_closed", "kinds", "lost")

    def __init__(
        self, kinds: Iterable[str], space: str | None, bound: int = 1000
    ) -> None:
        self.kinds = frozenset(kinds)
        self._space = space
        self._events: deque[Event] = deque(maxlen=bound)
        self._ready = asyncio.Event()
        self.lost = 0
        self.is_closed = False

    def put(self, event: Event) -> None:
        """Keep an event, if it is wanted."""
        if event.kind not in self.kinds or self._space not in {None, event.space}:
            return
        self._keep(event)

    def relay(self, told: str) -> None:
        """Keep an event of another worker, which has chosen and told it already."""
        event = Event("", "", None)
        event.told(lambda _: told)
        self._keep(event)

    def close(self) -> None:
        """Let the listener read what is left, and then end."""
        self.is_closed = True
        self._ready.set()

    async def take(self, wait_s: float) -> list[Event]:
        """Return what has happened; nothing if that was nothing for `wait_s`."""
        try:
            await asyncio.wait_for(self._ready.wait(), wait_s)
        except TimeoutError:
            return []
        self._ready.clear()
        taken = [*self._events]
        self._events.clear()
        return taken

    def _keep(self, event: Event) -> None:
        if len(self._events) == self._events.maxlen:
            self.lost += 1
        self._events.append(event)
        self._ready.set()


class Hub:
    """Hands events to all listeners; the first one makes it listen itself.

    Args:
        services: The server's rooms.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._run = token_hex(4)
        self._numbers = count(1)
        # Not the events themselves: those remember how they were told, bodies and all.
        self._latest: deque[tuple[str, str, object, int]] = deque(maxlen=LATEST_MAX)
        self._timer: asyncio.TimerHandle | None = None
        self._listeners: set[Subscription] = set()
        self._kinds: frozenset[str] = frozenset()
        self._is_watching = False
        self._end: Callable[[], None] | None = None

    def __len__(self) -> int:
        """Return how many listen."""
        return len(self._listeners)

    def subscribe(
        self,
        kinds: Iterable[str] = KINDS,
        space: str | None = None,
        after: int | None = None,
    ) -> Subscription:
        """Begin to keep events for a listener, who has to `unsubscribe`.

        Args:
            kinds: Which kinds to hear of.
            space: Which space to hear of; None for all.
            after: The number of the latest event that it has heard of before; those
                that have come since are kept, too, and counted as lost if they are
                not there any more.
        """
        self._watch()
        if self._end is None:
            self._end = self._services.journal.on_add(self._exchanged)
        subscription = Subscription(kinds, space)
        if after is not None:
            self._catch_up(subscription, after)
        self._listeners.add(subscription)
        self._kinds |= subscription.kinds
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Forget a listener; for a while, it may come back."""
        self._listeners.discard(subscription)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(KEPT_S, self._rest)

    def close(self) -> None:
        """Let all listeners end."""
        for listener in self._listeners:
            listener.close()
        if self._timer is not None:
            self._timer.cancel()

    def id_of(self, event: Event) -> str:
        """Return what a listener that comes back names as its latest event."""
        return f"{self._run}-{event.number}" if event.number else ""

    def number_of(self, told: str) -> int | None:
        """Return the number of an event by its id; None if it is of another server."""
        run, _, number = told.partition("-")
        is_ours = run == self._run and _NUMBER.fullmatch(number) is not None
        return int(number) if is_ours else None

    def tell(self, kind: str, space: str, subject: object) -> None:
        """Hand an event to all who want it."""
        if kind in self._kinds:
            told = kind, space, subject, next(self._numbers)
            self._latest.append(told)
            event = Event(*told)
            for listener in self._listeners:
                listener.put(event)

    def _catch_up(self, subscription: Subscription, after: int) -> None:
        latest = self._latest
        *_, first = latest[0] if latest else (after + 1,)
        subscription.lost = max(first - after - 1, 0)
        for told in latest:
            event = Event(*told)
            if event.number > after:
                subscription.put(event)

    def _rest(self) -> None:
        """Keep nothing more of what nobody listens to, and has not come back for."""
        heard: frozenset[str] = frozenset()
        heard = heard.union(*(one.kinds for one in self._listeners))
        if heard == self._kinds:
            return
        self._kinds = heard
        # Who comes back all the same has missed something that nobody has counted.
        self._run = token_hex(4)
        self._latest.clear()
        if not heard and self._end is not None:
            self._end()
            self._end = None

    def _watch(self) -> None:
        if self._is_watching:
            return
        self._is_watching = True
        for space in self._services.spaces:
            self._watch_space(space)
        self._services.spaces.on_open(self._opened)
        self._services.outbox.on_attempt(self._attempted)
        self._services.journal.on_clear(self._cleared)

    def _opened(self, space: Space) -> None:
        self._watch_space(space)
        self.tell("space", space.id, space)

    def _watch_space(self, space: Space) -> None:
        space.clock.on_move(lambda: self.tell("clock", space.id, space))
        space.on_change(lambda change: self.tell("job", space.id, change))

    def _exchanged(self, exchange: Exchange) -> None:
        self.tell("exchange", exchange.space, exchange)

    def _cleared(self, space: str | None, cleared: Sequence[str]) -> None:
        for one in {*cleared} if space is None else (space,):
            self.tell("forgotten", one, None)

    def _attempted(self, space: Space, record: Record) -> None:
        self.tell("delivery", space.id, record)
