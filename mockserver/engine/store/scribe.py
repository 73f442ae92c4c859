"""Scribe: writes groups of entries, one after another, where that costs least."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from typing import Protocol

from mockserver.engine.store.directory import Directory
from mockserver.engine.store.groups import Group, Groups
from mockserver.engine.store.shelf import Entry, Shelf
from mockserver.errors import StoreError

__all__ = ["Quick", "Scribe"]

Ended = Callable[[Group, set[str], StoreError | None], None]


class Quick(Protocol):
    """A shelf that mostly takes an entry in less time than a thread is woken in."""

    @property
    def is_quick(self) -> bool:
        """Whether that is so now: it is not busy, and has not just been slow."""
        ...

    @property
    def is_untidy(self) -> bool:
        """Whether it has work to do that takes longer, and for which nobody waits."""
        ...

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries; see `Shelf`."""
        ...

    def tidy(self) -> None:
        """Do the work that takes longer.

        Raises:
            StoreError: It cannot be done now.
        """
        ...


class Scribe:
    """Writes entries that are noted meanwhile as one group.

    A file on this machine takes one in less time than it takes to come back later: it
    is written to as soon as somebody is to wait for that, with all that was noted by
    then. While something else is done with the file, and for a while after it has once
    been slow, a thread does it, as with everything else that has to be waited for.

    Args:
        shelf: The store.
        directory: Writes in its place, if several workers share it.
        quick: The store, if that need not wait for a thread.
        thread: Where the store is asked otherwise.
        ended: Called once a group is written, with the spaces that are another
            worker's by now, or with why it is not.

    Attributes:
        groups: What is to be written.
    """

    def __init__(
        self,
        shelf: Shelf,
        directory: Directory | None,
        quick: Quick | None,
        thread: Executor,
        ended: Ended,
    ) -> None:
        self.groups = Groups()
        self._shelf, self._directory, self._quick = shelf, directory, quick
        self._thread, self._ended = thread, ended
        self._turn: asyncio.Task[None] | None = None
        self._tidying: asyncio.Future[None] | None = None

    @property
    def is_writing(self) -> bool:
        """Whether something is being written, while others are served."""
        return self._turn is not None

    def add(self, entries: Iterable[Entry]) -> None:
        """Let entries be written with what is next."""
        self.groups.add(entries)

    def begin(self) -> None:
        """Write what is next: before this returns, if that is quick."""
        if self._turn is not None or self.groups.next is None:
            return
        quick = self._quick
        if quick is not None and quick.is_quick:
            self._write_at_once(quick)
        else:
            self._turn = asyncio.get_running_loop().create_task(self._write())

    async def append(self, entries: Sequence[Entry]) -> set[str]:
        """Write entries; return the spaces that are another worker's by now.

        Raises:
            StoreError: They cannot be written.
        """
        if self._directory is not None:
            return await self._directory.write(entries)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._shelf.append, entries)
        return set()

    def _write_at_once(self, quick: Quick) -> None:
        group = self.groups.begin()
        if group is None:
            return
        error = None
        try:
            quick.append(group.entries)
        except StoreError as told:
            error = told
        self._ended(group, set(), error)
        self._tidy(quick)

    async def _write(self) -> None:
        while (group := self.groups.begin()) is not None:
            lost, error = set[str](), None
            try:
                lost = await self.append(group.entries)
            except StoreError as told:
                error = told
            if self.groups.next is None:
                self._turn = None
            self._ended(group, lost, error)
        self._turn = None
        if self._quick is not None:
            self._tidy(self._quick)

    def _tidy(self, quick: Quick) -> None:
        is_tidying = self._tidying is not None and not self._tidying.done()
        if is_tidying or not quick.is_untidy:
            return

        def tidied() -> None:
            with suppress(StoreError):  # whoever writes next is told
                quick.tidy()

        loop = asyncio.get_running_loop()
        self._tidying = loop.run_in_executor(self._thread, tidied)
