"""Folding: entries that were noted one after another become the rows they lead to.

Each place and each public thing has its row in a tree of its own, and to find that
costs most of what a single entry takes. So entries are noted as they are first, and
many of them are folded at once, of which only what they lead to is written.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from sqlite3 import Cursor
from typing import Final, NamedTuple

from mockserver.engine.store.shelf import Entry

__all__ = ["fold", "weight"]

# A place that is put again keeps its row, and so its position.
_PUT: Final = (
    "INSERT INTO state (space, place, value) VALUES {}"
    " ON CONFLICT (space, place) DO UPDATE SET value = excluded.value"
)
_LINK: Final = (
    "INSERT INTO links (place, space) VALUES {}"
    " ON CONFLICT (place) DO UPDATE SET space = excluded.space"
)
_DELETE: Final = "DELETE FROM state WHERE (space, place) IN (VALUES {})"
_UNLINK: Final = "DELETE FROM links WHERE (place, space) IN (VALUES {})"
_FREE: Final = "DELETE FROM links WHERE place IN (VALUES {})"
_WIPE: Final = (
    "DELETE FROM state WHERE space IN (VALUES {})",
    "DELETE FROM links WHERE space IN (VALUES {})",
)
# SQLite works on so many rows while Python goes on elsewhere; halves for what is left.
_AT_ONCE: Final = 128


def weight(entries: Sequence[Entry]) -> int:
    """Return how much there is to fold, in changes."""
    return sum(1 + len(entry.changes) + len(entry.links) for entry in entries)


def fold(cursor: Cursor, entries: Iterable[Entry]) -> None:
    """Bring rows to what entries say, in their order.

    Args:
        cursor: In a transaction.
        entries: What has changed.

    Raises:
        sqlite3.Error: It cannot be done.
    """
    outcome = _Outcome()
    for entry in entries:
        outcome.add(entry)
    spaces = [(space,) for space in outcome.wiped]
    for wipe in _WIPE:
        _execute(cursor, wipe, spaces)
    _execute(cursor, _DELETE, outcome.gone())
    _execute(cursor, _PUT, outcome.put())
    _execute(cursor, _FREE, outcome.freed())
    _execute(cursor, _UNLINK, outcome.unlinked())
    _execute(cursor, _LINK, outcome.linked())


class _Put(NamedTuple):
    """What a place holds after all.

    Attributes:
        age: How often its space had been wiped by then.
        value: None for nothing.
        is_anew: It was gone in between: a row that it has had is not its row any more.
    """

    age: int
    value: bytes | None
    is_anew: bool


class _Outcome:
    """What entries lead to, in the order in which rows come to be."""

    def __init__(self) -> None:
        self.wiped: dict[str, int] = {}
        self._places: dict[tuple[str, bytes], _Put] = {}
        # The space that it leads to, and its age; or those that it leads to no more.
        self._links: dict[bytes, tuple[str, int] | set[str]] = {}

    def add(self, entry: Entry) -> None:
        """Go on with an entry."""
        space = entry.space
        if entry.wipes:
            self.wiped[space] = self.wiped.get(space, 0) + 1
        age = self.wiped.get(space, 0)
        for place, value in entry.changes:
            self._put((space, place), age, value)
        for link, is_mine in entry.links:
            if is_mine:
                self._links[link] = space, age
            else:
                self._retract(link, space)

    def gone(self) -> Iterator[tuple[str, bytes]]:
        """Return the places whose rows go, also where another one comes."""
        return (key for key, put in self._places.items() if put.is_anew)

    def put(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Return the places that hold something, with that."""
        for (space, place), put in self._places.items():
            if put.value is not None and put.age == self.wiped.get(space, 0):
                yield space, place, put.value

    def linked(self) -> Iterator[tuple[bytes, str]]:
        """Return the public things that lead to a space, with that."""
        for link, held in self._links.items():
            if isinstance(held, tuple) and self._is_valid(held):
                yield link, held[0]

    def freed(self) -> Iterator[tuple[bytes]]:
        """Return the public things that lead nowhere, wherever they had led to."""
        for link, held in self._links.items():
            if isinstance(held, tuple) and not self._is_valid(held):
                yield (link,)

    def unlinked(self) -> Iterator[tuple[bytes, str]]:
        """Return the public things that do not lead to a space any more, with that."""
        for link, held in self._links.items():
            if isinstance(held, set):
                for space in held:
                    yield link, space

    def _put(self, key: tuple[str, bytes], age: int, value: bytes | None) -> None:
        before = self._places.get(key)
        if value is None:
            self._places[key] = _Put(age, None, is_anew=True)
        elif before is None or (before.age == age and before.value is not None):
            is_anew = before is not None and before.is_anew
            self._places[key] = _Put(age, value, is_anew)
        else:
            del self._places[key]  # it is the last from now on
            self._places[key] = _Put(age, value, is_anew=True)

    def _retract(self, link: bytes, space: str) -> None:
        held = self._links.get(link)
        if held is None:
            self._links[link] = {space}
        elif isinstance(held, set):
            held.add(space)
        elif held[0] == space:
            self._links[link] = space, -1

    def _is_valid(self, held: tuple[str, int]) -> bool:
        space, age = held
        return age == self.wiped.get(space, 0)


def _execute(cursor: Cursor, asked: str, rows: Iterable[Sequence[object]]) -> None:
    """Execute a statement with rows in place of its braces; only few texts of it."""
    waiting = [*rows]
    at, count = 0, _AT_ONCE
    while at < len(waiting):
        while count > len(waiting) - at:
            count //= 2
        now = waiting[at : at + count]
        marks = f"({', '.join('?' * len(now[0]))})"
        text = asked.format(", ".join([marks] * count))
        cursor.execute(text, [*chain.from_iterable(now)])
        at += count
