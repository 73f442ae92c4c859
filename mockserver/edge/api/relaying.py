"""Relaying: who follows what happens at one worker hears of all of them."""

import asyncio
from contextlib import suppress
from typing import Final

from mockserver.edge.api.endpoints import Ask
from mockserver.edge.api.fleet import Fleet
from mockserver.edge.api.parts import Part
from mockserver.edge.events import Subscription
from mockserver.engine.clock import pause
from mockserver.engine.store.directory import Worker
from mockserver.errors import MockserverError

__all__ = ["Relaying"]

JOIN_S: Final = 2.0
LOOK_S: Final = 1.0
_LISTENING: Final = b": listening"


class Relaying:
    """Passes on what other workers tell of what happens there.

    Args:
        ask: What the listener has asked.
        subscription: What the listener reads.
    """

    def __init__(self, ask: Ask, subscription: Subscription) -> None:
        self._ask, self._subscription = ask, subscription
        is_first = ask.part is None
        self._fleet = Fleet.of(ask.instance) if is_first else None
        self._following: dict[str, asyncio.Task[None]] = {}
        self._looking: asyncio.Task[None] | None = None

    @property
    def is_shared(self) -> bool:
        """Say whether other workers may tell something, now or later."""
        return self._fleet is not None and self._fleet.is_shared

    async def start(self) -> None:
        """Begin; return once nothing is missed of the workers that are there now."""
        if not self.is_shared or self._fleet is None:
            return
        await asyncio.wait([*map(self._join, self._fleet.others()), _done()])
        self._looking = asyncio.create_task(self._look())

    async def close(self) -> None:
        """Listen to nobody any more."""
        tasks = [*self._following.values(), *filter(None, [self._looking])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _join(self, worker: Worker) -> "asyncio.Task[None]":
        """Follow a worker; return what ends once it is followed, or cannot be."""
        is_heard = asyncio.Event()
        following = asyncio.create_task(self._follow(worker, is_heard))
        following.add_done_callback(lambda _: is_heard.set())
        self._following[worker.id] = following
        return asyncio.create_task(_heard(is_heard))

    async def _look(self) -> None:
        """Follow those that come later, or have been lost."""
        while self._fleet is not None:
            await pause(LOOK_S)
            for worker in self._fleet.others():
                following = self._following.get(worker.id)
                if following is None or following.done():
                    self._join(worker)

    async def _follow(self, worker: Worker, is_heard: asyncio.Event) -> None:
        neighbours = self._ask.instance.neighbours
        if neighbours is None:
            return
        told, part = b"", Part().dump()
        with suppress(OSError, TimeoutError, MockserverError):
            async for piece in neighbours.follow(self._ask.request, worker, part):
                told += piece
                *blocks, told = told.split(b"\n\n")
                for block in blocks:
                    if block.startswith(_LISTENING):
                        is_heard.set()
                    elif not block.startswith(b":"):
                        self._subscription.relay(f"{block.decode()}\n\n")


async def _heard(is_heard: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(JOIN_S):
            await is_heard.wait()


def _done() -> "asyncio.Task[None]":
    return asyncio.create_task(pause(0))
