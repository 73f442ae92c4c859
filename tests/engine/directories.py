"""A directory in memory: workers of a fleet in one process, with one shelf."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockserver.edge.storing.stores import codec
from mockserver.engine.store.directory import Change, Listener, Worker
from mockserver.engine.store.shelf import SERVER, Entry, Place, Row
from tests.engine.shelves import RecordingShelf

__all__ = ["FakeDirectory", "Fleet", "SlowDirectory"]


@dataclass
class Fleet:
    """What all workers share.

    Attributes:
        shelf: Their store.
        owners: Which worker has which space.
        workers: Those that have joined.
        listeners: Who hears what is told.
        numbers: How many they have given.
    """

    shelf: RecordingShelf = field(default_factory=RecordingShelf)
    owners: dict[str, Worker] = field(default_factory=dict)
    workers: dict[str, Worker] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    numbers: int = 0

    def directory(self, name: str) -> "FakeDirectory":
        return FakeDirectory(self, name)


class FakeDirectory:
    """One worker's view of the fleet.

    Attributes:
        asked: What had to be found out, in order: spaces and links.
        is_news: What `refresh` says.
        is_late: It has not told for too long that it lives.
        due: Spaces in which something is planned.
    """

    def __init__(self, fleet: Fleet, name: str) -> None:
        self.me = Worker(name, "", 0.0)
        self.offset_s = 0.0
        self.beat_s = 1.0
        self.is_late = False
        self.due: list[str] = []
        self._on_lost: list[Callable[[set[str]], None]] = []
        self._on_server: list[Callable[[Sequence[Change], bool], None]] = []
        self.is_news = False
        self.asked: list[str | bytes] = []
        self._fleet = fleet
        self._known: set[bytes] = set()

    def holds(self, space: str) -> bool:
        return self._fleet.owners.get(space) == self.me

    def knows(self, link: bytes) -> bool:
        return link in self._known

    def is_current(self) -> bool:
        return not self.is_late

    async def beat(self) -> None:
        if self.is_late:
            lost = set(self.held())
            for space in lost:
                self.drop(space)
            for listener in self._on_lost:
                listener(lost)
        self.is_late = False

    def held(self) -> Sequence[str]:
        return [one for one, owner in self._fleet.owners.items() if owner == self.me]

    def on_lost(self, listener: Callable[[set[str]], None]) -> None:
        self._on_lost.append(listener)

    def on_server(self, listener: Callable[[Sequence[Change], bool], None]) -> None:
        self._on_server.append(listener)

    async def orphans(self, most: int) -> list[str]:
        return [one for one in self.due if one not in self._fleet.owners][:most]

    def rows(self, space: str) -> Sequence[Row]:
        return [codec().read(*row) for row in self._fleet.shelf.rows(space)]

    def links(self, space: str) -> Sequence[Place]:
        return [codec().read_place(one) for one in self._fleet.shelf.links(space)]

    async def names(self) -> list[str]:
        known = [one for one in self._fleet.shelf.spaces() if one != SERVER]
        return [*reversed(known)]

    async def asleep(self, most: int | None = None) -> list[str]:
        latest = (await self.names())[:most]
        return [one for one in latest if one not in self._fleet.owners]

    def number(self, last: int) -> int:
        self._fleet.numbers += 1
        return self._fleet.numbers

    async def write(self, entries: Sequence[Entry]) -> set[str]:
        mine = [one for one in entries if one.space == SERVER or self.holds(one.space)]
        self._fleet.shelf.append(mine)
        return {one.space for one in entries if one not in mine}

    def change(self, *changes: Change, is_all: bool = False) -> None:
        """Let another worker have changed something of the server."""
        for listener in self._on_server:
            listener(changes, is_all)

    async def enter(self, space: str) -> Worker | None:
        self.asked.append(space)
        owner = self._fleet.owners.setdefault(space, self.me)
        return None if owner == self.me else owner

    async def look(self, link: bytes) -> None:
        self.asked.append(link)
        self._known.add(link)

    def forget(self, space: str) -> None:
        pass

    def drop(self, space: str) -> None:
        if self.holds(space):
            del self._fleet.owners[space]

    async def leave(self, space: str) -> None:
        self.drop(space)

    async def retire(self) -> None:
        self.me = Worker(self.me.id, self.me.address, 0.0, is_leaving=True)
        self._fleet.workers[self.me.id] = self.me

    def takers(self) -> Sequence[Worker]:
        return [
            one
            for one in self._fleet.workers.values()
            if one.id != self.me.id and not one.is_leaving
        ]

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


class SlowDirectory(FakeDirectory):
    """One that writes when a test lets it.

    Attributes:
        gate: What has to be open for that.
    """

    def __init__(self, fleet: Fleet, name: str) -> None:
        super().__init__(fleet, name)
        self.gate = asyncio.Event()
        self.gate.set()

    async def write(self, entries: Sequence[Entry]) -> set[str]:
        await self.gate.wait()
        return await super().write(entries)
