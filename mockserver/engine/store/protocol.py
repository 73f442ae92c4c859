"""Store: what the tables of all spaces hold, and who has published what.

Jobs are kept there, and what providers remember. Clocks, agendas, rule books and
journals are not: spaces and rooms have those of their own. Every store keeps this one
promise.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from mockserver.engine.store.log import Ledger, Log
from mockserver.engine.store.shelf import Place, Row

__all__ = ["Store", "Table"]

V = TypeVar("V")


class Table(Protocol[V]):
    """Values of one kind in one space, by key; values are never changed in place."""

    def get(self, key: str) -> V | None:
        """Return the value, or None."""
        ...

    def put(self, key: str, value: V) -> None:
        """Store or replace a value."""
        ...

    def delete(self, key: str) -> bool:
        """Forget a value; say whether there was one."""
        ...

    def values(self, *, newest_first: bool = False) -> Iterator[V]:
        """Return the values in the order in which their keys were first put."""
        ...

    def after(self, key: str, limit: int) -> list[tuple[str, V]]:
        """Return up to `limit` keys greater than `key` with values, in key order."""
        ...

    def number(self) -> int:
        """Return the next ordinal: 0, 1, 2, ..., each once."""
        ...

    def __len__(self) -> int:
        """Return how many values there are."""
        ...


class Store(Protocol):
    """All tables of all spaces.

    Attributes:
        ledger: Where changes are noted for a store behind this one, if there is any.
    """

    ledger: Ledger | None

    def log(self, space: str) -> Log | None:
        """Return where the changes of a space are noted, if anywhere."""
        ...

    def table(self, space: str, slug: str, kind: str) -> Table[object]:
        """Return a table, empty if it was never used."""
        ...

    def publish(self, slug: str, kind: str, key: str, space: str) -> None:
        """Remember which space a publicly readable thing belongs to."""
        ...

    def owner(self, slug: str, kind: str, key: str) -> str | None:
        """Return the space that published the thing last, or None."""
        ...

    def retract(self, slug: str, kind: str, key: str, space: str) -> None:
        """Forget a published thing, if a space has published it last."""
        ...

    def reset(self, space: str | None = None) -> None:
        """Forget everything, or everything of one space."""
        ...

    def restore(self, space: str, rows: Iterable[Row], links: Iterable[Place]) -> None:
        """Hold what was kept of a space's tables and public things."""
        ...

    def forget(self, space: str) -> None:
        """Hold nothing of a space any more; what was kept of it stays kept."""
        ...

    def spaces(self) -> set[str]:
        """Return the spaces that hold anything."""
        ...
