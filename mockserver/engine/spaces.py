"""Spaces: private worlds with a clock, a seed, jobs and quotas of their own."""

import logging
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, Protocol

from mockserver.engine.agenda import Agenda
from mockserver.engine.chance import Chance
from mockserver.engine.clock import FROZEN_EPOCH_S, Clock, Pace, wall_s
from mockserver.engine.crowd import Crowd
from mockserver.engine.jobengine import JobEngine, Listener
from mockserver.engine.jobs import Job, Rewrite
from mockserver.engine.keyring import Keyring
from mockserver.engine.notices import Conduct
from mockserver.engine.quotas import Quotas
from mockserver.engine.store.protocol import Store, Table

__all__ = ["Script", "Space", "SpaceSettings", "Spaces"]


_NOTHING: Mapping[str, Any] = MappingProxyType({})
JOBS_MAX: Final = 1_000_000
ROOM: Final = 100
_log = logging.getLogger(__name__)


class Script(Protocol):
    """What scenarios do to a space; the scenarios room has the real one."""

    def rewrite(self, slug: str) -> Rewrite | None:
        """Return what changes this provider's jobs when submitted, or None."""
        ...

    def next_read_at(
        self, slug: str, operation: str, job: Job, change_at: float | None
    ) -> float | None:
        """Return to what time a read of a job moves a stepping clock, if it does.

        Args:
            slug: The provider.
            operation: What reads it.
            job: The job.
            change_at: When it next looks different by itself.
        """
        ...


