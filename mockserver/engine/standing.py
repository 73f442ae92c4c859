"""Standing: what is said to all spaces to come, kept beside them in the store."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from mockserver.engine.store.log import Log
from mockserver.engine.store.shelf import GONE, Row

__all__ = ["STANDING", "Standing"]

STANDING: Final = "standing"

Listener = Callable[[str, Any], None]


class Standing:
    """What somebody has said once, for all workers and for spaces to come.

    Without a store it keeps what it is told, and nobody asks for it.
    """

    __slots__ = ("_listeners", "_log", "_said")

    def __init__(self) -> None:
        self._log: Log | None = None
        self._said: dict[str, Any] = {}
        self._listeners: list[Listener] = []

    def said(self) -> Mapping[str, Any]:
        """Return everything by name, in the order in which it was said."""
        return dict(self._said)

    def put(self, name: str, value: Any) -> None:
        """Say something, instead of what was said under that name."""
        self._said[name] = value
        if self._log is not None:
            self._log.note((STANDING, name), value)

    def drop(self, name: str) -> None:
        """Take something back."""
        if self._said.pop(name, None) is not None and self._log is not None:
            self._log.note((STANDING, name), GONE)

    def keep(self, log: Log) -> None:
        """Note what is said from now on."""
        self._log = log

    def restore(self, rows: Iterable[Row]) -> None:
        """Know what a store has kept."""
        self._said = {place[1]: value for place, value in rows}

    def fold(self, rows: Iterable[Row], *, whole: bool = False) -> None:
        """Know what others have said and taken back, and tell who listens.

        Args:
            rows: What they have said, and `GONE` for what they have taken back.
            whole: What is not among them has been taken back, too.
        """
        seen = {place[1]: value for place, value in rows}
        if whole:
            seen |= dict.fromkeys((one for one in self._said if one not in seen), GONE)
        for name, value in seen.items():
            if value is GONE:
                self._said.pop(name, None)
            else:
                self._said[name] = value
            for listener in self._listeners:
                listener(name, None if value is GONE else value)

    def on_change(self, listener: Listener) -> None:
        """Call `listener` with what others say: a name, and a value or None."""
        self._listeners.append(listener)
