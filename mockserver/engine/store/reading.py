"""Reading: a large space of a file is read before it is opened, piece by piece.

A space of a hundred thousand jobs takes seconds to read. Who asks for one waits for
that; nobody else does, since it is read piece by piece, in the store's own thread.
"""

import asyncio
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Final, Protocol

from mockserver.engine.store.shelf import Codec, Place, Row
from mockserver.engine.store.slices import AT_ONCE, LARGE, no_sweeping
from mockserver.errors import StoreError

__all__ = ["Reading", "Sliced"]

HELD_MAX: Final = 8


class _Turn:
    """Lets others have theirs; nothing here may sleep."""

    def __await__(self) -> Generator[None, None, None]:
        yield


class Sliced(Protocol):
    """A shelf of which a part of a space can be read."""

    def is_large(self, space: str, most: int) -> bool:
        """Say whether a space holds more places than that."""
        ...

    def numbers(self, space: str) -> Sequence[int]:
        """Return the numbers of a space's rows, in order."""
        ...

    def numbered(self, numbers: Sequence[int]) -> Sequence[tuple[bytes, bytes]]:
        """Return the rows of those numbers, in order."""
        ...

    def links(self, space: str) -> Sequence[bytes]:
        """Return the public things of a space."""
        ...


class Reading:
    """What has been read of spaces that are about to be opened.

    Args:
        shelf: The store.
        codec: Reads places and what they hold.
        thread: Where the store is asked.
    """

    def __init__(self, shelf: Sliced, codec: Codec, thread: Executor) -> None:
        self._shelf, self._codec, self._thread = shelf, codec, thread
        self._rows: dict[str, Sequence[Row]] = {}
        self._links: dict[str, Sequence[Place]] = {}
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._can_wait = False

    @contextmanager
    def awaited(self) -> Iterator[None]:
        """Let what is done now rather be done again than read a large space at once.

        Nothing in it may wait for anything.
        """
        self._can_wait = True
        try:
            yield
        finally:
            self._can_wait = False

    def is_needed(self, space: str) -> bool:
        """Say whether a space should be read first, and whoever asks can wait."""
        if not self._can_wait or space in self._rows:
            return False
        return self._shelf.is_large(space, LARGE)

    async def read(self, space: str) -> None:
        """Read a space; those who want the same at once wait for one reading.

        Raises:
            StoreError: It cannot be read.
        """
        if space in self._rows or not self._shelf.is_large(space, LARGE):
            return
        task = self._under_way.get(space)
        if task is None:
            task = asyncio.create_task(self._read(space))
            self._under_way[space] = task
            task.add_done_callback(lambda done: self._end(space, done))
        await asyncio.shield(task)

    def taken(self, space: str) -> Sequence[Row] | None:
        """Return what was read of a space, once; None if nothing was."""
        return self._rows.pop(space, None)

    def linked(self, space: str) -> Sequence[Place] | None:
        """Return the public things of a space whose rows were taken, once."""
        return self._links.pop(space, None)

    def forget(self, space: str) -> None:
        """Have nothing of a space, which is about to be another one."""
        self._rows.pop(space, None)
        self._links.pop(space, None)
        self._under_way.pop(space, None)

    async def _read(self, space: str) -> None:
        loop, found = asyncio.get_running_loop(), list[Row]()
        ask = loop.run_in_executor
        numbers = await ask(self._thread, self._shelf.numbers, space)
        with no_sweeping():
            for at in range(0, len(numbers), AT_ONCE):
                some = numbers[at : at + AT_ONCE]
                rows = await ask(self._thread, self._shelf.numbered, some)
                try:
                    found += [self._codec.read(*row) for row in rows]
                except StoreError as error:
                    raise StoreError(f"space {space}: {error}") from error
            known, links = (
                await ask(self._thread, self._shelf.links, space),
                list[Place](),
            )
            for at in range(0, len(known), AT_ONCE):
                links += map(self._codec.read_place, known[at : at + AT_ONCE])
                await _Turn()
        if self._under_way.get(space) is asyncio.current_task():
            # Who has asked may be gone; others will ask.
            while len(self._rows) >= HELD_MAX:
                self.forget(next(iter(self._rows)))
            self._rows[space], self._links[space] = found, links

    def _end(self, space: str, task: asyncio.Task[None]) -> None:
        if self._under_way.get(space) is task:
            del self._under_way[space]
        if not task.cancelled():
            task.exception()  # who asked may be gone, which is no news
