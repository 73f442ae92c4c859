"""JobEngine: the jobs of one provider in one space, and the owner of their changes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final, NamedTuple, Protocol, cast

from msgspec import structs

from mockserver.engine.agenda import Agenda, Due
from mockserver.engine.chance import Chance
from mockserver.engine.clock import END_S, Clock
from mockserver.engine.documents import job_of
from mockserver.engine.jobs import Job, Request, Rewrite, lead
from mockserver.engine.notices import Conduct, Planner
from mockserver.engine.packing import pack_kept
from mockserver.engine.queueing import Queues, ends_at
from mockserver.engine.store.protocol import Store, Table
from mockserver.engine.timeline import Moment, Step, Timeline
from mockserver.errors import ConflictError, NotFoundError

__all__ = ["Change", "JobEngine", "Place"]


Goal = Callable[[Job, float | None], float | None]


def _its_change(job: Job, change_at: float | None) -> float | None:
    del job
    return change_at


LOOKED_AT: Final = 2000


class Change(NamedTuple):
    """What has become of a job.

    Attributes:
        slug: Its provider.
        before: The job as it was; None for a new one.
        after: The job as it is; None once it is forgotten.
    """

    slug: str
    before: Job | None
    after: Job | None


Listener = Callable[[Change], None]


class Place(Protocol):
    """What an engine needs of the space that it is in."""

    id: str
    clock: Clock
    store: Store
    agenda: Agenda
    listeners: list[Listener]

    def chance(self, slug: str) -> Chance:
        """Return the source of a provider's draws."""
        ...


