"""Log, Ledger: what has changed in each space, and when that is safe in a store."""

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from mockserver.engine.store.archive import Archive
from mockserver.engine.store.directory import Directory
from mockserver.engine.store.groups import Group
from mockserver.engine.store.reading import Reading, Sliced
from mockserver.engine.store.scribe import Quick, Scribe
from mockserver.engine.store.shelf import (
    GONE,
    SERVER,
    Codec,
    Entry,
    Place,
    Row,
    Shelf,
    State,
)
from mockserver.engine.store.watched import Watched
from mockserver.errors import SpaceElsewhereError, StoreError

__all__ = ["Ledger", "Log"]


class Log:
    """What has changed in one space since its last entry.

    Args:
        space: The space's name.
        ledger: Where its entries go.
        wipes: The space begins anew, or ends: what the store has of it goes.

    Attributes:
        is_over: Nothing is noted here any more.
        is_lost: What was noted last may not be in the store, which has the space.
    """

    __slots__ = ("_changes", "_ledger", "_links", "_watched", "is_lost", "is_over",
                 "space", "wipes")  # fmt: skip

    def __init__(self, space: str, ledger: "Ledger", *, wipes: bool = False) -> None:
        self.space = space
        self.wipes = wipes
        self.is_over = False
        self.is_lost = False
        self._ledger = ledger
        self._changes: list[Row] = []
        self._links: list[tuple[Place, bool]] = []
        self._watched: list[Watched] = []

    def note(self, place: Place, value: Any) -> None:
        """Say what a place holds from now on: a value that never changes, or `GONE`."""
        if not self.is_over:
            self._changes.append((place, value))
            self._ledger.touch(self)

    def link(self, place: Place, *, is_mine: bool) -> None:
        """Say whether a public thing leads to this space from now on."""
        if not self.is_over:
            self._links.append((place, is_mine))
            self._ledger.touch(self)

    def touch(self) -> None:
        """Say that what is watched may have changed."""
        if self._watched and not self.is_over:
            self._ledger.touch(self)

    def watch(self, part: Callable[[], State], known: State) -> None:
        """Compare what a part holds whenever an entry is closed.

        That is for small parts that many hands change.

        Args:
            part: Returns its places and values; what has changed is another value.
            known: What of it the store has already.
        """
        self._watched.append(Watched(part, dict(known)))

    def end(self) -> None:
        """Take no more notes: who still holds the space holds something of the past."""
        self._changes, self._links, self._watched = [], [], []
        self.is_over = True

    async def settle(self) -> None:
        """Return once everything of this space up to now is safe."""
        if self._ledger.is_behind:
            await self._ledger.settle(self.space)
        if self.is_lost:
            raise StoreError(f"space {self.space} was put away meanwhile")

    @property
    def is_idle(self) -> bool:
        """Whether nobody is going to note anything here."""
        return not self._watched

    def close(self, codec: Codec) -> Entry | None:
        """Return everything since the entry before as one; None if that is nothing."""
        for watched in self._watched:
            self._changes += watched.differences()
        if not (self._changes or self._links or self.wipes):
            return None
        entry = Entry(
            self.space,
            self.wipes,
            [_written(codec, place, value) for place, value in self._changes],
            [(codec.place(place), is_mine) for place, is_mine in self._links],
        )
        self._changes, self._links, self.wipes = [], [], False
        return entry


