"""SqliteShelf: one file that outlives the process, for one process at a time."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec

from mockserver.engine.clock import monotonic_s
from mockserver.engine.store.folding import fold, packed, unpacked, weight
from mockserver.engine.store.shelf import Entry
from mockserver.errors import StoreError

__all__ = ["SCHEMA_VERSION", "UNTIDY", "SqliteShelf"]

SCHEMA_VERSION: Final = 2
BEGUN: Final = b"begun"
"""The place that a space of ours begins with."""
FOLDED: Final = 128
"""So many changes are noted before they are folded at once."""
UNTIDY: Final = 1000
"""After so many changes, what is in SQLite's log is put where it belongs."""
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS state (
    id INTEGER PRIMARY KEY,
    space TEXT NOT NULL,
    place BLOB NOT NULL,
    value BLOB NOT NULL,
    UNIQUE (space, place)
);
CREATE TABLE IF NOT EXISTS links (
    place BLOB PRIMARY KEY,
    space TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS links_of ON links (space);
CREATE TABLE IF NOT EXISTS noted (id INTEGER PRIMARY KEY, entries BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, times INTEGER NOT NULL);
"""
# So long an entry may take; else, for how long threads write.
_SLOW_S: Final = 0.025
_REST_S: Final = 2.0
# From one space to the next by the index, and not by way of all that they hold.
_NAMES: Final = """
WITH RECURSIVE names (space) AS (
    SELECT min(space) FROM state
    UNION ALL
    SELECT (SELECT min(space) FROM state WHERE space > names.space)
    FROM names WHERE names.space IS NOT NULL
)
SELECT space FROM names WHERE EXISTS (
    SELECT 1 FROM state WHERE state.space = names.space AND place >= ? AND place < ?
) ORDER BY coalesce(
    (SELECT id FROM state WHERE state.space = names.space AND place = ?),
    (SELECT min(id) FROM state WHERE state.space = names.space)
)
"""
_NOTE: Final = "INSERT INTO noted (entries) VALUES (?)"
_DAMAGED: Final = (
    "expected a file that a server has written: put this one aside, and a start makes a"
    " new one"
)
_PROBE: Final = (
    "INSERT INTO probe VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET times = times + 1"
)


class SqliteShelf:
    """Entries folded into rows, in SQLite's own write-ahead log.

    They are noted first, and folded some hundred changes at a time, or before anything
    is read. Each commit is there after a `kill -9`; after a loss of power, the last
    ones may be missing, in order. The file is this process's alone until it is closed.

    Args:
        path: The file; it is made if there is none, but not its folder.
        pages_max: To how many of SQLite's pages it may grow; None for a whole disk.

    Raises:
        StoreError: It cannot be opened, is no store, has been written by a later
            release, or belongs to another process.
    """

    def __init__(self, path: Path, *, pages_max: int | None = None) -> None:
        self.path = path
        self._pages_max = pages_max
        self._holder = path.with_name(f"{path.name}.pid")
        self._lock = Lock()
        self._untidy = 0
        self._noted = 0
        self._slow_until_s = 0.0
        self._connection = self._opened()
        self._writing = self._connection.cursor()

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    @property
    def size_bytes(self) -> int:
        """How long the file is."""
        return self.path.stat().st_size

    @property
    def is_quick(self) -> bool:
        """Whether an entry is likely to be written before a thread would begin."""
        return not self._lock.locked() and monotonic_s() >= self._slow_until_s

    @property
    def is_untidy(self) -> bool:
        """Whether so much has been written that it should be put where it belongs."""
        return self._untidy > UNTIDY

    def tidy(self) -> None:
        """Put what is in SQLite's log into the file, and begin the log anew.

        Both wait for the disk, which no entry does.
        """
        self._untidy = 0
        with self._lock, self._told():
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            self._connection.execute(_PROBE)

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries, all or none; without any, try whether one could be written."""
        size = weight(entries)
        self._untidy += size
        began_s = monotonic_s()
        with self._lock:
            try:
                self._written(entries, size)
            except sqlite3.Error as error:
                raise self._told_of(error) from error
            finally:
                ended_s = monotonic_s()
                # While it rests, nothing makes it rest for longer.
                if ended_s > self._slow_until_s and ended_s - began_s > _SLOW_S:
                    self._slow_until_s = ended_s + _REST_S

    def _written(self, entries: Sequence[Entry], size: int) -> None:
        if not entries:
            self._writing.execute(_PROBE)
        elif self._noted + size < FOLDED:
            self._writing.execute(_NOTE, (packed(entries),))
            self._noted += size
        else:
            self._fold(entries)

    def _fold(self, entries: Sequence[Entry] = ()) -> None:
        """Fold all that was noted, and entries that come after that."""
        cursor = self._writing
        cursor.execute("BEGIN IMMEDIATE")
        try:
            noted = cursor.execute("SELECT entries FROM noted ORDER BY id").fetchall()
            before = [one for (data,) in noted for one in self._unpacked(data)]
            fold(cursor, [*before, *entries])
            cursor.execute("DELETE FROM noted")
            cursor.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                cursor.execute("ROLLBACK")
            raise
        self._noted = 0

    def _unpacked(self, data: bytes) -> list[Entry]:
        try:
            return unpacked(data)
        except (msgspec.MsgspecError, TypeError) as error:
            raise StoreError(
                f"{self.path}: found damaged bytes: {error}; {_DAMAGED}"
            ) from error

    def rows(self, space: str) -> list[tuple[bytes, bytes]]:
        """Return what a space holds, in order."""
        with self._cursor() as cursor:
            asked = "SELECT place, value FROM state WHERE space = ? ORDER BY id"
            return cursor.execute(asked, (space,)).fetchall()

    def is_large(self, space: str, most: int) -> bool:
        """Say whether a space holds more places than that."""
        with self._cursor() as cursor:
            asked = "SELECT 1 FROM state WHERE space = ? LIMIT 1 OFFSET ?"
            return cursor.execute(asked, (space, most)).fetchone() is not None

    def numbers(self, space: str) -> list[int]:
        """Return the numbers of a space's rows, in order."""
        with self._cursor() as cursor:
            asked = "SELECT id FROM state WHERE space = ? ORDER BY id"
            return [number for (number,) in cursor.execute(asked, (space,))]

    def numbered(self, numbers: Sequence[int]) -> list[tuple[bytes, bytes]]:
        """Return the rows of those numbers, in order."""
        marks = ", ".join("?" * len(numbers))
        with self._cursor() as cursor:
            asked = f"SELECT place, value FROM state WHERE id IN ({marks}) ORDER BY id"  # noqa: S608 - nothing but marks
            return cursor.execute(asked, [*numbers]).fetchall()

    def has(self, space: str) -> bool:
        """Say whether a space holds anything."""
        with self._cursor() as cursor:
            asked = "SELECT 1 FROM state WHERE space = ? LIMIT 1"
            return cursor.execute(asked, (space,)).fetchone() is not None

    def links(self, space: str) -> list[bytes]:
        """Return the public things of a space."""
        with self._cursor() as cursor:
            asked = "SELECT place FROM links WHERE space = ?"
            return [place for (place,) in cursor.execute(asked, (space,))]

    def owner(self, link: bytes) -> str | None:
        """Return the space that a public thing belongs to, or None."""
        with self._cursor() as cursor:
            asked = "SELECT space FROM links WHERE place = ?"
            found = cursor.execute(asked, (link,)).fetchone()
            return None if found is None else str(found[0])

    def spaces(self, part: bytes = b"") -> list[str]:
        """Return the spaces that hold any place that begins so, in their order."""
        with self._cursor() as cursor:
            asked = (part, part + b"\xff", BEGUN)
            return [name for (name,) in cursor.execute(_NAMES, asked)]

    def compact(self) -> None:
        """Give the room that is free in the file back to the disk."""
        with self._lock, self._told():
            self._fold()
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            with suppress(sqlite3.Error, StoreError):  # else, who opens it does that
                self._fold()
            self._connection.close()
        with suppress(OSError):
            self._holder.unlink()

    def _opened(self) -> sqlite3.Connection:
        # It holds what proves credentials: it is for nobody else to read.
        with suppress(OSError):
            self.path.touch(mode=0o600)
        with self._told():
            connection = sqlite3.connect(
                self.path, timeout=0, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
        with suppress(OSError):
            self._holder.write_text(f"{os.getpid()}\n", "utf-8")
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            raise StoreError(
                f"{self.path}: found version {version}, expected at most"
                f" {SCHEMA_VERSION}: a later release has written it; use that one, or"
                " another file"
            )
        connection.executescript(_SCHEMA)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        if self._pages_max is not None:
            connection.execute(f"PRAGMA max_page_count = {self._pages_max:d}")
        # Only a write makes sure that no other process has the file.
        connection.execute(_PROBE)
        # What was noted, but not folded, by a process that was killed.
        (self._noted,) = connection.execute("SELECT count(*) FROM noted").fetchone()

    @contextmanager
    def _cursor(self) -> Iterator[sqlite3.Cursor]:
        with self._lock, self._told(), closing(self._connection.cursor()) as cursor:
            if self._noted:
                self._fold()
            yield cursor

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in our words what SQLite says."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._told_of(error) from error

    def _told_of(self, error: sqlite3.Error) -> StoreError:
        return StoreError(f"{self.path}: {self._worded(error)}")

    def _worded(self, error: sqlite3.Error) -> str:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            return f"{error}; {_DAMAGED}"
        if name.startswith("SQLITE_BUSY"):
            return (
                f"another server has it ({self._other()}); expected a file of its own:"
                " one server has a store at a time"
            )
        return f"{error}; expected a file that can be read and written, with room left"

    def _other(self) -> str:
        try:
            return f"process {int(self._holder.read_text('utf-8'))}"
        except (OSError, ValueError):
            return "its process is not known"
