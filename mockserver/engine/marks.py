"""Marks: the moves of a clock, each with the real time at which it happened."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from mockserver.engine.store.log import Log
from mockserver.engine.store.shelf import GONE, Place, Row

__all__ = ["MARK", "Marks", "Segment"]

MARK: Final = "mark"  # what the place of a move begins with in the space's log
_MOST: Final = 10_000


class Segment(NamedTuple):
    """From `wall_s` on, virtual time is `virtual_s` plus `rate` for each second.

    Attributes:
        wall_s: Real time of its beginning.
        virtual_s: Virtual time then.
        rate: Virtual seconds for one real second.
        lead_s: Seconds that the clock had gained on real time by then.
    """

    wall_s: float
    virtual_s: float
    rate: float
    lead_s: float = 0.0


class Marks:
    """The moves of one clock in their order; of very many, the latest.

    Args:
        first: How the clock began.

    Attributes:
        segments: The moves.
        starts: When each of them began.
    """

    __slots__ = ("_gone", "_log", "segments", "starts")

    def __init__(self, first: Segment) -> None:
        self.segments = [first]
        self.starts = [first.wall_s]
        self._log: Log | None = None
        self._gone = 0

    def add(self, segment: Segment) -> None:
        """Let the clock move."""
        self.segments.append(segment)
        self.starts.append(segment.wall_s)
        if self._log is not None:
            self._log.note(self._place(len(self.segments) - 1), tuple(segment))
        if len(self.segments) > _MOST:
            self._thin()

    def keep(self, log: Log) -> None:
        """Note all moves in a log."""
        self._log = log
        for index, segment in enumerate(self.segments):
            log.note(self._place(index), tuple(segment))

    def restore(self, rows: Iterable[Row], log: Log) -> None:
        """Be what a store has kept, and note nothing of that."""
        known = [(int(place[1]), Segment(*mark)) for place, mark in rows]
        self._log, self._gone = log, known[0][0]
        self.segments[:] = [segment for _, segment in known]
        self.starts[:] = [segment.wall_s for segment in self.segments]

    def _thin(self) -> None:
        # The oldest moves matter least: dates that old have long expired.
        surplus = _MOST // 2
        if self._log is not None:
            for index in range(surplus):
                self._log.note(self._place(index), GONE)
        self._gone += surplus
        del self.segments[:surplus]
        del self.starts[:surplus]

    def _place(self, index: int) -> Place:
        return MARK, f"{self._gone + index:012}"
