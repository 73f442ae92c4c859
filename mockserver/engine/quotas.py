"""Quotas: rate windows and balances of one space, at the times that callers name."""

from collections import deque
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from mockserver.engine.store.log import Log
from mockserver.engine.store.shelf import GONE, Place, Row

__all__ = ["BALANCE", "QUOTA", "Quotas", "RateLimit"]

QUOTA: Final = "quota"
BALANCE: Final = "balance"


class RateLimit(Struct, frozen=True):
    """At most `calls` within any `window_s` seconds."""

    calls: int
    window_s: float


class Quotas:
    """What a space has used of its quotas, by name.

    Args:
        log: Where its changes are noted, if anywhere.
    """

    __slots__ = ("_balances", "_calls", "_gone", "_log")

    def __init__(self, log: Log | None = None) -> None:
        self._log = log
        self._calls: dict[str, deque[float]] = {}
        # How many calls have left the windows: the next one's place follows.
        self._gone: dict[str, int] = {}
        self._balances: dict[str, float] = {}

    def used(self, name: str, limit: RateLimit, now_s: float) -> int:
        """Return how many calls the window that ends now holds."""
        calls = self._calls.get(name)
        if calls is None:
            return 0
        while calls and calls[0] <= now_s - limit.window_s:
            calls.popleft()
            self._left(name)
        return len(calls)

    def take(self, name: str, limit: RateLimit, now_s: float) -> float | None:
        """Count one call; return None, or the seconds until there is room for it.

        A call that is refused is not counted.
        """
        used = self.used(name, limit, now_s)
        if used >= limit.calls:
            oldest = self._calls[name][used - limit.calls] if limit.calls else now_s
            return max(0.0, oldest + limit.window_s - now_s)
        self._add(name, now_s)
        return None

    def count(self, name: str, limit: RateLimit, now_s: float) -> int:
        """Count one call whatever the limit; return how many the window now holds."""
        self.used(name, limit, now_s)
        return self._add(name, now_s)

    def balance(self, name: str, initial: float) -> float:
        """Return what is left of a balance that began at `initial`."""
        return self._balances.get(name, initial)

    def spend(self, name: str, amount: float, initial: float) -> float:
        """Take from a balance, which may go below zero; return what is left."""
        self._balances[name] = left = self.balance(name, initial) - amount
        if self._log is not None:
            self._log.note((BALANCE, name), left)
        return left

    def clear(self) -> None:
        """Begin anew: nothing has been used."""
        for name in [*self._calls]:
            for _ in range(len(self._calls.pop(name))):
                self._left(name)
        for name in self._balances:
            if self._log is not None:
                self._log.note((BALANCE, name), GONE)
        self._balances.clear()

    def restore(self, rows: Iterable[Row]) -> None:
        """Hold what a store has kept, and note nothing."""
        for place, value in rows:
            if place[0] == BALANCE:
                self._balances[place[1]] = value
            else:
                self._gone.setdefault(place[1], int(place[2]))
                self._calls.setdefault(place[1], deque()).append(value)

    def windows(self) -> dict[str, tuple[float, ...]]:
        """Return the calls that each window holds."""
        return {name: tuple(calls) for name, calls in self._calls.items()}

    def open(self, name: str, calls: Iterable[float]) -> None:
        """Let a window hold these calls, as `windows` has told them."""
        self._calls[name] = deque(calls)

    def _add(self, name: str, at: float) -> int:
        calls = self._calls.setdefault(name, deque())
        if self._log is not None:
            self._log.note(self._place(name, len(calls)), at)
        calls.append(at)
        return len(calls)

    def _left(self, name: str) -> None:
        """Note that the oldest call of a window is in it no more."""
        if self._log is not None:
            self._log.note(self._place(name, 0), GONE)
            self._gone[name] = self._gone.get(name, 0) + 1

    def _place(self, name: str, after: int) -> Place:
        return QUOTA, name, f"{self._gone.get(name, 0) + after:012}"