class Ledger:
    """The logs of all spaces before one store.

    What is noted while a group of entries is being written becomes the next group:
    with nothing under way, an entry is written at once; under load, many are together.

    Args:
        shelf: The store.
        codec: How places and values are written.
        directory: Says which worker has which space, if several share the store.
        local: Spaces of which nothing is kept: there, each worker has its own.
        archive: Keeps what is written behind, if anything does.
        sliced: The store, if large spaces of it are to be read piece by piece.
        quick: The store, if it can be written to without a thread.

    Attributes:
        reading: What has been read so.
        is_behind: Something may not be safe yet.
        trouble: Why the store could not be written to last, or None.
    """

    def __init__(
        self,
        shelf: Shelf,
        codec: Codec,
        directory: Directory | None = None,
        local: Collection[str] = (),
        archive: Archive | None = None,
        sliced: Sliced | None = None,
        quick: Quick | None = None,
    ) -> None:
        self.shelf = shelf
        self.codec = codec
        self.directory = directory
        self.local = frozenset(local)
        self.archive = archive
        self.is_behind = False
        self.trouble: StoreError | None = None
        self._logs: dict[str, Log] = {}
        self._touched: dict[Log, None] = {}
        self._thread = thread = ThreadPoolExecutor(1, "store")
        self._scribe = Scribe(shelf, directory, quick, thread, self._ended)
        self._groups = self._scribe.groups
        self.reading = None if sliced is None else Reading(sliced, codec, thread)
        self._on_lost: list[Callable[[set[str]], None]] = []
        if directory is not None:
            directory.on_lost(self.lose)

    def begin(self, space: str) -> Log:
        """Return the log of a space that comes into memory."""
        if space in self.local:
            return self.log(space)
        log = self._logs.get(space)
        if log is None:
            log = self._logs[space] = Log(space, self)
            self._outdate(space)
        return log

    def log(self, space: str) -> Log:
        """Return the log of a space; one that takes no notes if it is not in memory."""
        log = self._logs.get(space)
        if log is None:
            log = Log(space, self)
            log.end()
        return log

    def touch(self, log: Log) -> None:
        """Say that a log may have something to write."""
        self._touched[log] = None
        self.is_behind = True

    def renew(self, space: str) -> None:
        """Let a space begin anew, or end: what is noted by who holds it is ignored."""
        if space in self.local:
            return
        self._end(space)
        self._outdate(space)
        log = self._logs[space] = Log(space, self, wipes=True)
        self.touch(log)

    def is_safe(self, space: str) -> bool:
        """Say whether the store has everything of a space."""
        log = self._logs.get(space)
        is_closed = log is None or log not in self._touched
        return is_closed and self._groups.is_written(space)

    def is_owed(self, *spaces: str) -> bool:
        """Say whether something of one of these spaces may not be safe yet."""
        return self.is_behind and not all(map(self.is_safe, spaces))

    def is_current(self) -> bool:
        """Say whether spaces that are in memory are this worker's without a doubt."""
        return self.directory is None or self.directory.is_current()

    def put_away(self, space: str) -> None:
        """Let a space be only in the store, from which it is read at need."""
        self._end(space, is_lost=True)

    def lose(self, spaces: set[str]) -> None:
        """Let go of spaces of which not everything can be written, and say so."""
        if not spaces:
            return
        for space in spaces:
            self._end(space, is_lost=True)
        # It would be written for whoever opens the space again.
        self._groups.leave_out(spaces)
        for listener in self._on_lost:
            listener(spaces)

    def on_lost(self, listener: Callable[[set[str]], None]) -> None:
        """Call `listener` with the spaces of which not everything could be written.

        Nothing of them may be told any more before they are read from the store again.
        """
        self._on_lost.append(listener)

    async def settle(self, *spaces: str) -> None:
        """Return once everything that has been noted is safe.

        Args:
            spaces: Whose notes are waited for, and those of the server; all if none.

        Raises:
            StoreError: It could not be written; what was not, is lost.
        """
        self._close()
        groups = self._groups.awaited((*spaces, SERVER) if spaces else ())
        waiting = [group.wait() for group in groups]
        self._scribe.begin()
        if len(waiting) == 1:
            await waiting[0]
        elif waiting:
            await asyncio.gather(*waiting)

    async def mend(self) -> bool:
        """Try whether the store can be written to again; say so."""
        try:
            await self._scribe.append([])
        except StoreError as error:
            self.trouble = error
            return False
        self.trouble = None
        return True

    async def close(self) -> None:
        """Write what is left, and let go of the store.

        Raises:
            StoreError: It could not be written.
        """
        try:
            await self.settle()
        finally:
            self._thread.shutdown()
            self.shelf.close()
            if self.directory is not None:
                await self.directory.close()

    def rows(self, space: str) -> list[Row]:
        """Return what the store has of a space that is not in memory.

        Raises:
            StoreError: It cannot be read.
        """
        if self._is_wiped(space):
            return []
        if self.directory is not None and space != SERVER:
            return [*self.directory.rows(space)]
        taken = None if self.reading is None else self.reading.taken(space)
        if taken is not None:
            return [*taken]
        rows = self.shelf.rows(space)
        try:
            return [self.codec.read(*row) for row in rows]
        except StoreError as error:
            raise StoreError(f"space {space or 'of the server'}: {error}") from error

    def links(self, space: str) -> list[Place]:
        """Return the public things of a space that is not in memory."""
        if self._is_wiped(space):
            return []
        if self.directory is not None:
            return [*self.directory.links(space)]
        taken = None if self.reading is None else self.reading.linked(space)
        if taken is not None:
            return [*taken]
        return [self.codec.read_place(link) for link in self.shelf.links(space)]

    def owner(self, slug: str, kind: str, key: str) -> str | None:
        """Return the space that a public thing belongs to, if the store knows one.

        Raises:
            SpaceElsewhereError: The directory has to be asked first.
        """
        link = self.codec.place((slug, kind, key))
        if self.directory is not None and not self.directory.knows(link):
            raise SpaceElsewhereError(link=link)
        owner = self.shelf.owner(link)
        return None if owner is None or self._is_wiped(owner) else owner

    def is_here(self, space: str) -> bool:
        """Say whether a space that is not in memory may be opened by this process."""
        if space in self.local:
            return True
        if self.directory is None:
            return self.reading is None or not self.reading.is_needed(space)
        return self.directory.holds(space)

    def has(self, space: str) -> bool:
        """Say whether the store knows a space that is not in memory."""
        return not self._is_wiped(space) and self.shelf.has(space)

    def spaces(self, part: str | None = None) -> list[str]:
        """Return the spaces that the store knows, or that have something of a part."""
        begin = b"" if part is None else self.codec.place((part, ""))
        known = self.shelf.spaces(begin)
        return [name for name in known if name and not self._is_wiped(name)]

    def _outdate(self, space: str) -> None:
        if self.reading is not None:
            self.reading.forget(space)

    def _is_wiped(self, space: str) -> bool:
        log = self._logs.get(space)
        if space in self.local or (log is not None and log.wipes):
            return True
        waiting = self._groups.entries()
        return any(entry.wipes for entry in waiting if entry.space == space)

    def _close(self) -> None:
        """Close the entries of all touched logs."""
        touched, self._touched = self._touched, {}
        entries = [entry for log in touched if (entry := log.close(self.codec))]
        for entry in entries:
            if entry.wipes and self._logs[entry.space].is_idle:
                del self._logs[entry.space]
        if entries:
            self._scribe.add(entries)
        elif not self._scribe.is_writing:
            self.is_behind = False

    def _ended(self, group: Group, lost: set[str], error: StoreError | None) -> None:
        """Go on after a group is written, or is not."""
        if error is not None:
            self._fail(error)
        else:
            self.trouble = None
            self._groups.end(group)
            self.lose(lost)
            group.tell()
        self.is_behind = bool(self._touched) or self._scribe.is_writing

    def _end(self, space: str, *, is_lost: bool = False) -> None:
        log = self._logs.pop(space, None)
        if log is not None:
            log.end()
            log.is_lost = is_lost
            self._touched.pop(log, None)

    def _fail(self, error: StoreError) -> None:
        """Give up what was to be written, with all that came after it."""
        self.trouble = error
        groups = self._groups.awaited()
        lost = {entry.space for one in groups for entry in one.entries}
        lost |= {log.space for log in self._touched}
        self._groups.next = None
        self._groups.end(*groups)
        self.lose(lost)
        for one in groups:
            one.tell(error)


def _written(codec: Codec, place: Place, value: Any) -> tuple[bytes, bytes | None]:
    return codec.place(place), None if value is GONE else codec.encode(place, value)
