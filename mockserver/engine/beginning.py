"""SpaceSettings: what every new space begins with."""

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.engine.clock import FROZEN_EPOCH_S, Clock, Pace, wall_s
from mockserver.engine.retention import JOBS_MAX, Retention
from mockserver.engine.standing import Standing

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

    __slots__ = ("_said", "_standing", "epoch_s", "jobs_max", "keep_s", "pace", "seed",
                 "wall")  # fmt: skip

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
        self._said: Mapping[str, Any] = {"seed": seed, "pace": pace.name}
        self._standing: Standing | None = None

    def share(self, standing: Standing) -> None:
        """Tell other workers, and later ones, what they tell this one.

        What was told to a fleet counts for those who were started with what was said
        to it then: a start with another seed or pace is a word of its own.
        """
        self._standing = standing
        for name, value in standing.said().items():
            self._hear(name, value)
        standing.on_change(self._hear)

    def change_seed(self, seed: int) -> None:
        """Let new spaces draw from another seed."""
        self.seed = seed
        self._tell("seed", seed)

    def change_pace(self, pace: Pace) -> None:
        """Let the time of new spaces pass in another way."""
        self.pace = pace
        self._tell("pace", pace.name)

    def _tell(self, name: str, value: Any) -> None:
        if self._standing is not None:
            self._standing.put(name, {"was": self._said[name], "is": value})

    def _hear(self, name: str, value: Any) -> None:
        if name not in self._said or value is None or value["was"] != self._said[name]:
            return
        if name == "seed":
            self.seed = value["is"]
        else:
            self.pace = Pace.parse(value["is"])

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
