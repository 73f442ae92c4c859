"""SpaceSettings: what every new space begins with."""

from collections.abc import Callable

from mockserver.engine.clock import FROZEN_EPOCH_S, Clock, Pace, wall_s
from mockserver.engine.retention import JOBS_MAX, Retention

__all__ = ["SpaceSettings"]


class SpaceSettings:
    """What every new space begins with.

    Args:
        pace: How its time passes.
        seed: What its draws depend on.
        epoch_s: Where its clock starts; None for the wall's time at a running
            pace and a fixed moment at a frozen one.
        wall: Where real time comes from.
        jobs_max: How many jobs it keeps; beyond, the oldest finished ones go.
        keep_s: For how long after its end it keeps one, in virtual seconds; None for
            as long as there is room.
    """

    __slots__ = ("epoch_s", "jobs_max", "keep_s", "pace", "seed", "wall")

    def __init__(
        self,
        *,
        pace: Pace,
        seed: int = 1,
        epoch_s: float | None = None,
        wall: Callable[[], float] = wall_s,
        jobs_max: int = JOBS_MAX,
        keep_s: float | None = None,
    ) -> None:
        self.jobs_max, self.keep_s = jobs_max, keep_s
        self.pace, self.seed, self.epoch_s, self.wall = pace, seed, epoch_s, wall

    def retention(self) -> Retention:
        """Return what bounds the jobs of one space."""
        return Retention(self.jobs_max, self.keep_s)

    def clock(self, pace: Pace | None = None) -> Clock:
        """Return a new clock at this, or another, pace."""
        pace = pace or self.pace
        start = self.epoch_s
        if start is None and pace.rate == 0:
            start = FROZEN_EPOCH_S
        return Clock(pace, starts_at_s=start, wall=self.wall)
