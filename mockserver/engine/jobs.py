"""Jobs with their media and links, and the engine that submits and reads them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol, cast

import orjson

from mockserver.engine.chance import Chance
from mockserver.engine.clock import Clock
from mockserver.engine.packing import pack_kept
from mockserver.engine.store.protocol import Store, Table
from mockserver.engine.timeline import Moment, Phase, Step, Timeline
from mockserver.errors import ConflictError, NotFoundError

__all__ = [
    "DELIVERED",
    "Job",
    "JobEngine",
    "LinkState",
    "MediaLife",
    "MediaState",
    "Plan",
    "Request",
]


class MediaState(StrEnum):
    """Whether the file behind a job exists."""

    ABSENT = "absent"
    AVAILABLE = "available"
    PURGED = "purged"


class LinkState(StrEnum):
    """Whether a link to the file still works."""

    UNISSUED = "unissued"
    VALID = "valid"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class MediaLife:
    """How a job's file and its links live, independent of the job's state.

    Attributes:
        lag_s: Seconds from success until the file exists.
        keep_s: Seconds that the file is kept; None for ever.
        link_s: Seconds that a link is valid from its issue; None for ever.
        issued_at_submit: Links are handed out before there is a file.
    """

    lag_s: float = 0.0
    keep_s: float | None = None
    link_s: float | None = None
    issued_at_submit: bool = False


DELIVERED = MediaLife()


@dataclass(frozen=True, slots=True)
class Job:
    """One accepted piece of work.

    Attributes:
        id: The provider's identifier; unique in its space.
        space: The space that it belongs to.
        ordinal: Its number among the jobs of this provider in the space, from 0.
        operation: The operation that made it.
        created_at: Virtual time of its acceptance, in seconds since 1970.
        timeline: Its life.
        ends: End of each step but the last, in seconds after `created_at`.
        packed: What the provider keeps of the request, as compact JSON: a
            million jobs have to fit into a gigabyte.
        media: How its file and links live.
    """

    id: str
    space: str
    ordinal: int
    operation: str
    created_at: float
    timeline: Timeline
    ends: tuple[float, ...]
    packed: bytes
    media: MediaLife = DELIVERED

    @property
    def data(self) -> dict[str, Any]:
        """What the provider keeps of the request; a fresh dict each time."""
        return cast("dict[str, Any]", orjson.loads(self.packed))

    def at(self, now_s: float) -> Moment:
        """Return where the job is at a virtual time."""
        return self.timeline.at(now_s - self.created_at, self.ends)

    def next_change_at(self, now_s: float) -> float | None:
        """Return when it next looks different after `now_s`; None at its end."""
        after = self.timeline.next_change_s(now_s - self.created_at, self.ends)
        return self._file_at(now_s) if after is None else self.created_at + after

    def _file_at(self, now_s: float) -> float | None:
        """Return when the file comes that a finished job does not have yet."""
        done = self.succeeded_at() if self.media.lag_s else None
        at = None if done is None else done + self.media.lag_s
        return at if at is not None and at > now_s + 1e-6 else None

    @property
    def ends_at(self) -> float:
        """Virtual time at which the last step of the timeline begins."""
        return self.created_at + (self.ends[-1] if self.ends else 0.0)

    def entered_at(self, index: int) -> float:
        """Return the virtual time at which step `index` begins."""
        return self.created_at + (self.ends[index - 1] if index else 0.0)

    def succeeded_at(self) -> float | None:
        """Return when it first succeeds, if its timeline says that it does."""
        for index, step in enumerate(self.timeline.steps):
            if step.phase is Phase.SUCCEEDED:
                return self.entered_at(index)
        return None

    def media_state(self, now_s: float) -> MediaState:
        """Return whether its file exists at a virtual time."""
        done = self.succeeded_at()
        if done is None or now_s + 1e-6 < done + self.media.lag_s:
            return MediaState.ABSENT
        keep = self.media.keep_s
        if keep is not None and now_s >= done + self.media.lag_s + keep:
            return MediaState.PURGED
        return MediaState.AVAILABLE

    def link_state(self, now_s: float, issued_at: float | None = None) -> LinkState:
        """Return whether a link works; issued at `issued_at`, or when it first was."""
        first = self.created_at if self.media.issued_at_submit else self.succeeded_at()
        issued = first if issued_at is None else issued_at
        if issued is None or now_s + 1e-6 < issued:
            return LinkState.UNISSUED
        valid = self.media.link_s
        if valid is not None and now_s >= issued + valid:
            return LinkState.EXPIRED
        return LinkState.VALID


@dataclass(frozen=True, slots=True)
class Request:
    """What a job is made of, before a scenario has had its say.

    Attributes:
        operation: The operation that asks for it.
        data: What the provider keeps; JSON-able.
        timeline: The provider's own timeline for it.
        media: How its file lives.
        job_id: An identifier that the client chose; else the provider's form.
        payload: The client's payload, for scenarios to match.
    """

    operation: str
    data: Mapping[str, Any]
    timeline: Timeline
    media: MediaLife = DELIVERED
    job_id: str | None = None
    payload: object = None


class Plan(Protocol):
    """What a scenario may change about a job when it is submitted."""

    def __call__(self, request: Request, ordinal: int, chance: Chance) -> Request:
        """Return the request as it is to be carried out."""
        ...


class NewId(Protocol):
    """How a provider's identifiers look."""

    def __call__(self, chance: Chance, ordinal: int) -> str:
        """Return a new identifier."""
        ...


