"""Job: one accepted piece of work with its media and links; and what makes one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import floor, inf
from typing import Any, Protocol, TypeVar, cast

import orjson
from msgspec import Struct

from mockserver.engine.chance import Chance
from mockserver.engine.timeline import TOLERANCE_S, Moment, Phase, Step, Timeline

__all__ = [
    "DELIVERED",
    "Job",
    "Life",
    "LinkState",
    "MediaLife",
    "MediaState",
    "NewId",
    "Queued",
    "Request",
    "Rewrite",
    "lead",
]


_MARGIN_S = 1e-4  # far more than a time since 1970 is exact to
_PART = 1e-2  # of one part of some progress


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


class MediaLife(Struct, frozen=True):
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


class _Lived:
    """Tells where something is in its life, and when that changes."""

    __slots__ = ()

    created_at: float
    timeline: Timeline
    ends: tuple[float, ...]
    media: MediaLife

    def at(self, now_s: float) -> Moment:
        """Return where the job is at a virtual time."""
        return self.timeline.at(now_s - self.created_at, self.ends)

    def state_at(self, now_s: float) -> str:
        """Return the state that it is in at a virtual time."""
        return self.timeline.state_at(now_s - self.created_at, self.ends)

    def next_change_at(self, now_s: float) -> float | None:
        """Return when it next looks different after `now_s`; None at its end."""
        after = self.timeline.next_change_s(now_s - self.created_at, self.ends)
        return self._file_at(now_s) if after is None else self.created_at + after

    def _file_at(self, now_s: float) -> float | None:
        """Return when the file comes that a finished job does not have yet."""
        done = self.succeeded_at() if self.media.lag_s else None
        at = None if done is None else done + self.media.lag_s
        return at if at is not None and at > now_s + TOLERANCE_S else None

    def same_until(self, now_s: float, parts: float = 0) -> float:
        """Return until when nothing that is told of it changes; `now_s` if unknown.

        That is its step, its file and its links, and its progress if that is told.

        Args:
            now_s: A virtual time.
            parts: In how many parts all of its progress is told.
        """
        done, link = self.succeeded_at(), self.media.link_s
        turns = [self.created_at + end for end in self.ends]
        if done is not None:
            there = done + self.media.lag_s
            turns += [there, there + (self.media.keep_s or 0.0)]
        if self.media.keep_s is not None:
            turns.append(self.ends_at + self.media.keep_s)
        if link is not None:
            turns += [self.created_at + link, (done or 0.0) + link]
        if parts:
            turns.append(self._turns_at(now_s, parts))
        until = min((at for at in turns if at > now_s - _MARGIN_S), default=inf)
        return max(now_s, until - _MARGIN_S)

    def _turns_at(self, now_s: float, parts: float) -> float:
        """Return when its progress is another part, or the same one once more."""
        moment = self.at(now_s)
        start, end = moment.step.progress or (0.0, 0.0)
        if moment.progress in {None, end} or start == end:
            return inf
        if start > end or moment.progress is None:
            return now_s
        share = moment.progress / 100 * parts
        # Whoever tells it may round it a little up: a part begins early.
        left = floor(share) + 1 - _PART - share
        begins, ends = map(self.entered_at, (moment.position, moment.position + 1))
        return now_s + max(0.0, left) / parts * 100 / (end - start) * (ends - begins)

    @property
    def ends_at(self) -> float:
        """Virtual time at which the last step of the timeline begins."""
        return self.created_at + (self.ends[-1] if self.ends else 0.0)

    def entered_at(self, index: int) -> float:
        """Return the virtual time at which step `index` begins."""
        return self.created_at + (self.ends[index - 1] if index else 0.0)

    def entries(self) -> Iterator[tuple[float, Step]]:
        """Yield when it enters each step in which it stays for any time."""
        born, start = self.created_at, 0.0
        for step, end in zip(self.timeline.steps, (*self.ends, inf), strict=True):
            if end - start > TOLERANCE_S:
                yield born + start, step
            start = end

    def succeeded_at(self) -> float | None:
        """Return when it first succeeds, if its timeline says that it does."""
        for index, step in enumerate(self.timeline.steps):
            if step.phase is Phase.SUCCEEDED:
                return self.entered_at(index)
        return None

    def media_state(self, now_s: float) -> MediaState:
        """Return whether its file exists at a virtual time."""
        done = self.succeeded_at()
        if done is None or now_s + TOLERANCE_S < done + self.media.lag_s:
            return MediaState.ABSENT
        keep = self.media.keep_s
        if keep is not None and now_s >= done + self.media.lag_s + keep:
            return MediaState.PURGED
        return MediaState.AVAILABLE

    def link_state(self, now_s: float, issued_at: float | None = None) -> LinkState:
        """Return whether a link works; issued at `issued_at`, or when it first was."""
        first = self.created_at if self.media.issued_at_submit else self.succeeded_at()
        issued = first if issued_at is None else issued_at
        if issued is None or now_s + TOLERANCE_S < issued:
            return LinkState.UNISSUED
        valid = self.media.link_s
        if valid is not None and now_s >= issued + valid:
            return LinkState.EXPIRED
        return LinkState.VALID


class Queued(Struct, frozen=True):
    """That a job has to wait for a slot; see `queueing.py`.

    Attributes:
        name: The queue, of those that its provider has in the space.
        slots: How many of its jobs may run at once.
        state: In which state it waits; a job that is never in that waits in its last
            one before it runs. From when it leaves it on it holds its slot.
        ends: End of each step but the last, if there were always a slot, in seconds
            after the job's `created_at`; worked out when it is submitted.
    """

    name: str
    slots: int
    ends: tuple[float, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class Job(_Lived):
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
        base: What stands before the provider's own paths in links, as its client
            has come; one shared text for each door. Empty for a fixture's job.
        arrived_at: Real time of its acceptance, in seconds since 1970; 0 for a
            fixture's job, which was there before everything else.
        queued: The queue that it waits in, or has waited in.
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
    base: str = ""
    arrived_at: float = 0.0
    queued: Queued | None = None

    @property
    def data(self) -> dict[str, Any]:
        """What the provider keeps of the request; a fresh dict each time."""
        return cast("dict[str, Any]", orjson.loads(self.packed))


class Life(_Lived):
    """The life of a job as it once was, without what its provider keeps of it.

    What remembers many jobs, some long gone, must not hold their requests.
    """

    __slots__ = ("created_at", "ends", "id", "media", "timeline")

    def __init__(self, job: Job) -> None:
        self.id = job.id
        self.created_at = job.created_at
        self.timeline = job.timeline
        self.ends = job.ends
        self.media = job.media


class Request(Struct, frozen=True):
    """What a job is made of, before a scenario has had its say.

    Attributes:
        operation: The operation that asks for it.
        data: What the provider keeps; JSON-able.
        timeline: The provider's own timeline for it.
        media: How its file lives.
        job_id: An identifier that the client chose; else the provider's form.
        payload: The client's payload, for scenarios to match.
        base: What stands before the provider's own paths in links.
        queued: The queue that the job has to wait in for a slot.
        copies: How many more jobs are made of it. A client that has chosen the name
            gets none: a second one of that name would take the place of the first.
    """

    operation: str
    data: Mapping[str, Any]
    timeline: Timeline
    media: MediaLife = DELIVERED
    job_id: str | None = None
    payload: object = None
    base: str = ""
    queued: Queued | None = None
    copies: int = 0

    def lasting(self, job_s: float) -> "Request":
        """Return what makes a job of that length; nothing is drawn."""
        # `replace` would take longer than to store the job.
        return Request(
            self.operation,
            self.data,
            self.timeline.shortened(job_s),
            self.media,
            self.job_id,
            self.payload,
            self.base,
            self.queued,
            self.copies,
        )


class Rewrite(Protocol):
    """What a scenario may change about a job when it is submitted."""

    def __call__(self, request: Request, ordinal: int, chance: Chance) -> Request:
        """Return the request as it is to be carried out."""
        ...


class NewId(Protocol):
    """How a provider's identifiers look."""

    def __call__(self, chance: Chance, at_s: float, /) -> str:
        """Return a new identifier.

        Args:
            chance: The job's own, which draws what nothing else says.
            at_s: When the job is accepted, in virtual seconds since 1970.
        """
        ...


L = TypeVar("L", bound=_Lived)


def lead(jobs: Iterable[L], now_s: float) -> L | None:
    """Return the job that changes next, else the first of them; None of none."""
    first: L | None = None
    soonest: L | None = None
    earliest = inf
    for job in jobs:
        first = first or job
        at = job.next_change_at(now_s)
        if at is not None and at < earliest:
            soonest, earliest = job, at
    return soonest or first
