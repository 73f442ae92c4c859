"""Crowd: who was here when, and who has to go when there are too many."""

from collections import OrderedDict
from collections.abc import Callable

__all__ = ["Crowd"]


class Crowd:
    """Names in the order of their last use."""

    __slots__ = ("_names",)

    def __init__(self) -> None:
        self._names: OrderedDict[str, None] = OrderedDict()

    def touch(self, name: str) -> None:
        """Note that somebody is here now."""
        self._names[name] = None
        self._names.move_to_end(name)

    def remove(self, name: str) -> None:
        """Forget somebody."""
        self._names.pop(name, None)

    def next_to_go(self, is_busy: Callable[[str], bool]) -> str:
        """Return who was here longest ago and is not busy; if all are, just that."""
        names = iter(self._names)
        oldest = next(names)
        if not is_busy(oldest):
            return oldest
        return next((name for name in names if not is_busy(name)), oldest)