class Space:
    """One private world; two of them never see each other.

    Args:
        space_id: Its name, which its draws depend on.
        seed: The server's seed, or its own.
        clock: Its clock.
        store: Where its jobs and tables are.
        conduct: What a provider says about its jobs in a space, by slug.
        script: Its scenarios.
        populate: Called with the space and a slug before that provider is first
            used in it, to furnish it with fixtures.

    Attributes:
        is_open: Whether it is still there, and not begun anew.
        jobs_max: How many jobs are kept; beyond, the oldest finished ones go.
        annexes: What others have to remember about it, by who remembers; it goes
            with the space.
    """

    __slots__ = ("_conduct", "_engines", "_full_at", "_populate", "agenda", "annexes",
                 "clock", "declared", "id", "is_open", "jobs_max", "listeners",
                 "quotas", "script", "seed", "settings", "store")  # fmt: skip

    def __init__(
        self,
        space_id: str,
        *,
        seed: int,
        clock: Clock,
        store: Store,
        conduct: Callable[["Space", str], Conduct],
        script: Script,
        populate: Callable[["Space", str], None],
    ) -> None:
        self.id = space_id
        self.jobs_max = JOBS_MAX
        self._full_at = 0
        self.is_open = True
        self.seed = seed
        self.clock = clock
        self.store = store
        self.agenda = Agenda()
        self.annexes: dict[object, Any] = {}
        self.quotas = Quotas()
        self.script = script
        self.settings: dict[tuple[str, str], Any] = {}
        self.declared: Mapping[str, Any] = _NOTHING
        self._conduct = conduct
        self._populate = populate
        self._engines: dict[str, JobEngine] = {}
        self.listeners: list[Listener] = []

    def furnish(self, slug: str) -> None:
        """Let a provider have here what its world says, unless it has."""
        if slug not in self._engines:
            self._begin(slug)

    def jobs(self, slug: str) -> JobEngine:
        """Return a provider's jobs in this space, which is furnished by then."""
        engine = self._engines.get(slug)
        # Not `or`: an engine without jobs is falsy.
        return self._begin(slug) if engine is None else engine

    def chance(self, slug: str) -> Chance:
        """Return the source of a provider's draws in this space."""
        return Chance(self.seed, self.id, slug)

    def table(self, slug: str, kind: str) -> Table[Any]:
        """Return a provider's things of one kind, such as its webhooks."""
        self.furnish(slug)
        return self.store.table(self.id, slug, kind)

    def slugs(self) -> list[str]:
        """Return the providers that have been used in this space."""
        return list(self._engines)

    def all_jobs(self) -> Iterator[tuple[str, Job]]:
        """Return every job with its provider's slug."""
        for slug, engine in self._engines.items():
            for job in engine.list_jobs():
                yield slug, job

    def make_room(self) -> None:
        """Forget the oldest finished jobs, once there are as many as are kept.

        They go a few at a time, those of the provider that has most. If none of the
        oldest is finished, none goes, and it is looked again some jobs later.
        """
        engines = self._engines.values()
        count = sum(map(len, engines))
        if count < max(self.jobs_max, self._full_at):
            return
        some = min(ROOM, max(1, self.jobs_max // 100))
        gone = max(engines, key=len).shed(some)
        self._full_at = 0 if gone else count + some

    def on_change(self, listener: Listener) -> None:
        """Call `listener` after each change of a job, of any provider."""
        self.listeners.append(listener)

    def is_busy(self) -> bool:
        """Say whether anything here is unfinished: a job, or something planned."""
        now = self.clock.now()
        return len(self.agenda) > 0 or any(
            not job.at(now).step.phase.is_terminal for _, job in self.all_jobs()
        )

    def next_event_at(self) -> float | None:
        """Return when something next happens by itself, or None."""
        now = self.clock.now()
        changes = (job.next_change_at(now) for _, job in self.all_jobs())
        times = [at for at in (*changes, self.agenda.next_at()) if at is not None]
        return min(times, default=None)

    def next(self) -> float:
        """Move the clock to the next event, if there is one; return the time."""
        at = self.next_event_at()
        return self.clock.now() if at is None else self.clock.reach(at)

    def _begin(self, slug: str) -> JobEngine:
        engine = self._engines[slug] = JobEngine(self, slug, self._conduct(self, slug))
        self._populate(self, slug)
        return engine


class SpaceSettings:
    """What every new space begins with.

    Args:
        pace: How its time passes.
        seed: What its draws depend on.
        epoch_s: Where its clock starts; None for the wall's time at a running
            pace and a fixed moment at a frozen one.
        wall: Where real time comes from.
        jobs_max: How many jobs it keeps; beyond, the oldest finished ones go.
    """

    __slots__ = ("epoch_s", "jobs_max", "pace", "seed", "wall")

    def __init__(
        self,
        *,
        pace: Pace,
        seed: int = 1,
        epoch_s: float | None = None,
        wall: Callable[[], float] = wall_s,
        jobs_max: int = JOBS_MAX,
    ) -> None:
        self.jobs_max = jobs_max
        self.pace, self.seed, self.epoch_s, self.wall = pace, seed, epoch_s, wall

    def clock(self, pace: Pace | None = None) -> Clock:
        """Return a new clock at this, or another, pace."""
        pace = pace or self.pace
        start = self.epoch_s
        if start is None and pace.rate == 0:
            start = FROZEN_EPOCH_S
        return Clock(pace, starts_at_s=start, wall=self.wall)


class Spaces:
    """All spaces of a server, and the keys that open them.

    Args:
        settings: What every new one begins with.
        store: Where their jobs and tables are.
        conduct: What the engine has to know of a provider's jobs in a space.
        make_script: Makes the scenarios of one.
        populate: Furnishes one for a provider; see `Space`.
        most: How many are kept. Before there are more, the one that was not used for
            longest is deleted with its keys: of those in which nothing is unfinished,
            if there is one.
    """

    def __init__(
        self,
        settings: SpaceSettings,
        *,
        store: Store,
        conduct: Callable[[Space, str], Conduct],
        make_script: Callable[[], Script],
        populate: Callable[[Space, str], None],
        most: int = 10_000,
    ) -> None:
        self.settings = settings
        self.keyring = Keyring()
        self.store = store
        self._conduct = conduct
        self._make_script = make_script
        self._populate = populate
        self._spaces: dict[str, Space] = {}
        self._listeners: list[Callable[[Space], None]] = []
        self._most = most
        self._crowd = Crowd()
        self.forgotten = 0

    def __len__(self) -> int:
        """Return how many spaces are open."""
        return len(self._spaces)

    def __iter__(self) -> Iterator[Space]:
        """Return the open spaces, in the order in which they were opened."""
        return iter(tuple(self._spaces.values()))

    def find(self, space_id: str) -> Space | None:
        """Return an open space, or None."""
        return self._spaces.get(space_id)

    def open(
        self,
        space_id: str,
        *,
        seed: int | None = None,
        pace: Pace | None = None,
        declared: Mapping[str, Any] = _NOTHING,
    ) -> Space:
        """Return the space of that name, opened now, and so, if it is new."""
        self._crowd.touch(space_id)
        known = self._spaces.get(space_id)
        if known is not None:
            return known
        while len(self._spaces) >= self._most:
            self._forget()
        space = Space(
            space_id,
            seed=self.settings.seed if seed is None else seed,
            clock=self.settings.clock(pace),
            store=self.store,
            conduct=self._conduct,
            script=self._make_script(),
            populate=self._populate,
        )
        space.jobs_max = self.settings.jobs_max
        space.declared = declared
        self._spaces[space_id] = space
        for listener in self._listeners:
            listener(space)
        return space

    def reset(self, space_id: str) -> Space:
        """Begin a space anew: same name, seed, pace and keys, nothing else."""
        old = self._spaces.pop(space_id, None)
        self.store.reset(space_id)
        if old is None:
            return self.open(space_id)
        old.is_open = False
        old.clock.nudge()
        return self.open(
            space_id, seed=old.seed, pace=old.clock.pace, declared=old.declared
        )

    def delete(self, space_id: str) -> bool:
        """Forget a space; say whether it was open.

        Its keys go, too; only fixtures' and configured ones stay, and open it anew.
        """
        self.store.reset(space_id)
        self.keyring.forget(space_id)
        self._crowd.remove(space_id)
        old = self._spaces.pop(space_id, None)
        if old is not None:
            old.is_open = False
            old.clock.nudge()
        return old is not None

    def owner(self, slug: str, kind: str, key: str) -> Space | None:
        """Return the space that a publicly readable thing belongs to, or None."""
        space_id = self.store.owner(slug, kind, key)
        space = None if space_id is None else self._spaces.get(space_id)
        if space is not None:
            self._crowd.touch(space.id)
        return space

    def on_open(self, listener: Callable[[Space], None]) -> None:
        """Call `listener` with each space that is opened from now on."""
        self._listeners.append(listener)

    def _forget(self) -> None:
        """Delete the space that can best be spared."""
        name = self._crowd.next_to_go(self._is_busy)
        self.delete(name)
        self.forgotten += 1
        if self.forgotten == 1:
            _log.warning(
                "more than %d spaces: those that were not used for longest are"
                " forgotten with their jobs and keys; --spaces-max keeps more",
                self._most,
            )

    def _is_busy(self, space_id: str) -> bool:
        space = self._spaces.get(space_id)
        return space is None or space.is_busy()
