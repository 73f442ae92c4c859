"""SqliteArchive: logs of spaces in a file of their own, beside that of the store."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from mockserver.engine.store.archive import Tail
from mockserver.errors import StoreError

__all__ = ["ENDING", "SqliteArchive"]

ENDING: Final = ".exchanges"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS items (
    number INTEGER PRIMARY KEY, space TEXT NOT NULL, value BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS items_of ON items (space, number);
"""
_TRIM: Final = (
    "DELETE FROM items WHERE space = ? AND number <= (SELECT number FROM items"
    " WHERE space = ? ORDER BY number DESC LIMIT 1 OFFSET ?)"
)
_SHORTEN: Final = (
    "DELETE FROM items WHERE number IN (SELECT number FROM items ORDER BY number"
    " LIMIT (SELECT 1 + count(*) / 10 FROM items))"
)
_log = logging.getLogger(__name__)

T = TypeVar("T")


class SqliteArchive:
    """One file, on a thread of its own: the store's never waits for it.

    A file that is damaged is begun anew: what it held is told nowhere else, but nothing
    depends on it.

    Args:
        path: The file.
        max_bytes: How long it may be; the oldest go first.
    """

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._path, self._max_bytes = path, max_bytes
        self._thread = ThreadPoolExecutor(1, "exchanges")
        try:
            self._connection = self._opened()
        except sqlite3.DatabaseError as error:
            _log.warning("%s is begun anew: %s", path, error)
            for ending in ("", "-wal", "-shm"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
            self._connection = self._opened()
        found = self._connection.execute("SELECT max(number) FROM items").fetchone()
        self.last: int = found[0] or 0

    async def write(self, tails: Mapping[str, Tail]) -> None:
        """Add to the ends of logs, and let their beginnings go."""
        await self._do(lambda: self._write(tails))

    async def read(self, space: str) -> list[bytes]:
        """Return a space's log."""
        asked = "SELECT value FROM items WHERE space = ?"
        found: list[tuple[bytes]] = await self._do(
            lambda: self._connection.execute(asked, (space,)).fetchall()
        )
        return [value for (value,) in found]

    async def clear(self, spaces: Sequence[str] | None) -> None:
        """Forget the logs of spaces, or of all."""
        if spaces is None:
            await self._do(lambda: self._changed([("DELETE FROM items", ())]))
            return
        asked = "DELETE FROM items WHERE space = ?"
        await self._do(lambda: self._changed((asked, (one,)) for one in spaces))

    async def close(self) -> None:
        """Let go of the file."""
        with suppress(StoreError):
            await self._do(self._connection.close)
        self._thread.shutdown()

    def _opened(self) -> sqlite3.Connection:
        # It holds what clients have sent: it is for nobody else to read.
        with suppress(OSError):
            self._path.touch(mode=0o600)
        connection = sqlite3.connect(
            self._path, timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")
            connection.executescript(_SCHEMA)
        except BaseException:
            connection.close()
            raise
        return connection

    def _write(self, tails: Mapping[str, Tail]) -> None:
        def changes() -> Iterable[tuple[str, tuple[object, ...]]]:
            for space, tail in tails.items():
                for number, value in tail.items:
                    yield (
                        "INSERT OR REPLACE INTO items VALUES (?, ?, ?)",
                        (number, space, value),
                    )
                yield _TRIM, (space, space, tail.most)

        self._changed(changes())
        while self._is_long():
            self._changed([(_SHORTEN, ())])

    def _is_long(self) -> bool:
        """Say whether what the file holds is more than it may."""
        (pages,), (free,), (size,) = (
            self._connection.execute(f"PRAGMA {name}").fetchone()
            for name in ("page_count", "freelist_count", "page_size")
        )
        is_empty = self._connection.execute("SELECT 1 FROM items LIMIT 1").fetchone()
        return is_empty is not None and (pages - free) * size > self._max_bytes

    def _changed(self, changes: Iterable[tuple[str, tuple[object, ...]]]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for asked, values in changes:
                self._connection.execute(asked, values)
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise

    async def _do(self, work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, work)
        except (sqlite3.Error, RuntimeError) as error:
            raise StoreError(f"{self._path}: {error}") from error
