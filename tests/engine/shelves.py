"""Shelves that end at any moment: one that remembers, and copies of a file."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from mockserver.engine.store.shelf import Entry
from mockserver.errors import StoreError

__all__ = ["RecordingShelf", "killed"]


def killed(file: Path) -> Path:
    """Return a copy of a store's files, as a `kill -9` leaves them."""
    copy = file.with_name(f"copy-{file.name}")
    for ending in ("", "-wal", ".folding", ".noted"):
        beside = copy.with_name(copy.name + ending)
        beside.unlink(missing_ok=True)
        held = file.with_name(file.name + ending)
        if held.exists():
            beside.write_bytes(held.read_bytes())
    return copy


class RecordingShelf:
    """A store in dicts, from the entries that another one has been given.

    Attributes:
        groups: What was written together.
        trouble: Why nothing can be written, if so.
    """

    def __init__(self, groups: Iterable[Sequence[Entry]] = ()) -> None:
        self.groups: list[Sequence[Entry]] = []
        self.trouble = ""
        self._rows: dict[str, dict[bytes, bytes]] = {}
        self._links: dict[bytes, str] = {}
        for group in groups:
            self.append(group)

    def append(self, entries: Sequence[Entry]) -> None:
        if self.trouble:
            raise StoreError(self.trouble)
        self.groups.append(entries)
        for entry in entries:
            self._fold(entry)

    def rows(self, space: str) -> list[tuple[bytes, bytes]]:
        return [*self._rows.get(space, {}).items()]

    def has(self, space: str) -> bool:
        return bool(self._rows.get(space))

    def links(self, space: str) -> list[bytes]:
        return [link for link, owner in self._links.items() if owner == space]

    def owner(self, link: bytes) -> str | None:
        return self._links.get(link)

    def spaces(self, part: bytes = b"") -> list[str]:
        return [
            name
            for name, rows in self._rows.items()
            if any(place.startswith(part) for place in rows)
        ]

    def close(self) -> None:
        pass

    def _fold(self, entry: Entry) -> None:
        if entry.wipes:
            self._rows.pop(entry.space, None)
            for link in self.links(entry.space):
                del self._links[link]
        rows = self._rows.setdefault(entry.space, {})
        for place, value in entry.changes:
            if value is None:
                rows.pop(place, None)
            else:
                rows[place] = value
        for link, is_mine in entry.links:
            if is_mine:
                self._links[link] = entry.space
            elif self._links.get(link) == entry.space:
                del self._links[link]
