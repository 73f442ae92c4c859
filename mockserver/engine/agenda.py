"""What falls due in a space at which virtual time: deliveries, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Any

__all__ = ["Agenda", "Due"]


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One thing that has to happen.

    Attributes:
        at: Virtual time in seconds since 1970.
        number: Order of equal times: first planned, first done.
        kind: Which part of the house it is for, such as `event` or `delivery`.
        slug: The provider that it is about.
        data: What that part needs to know; JSON-able.
    """

    at: float
    number: int
    kind: str = field(compare=False)
    slug: str = field(compare=False)
    data: dict[str, Any] = field(compare=False)


class Agenda:
    """A space's dues in the order in which they fall due."""

    __slots__ = ("_dues", "_listeners", "_numbers")

    def __init__(self) -> None:
        self._dues: list[Due] = []
        self._numbers = 0
        self._listeners: list[Callable[[], None]] = []

    def __len__(self) -> int:
        """Return how many things are still to happen."""
        return len(self._dues)

    def add(self, at: float, kind: str, slug: str, data: dict[str, Any]) -> Due:
        """Plan something; what is planned for the past is due at once."""
        due = Due(at, self._numbers, kind, slug, data)
        self._numbers += 1
        heappush(self._dues, due)
        for listener in self._listeners:
            listener()
        return due

    def next_at(self) -> float | None:
        """Return when the next thing falls due, or None."""
        return self._dues[0].at if self._dues else None

    def pop(self, now_s: float) -> Due | None:
        """Take the earliest thing that is due by `now_s`, or None."""
        if self._dues and self._dues[0].at <= now_s + 1e-6:
            return heappop(self._dues)
        return None

    def drop(self, unwanted: Callable[[Due], bool]) -> int:
        """Forget what is no longer wanted; return how many that were."""
        kept = [due for due in self._dues if not unwanted(due)]
        dropped = len(self._dues) - len(kept)
        self._dues = kept
        heapify(self._dues)
        return dropped

    def list_dues(self) -> list[Due]:
        """Return everything that is planned, in order."""
        return sorted(self._dues)

    def on_add(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever something is planned."""
        self._listeners.append(listener)
