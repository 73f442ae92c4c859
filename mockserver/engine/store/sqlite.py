"""SqliteShelf: one file that outlives the process, for one process at a time."""

import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Final

from mockserver.engine.clock import monotonic_s
from mockserver.engine.store.folding import fold, weight
from mockserver.engine.store.notes import Notes, noted, unpacked
from mockserver.engine.store.shelf import Entry
from mockserver.errors import StoreError

__all__ = ["SCHEMA_VERSION", "UNTIDY", "SqliteShelf"]

SCHEMA_VERSION: Final = 3
BEGUN: Final = b"begun"
"""The place that a space of ours begins with."""
FOLDED: Final = 1000
"""So many changes are noted before a thread folds them."""
UNTIDY: Final = 10_000
"""After so many, what is in SQLite's log is put where it belongs, and notes go."""
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
CREATE TABLE IF NOT EXISTS folded (
    id INTEGER PRIMARY KEY,
    mark TEXT NOT NULL,
    number INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, times INTEGER NOT NULL);
"""
_BEHIND: Final = 20 * FOLDED
"""With so many that wait to be folded, more have to wait for that."""
_ABSENT_MAX: Final = 1000
_PAGE_BYTES: Final = 4096
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
_BEGUN: Final = "INSERT OR IGNORE INTO folded VALUES (1, ?, 0)"
_FOLDED: Final = "UPDATE folded SET number = ?"
_DAMAGED: Final = (
    "expected a file that a server has written: put this one aside, and a start makes a"
    " new one"
)
_PROBE: Final = (
    "INSERT INTO probe VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET times = times + 1"
)


class SqliteShelf:
    """Entries folded into rows, in SQLite's own write-ahead log.

    They are noted in a file beside it first; `tidy` folds them, or whoever reads. What
    is noted is there after a `kill -9`; after a loss of power, the last ones may be
    missing, in order. The files are this process's alone until they are closed.

    Args:
        path: The file; it is made if there is none, but not its folder.
        pages_max: To how many of SQLite's pages each may grow; None for a whole disk.

    Raises:
        StoreError: It cannot be opened, is no store, has been written by a later
            release, or belongs to another process.
    """

    def __init__(self, path: Path, *, pages_max: int | None = None) -> None:
        self.path = path
        self._pages_max = pages_max
        self._holder = path.with_name(f"{path.name}.pid")
        # Who has both has taken this one first.
        self._lock, self._noting = Lock(), Lock()
        self._waiting: list[Entry] = []
        self._of: set[str] = set()
        self._absent: set[str] = set()
        self._size = self._untidy = 0
        self._is_stuck = False
        self._slow_until_s = 0.0
        self._connection = self._opened()
        self._writing = self._connection.cursor()
        try:
            self._number, self._notes = self._begun()
        except BaseException:
            self._connection.close()
            raise
        with suppress(OSError):
            self._holder.write_text(f"{os.getpid()}\n", "utf-8")

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
        is_far_behind = self._size > _BEHIND or self._is_stuck
        return not is_far_behind and monotonic_s() >= self._slow_until_s

    @property
    def is_untidy(self) -> bool:
        """Whether so much is noted that it should be folded."""
        return self._size >= FOLDED

    def tidy(self) -> None:
        """Fold what is noted; after many times, let the disk have it all for good.

        That waits for the disk, which no entry does.
        """
        with self._lock, self._told():
            is_long = self._untidy >= UNTIDY
            if is_long:
                with self._noting:
                    self._notes.turn()
                    self._untidy = 0
            self._fold()
            if is_long:
                self._settle()
                self._notes.drop()

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries, all or none; without any, try whether one could be written."""
        if self._size > _BEHIND:
            self.tidy()
        if not entries or self._is_stuck:
            with self._lock, self._told():
                self._fold()
                self._writing.execute(_PROBE)
        size = weight(entries)
        with self._noting:
            began_s = monotonic_s()  # to wait for others makes no file a slow one
            try:
                self._notes.append(self._number + 1, entries)
            except OSError as error:
                raise self._told_of(error) from error
            finally:
                ended_s = monotonic_s()
                # While it rests, nothing makes it rest for longer.
                if ended_s > self._slow_until_s and ended_s - began_s > _SLOW_S:
                    self._slow_until_s = ended_s + _REST_S
            self._number += 1
            self._waiting += entries
            self._of.update(spaces := {entry.space for entry in entries})
            self._absent -= spaces
            self._size += size
            self._untidy += size

    def _fold(self) -> None:
        """Fold all that is noted, or nothing."""
        with self._noting:
            entries, size, number = self._waiting, self._size, self._number
            self._waiting, self._of, self._size = [], set(), 0
        try:
            if number != self._folded:
                self._fold_through(entries, number)
        except BaseException:
            with self._noting:
                self._waiting, self._size = entries + self._waiting, self._size + size
                self._of.update(entry.space for entry in entries)
            self._is_stuck = True
            raise
        self._is_stuck = False

    def _fold_through(self, entries: Sequence[Entry], number: int) -> None:
        with self._transaction() as cursor:
            fold(cursor, entries)
            cursor.execute(_FOLDED, (number,))
        self._folded = number

    def _settle(self) -> None:
        """Put what is in SQLite's log into the file, and begin the log anew."""
        self._writing.execute("PRAGMA wal_checkpoint(PASSIVE)")
        self._writing.execute(_PROBE)

    def rows(self, space: str) -> list[tuple[bytes, bytes]]:
        """Return what a space holds, in order."""
        with self._cursor(space) as cursor:
            asked = "SELECT place, value FROM state WHERE space = ? ORDER BY id"
            return cursor.execute(asked, (space,)).fetchall()

    def is_large(self, space: str, most: int) -> bool:
        """Say whether a space holds more places than that."""
        with self._cursor(space) as cursor:
            asked = "SELECT 1 FROM state WHERE space = ? LIMIT 1 OFFSET ?"
            return cursor.execute(asked, (space, most)).fetchone() is not None

    def numbers(self, space: str) -> list[int]:
        """Return the numbers of a space's rows, in order."""
        with self._cursor(space) as cursor:
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
        if space in self._absent:
            return False  # asked with each connection, whoever has the file meanwhile
        with self._cursor(space) as cursor:
            asked = "SELECT 1 FROM state WHERE space = ? LIMIT 1"
            found = cursor.execute(asked, (space,)).fetchone() is not None
        with self._noting:
            if not found and space not in self._of:
                if len(self._absent) >= _ABSENT_MAX:
                    self._absent.clear()
                self._absent.add(space)
        return found

    def links(self, space: str) -> list[bytes]:
        """Return the public things of a space."""
        asked = "SELECT place FROM links WHERE space = ?"
        with self._cursor(space) as cursor:
            found = cursor.execute(asked, (space,)).fetchall()
            # One that others have taken, by what is noted, is not its any more.
            if found and self._waiting:
                self._fold()
                found = cursor.execute(asked, (space,)).fetchall()
            return [place for (place,) in found]

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
            self._writing.execute("VACUUM")
            self._writing.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the files; all that was noted is in its place then."""
        with self._lock:
            with suppress(sqlite3.Error):  # else, who opens it does that
                self._fold()
            self._connection.close()
            self._notes.close(is_folded=not self._is_stuck)
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
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        # In KiB; with SQLite's own 2 MB, folding reads its pages again and again.
        connection.execute("PRAGMA cache_size = -16000")
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
        connection.execute(_BEGUN, (secrets.token_hex(8),))

    def _begun(self) -> tuple[int, Notes]:
        """Fold what a process has noted that was killed; return what comes after it."""
        with self._told():
            asked = "SELECT mark, number FROM folded"
            mark, number = self._writing.execute(asked).fetchone()
            self._take_over()
            self._folded = number
            number, entries = noted(self.path, mark, after=number)
            if number != self._folded:
                self._fold_through(entries, number)
                self._settle()
            bytes_max = self._pages_max and self._pages_max * _PAGE_BYTES
            return number, Notes(self.path, mark, bytes_max)

    def _take_over(self) -> None:
        """Fold what was noted in a table, as it was until version 3."""
        asked = "SELECT 1 FROM sqlite_schema WHERE name = 'noted'"
        if self._writing.execute(asked).fetchone() is None:
            return
        with self._transaction() as cursor:
            rows = cursor.execute("SELECT entries FROM noted ORDER BY id").fetchall()
            fold(cursor, [one for (data,) in rows for one in unpacked(self.path, data)])
            cursor.execute("DROP TABLE noted")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        cursor = self._writing
        cursor.execute("BEGIN IMMEDIATE")
        try:
            yield cursor
            cursor.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                cursor.execute("ROLLBACK")
            raise

    @contextmanager
    def _cursor(self, space: str | None = None) -> Iterator[sqlite3.Cursor]:
        """Let something be read of a space, or of all."""
        with self._lock, self._told(), closing(self._connection.cursor()) as cursor:
            if space in self._of or (space is None and self._of):
                self._fold()
            yield cursor

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in our words what SQLite says, or the disk."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self._told_of(error) from error

    def _told_of(self, error: sqlite3.Error | OSError) -> StoreError:
        return StoreError(f"{self.path}: {self._worded(error)}")

    def _worded(self, error: sqlite3.Error | OSError) -> str:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            return f"{error}; {_DAMAGED}"
        if name.startswith("SQLITE_BUSY"):
            return (
                f"another server has it ({self._other()}); expected a file of its own:"
                " one server has a store at a time"
            )
        said = error.strerror if isinstance(error, OSError) else error
        return f"{said}; expected a file that can be read and written, with room left"

    def _other(self) -> str:
        try:
            return f"process {int(self._holder.read_text('utf-8'))}"
        except (OSError, ValueError):
            return "its process is not known"
