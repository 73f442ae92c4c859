"""The store that keeps everything in this process."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from mockserver.engine.store.protocol import Table

__all__ = ["MemoryStore", "MemoryTable"]


class MemoryTable:
    """A dict that can also be walked in key order."""

    __slots__ = ("_fresh", "_ordered", "_ordinal", "_values")

    def __init__(self) -> None:
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
        return ordinal

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
    """All state in dicts; gone with the process."""

    def __init__(self) -> None:
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
            table = tables[slug, kind] = MemoryTable()
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
        owners[key] = space
        mine = self._published.setdefault(space, {})
        mine.setdefault((slug, kind), set()).add(key)

    def owner(self, slug: str, kind: str, key: str) -> str | None:
        """Return the space that published the thing last, or None."""
        owners = self._owners.get((slug, kind))
        return None if owners is None else owners.get(key)

    def retract(self, slug: str, kind: str, key: str) -> None:
        """Forget a published thing."""
        space = self._owners.get((slug, kind), {}).pop(key, None)
        if space is not None:
            self._published[space][slug, kind].discard(key)

    def reset(self, space: str | None = None) -> None:
        """Forget everything, or everything of one space."""
        if space is None:
            self._tables.clear()
            self._owners.clear()
            self._published.clear()
            return
        for table in self._tables.pop(space, {}).values():
            table.clear()
        for kind, keys in self._published.pop(space, {}).items():
            for key in keys:
                del self._owners[kind][key]

    def spaces(self) -> set[str]:
        """Return the spaces that hold anything."""
        return set(self._tables)
