"""Agenda: what falls due in a space at which virtual time, and which job it is about.

Deliveries fall due, and whatever else a provider's `events` name: the notices of its
jobs and the consequences of its deliveries.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush
from math import inf
from typing import Any, Final, NamedTuple

from mockserver.engine.store.log import Log
from mockserver.engine.store.shelf import GONE, Row
from mockserver.engine.timeline import TOLERANCE_S

__all__ = ["DUE", "About", "Agenda", "Due"]

DUE: Final = "due"

_GONE_MAX = 64


class About(NamedTuple):
    """Which job a notice is about.

    Attributes:
        job: Its identifier.
        ordinal: Its number; another job may have its name by now.
        at: Virtual time of what is told; a notice may come earlier.
        last: The job as it was when it was forgotten, as JSON; else None.
        tells: What the deliveries tell that come of it, if that is known.
    """

    job: str
    ordinal: int
    at: float
    last: Mapping[str, Any] | None = None
    tells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One thing that has to happen.

    Attributes:
        at: Virtual time in seconds since 1970.
        number: Order of equal times: first planned, first done.
        kind: Which part of the server it is for, such as `delivery`, or which of
            the provider's events it is.
        slug: The provider that it is about.
        data: What that part needs to know; JSON-able.
        about: The job whose notice it is; None for everything else.
    """

    at: float
    number: int
    kind: str = field(compare=False)
    slug: str = field(compare=False)
    data: dict[str, Any] = field(compare=False)
    about: About | None = field(compare=False, default=None)

    @property
    def tells_of(self) -> float:
        """Virtual time of what it tells, which may be still to come."""
        return self.at if self.about is None else self.about.at


class Agenda:
    """A space's dues in the order in which they fall due.

    What has been taken to be done stays in the log until it is: if the process ends
    on the way, it falls due again.

    Args:
        log: Where its changes are noted, if anywhere.
    """

    __slots__ = ("_dues", "_listeners", "_log", "_numbers", "_of_jobs", "_order")

    def __init__(self, log: Log | None = None) -> None:
        self._log = log
        self._dues: dict[int, Due] = {}
        # By time and number; what is no more among the dues is passed over.
        self._order: list[tuple[float, int]] = []
        self._of_jobs: dict[tuple[str, str], set[int]] = {}
        self._numbers = 0
        self._listeners: list[Callable[[], None]] = []

    def __len__(self) -> int:
        """Return how many things are still to happen."""
        return len(self._dues)

    def add(
        self,
        at: float,
        kind: str,
        slug: str,
        data: dict[str, Any],
        about: About | None = None,
    ) -> Due:
        """Plan something; what is planned for the past is due at once."""
        number = self._numbers
        self._numbers += 1
        due = Due(at, number, kind, slug, data, about)
        self._note(due)
        self.put_back(due)
        return due

    def begin(self, at: float, kind: str, slug: str, data: dict[str, Any]) -> Due:
        """Return something that is done at once, without falling due."""
        due = Due(at, self._numbers, kind, slug, data)
        self._numbers += 1
        self._note(due)
        return due

    def amend(self, due: Due) -> None:
        """Keep something that has been taken as it is now, until it is done."""
        self._note(due)

    def done(self, due: Due) -> None:
        """Forget something that has been taken: it has happened."""
        if self._log is not None:
            self._log.note((DUE, _name(due.number)), GONE)

    def restore(self, rows: Iterable[Row]) -> None:
        """Plan what a store has kept, and note nothing."""
        for _, due in rows:
            self._numbers = max(self._numbers, due.number + 1)
            self.put_back(due)

    def put_back(self, due: Due) -> None:
        """Plan something again that was taken, as it was."""
        self._dues[due.number] = due
        if due.about is not None and due.about.last is None:
            key = (due.slug, due.about.job)
            self._of_jobs.setdefault(key, set()).add(due.number)
        heappush(self._order, (due.at, due.number))
        for listener in self._listeners:
            listener()

    def next_at(self) -> float | None:
        """Return when the next thing falls due, or None."""
        self._pass_over()
        return self._order[0][0] if self._order else None

    def pop(self, now_s: float) -> Due | None:
        """Take the earliest thing that is due by `now_s`, or None."""
        self._pass_over()
        if not self._order or self._order[0][0] > now_s + TOLERANCE_S:
            return None
        return self._take(heappop(self._order)[1])

    def drop(self, unwanted: Callable[[Due], bool]) -> int:
        """Forget what is no longer wanted; return how many that were."""
        gone = [number for number, due in self._dues.items() if unwanted(due)]
        for number in gone:
            self.done(self._take(number))
        self._tidy()
        return len(gone)

    def of_job(self, slug: str, job_id: str) -> list[Due]:
        """Return the notices of a job that are still to happen, in order."""
        numbers = self._of_jobs.get((slug, job_id), ())
        return sorted(self._dues[number] for number in numbers)

    def hurry(self, dues: Iterable[Due], now_s: float) -> None:
        """Let notices fall due now, though they tell of what is to come."""
        for due in dues:
            self._take(due.number)
            hurried = replace(due, at=now_s)
            self._note(hurried)
            self.put_back(hurried)

    def withdraw(self, slug: str, job_id: str, since_s: float = -inf) -> list[Due]:
        """Forget a job's notices of what is from a time on; return them, in order."""
        found = self.of_job(slug, job_id)
        gone = [due for due in found if due.about and due.about.at >= since_s]
        for due in gone:
            self.done(self._take(due.number))
        self._tidy()
        return gone

    def part(self, slug: str, job_id: str, last: Mapping[str, Any]) -> None:
        """Let the notices of a job that is forgotten keep it as it was.

        They are the last ones of that job: whoever has its name next has no part
        in them.
        """
        for due in self.of_job(slug, job_id):
            if due.about is not None:
                parted = replace(due, about=due.about._replace(last=last))
                self._dues[due.number] = parted
                self._note(parted)
        self._of_jobs.pop((slug, job_id), None)

    def list_dues(self) -> list[Due]:
        """Return everything that is planned, in order."""
        return sorted(self._dues.values())

    def on_add(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever something is planned."""
        self._listeners.append(listener)

    def _note(self, due: Due) -> None:
        if self._log is not None:
            self._log.note((DUE, _name(due.number)), due)

    def _take(self, number: int) -> Due:
        due = self._dues.pop(number)
        if due.about is not None:
            key = (due.slug, due.about.job)
            numbers = self._of_jobs.get(key, set())
            numbers.discard(number)
            if not numbers:
                self._of_jobs.pop(key, None)
        return due

    def _pass_over(self) -> None:
        while self._order and self._order[0][1] not in self._dues:
            heappop(self._order)

    def _tidy(self) -> None:
        """Forget the places of what is gone, once they are the most."""
        if len(self._order) > 2 * len(self._dues) + _GONE_MAX:
            self._order = [(due.at, number) for number, due in self._dues.items()]
            heapify(self._order)


def _name(number: int) -> str:
    return f"{number:012}"
