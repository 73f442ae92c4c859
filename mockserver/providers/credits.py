"""Credits: what an account may spend: held while its jobs run, settled by their ends.

Nothing happens at an end: what is left follows from the jobs whenever it is asked for,
so that a cancel, a scenario and a clock that is moved are all alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from types import MappingProxyType
from typing import Final

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.engine.store.protocol import Table

__all__ = ["Purse"]

_HELD, _SPENT = "credits held", "credits spent"
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
    """

    space: Space
    slug: str
    opening: float
    kept: Mapping[str, float] = field(default_factory=lambda: _WHOLE)

    @property
    def left(self) -> float:
        """What can be spent now: neither spent, nor held for jobs that go on."""
        if self.opening < 0:
            return inf
        return self.opening - self.held - self.spent

    @property
    def held(self) -> float:
        """What jobs that go on will cost if they come to a good end."""
        self._settle()
        return sum(self._holds.values())

    @property
    def spent(self) -> float:
        """What jobs that are over have cost."""
        self._settle()
        return self._costs.get("all") or 0.0

    def hold(self, job: Job, price: float) -> None:
        """Set the price of a job aside until it is over, if credit has an end."""
        if self.opening >= 0:
            self._holds.put(job.id, price)

    def spend(self, amount: float) -> None:
        """Take what no job is about; a negative amount is given back."""
        self._costs.put("all", (self._costs.get("all") or 0.0) + amount)

    @property
    def _holds(self) -> Table[float]:
        return self.space.table(self.slug, _HELD)

    @property
    def _costs(self) -> Table[float]:
        return self.space.table(self.slug, _SPENT)

    def _settle(self) -> None:
        """Turn what is held for jobs that are over into what they cost."""
        now, jobs, holds = (
            self.space.clock.now(),
            self.space.jobs(self.slug),
            self._holds,
        )
        for job_id, price in holds.after("", len(holds)):
            job = jobs.find(job_id)
            step = None if job is None else job.at(now).step
            if step is None or step.phase.is_terminal:
                part = 1.0 if step is None else self.kept.get(step.state, 1.0)
                holds.delete(job_id)
                self.spend(price * part)