class JobEngine:
    """The jobs of one provider in one space.

    Args:
        space: Name of the space.
        slug: The provider's slug.
        clock: The space's clock.
        chance: The space's chance.
        store: Where jobs are kept.
        new_id: How identifiers are made.
    """

    __slots__ = ("_chance", "_clock", "_jobs", "_new_id", "_polled", "_slug",
                 "_space", "_store")  # fmt: skip

    def __init__(
        self,
        *,
        space: str,
        slug: str,
        clock: Clock,
        chance: Chance,
        store: Store,
        new_id: NewId,
    ) -> None:
        self._space, self._slug = space, slug
        self._clock, self._chance, self._store = clock, chance, store
        self._jobs = cast("Table[Job]", store.table(space, slug, "job"))
        self._polled = cast("Table[int]", store.table(space, slug, "polled"))
        self._new_id = new_id

    def __len__(self) -> int:
        """Return how many jobs there are."""
        return len(self._jobs)

    def chance(self, ordinal: int) -> Chance:
        """Return the chance of the job with that ordinal."""
        return self._chance.fork(ordinal)

    def submit(self, request: Request, plan: Plan | None = None) -> Job:
        """Accept a job; a job of the same identifier is replaced.

        Returns:
            The job, in the first step of its timeline.

        Raises:
            PayloadTooLargeError: More than 1 MiB of the request would be kept.
        """
        ordinal = self._jobs.number()
        chance = self.chance(ordinal)
        if plan is not None:
            request = plan(request, ordinal, chance)
        job = Job(
            request.job_id or self._new_id(chance, ordinal),
            self._space,
            ordinal,
            request.operation,
            self._clock.now(),
            request.timeline,
            request.timeline.ends(chance, self._clock.pace.job_s),
            pack_kept(request.data),
            request.media,
        )
        self.put(job)
        return job

    def put(self, job: Job) -> None:
        """Store a job as it is, and publish its identifier."""
        self._jobs.put(job.id, job)
        self._polled.delete(job.id)
        self._store.publish(self._slug, "job", job.id, self._space)

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

    def list_jobs(self, *, newest_first: bool = False) -> Iterator[Job]:
        """Return all jobs, in the order of their submission."""
        return self._jobs.values(newest_first=newest_first)

    def after(self, job_id: str, limit: int) -> list[Job]:
        """Return up to `limit` jobs with greater identifiers, in their order."""
        return [job for _, job in self._jobs.after(job_id, limit)]

    def moment(self, job: Job) -> Moment:
        """Return where a job is now."""
        return job.at(self._clock.now())

    def poll(self, job: Job) -> Moment:
        """Return where a job is, for a status read.

        At a stepping pace the first read of a job shows where it stands, and
        each later one first moves the clock to the job's next change: nothing
        is skipped, and nothing has to be waited for.
        """
        if not self._is_stepping:
            return job.at(self._clock.now())
        seen_at = self.foresee(job)
        self._polled.put(job.id, (self._polled.get(job.id) or 0) + 1)
        if seen_at > self._clock.now():
            self._clock.set(seen_at)
        return job.at(seen_at)

    def foresee(self, job: Job) -> float:
        """Return the virtual time at which the next status read will see a job."""
        now = self._clock.now()
        if not self._is_stepping or not self._polled.get(job.id):
            return now
        change = job.next_change_at(now)
        return now if change is None else change

    @property
    def _is_stepping(self) -> bool:
        return self._clock.pace.is_stepping and self._clock.is_frozen

    def finish(self, job: Job) -> Moment:
        """Move the clock to the end of a job.

        Raises:
            ConflictError: The job never ends.
        """
        if not job.timeline.steps[-1].phase.is_terminal:
            raise ConflictError("endless", id=job.id)
        self._clock.reach(job.ends_at)
        return self.moment(job)

    def force(self, job: Job, step: Step, *, at_s: float | None = None) -> Job:
        """Put a job into a step for good, from now on; return the changed job.

        Args:
            job: The job.
            step: Where it stays; how far it had come before remains readable.
            at_s: Virtual time at which that happened, if not now.
        """
        at_s = self._clock.now() if at_s is None else at_s
        elapsed = at_s - job.created_at
        index, reached = _reached(job, elapsed)
        past = job.timeline.steps[: index + 1]
        cut = replace(past[-1], for_s=0.0, progress=reached)
        timeline = Timeline((*past[:-1], cut, step))
        changed = replace(job, timeline=timeline, ends=(*job.ends[:index], elapsed))
        self._jobs.put(job.id, changed)
        self._clock.nudge()
        return changed

    def revise(self, job: Job, **data: object) -> Job:
        """Replace some of what the provider keeps about a job."""
        changed = replace(job, packed=pack_kept({**job.data, **data}))
        self._jobs.put(job.id, changed)
        return changed

    def delete(self, job: Job) -> None:
        """Forget a job."""
        self._jobs.delete(job.id)
        self._polled.delete(job.id)
        self._store.retract(self._slug, "job", job.id)
        self._clock.nudge()


def _reached(job: Job, elapsed_s: float) -> tuple[int, tuple[float, float] | None]:
    """Return which step a job is in, and the progress from its start to this time."""
    moment = job.timeline.at(elapsed_s, job.ends)
    start = moment.step.progress
    if start is None or moment.progress is None:
        return moment.position, None
    return moment.position, (start[0], moment.progress)
