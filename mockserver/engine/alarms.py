"""Alarms: ring when a space's next thing falls due; one timer for each space."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from msgspec import Struct

from mockserver.engine.spaces import Space

__all__ = ["Alarms"]

# A test's own wall may stand a hair before the moment; do not spin on it.
_SHORTEST_S = 0.001


class _Alarm(Struct, frozen=True):
    space: Space
    at: float
    timer: asyncio.TimerHandle


class Alarms:
    """Timers on the clocks of many spaces; a space whose time stands still has none.

    Args:
        ring: Called with an open space in which something is due.
    """

    def __init__(self, ring: Callable[[Space], None]) -> None:
        self._ring = ring
        self._alarms: dict[str, _Alarm] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def watch(self, space: Space) -> None:
        """Follow a space; it takes the place of an earlier one of its name."""
        space.agenda.on_add(partial(self._added, space))
        space.clock.on_move(partial(self.set, space))
        self.set(space)

    def start(self, spaces: Iterable[Space]) -> None:
        """Begin to ring, in the running loop, for the spaces that are open."""
        self._loop = asyncio.get_running_loop()
        for space in spaces:
            self.set(space)

    def stop(self) -> None:
        """Cancel every timer."""
        self._loop = None
        for alarm in self._alarms.values():
            alarm.timer.cancel()
        self._alarms.clear()

    def set(self, space: Space) -> None:
        """Set a space's timer to its next thing, however it was set before."""
        if self._loop is None:
            return
        alarm = self._alarms.get(space.id)
        if alarm is not None and (space.is_open or alarm.space is space):
            alarm.timer.cancel()
            del self._alarms[space.id]
        at = space.agenda.next_at() if space.is_open else None
        delay_s = None if at is None else space.clock.real_delay_s(at)
        if at is None or delay_s is None:
            return
        if delay_s > 0:
            delay_s = max(delay_s, _SHORTEST_S)
        timer = self._loop.call_later(delay_s, self._fire, space)
        self._alarms[space.id] = _Alarm(space, at, timer)

    def _added(self, space: Space) -> None:
        alarm = self._alarms.get(space.id)
        at = space.agenda.next_at()
        if alarm is None or alarm.space is not space or alarm.at != at:
            self.set(space)

    def _fire(self, space: Space) -> None:
        # A timer may be early; who is rung for looks at the clock and sets it anew.
        self._alarms.pop(space.id, None)
        if space.is_open:
            self._ring(space)
