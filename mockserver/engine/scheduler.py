"""Scheduler: lets what is due in every space happen, in order, when its time comes."""

import asyncio
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from mockserver.engine.alarms import Alarms
from mockserver.engine.bugs import Bugs
from mockserver.engine.clock import pause
from mockserver.engine.round import Courier, Happen, Round
from mockserver.engine.spaces import Space, Spaces

__all__ = ["Scheduler"]


class _Turn(Struct, eq=False):
    """Who works on a space: one at a time."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    worker: asyncio.Task[Any] | None = None
    is_rung: bool = False


class Scheduler:
    """Pops the spaces' agendas: when somebody waits for it, or when an alarm rings.

    Args:
        spaces: All spaces, those that are open and those to come.
        happen: Does what is due and has no courier: the providers' events.
        couriers: Who carries out dues of which kind, several at a time.
        bugs: Counts what goes wrong in any of these.
        width: How many may be on their way in one space.
    """

    def __init__(
        self,
        spaces: Spaces,
        happen: Happen,
        couriers: Mapping[str, Courier],
        *,
        bugs: Bugs,
        width: int = 32,
    ) -> None:
        self._spaces = spaces
        self._happen = happen
        self._couriers = dict(couriers)
        self._bugs = bugs
        self._width = width
        self._group: asyncio.TaskGroup | None = None
        self._begun: set[asyncio.Task[None]] = set()
        self._alarms = Alarms(self._ring)
        for space in spaces:
            self._alarms.watch(space)
        spaces.on_open(self._alarms.watch)

    async def settle(self, space: Space) -> None:
        """Carry out what is due by now, in order, and wait for the outcomes.

        What has been finished for too long is forgotten then.

        One at a time works on a space; others wait for it, so that everything that
        was due is done when this returns. From inside an event it does nothing: the
        work that the event is part of goes on afterwards.
        """
        turn = self._turn(space)
        worker = asyncio.current_task()
        if turn.worker is worker:
            return
        async with turn.lock:
            turn.worker = worker
            try:
                await Round(
                    space,
                    self._happen,
                    self._couriers,
                    bugs=self._bugs,
                    width=self._width,
                ).run()
                while space.purge():
                    await pause(0)
            finally:
                turn.worker = None

    async def rest(self, space: Space) -> None:
        """Return between two rounds of a space: nothing of it is on its way then."""
        async with self._turn(space).lock:
            pass

    def begin(self, space: Space) -> asyncio.Task[None]:
        """Begin to settle a space; it goes on whether or not somebody waits."""
        make = asyncio.create_task if self._group is None else self._group.create_task
        task = make(self.settle(space))
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)
        return task

    async def run(self) -> None:
        """Settle each space whenever something falls due in it, until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            self._alarms.start(self._spaces)
            try:
                await asyncio.Event().wait()
            finally:
                self._alarms.stop()
                self._group = None

    def _turn(self, space: Space) -> _Turn:
        turn: _Turn | None = space.annexes.get(self)
        if turn is None:
            turn = space.annexes[self] = _Turn()
        return turn

    def _ring(self, space: Space) -> None:
        turn = self._turn(space)
        if self._group is not None and not turn.is_rung:
            turn.is_rung = True
            self._group.create_task(self._answer(space, turn))

    async def _answer(self, space: Space, turn: _Turn) -> None:
        try:
            await self.settle(space)
        finally:
            turn.is_rung = False
            self._alarms.set(space)
