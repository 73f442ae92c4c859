"""Fetched: what has been read of spaces that are about to be opened, and of links."""

from collections.abc import Sequence
from typing import Final

from mockserver.engine.clock import monotonic_s
from mockserver.engine.store.shelf import SERVER, Entry, Place, Row

__all__ = ["Fetched"]

_KNOWN_S: Final = 0.5
_LINKS_MAX: Final = 10_000


class Fetched:
    """A shelf of what is here already, so that opening a space waits for nothing.

    Args:
        server: What the store has of the server.
    """

    def __init__(self, server: Sequence[tuple[bytes, bytes]]) -> None:
        self._server = server
        self._rows: dict[str, Sequence[Row]] = {}
        self._links: dict[str, Sequence[Place]] = {}
        self._owners: dict[bytes, tuple[float, str | None]] = {}

    def put(
        self,
        space: str,
        rows: Sequence[Row],
        links: Sequence[Place],
    ) -> None:
        """Have a space that was taken until it is opened."""
        self._rows[space], self._links[space] = rows, links

    def forget(self, space: str) -> None:
        """Have nothing of a space."""
        self._rows.pop(space, None)
        self._links.pop(space, None)

    def learn(self, link: bytes, owner: str | None) -> None:
        """Know for a moment to which space a public thing leads, or that to none."""
        if len(self._owners) >= _LINKS_MAX:
            self._owners.clear()
        self._owners[link] = (monotonic_s() + _KNOWN_S, owner)

    def knows(self, link: bytes) -> bool:
        """Say whether it is known just now to which space a public thing leads."""
        return link in self._owners and monotonic_s() < self._owners[link][0]

    def append(self, entries: Sequence[Entry]) -> None:
        """Refuse: who has a directory writes by it."""
        raise AssertionError(f"{len(entries)} entries past the directory")

    def rows(self, space: str) -> Sequence[tuple[bytes, bytes]]:
        """Return what the store has of the server; of spaces, `taken` does."""
        return self._server if space == SERVER else ()

    def taken(self, space: str) -> Sequence[Row]:
        """Return what the store has of a space, once: then it is in memory."""
        return self._rows.pop(space, ())

    def has(self, space: str) -> bool:
        """Say whether the store has anything of a space that was taken."""
        return bool(self._rows.get(space))

    def links(self, space: str) -> Sequence[bytes]:
        """Return nothing: of spaces that were taken, `linked` tells."""
        del space
        return ()

    def linked(self, space: str) -> Sequence[Place]:
        """Return the public things of a space, once."""
        return self._links.pop(space, ())

    def owner(self, link: bytes) -> str | None:
        """Return the space that a public thing leads to, as was found out."""
        return self._owners[link][1]

    def spaces(self, part: bytes = b"") -> list[str]:
        """Return the spaces that are here, whatever begins in them."""
        del part
        return [*self._rows]

    def close(self) -> None:
        """Let go of nothing: the directory does that."""
