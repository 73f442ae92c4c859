"""Credits: what an account may spend: held while its jobs run, settled by their ends.

Nothing happens at an end: what is left follows from the jobs whenever it is asked for,
so that a cancel, a scenario and a clock that is moved are all alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from types import MappingProxyType
from typing import Final

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.engine.store.protocol import Table

__all__ = ["Purse"]

Costs = Callable[[Job, float], float]
Settled = Callable[[Job, float, float], None]

_HELD, _SPENT = "credits held", "credits spent"
_ALL, _IN_HOLD, _LOOK = "all", "in hold", "look at"
_FEW: Final = 1000
_WHOLE: Final[Mapping[str, float]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Purse:
    """The credits that a space has with one provider.

    Attributes:
        space: The space.
        slug: The provider.
        opening: What it has begun with, and has got since; below 0 it has no end.
        kept: Which part of its price a job costs in the end, by the state that it ends
            in; in any other it costs all of it.
        costs: Returns what a job that is over has cost of its price, where its state
            does not say so; instead of `kept`.
        settled: Is told of each job that is over, with its price and what it has cost.
    """

    space: Space
    slug: str
    opening: float
    kept: Mapping[str, float] = field(default_factory=lambda: _WHOLE)
    costs: Costs | None = None
    settled: Settled | None = None

    @property
    def left(self) -> float:
        """What can be spent now: neither spent, nor held for jobs that go on."""
        if self.opening < 0:
            return inf
        return self.opening - self.held - self.spent

    @property
    def held(self) -> float:
        """What jobs that go on will cost if they come to a good end."""
        self.settle()
        return sum(self._holds.values())

    @property
    def spent(self) -> float:
        """What jobs that are over have cost."""
        self.settle()
        return self._costs.get(_ALL) or 0.0

    def affords(self, price: float) -> bool:
        """Say whether something can be paid; mostly without looking at any job."""
        known = sum(self._costs.get(name) or 0.0 for name in (_ALL, _IN_HOLD))
        is_sure = self.opening < 0 or self.opening - known >= price
        return is_sure or self.left >= price

    def hold(self, job: Job, price: float) -> None:
        """Set the price of a job aside until it is over, if credit has an end."""
        if self.opening < 0:
            return
        before = self._holds.get(job.id) or 0.0
        self._holds.put(job.id, price)
        self._add(_IN_HOLD, price - before)
        # Now and then, so that what is over is not kept until somebody asks.
        if len(self._holds) > (self._costs.get(_LOOK) or _FEW):
            self.settle()
            self._costs.put(_LOOK, 2.0 * len(self._holds) + _FEW)

    def release(self, job: Job, cost: float) -> None:
        """Say what a job costs that is over now, whatever else is known of it.

        It does nothing for a job of which nothing is held.
        """
        price = self._holds.get(job.id)
        if price is not None:
            self._end(job.id, job, price, cost)

    def spend(self, amount: float) -> None:
        """Take what no job is about; a negative amount is given back."""
        self._add(_ALL, amount)

    @property
    def _holds(self) -> Table[float]:
        return self.space.table(self.slug, _HELD)

    @property
    def _costs(self) -> Table[float]:
        return self.space.table(self.slug, _SPENT)

    def settle(self) -> None:
        """Turn what is held for jobs that are over into what they cost."""
        now, jobs, holds = (
            self.space.clock.now(),
            self.space.jobs(self.slug),
            self._holds,
        )
        for job_id, price in holds.after("", len(holds)):
            job = jobs.find(job_id)
            if job is None:
                self._end(job_id, None, price, price)
            elif job.at(now).step.phase.is_terminal:
                self._end(job_id, job, price, self._cost(job, price, now))

    def _cost(self, job: Job, price: float, now: float) -> float:
        if self.costs is not None:
            return self.costs(job, price)
        return price * self.kept.get(job.at(now).step.state, 1.0)

    def _end(self, job_id: str, job: Job | None, price: float, cost: float) -> None:
        self._holds.delete(job_id)
        self._add(_IN_HOLD, -price)
        self.spend(cost)
        if job is not None and self.settled is not None:
            self.settled(job, price, cost)

    def _add(self, name: str, amount: float) -> None:
        self._costs.put(name, (self._costs.get(name) or 0.0) + amount)
