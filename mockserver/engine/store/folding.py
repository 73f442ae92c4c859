"""Folding: entries that were noted one after another become the rows they lead to.

Each place and each public thing has its row in a tree of its own, and to find that
costs most of what a single entry takes. So entries are noted as they are first, one row
at the end of a table, and some hundred changes are folded at once.
"""

from collections.abc import Iterable, Sequence
from sqlite3 import Cursor
from typing import Final

import msgspec

from mockserver.engine.store.shelf import Entry

__all__ = ["fold", "packed", "unpacked", "weight"]

# A place that is put again keeps its row, and so its position.
_PUT: Final = (
    "INSERT INTO state (space, place, value) VALUES (?, ?, ?)"
    " ON CONFLICT (space, place) DO UPDATE SET value = excluded.value"
)
_LINK: Final = (
    "INSERT INTO links (place, space) VALUES (?, ?)"
    " ON CONFLICT (place) DO UPDATE SET space = excluded.space"
)
_DELETE: Final = "DELETE FROM state WHERE space = ? AND place = ?"
_UNLINK: Final = "DELETE FROM links WHERE place = ? AND space = ?"

_decoder = msgspec.msgpack.Decoder(list[Entry])


def weight(entries: Sequence[Entry]) -> int:
    """Return how much there is to fold, in changes."""
    return sum(1 + len(entry.changes) + len(entry.links) for entry in entries)


def packed(entries: Sequence[Entry]) -> bytes:
    """Return entries as one row has them."""
    return msgspec.msgpack.encode(entries)


def unpacked(data: bytes) -> list[Entry]:
    """Return entries that were packed.

    Raises:
        msgspec.MsgspecError: They are damaged.
    """
    return _decoder.decode(data)


def fold(cursor: Cursor, entries: Iterable[Entry]) -> None:
    """Bring rows to what entries say, in their order.

    Args:
        cursor: In a transaction.
        entries: What has changed.

    Raises:
        sqlite3.Error: It cannot be done.
    """
    folding = _Folding(cursor)
    for entry in entries:
        folding.add(entry)
    folding.put()
    folding.link()


class _Folding:
    """Puts that may be done at once, as nothing that was taken away is between them."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._puts: dict[tuple[str, bytes], bytes] = {}
        self._links: dict[bytes, str] = {}

    def add(self, entry: Entry) -> None:
        """Go on with an entry."""
        space, execute = entry.space, self._cursor.execute
        if entry.wipes:
            self.put()
            self.link()
            execute("DELETE FROM state WHERE space = ?", (space,))
            execute("DELETE FROM links WHERE space = ?", (space,))
        for place, value in entry.changes:
            if value is not None:
                self._puts[space, place] = value
                continue
            self.put()
            execute(_DELETE, (space, place))
        for link, is_mine in entry.links:
            if is_mine:
                self._links[link] = space
                continue
            self.link()
            execute(_UNLINK, (link, space))

    def put(self) -> None:
        """Put what is to be put, in the order in which it came first."""
        if self._puts:
            rows = ((*place, value) for place, value in self._puts.items())
            self._cursor.executemany(_PUT, rows)
            self._puts = {}

    def link(self) -> None:
        """Let public things lead to their spaces."""
        if self._links:
            self._cursor.executemany(_LINK, self._links.items())
            self._links = {}
