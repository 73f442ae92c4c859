"""Groups: entries that are written together, and who waits for which of them."""

import asyncio
from collections.abc import Collection, Iterable, Iterator

from mockserver.engine.store.shelf import Entry
from mockserver.errors import StoreError

__all__ = ["Group", "Groups"]


class Group:
    """Entries that are written together, and what tells that they are."""

    __slots__ = ("_waiting", "entries")

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        # Each has its own: one that gives up takes nothing from the others.
        self._waiting: list[asyncio.Future[None]] = []

    def wait(self) -> asyncio.Future[None]:
        """Return what ends once the entries are written, or why they are not."""
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        return waiting

    def tell(self, error: StoreError | None = None) -> None:
        """Wake whoever waits: the entries are written, or never will be."""
        for waiting in self._waiting:
            if waiting.done():
                continue
            if error is None:
                waiting.set_result(None)
            else:
                waiting.set_exception(StoreError(str(error)))


class Groups:
    """The group that is being written, and the one that comes after it.

    Attributes:
        writing: What is being written.
        next: What is written then.
    """

    __slots__ = ("_latest", "next", "writing")

    def __init__(self) -> None:
        self.writing: Group | None = None
        self.next: Group | None = None
        # Of each space: the group with the last of its entries.
        self._latest: dict[str, Group] = {}

    def add(self, entries: Iterable[Entry]) -> None:
        """Let entries be written with those that are next."""
        group = self.next = self.next or Group()
        for entry in entries:
            group.entries.append(entry)
            self._latest[entry.space] = group

    def begin(self) -> Group | None:
        """Take what is next, to be written now; None if that is nothing."""
        group, self.next = self.next, None
        self.writing = group
        return group

    def end(self, *groups: Group) -> None:
        """Wait for groups no more: they are written, or never will be."""
        for group in groups:
            if self.writing is group:
                self.writing = None
            for entry in group.entries:
                if self._latest.get(entry.space) is group:
                    del self._latest[entry.space]

    def leave_out(self, spaces: Collection[str]) -> None:
        """Do not write what is next of some spaces."""
        if self.next is not None:
            waiting = self.next.entries
            self.next.entries = [one for one in waiting if one.space not in spaces]
            for space in spaces:
                if self._latest.get(space) is self.next:
                    del self._latest[space]

    def is_written(self, space: str) -> bool:
        """Say whether nothing of a space is waiting to be written."""
        return space not in self._latest

    def awaited(self, spaces: Iterable[str] = ()) -> list[Group]:
        """Return the groups that hold the last of some spaces, or of all."""
        if not spaces:
            return [one for one in (self.writing, self.next) if one is not None]
        held = (self._latest.get(space) for space in spaces)
        return [*{id(one): one for one in held if one is not None}.values()]

    def entries(self) -> Iterator[Entry]:
        """Return all that is waiting to be written, in order."""
        for group in self.awaited():
            yield from group.entries
