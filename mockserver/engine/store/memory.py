"""The store that keeps everything in this process."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

from mockserver.engine.store.log import Ledger, Log
from mockserver.engine.store.protocol import Table
from mockserver.engine.store.shelf import GONE, Place, Row

__all__ = ["NUMBER", "ROW", "MemoryStore", "MemoryTable"]

ROW: Final = "row"
NUMBER: Final = "number"


class MemoryTable:
    """A dict that can also be walked in key order.

    Args:
        log: Where its changes are noted, if anywhere.
        name: What the places of its rows begin with: slug and kind.
    """

    __slots__ = ("_fresh", "_log", "_name", "_ordered", "_ordinal", "_values")

    def __init__(self, log: Log | None = None, name: Place = ()) -> None:
        self._log, self._name = log, name
        self._values: dict[str, object] = {}
        self._ordered: list[str] | None = None
        self._fresh: list[str] = []
        self._ordinal = 0

    def get(self, key: str) -> object | None:
        """Return the value, or None."""
        return self._values.get(key)

    def put(self, key: str, value: object) -> None:
        """Store or replace a value."""
        if self._ordered is not None and key not in self._values:
            self._fresh.append(key)
        self._values[key] = value
        if self._log is not None:
            self._log.note((ROW, *self._name, key), value)

    def delete(self, key: str) -> bool:
        """Forget a value; say whether there was one."""
        if self._values.pop(key, None) is None:
            return False
        if self._ordered is not None:
            at = bisect_left(self._ordered, key)
            if at < len(self._ordered) and self._ordered[at] == key:
                del self._ordered[at]
            else:
                self._fresh.remove(key)
        if self._log is not None:
            self._log.note((ROW, *self._name, key), GONE)
        return True

    def values(self, *, newest_first: bool = False) -> Iterator[object]:
        """Return the values in the order in which their keys were first put."""
        values = self._values.values()
        return iter(reversed(values) if newest_first else values)

    def after(self, key: str, limit: int) -> list[tuple[str, object]]:
        """Return up to `limit` keys greater than `key` with values, in key order."""
        keys = self._sorted()
        start = bisect_right(keys, key)
        return [(k, self._values[k]) for k in keys[start : start + limit]]

    def number(self) -> int:
        """Return the next ordinal: 0, 1, 2, ..., each once."""
        ordinal = self._ordinal
        self._ordinal += 1
        if self._log is not None:
            self._log.note((NUMBER, *self._name), self._ordinal)
        return ordinal

    def restore(self, place: Place, value: object) -> None:
        """Hold what a store has kept of it, and note nothing."""
        if place[0] == ROW:
            self._values[place[-1]] = value
        elif isinstance(value, int):
            self._ordinal = value

    def clear(self) -> None:
        """Forget all values, also for those who still hold this table."""
        self._values.clear()
        self._ordered, self._fresh = None, []

    def __len__(self) -> int:
        """Return how many values there are."""
        return len(self._values)

    def _sorted(self) -> list[str]:
        if self._ordered is None:
            self._ordered = sorted(self._values)
        elif self._fresh:
            # Sorting a sorted list with a short tail costs little more than the tail.
            self._ordered.extend(self._fresh)
            self._ordered.sort()
        self._fresh = []
        return self._ordered


class MemoryStore:
    """All state in dicts; gone with the process, unless there is a ledger.

    Args:
        ledger: Where changes are noted for a store behind this one.
    """

    def __init__(self, ledger: Ledger | None = None) -> None:
        self.ledger = ledger
        self._tables: dict[str, dict[tuple[str, str], MemoryTable]] = {}
        self._owners: dict[tuple[str, str], dict[str, str]] = {}
        # What each space has published: looking through all would make a reset of
        # many spaces quadratic.
        self._published: dict[str, dict[tuple[str, str], set[str]]] = {}

    def table(self, space: str, slug: str, kind: str) -> Table[object]:
        """Return a table, empty if it was never used."""
        tables = self._tables.setdefault(space, {})
        table = tables.get((slug, kind))
        if table is None:
            table = tables[slug, kind] = MemoryTable(self.log(space), (slug, kind))
        return table

    def publish(self, slug: str, kind: str, key: str, space: str) -> None:
        """Remember which space a publicly readable thing belongs to."""
        owners = self._owners.get((slug, kind))
        if owners is None:
            owners = self._owners[slug, kind] = {}
        before = owners.get(key)
        if before == space:
            return
        if before is not None:
            self._published[before][slug, kind].discard(key)
        self._own(slug, kind, key, space)
        log = self.log(space)
        if log is not None:
            log.link((slug, kind, key), is_mine=True)

    def owner(self, slug: str, kind: str, key: str) -> str | None:
        """Return the space that published the thing last, or None."""
        owners = self._owners.get((slug, kind))
        owner = None if owners is None else owners.get(key)
        if owner is None and self.ledger is not None:
            owner = self.ledger.owner(slug, kind, key)
            # Of who is in memory, the store may not know yet what it has retracted.
            return None if owner in self._published else owner
        return owner

    def retract(self, slug: str, kind: str, key: str, space: str) -> None:
        """Forget a published thing, if a space has published it last."""
        owners = self._owners.get((slug, kind), {})
        if owners.get(key) == space:
            del owners[key]
            self._published[space][slug, kind].discard(key)
            log = self.log(space)
            if log is not None:
                log.link((slug, kind, key), is_mine=False)

    def restore(self, space: str, rows: Iterable[Row], links: Iterable[Place]) -> None:
        """Hold what a store has kept of a space's tables and public things."""
        tables = self._tables.setdefault(space, {})
        for place, value in rows:
            name = (place[1], place[2])
            table = tables.get(name)
            if table is None:
                table = tables[name] = MemoryTable(self.log(space), name)
            table.restore(place, value)
        kinds: dict[tuple[str, str], list[str]] = {}
        for slug, kind, key in links:
            kinds.setdefault((slug, kind), []).append(key)
        mine = self._published.setdefault(space, {})
        for kind_of, keys in kinds.items():
            self._owners.setdefault(kind_of, {}).update(dict.fromkeys(keys, space))
            mine.setdefault(kind_of, set()).update(keys)

    def forget(self, space: str) -> None:
        """Hold nothing of a space any more; what a store has of it stays there."""
        self._tables.pop(space, None)
        for kind, keys in self._published.pop(space, {}).items():
            for key in keys:
                del self._owners[kind][key]

    def reset(self, space: str | None = None) -> None:
        """Forget everything, or everything of one space."""
        if self.ledger is not None:
            for name in self.spaces() if space is None else (space,):
                self.ledger.renew(name)
        if space is None:
            self._tables.clear()
            self._owners.clear()
            self._published.clear()
            return
        for table in self._tables.pop(space, {}).values():
            table.clear()
        self.forget(space)

    def spaces(self) -> set[str]:
        """Return the spaces that hold anything."""
        return set(self._tables)

    def _own(self, slug: str, kind: str, key: str, space: str) -> None:
        self._owners.setdefault((slug, kind), {})[key] = space
        mine = self._published.setdefault(space, {})
        mine.setdefault((slug, kind), set()).add(key)

    def log(self, space: str) -> Log | None:
        """Return where the changes of a space are noted, if anywhere."""
        return None if self.ledger is None else self.ledger.log(space)
