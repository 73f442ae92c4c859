"""Archive: what is kept of each space beside its state: logs of which the end counts.

Nobody waits for what is written here, and nothing depends on it: the last moments of a
process that is killed may be missing.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

__all__ = ["Archive", "Item", "Tail"]


class Item(NamedTuple):
    """One thing in a log; numbers are greater for what is later."""

    number: int
    value: bytes


class Tail(NamedTuple):
    """The end of one space's log.

    Attributes:
        items: What is new, in order.
        most: How many are kept of all.
    """

    items: Sequence[Item]
    most: int


class Archive(Protocol):
    """Keeps logs of spaces. Everything raises `StoreError` if that cannot be done."""

    @property
    def last(self) -> int:
        """The greatest number that was there when this was opened; 0 if not known."""
        ...

    async def write(self, tails: Mapping[str, Tail]) -> None:
        """Add to the ends of logs, and let their beginnings go."""
        ...

    async def read(self, space: str) -> list[bytes]:
        """Return a space's log, in no order."""
        ...

    async def clear(self, spaces: Sequence[str] | None) -> None:
        """Forget the logs of spaces, or of all that are this process's alone."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...