class JobEngine:
    """The jobs of one provider in one space.

    Every change of a job goes through here: what the provider wants to be told is
    planned anew, who waits for the job is woken, and listeners hear of it.

    Args:
        place: The space.
        slug: The provider's slug.
        conduct: What the provider says about its jobs.

    Attributes:
        queues: Where jobs wait for a slot, if they have to.
    """

    __slots__ = ("_attached", "_chance", "_clock", "_conduct", "_jobs",
                 "_listeners", "_planner", "_polled", "_slug", "_space", "_store",
                 "queues")  # fmt: skip

    def __init__(self, place: Place, slug: str, conduct: Conduct) -> None:
        self._space, self._slug, self._listeners = place.id, slug, place.listeners
        self._clock, self._store = place.clock, place.store
        self._chance = place.chance(slug)
        self._jobs = cast("Table[Job]", place.store.table(place.id, slug, "job"))
        self._polled = cast("Table[int]", place.store.table(place.id, slug, "polled"))
        self._attached: list[Table[Any]] = [
            cast("Table[Any]", place.store.table(place.id, slug, kind))
            for kind in ("polled", *conduct.attached)
        ]
        self._conduct = conduct
        self._planner = Planner(place.agenda, slug, conduct.notices)
        self.queues = Queues(self._jobs)

    def __len__(self) -> int:
        """Return how many jobs there are."""
        return len(self._jobs)

    def chance(self, ordinal: int) -> Chance:
        """Return the chance of the job with that ordinal."""
        return self._chance.fork(ordinal)

    def submit(self, request: Request, rewrite: Rewrite | None = None) -> Job:
        """Accept a job; a job of the same identifier is replaced, and nobody told.

        Returns:
            The job, in the first step of its timeline.
        """
        ordinal = self._jobs.number()
        chance = self.chance(ordinal)
        job_s = self._clock.pace.job_s
        if job_s is not None:
            # Before scenarios have their say: what they tell is meant as it is told.
            request = request.lasting(job_s)
        if rewrite is not None:
            request = rewrite(request, ordinal, chance)
        job = self._make(request, ordinal, chance)
        for _ in range(0 if request.job_id else request.copies):
            another = self._jobs.number()
            self._make(request, another, self.chance(another))
        return job

    def _make(self, request: Request, ordinal: int, chance: Chance) -> Job:
        """Store a new job, and plan what is to be told about it."""
        now = self._clock.now()
        job = Job(
            request.job_id or self._conduct.new_id(chance, now),
            self._space,
            ordinal,
            request.operation,
            now,
            request.timeline,
            request.timeline.ends(chance),
            pack_kept(request.data),
            request.media,
            request.base,
            self._clock.wall(),
        )
        if request.queued is not None:
            mine = structs.replace(request.queued, ends=job.ends)
            job = self.queues.admit(replace(job, queued=mine))
        before = self._accept(job)
        self._planner.plan(job, job.created_at)
        return job if before is None else self._move_up(before, job)

    def put(self, job: Job) -> Job:
        """Store a job as it is: another life of one that is there, or a fixture's.

        What there was to tell about a fixture's was told before the space began.
        """
        if not self._is_there(job):
            self._accept(job)
            return job
        return self._change(self.latest(job), job, self._clock.now())

    def find(self, job_id: str) -> Job | None:
        """Return a job, or None."""
        return self._jobs.get(job_id)

    def get(self, job_id: str) -> Job:
        """Return a job.

        Raises:
            NotFoundError: This space has no such job.
        """
        job = self._jobs.get(job_id)
        if job is None:
            raise NotFoundError("job", id=job_id)
        return job

    def latest(self, job: Job) -> Job:
        """Return a job as it is now; as it was if it is there no more."""
        known = self._jobs.get(job.id)
        return known if known is not None and known.ordinal == job.ordinal else job

    def list_jobs(self, *, newest_first: bool = False) -> Iterator[Job]:
        """Return all jobs, in the order of their submission."""
        return self._jobs.values(newest_first=newest_first)

    def after(self, job_id: str, limit: int) -> list[Job]:
        """Return up to `limit` jobs with greater identifiers, in their order."""
        return [job for _, job in self._jobs.after(job_id, limit)]

    def moment(self, job: Job) -> Moment:
        """Return where a job is now."""
        return job.at(self._clock.now())

    def poll(self, jobs: Sequence[Job], goal: Goal = _its_change) -> Job | None:
        """Let a status read of jobs happen.

        At a stepping pace the first read of a job shows where it stands, and
        each later one first moves the clock to the job's next change: nothing
        is skipped, and nothing has to be waited for. Of several, the one that
        changes next counts.

        Args:
            jobs: The jobs.
            goal: Returns to what time the clock moves, given a job and the time of
                its change; None if it stays.

        Returns:
            The job that counts; None if the pace is another one.
        """
        if not (self._clock.pace.is_stepping and self._clock.is_frozen):
            return None
        now = self._clock.now()
        first = lead(jobs, now)
        was_read = first is not None and self._polled.get(first.id)
        for job in jobs:
            self._polled.put(job.id, (self._polled.get(job.id) or 0) + 1)
        if first is not None and was_read:
            change = goal(first, first.next_change_at(now))
            if change is not None and change <= END_S:
                self._clock.set(change)
        return first

    def finish(self, job: Job) -> Moment:
        """Move the clock to the end of a job.

        Raises:
            ConflictError: The job never ends.
            ClockError: It ends after all clocks do.
        """
        job = self.latest(job)
        if not job.timeline.steps[-1].phase.is_terminal:
            raise ConflictError("endless", id=job.id)
        self._clock.reach(job.ends_at, verb="finish")
        return self.moment(job)

    def force(self, job: Job, step: Step, *, at_s: float | None = None) -> Job:
        """Put a job into a step for good, from now on; return the changed job.

        A job that is forgotten stays so.

        Args:
            job: The job.
            step: Where it stays; how far it had come before remains readable.
            at_s: Virtual time at which that happened, if not now.
        """
        at_s = self._clock.now() if at_s is None else at_s
        job = self.latest(job)
        return self._change(job, _cut(job, step, at_s), at_s)

    def revise(self, job: Job, /, **data: object) -> Job:
        """Replace some of what the provider keeps about a job; its life goes on."""
        job = self.latest(job)
        changed = replace(job, packed=pack_kept({**job.data, **data}))
        if self._is_there(job):
            self._jobs.put(job.id, changed)
            self._tell(job, changed)
        return changed

    def delete(self, job: Job, *, quietly: bool = False) -> None:
        """Forget a job; one that has not come to its end comes to it now.

        Args:
            job: The job.
            quietly: Nothing is told about it any more, not even its end: for
                operations of which the contract says so, and jobs that vanish.
        """
        if not self._is_there(job):
            return
        now, job = self._clock.now(), self.latest(job)
        last = job
        if quietly:
            self._planner.drop(job)
        elif not job.at(now).step.phase.is_terminal:
            job = _cut(job, self._conduct.ending, now)
            self._planner.plan(job, now, last)
        self._planner.part(job)
        self._remove(job)
        self._store.retract(self._slug, "job", job.id, self._space)
        self._move_up(last, job)
        self._clock.nudge()
        self._tell(job, None)

    def shed(self, most: int) -> int:
        """Forget the oldest jobs that are finished; return how many went.

        Args:
            most: How many at most. They are looked for among the oldest only: what
                never ends must not make each new job dearer.
        """
        now = self._clock.now()
        oldest = islice(self._jobs.values(), LOOKED_AT)
        done = (job for job in oldest if job.at(now).step.phase.is_terminal)
        found = [*islice(done, most)]
        for job in found:
            self.delete(job)
        return len(found)

    def about(self, due: Due) -> Job | None:
        """Return the job that a notice is about, even one that is forgotten.

        Returns:
            The job; None if the notice is of none, or another has its name now.
        """
        about = due.about
        if about is None or about.last is not None:
            return None if about is None else job_of(about.last or {})
        job = self._jobs.get(about.job)
        return job if job is not None and job.ordinal == about.ordinal else None

    def _is_there(self, job: Job) -> bool:
        known = self._jobs.get(job.id)
        return known is not None and known.ordinal == job.ordinal

    def _accept(self, job: Job) -> Job | None:
        """Store a new job; return the other one of its name whose place it takes."""
        before = self._jobs.get(job.id)
        if before is not None:
            # Gone and come again, it is the latest of the jobs.
            self._planner.drop(before)
            self._remove(before)
        self._jobs.put(job.id, job)
        self._store.publish(self._slug, "job", job.id, self._space)
        if before is not None:
            self._clock.nudge()
        self._tell(before, job)
        return before

    def _remove(self, job: Job) -> None:
        self._jobs.delete(job.id)
        for table in self._attached:
            table.delete(job.id)

    def _change(self, before: Job, after: Job, since_s: float) -> Job:
        """Store another life of a job, which begins to differ at a virtual time."""
        if not self._is_there(before):
            return after
        self._jobs.put(after.id, after)
        self._planner.plan(after, since_s, before)
        after = self._move_up(before, after)
        self._clock.nudge()
        self._tell(before, after)
        return after

    def _move_up(self, left: Job, job: Job) -> Job:
        """Let who waits behind a job that has changed start when that can now be.

        Returns:
            The other job, as it is then.
        """
        now = self._clock.now()
        if left.queued is not None and ends_at(left) > now:
            for before, after in self.queues.rearrange(left.queued.name, now):
                self._jobs.put(after.id, after)
                self._planner.plan(after, now, before)
                self._tell(before, after)
        return self.latest(job)

    def _tell(self, before: Job | None, after: Job | None) -> None:
        for listener in self._listeners:
            listener(Change(self._slug, before, after))


def _cut(job: Job, step: Step, at_s: float) -> Job:
    """Return a job that is in a step for good from a virtual time on."""
    elapsed = at_s - job.created_at
    index, reached = _reached(job, elapsed)
    past = job.timeline.steps[: index + 1]
    cut = structs.replace(past[-1], for_s=0.0, progress=reached)
    timeline = Timeline((*past[:-1], cut, step))
    return replace(job, timeline=timeline, ends=(*job.ends[:index], elapsed))


def _reached(job: Job, elapsed_s: float) -> tuple[int, tuple[float, float] | None]:
    """Return which step a job is in, and the progress from its start to this time."""
    moment = job.timeline.at(elapsed_s, job.ends)
    start = moment.step.progress
    if start is None or moment.progress is None:
        return moment.position, None
    return moment.position, (start[0], moment.progress)
