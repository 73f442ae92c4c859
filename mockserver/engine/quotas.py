"""Quotas: rate windows and balances of one space, at the times that callers name."""

from collections import deque
from dataclasses import dataclass

__all__ = ["Quotas", "RateLimit"]


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `calls` within any `window_s` seconds."""

    calls: int
    window_s: float


class Quotas:
    """What a space has used of its quotas, by name."""

    __slots__ = ("_balances", "_calls")

    def __init__(self) -> None:
        self._calls: dict[str, deque[float]] = {}
        self._balances: dict[str, float] = {}

    def used(self, name: str, limit: RateLimit, now_s: float) -> int:
        """Return how many calls the window that ends now holds."""
        calls = self._calls.get(name)
        if calls is None:
            return 0
        while calls and calls[0] <= now_s - limit.window_s:
            calls.popleft()
        return len(calls)

    def take(self, name: str, limit: RateLimit, now_s: float) -> float | None:
        """Count one call; return None, or the seconds until there is room for it.

        A call that is refused is not counted.
        """
        used = self.used(name, limit, now_s)
        if used >= limit.calls:
            oldest = self._calls[name][used - limit.calls] if limit.calls else now_s
            return max(0.0, oldest + limit.window_s - now_s)
        self._calls.setdefault(name, deque()).append(now_s)
        return None

    def count(self, name: str, limit: RateLimit, now_s: float) -> int:
        """Count one call whatever the limit; return how many the window now holds."""
        self.used(name, limit, now_s)
        calls = self._calls.setdefault(name, deque())
        calls.append(now_s)
        return len(calls)

    def balance(self, name: str, initial: float) -> float:
        """Return what is left of a balance that began at `initial`."""
        return self._balances.get(name, initial)

    def spend(self, name: str, amount: float, initial: float) -> float:
        """Take from a balance, which may go below zero; return what is left."""
        self._balances[name] = left = self.balance(name, initial) - amount
        return left
