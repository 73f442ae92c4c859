"""Space: one private world with a clock, a seed, jobs and quotas of its own."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Protocol

from mockserver.engine.agenda import Agenda
from mockserver.engine.chance import Chance
from mockserver.engine.clock import Clock
from mockserver.engine.jobengine import JobEngine, Listener
from mockserver.engine.jobs import Job, Rewrite
from mockserver.engine.notices import Conduct
from mockserver.engine.quotas import Quotas
from mockserver.engine.retention import Retention
from mockserver.engine.store.protocol import Store, Table
from mockserver.engine.store.shelf import State

__all__ = ["FURNISHED", "NOTHING", "SETTING", "Script", "Space"]

FURNISHED, SETTING = "furnished", "setting"  # places in a space's log
NOTHING: Mapping[str, Any] = MappingProxyType({})


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

    def state(self) -> State:
        """Return everything that it has learned, for a log; see `restore`."""
        ...

    def restore(self, state: State) -> None:
        """Be as it was when `state` told that, once it has begun."""
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
        log: Where its changes are noted, if it is kept in a store.
        is_restored: It was there before this process.
        declared: What it has of its own, by provider; `said` is that as data.
        is_open: Whether it is still there, and not begun anew.
        opened_s: Real time when it came into memory, in seconds since 1970.
        retention: How many jobs are kept, and finished ones for how long.
        annexes: What others have to remember about it, by who remembers; it goes
            with the space.
    """

    __slots__ = ("_chances", "_conduct", "_engines", "_populate", "agenda", "annexes",
                 "clock", "declared", "id", "is_open", "is_restored", "listeners",
                 "log", "opened_s", "quotas", "retention", "said", "script", "seed",
                 "settings", "store")  # fmt: skip

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
        self.log = log = store.log(space_id)
        self.is_restored = False
        self.retention = Retention()
        self.is_open = True
        self.opened_s = 0.0
        self.seed = seed
        self.clock = clock
        self.store = store
        self.agenda = Agenda(log)
        self.annexes: dict[object, Any] = {}
        self.quotas = Quotas(log)
        self.script = script
        self.settings: dict[tuple[str, str], Any] = {}
        self.declared: Mapping[str, Any] = NOTHING
        self.said: Any = None
        self._chances: dict[str, Chance] = {}
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
        known = self._chances.get(slug)
        if known is None:
            known = self._chances[slug] = Chance(self.seed, self.id, slug)
        return known

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
        """Forget jobs, so that there is room for one more; see `Retention`."""
        engines = self._engines.values()
        self.retention.purge(engines, self.clock.now())
        self.retention.make_room(engines)

    def purge(self) -> bool:
        """Forget jobs that have been finished for too long; say if there are more."""
        return self.retention.purge(self._engines.values(), self.clock.now())

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

    async def settle(self) -> None:
        """Return once everything that has happened here is safe in the store.

        Raises:
            StoreError: It cannot be written.
        """
        if self.log is not None:
            await self.log.settle()

    def touch(self) -> None:
        """Say that its rules or switches may have changed."""
        if self.log is not None:
            self.log.touch()

    def take_up(self, slug: str) -> JobEngine:
        """Let a provider have here what the store has kept of it, and nothing anew."""
        engine = self._engines[slug] = JobEngine(self, slug, self._conduct(self, slug))
        return engine

    def switches(self) -> State:
        """Return the providers' switches as a part of its log."""
        return {(SETTING, *name): value for name, value in self.settings.items()}

    def _begin(self, slug: str) -> JobEngine:
        engine = self.take_up(slug)
        if self.log is not None:
            self.log.note((FURNISHED, slug), {})
        self._populate(self, slug)
        return engine
