"""Floods: of lines that come too often only some are written, the others counted."""

import logging
from collections.abc import Callable, Iterator
from typing import Final, TextIO

from msgspec import Struct

__all__ = ["LINES_MAX", "WINDOW_S", "Lines"]

LINES_MAX: Final = 20
WINDOW_S: Final = 10.0
_KINDS_MAX: Final = 1000


class _Kind(Struct):
    """Lines that are alike: since when they are counted, and how many there were."""

    since_s: float
    count: int = 0


class Lines(logging.StreamHandler[TextIO]):
    """Writes lines; of one kind at most `LINES_MAX` warnings in `WINDOW_S` seconds.

    How many were left out is told with the next line of any kind, or at the end.
    Lines that are no warnings were asked for, and are all written.

    Attributes:
        hide: Hides what is secret in a whole line, whoever wrote it.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.hide: Callable[[str], str] = str
        self._kinds: dict[tuple[str, int, str], _Kind] = {}

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without secrets."""
        return self.hide(super().format(record))

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, unless there were too many like it."""
        for summary in self._over(record.created):
            super().emit(summary)
        if record.levelno < logging.WARNING or self._is_one_of_few(record):
            super().emit(record)

    def close(self) -> None:
        """Tell what has not been told yet."""
        for summary in self._over(None):
            super().emit(summary)
        super().close()

    def _is_one_of_few(self, record: logging.LogRecord) -> bool:
        # What varies is in the arguments, or below the first line.
        template = str(record.msg).partition("\n")[0]
        key = record.name, record.levelno, template
        if len(self._kinds) >= _KINDS_MAX:
            self._kinds.clear()
        kind = self._kinds.setdefault(key, _Kind(record.created))
        kind.count += 1
        return kind.count <= LINES_MAX

    def _over(self, now_s: float | None) -> Iterator[logging.LogRecord]:
        """Forget the kinds whose time is over; say what was left out of each."""
        while self._kinds:
            key, kind = next(iter(self._kinds.items()))  # the oldest
            if now_s is not None and now_s - kind.since_s < WINDOW_S:
                return
            del self._kinds[key]
            if kind.count > LINES_MAX:
                yield _summary(*key, left_out=kind.count - LINES_MAX)


def _summary(
    name: str, level: int, template: str, *, left_out: int
) -> logging.LogRecord:
    said = "left out %d more lines of this kind: %s"
    return logging.LogRecord(name, level, "", 0, said, (left_out, template), None)
