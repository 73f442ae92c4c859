"""One virtual clock for each space; the only file that reads the wall clock."""

import asyncio
import re
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from math import inf

from msgspec import Struct

from mockserver.engine.marks import MARK, Marks, Segment
from mockserver.engine.store.log import Log
from mockserver.engine.store.shelf import Row
from mockserver.errors import ClockError, ConfigError

__all__ = [
    "END_S",
    "FROZEN_EPOCH_S",
    "PACE",
    "Clock",
    "Pace",
    "http_date",
    "http_date_s",
    "iso",
    "monotonic_s",
    "pause",
    "utc",
    "wall_s",
]

PACE = "pace"  # its place in the space's log
FROZEN_EPOCH_S = 1_893_456_000.0  # 2030-01-01T00:00:00Z
END_S = 221_845_392_000.0
"""9000-01-01T00:00:00Z, where every clock stops: dates have four digits for the year,
and what is planned a thousand years ahead still has one."""
DEMO_JOB_S = 6.0

_FIRST_S, _LAST_S = -62_135_596_800.0, 253_402_300_799.0  # years 1 and 9999
_SCALED = re.compile(r"^x(\d+(?:\.\d+)?)$")


def wall_s() -> float:
    """Return the machine's time in seconds since 1970."""
    return time.time()


def monotonic_s() -> float:
    """Return a time in seconds that only serves to measure how long something took."""
    return time.perf_counter()


async def pause(seconds: float) -> None:
    """Let real time pass: for faults, and where something real is looked at again."""
    await asyncio.sleep(seconds)


