"""A directory in memory: workers of a fleet in one process, with one shelf."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mockserver.engine.store.directory import Listener, Worker
from mockserver.engine.store.shelf import Shelf
from tests.engine.shelves import RecordingShelf

__all__ = ["FakeDirectory", "Fleet"]


@dataclass
class Fleet:
    """What all workers share.

    Attributes:
        shelf: Their store.
        owners: Which worker has which space.
        workers: Those that have joined.
        listeners: Who hears what is told.
    """

    shelf: Shelf = field(default_factory=RecordingShelf)
    owners: dict[str, Worker] = field(default_factory=dict)
    workers: dict[str, Worker] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)

    def directory(self, name: str) -> "FakeDirectory":
        return FakeDirectory(self, name)


class FakeDirectory:
    """One worker's view of the fleet.

    Attributes:
        asked: What had to be found out, in order: spaces and links.
        is_news: What `refresh` says.
    """

    def __init__(self, fleet: Fleet, name: str) -> None:
        self.me = Worker(name, "", 0.0)
        self.offset_s = 0.0
        self.is_news = False
        self.asked: list[str | bytes] = []
        self._fleet = fleet
        self._known: set[bytes] = set()

    def holds(self, space: str) -> bool:
        return self._fleet.owners.get(space) == self.me

    def knows(self, link: bytes) -> bool:
        return link in self._known

    async def enter(self, space: str) -> Worker | None:
        self.asked.append(space)
        owner = self._fleet.owners.setdefault(space, self.me)
        return None if owner == self.me else owner

    async def look(self, link: bytes) -> None:
        self.asked.append(link)
        self._known.add(link)

    def drop(self, space: str) -> None:
        if self.holds(space):
            del self._fleet.owners[space]

    async def leave(self, space: str) -> None:
        self.drop(space)

    async def leave_all(self) -> None:
        for space in [*self._fleet.owners]:
            self.drop(space)
        self._fleet.workers.pop(self.me.id, None)

    async def refresh(self) -> bool:
        return self.is_news

    def workers(self) -> Sequence[Worker]:
        return [*self._fleet.workers.values()]

    async def tell(self, what: str, **values: Any) -> None:
        for listener in self._fleet.listeners:
            await listener(what, values)

    def on_told(self, listener: Listener) -> None:
        self._fleet.listeners.append(listener)

    async def start(self, address: str = "") -> None:
        self.me = Worker(self.me.id, address, 0.0)
        self._fleet.workers[self.me.id] = self.me

    async def close(self) -> None:
        await self.leave_all()
