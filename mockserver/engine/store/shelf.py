"""Shelf: a store behind the memory; and what is written to it, and how."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Final, NamedTuple, Protocol

__all__ = ["GONE", "SERVER", "Codec", "Entry", "Gone", "Place", "Row", "Shelf", "State"]

Place = tuple[str, ...]
Row = tuple[Place, Any]
State = Mapping[Place, Any]

SERVER: Final = ""
"""The space without a name: what belongs to the server and to no space."""


class Gone(Enum):
    """What a place holds that holds nothing any more."""

    GONE = "gone"


GONE: Final = Gone.GONE


class Entry(NamedTuple):
    """What has changed in one space since its entry before, ready to be written.

    Attributes:
        space: The space.
        wipes: Everything that the store has of it goes first.
        changes: Places with what they hold now, None for nothing, in order.
        links: Public things with whether they are the space's, in order.
    """

    space: str
    wipes: bool
    changes: Sequence[tuple[bytes, bytes | None]]
    links: Sequence[tuple[bytes, bool]]


class Codec(Protocol):
    """Writes places and values as bytes, and reads them again."""

    def place(self, place: Place) -> bytes:
        """Return a place as bytes; equal places are equal bytes."""
        ...

    def encode(self, place: Place, value: Any) -> bytes:
        """Return the value of a place as bytes.

        Raises:
            TypeError: There is no way to write it; names the place.
        """
        ...

    def read(self, place: bytes, value: bytes) -> Row:
        """Return what was written so.

        Raises:
            StoreError: It is damaged, or of a version from the future.
        """
        ...

    def read_place(self, place: bytes) -> Place:
        """Return a place that was written so."""
        ...


class Shelf(Protocol):
    """All entries, as the state that they have led to.

    A place keeps its position when it is put again; gone and put again, it is last.
    """

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries, all of them or none, before this returns.

        Raises:
            StoreError: They cannot be written.
        """
        ...

    def rows(self, space: str) -> Iterable[tuple[bytes, bytes]]:
        """Return what a space holds, in order.

        Raises:
            StoreError: It cannot be read.
        """
        ...

    def has(self, space: str) -> bool:
        """Say whether a space holds anything."""
        ...

    def links(self, space: str) -> Iterable[bytes]:
        """Return the public things of a space."""
        ...

    def owner(self, link: bytes) -> str | None:
        """Return the space that a public thing belongs to, or None."""
        ...

    def spaces(self, part: bytes = b"") -> list[str]:
        """Return the spaces that hold any place that begins so, in their order."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...