def iso(at_s: float, *, sep: str = "T", zone: str = "Z") -> str:
    """Write a time as `2030-01-01T00:00:00Z`, in UTC, cut to whole seconds.

    Times before the year 1 or after 9999 are written as the nearest that has a date.
    """
    moment = datetime.fromtimestamp(_dated(at_s) // 1, tz=UTC).replace(tzinfo=None)
    return moment.isoformat(sep=sep) + zone


def http_date(at_s: float) -> str:
    """Write a time as `Tue, 01 Jan 2030 00:00:00 GMT`."""
    return _http_date(at_s // 1)


@lru_cache(maxsize=64)
def _http_date(second: float) -> str:
    # Each answer has a date, and most have that of the answer before.
    return format_datetime(utc(second).replace(tzinfo=UTC), usegmt=True)


def http_date_s(date: str) -> float | None:
    """Read a date as clients write it in headers; None if it is none."""
    try:
        moment = parsedate_to_datetime(date)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def utc(at_s: float) -> datetime:
    """Return the nearest moment that has a date, in UTC without saying so."""
    return datetime.fromtimestamp(_dated(at_s), tz=UTC).replace(tzinfo=None)


def _dated(at_s: float) -> float:
    return max(_FIRST_S, min(at_s, _LAST_S))


class Pace(Struct, frozen=True):
    """How a space's time passes.

    Attributes:
        name: `demo`, `real`, `x60` (any number), `step` or `manual`.
        rate: Virtual seconds for one real second; 0 when time stands still.
        is_stepping: A status read moves the clock to the job's next change.
        job_s: Length in seconds that the provider's own timelines are scaled to.
    """

    name: str
    rate: float
    is_stepping: bool = False
    job_s: float | None = None

    @staticmethod
    def parse(name: str) -> "Pace":
        """Return the pace of that name.

        Raises:
            ConfigError: There is no such pace.
        """
        fixed = {
            "demo": Pace("demo", 1.0, job_s=DEMO_JOB_S),
            "real": Pace("real", 1.0),
            "step": Pace("step", 0.0, is_stepping=True),
            "manual": Pace("manual", 0.0),
        }
        if name in fixed:
            return fixed[name]
        scaled = _SCALED.match(name)
        if scaled and 0 < float(scaled[1]) <= 1e6:
            return Pace(name, float(scaled[1]))
        raise ConfigError(
            f"pace: found {name!r}, expected demo, real, step, manual or"
            " a factor up to 1000000 such as x60"
        )


class Clock:
    """A virtual clock that only moves forward and remembers how it moved.

    It ends at `END_S`: no verb moves it past that, and there it stands still.

    Args:
        pace: How time passes from the start.
        starts_at_s: Virtual time at the start, in seconds since 1970; the wall's
            own time if None.
        wall: Where real time comes from; a test hands in its own.

    Attributes:
        pace: How time passes when nobody has changed that.
        is_shared: Clients live by this clock, too: their dates are its own.
    """

    __slots__ = ("_history", "_listeners", "_log", "_marks", "_starts", "_wall",
                 "is_shared", "pace")  # fmt: skip

    def __init__(
        self,
        pace: Pace,
        *,
        starts_at_s: float | None = None,
        wall: Callable[[], float] = wall_s,
    ) -> None:
        self.pace = pace
        self._wall = wall
        at = wall()
        virtual = at if starts_at_s is None else starts_at_s
        self._marks = Marks(Segment(at, min(virtual, END_S), pace.rate))
        self._history, self._starts = self._marks.segments, self._marks.starts
        self.is_shared = False
        self._log: Log | None = None
        self._listeners: dict[object, Callable[[], None]] = {}

    @property
    def rate(self) -> float:
        """Virtual seconds that pass in one real second, now."""
        return self._history[-1].rate

    @property
    def is_frozen(self) -> bool:
        """Whether time stands still until somebody moves it."""
        return self._history[-1].rate == 0

    @property
    def started_at_s(self) -> float:
        """The virtual time at which this clock began."""
        return self._history[0].virtual_s

    @property
    def lead_s(self) -> float:
        """Seconds that it has gained on real time by jumps and by running faster.

        Never falls: a clock that stands still or is slow loses nothing.
        """
        last = self._history[-1]
        passed_s = max(0.0, self._wall() - last.wall_s)
        return last.lead_s + passed_s * max(0.0, last.rate - 1.0)

    def now(self) -> float:
        """Return the virtual time in seconds since 1970."""
        last = self._history[-1]
        if last.rate == 0:
            return last.virtual_s
        gone_s = self._wall() - last.wall_s
        if gone_s <= 0:
            return last.virtual_s
        # Each call asks several times: `min` and `max` would cost more than the rest.
        at_s = last.virtual_s + gone_s * last.rate
        return at_s if at_s < END_S else END_S  # noqa: FURB136 - see above

    def wall(self) -> float:
        """Return the real time in seconds since 1970."""
        return self._wall()

    def advance(self, seconds: float) -> float:
        """Jump forward and return the new time.

        Raises:
            ClockError: `seconds` is negative, not a number, or leads past the end.
        """
        return self._mark(self.ahead(seconds), self.rate)

    def ahead(self, seconds: float) -> float:
        """Return the time that is so far ahead.

        Raises:
            ClockError: As for `advance`.
        """
        if not 0 <= seconds < inf:
            raise ClockError(f"advance: found {seconds}, expected 0 or more seconds")
        at_s = self.now() + seconds
        self.check(at_s, verb="advance")
        return at_s

    def set(self, at_s: float) -> float:
        """Jump to a time and return it.

        Raises:
            ClockError: That time has passed, or is past the end.
        """
        now = self.now()
        if not at_s >= now:
            raise ClockError(
                f"set: found {at_s} ({iso(at_s)}), expected no earlier than"
                f" {now} ({iso(now)}): clocks only move forward"
            )
        return self.reach(at_s, verb="set")

    def reach(self, at_s: float, *, verb: str = "next") -> float:
        """Jump to a time unless it has passed; return the time.

        Raises:
            ClockError: That time is past the end; the message begins with the verb.
        """
        self.check(at_s, verb=verb)
        return self._mark(max(at_s, self.now()), self.rate)

    def check(self, at_s: float, *, verb: str = "next") -> None:
        """Refuse a time that never comes.

        Raises:
            ClockError: It is past the end; the message begins with the verb.
        """
        if at_s > END_S:
            raise ClockError(f"{verb}: found {at_s}{_TOO_FAR}")

    def freeze(self) -> float:
        """Stop time and return where it stands."""
        return self._mark(self.now(), 0.0)

    def resume(self) -> float:
        """Let time run again at the pace's own rate; a frozen pace runs at 1."""
        return self._mark(self.now(), self.pace.rate or 1.0)

    def scale(self, rate: float) -> float:
        """Let time run `rate` times as fast as real time; return the time.

        Raises:
            ClockError: `rate` is negative or above a million.
        """
        if not 0 <= rate <= 1e6:
            raise ClockError(f"scale: found {rate}, expected 0 to 1000000")
        return self._mark(self.now(), rate)

    def change_pace(self, pace: Pace) -> float:
        """Follow another pace from now on; return the time."""
        self.pace = pace
        if self._log is not None:
            self._log.note((PACE,), pace)
        return self._mark(self.now(), pace.rate)

    def at_wall(self, wall_s: float, *, resolution_s: float = 0.0) -> float:
        """Map a date that a client took from its own clock into this clock's time.

        A client's date is when it was made: what it signed before a jump is old
        after it, what it signs after the jump is fresh. Dates before the clock
        began, and dates in the future, keep their distance.

        Args:
            wall_s: The client's date in seconds since 1970.
            resolution_s: Width of one unit of the client's dates (1 for whole
                seconds): the youngest moment within it counts.
        """
        if self.is_shared:
            return max(wall_s, min(wall_s + resolution_s, self.now()))
        wall_now = self._wall()
        if wall_s > wall_now:
            return min(END_S, self.now() + (wall_s - wall_now))
        latest = min(wall_s + resolution_s, wall_now)
        index = bisect_right(self._starts, latest) - 1
        if index < 0:
            first = self._history[0]
            return first.virtual_s - (first.wall_s - latest)
        segment = self._history[index]
        mapped_s = segment.virtual_s + (latest - segment.wall_s) * segment.rate
        return min(END_S, mapped_s)

    def wall_at(self, virtual_s: float) -> float:
        """Return when, in real time, this clock came to a virtual time, or will.

        Of a time that a jump left out, that is the time of the jump; the future is
        as far ahead as on this clock. It never changes for times that have passed.
        """
        ahead_s = virtual_s - self.now()
        if ahead_s > 0:
            return self._wall() + ahead_s
        marks = [segment.virtual_s for segment in self._history]
        index = bisect_left(marks, virtual_s)
        if index == 0:
            first = self._history[0]
            return first.wall_s + (virtual_s - first.virtual_s)
        before = self._history[index - 1]
        run_s = (virtual_s - before.virtual_s) / before.rate if before.rate else inf
        later = [segment.wall_s for segment in self._history[index : index + 1]]
        return min(before.wall_s + run_s, *later, self._wall())

    def real_delay_s(self, until_s: float) -> float | None:
        """Return the real seconds until a virtual time; None while frozen, or never."""
        ahead = until_s - self.now()
        if ahead <= 0:
            return 0.0
        rate = self.rate
        return None if rate == 0 or until_s > END_S else ahead / rate

    def on_move(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each jump and each change of rate.

        Returns:
            What ends that.
        """
        key = object()
        self._listeners[key] = listener

        def remove() -> None:
            self._listeners.pop(key, None)

        return remove

    def keep(self, log: Log) -> None:
        """Note everything in a log, from its beginning on."""
        self._log = log
        log.note((PACE,), self.pace)
        self._marks.keep(log)

    def restore(self, rows: Sequence[Row], log: Log) -> None:
        """Be where a clock has come to by now whose moves a store has kept."""
        self._log = log
        for place, value in rows:
            if place[0] == PACE:
                self.pace = value
        self._marks.restore([row for row in rows if row[0][0] == MARK], log)

    def nudge(self) -> None:
        """Wake whoever waits on this clock: something else than time has changed."""
        for listener in tuple(self._listeners.values()):
            listener()

    def _mark(self, virtual_s: float, rate: float) -> float:
        at = max(self._wall(), self._starts[-1])
        last = self._history[-1]
        if last.rate == 0 and rate == 0 and last.virtual_s == virtual_s:
            return virtual_s
        lead_s = self.lead_s + max(0.0, virtual_s - self.now())
        self._marks.add(Segment(at, virtual_s, rate, lead_s))
        self.nudge()
        return virtual_s


_TOO_FAR = f", which leads past {iso(END_S)}, expected a time before the end of clocks"
