"""Interactions: Gemini Omni, created, read, cancelled and deleted."""

import asyncio
from collections.abc import Mapping
from string import ascii_letters, digits
from typing import Any, Final

from mockserver.engine.chance import Chance
from mockserver.engine.clock import END_S
from mockserver.engine.jobs import Job, MediaLife
from mockserver.engine.timeline import Phase
from mockserver.engine.waiting import outcome
from mockserver.errors import InvalidPayloadError, NotFoundError, UnavailableError
from mockserver.numbers import whole
from mockserver.providers.call import Call
from mockserver.providers.google import (
    buckets,
    library,
    outcomes,
    quotas,
    shapes,
    streams,
    talks,
    wire,
    wishes,
)
from mockserver.providers.google.inputs import refused
from mockserver.providers.reply import Reply
from mockserver.providers.wires import sent
from mockserver.providers.wires.paging import walked_page
from mockserver.providers.wires.segments import encoded

__all__ = ["cancel", "create", "delete", "list_interactions", "new_id", "read"]

PAGE: Final = 10
PAGE_MAX: Final = 500
LAG_S: Final = 2.0
_LETTERS: Final = 23
_TAGS: Final = (0x0A, 0x12)
_DAY_S: Final = 86400.0
_GLOBAL: Final = "global"


async def create(call: Call) -> Reply:
    """Make a video, and answer when it is finished, at once, or with events."""
    is_vertex = _check_place(call)
    wish = await wishes.wish_of(call, is_vertex=is_vertex)
    if wish.previous:
        _check_previous(call, wish.previous)
    # Before anything is counted: from then on until the job is there, nobody cuts in.
    more = await sent.told(call, wish.sent)
    quotas.take(call, wish.model)
    outcome_asked = outcomes.asked(wish.prompt, wish.model)
    number = call.table("interaction").number()
    chance = call.chance.fork("interaction", number)
    job = _submitted(call, wish, more, outcome_asked, chance)
    if wish.stream:
        return streams.of_job(call, job.id, after=0)
    if not wish.background:
        job = await _ended(call, job)
    return shapes.told(await talks.interaction(call, job, delivery=wish.delivery))


async def read(call: Call) -> Reply:
    """Show an interaction as it is now, its video inside; or what has happened to it.

    Source: contract google, section 3.5.
    """
    job = _found(call)
    if call.query.get("stream") == "true":
        last = whole(call.query.get("last_event_id", "0"))
        if last is None:
            raise refused("`last_event_id` must be the number of an event.")
        return streams.of_job(call, job.id, after=last)
    has_input = call.query.get("include_input") == "true"
    return shapes.told(await talks.interaction(call, job, has_input=has_input))


async def cancel(call: Call) -> Reply:
    """Stop an interaction in the background that is not over.

    Source: contract google, section 3.5.
    """
    job = _found(call)
    if not job.data.get("background") or call.moment(job).step.phase.is_terminal:
        raise refused("Only background interactions that go on can be cancelled.")
    job = call.jobs.force(job, wire.CANCELLED)
    return shapes.told(await talks.interaction(call, job))


async def delete(call: Call) -> Reply:
    """Forget an interaction, whatever has become of it."""
    call.jobs.delete(_found(call), quietly=True)
    return shapes.told({})


async def list_interactions(call: Call) -> Reply:
    """List the interactions, the newest first."""
    _check_place(call)
    limit = whole(call.query.get("page_size", str(PAGE)), least=1)
    if limit is None:
        raise refused("`page_size` must be a whole number of 1 or more.")
    jobs = call.jobs.list_jobs(newest_first=True)
    try:
        page = walked_page(
            call,
            (job for job in jobs if _is_there(call, job)),
            token=call.query.get("page_token"),
            limit=min(limit, PAGE_MAX),
            position=lambda job: job.ordinal,
        )
    except InvalidPayloadError:
        raise refused("`page_token` is invalid.") from None
    told: dict[str, Any] = {}
    if page.items:
        told["interactions"] = [talks.head(call, job) for job in page.items]
    if page.next is not None:
        told["next_page_token"] = page.next
    return shapes.told(told)


def new_id(chance: Chance) -> str:
    """Draw an identifier: 23 letters twice, as a message of two fields.

    Source: contract google, section 3.4.
    """
    word = chance.word("id", _LETTERS, f"{ascii_letters}{digits}_-").encode()
    first, second = (bytes([tag, _LETTERS]) + word for tag in _TAGS)
    return f"v1_{encoded(first + second)}"


def _submitted(
    call: Call,
    wish: wishes.Wish,
    more: Mapping[str, Any],
    asked: outcomes.Outcome,
    chance: Chance,
) -> Job:
    kept = {**wish.kept(), **more}
    if wish.bucket:
        kept["objects"] = buckets.names_for(chance, wish.bucket, 1)
    elif wish.delivery == "uri":
        kept["files"] = library.names_for(call, 1)
    if asked.has_no_file:
        kept["has_no_file"] = True
    keep_s = float(call.setting("file_retention_s"))
    lag_s = max(asked.lag_s, LAG_S if "files" in kept else 0.0)
    job = call.submit(
        kept,
        payload=call.parse(call.read_body or b"null"),
        timeline=asked.life(wire.interaction_life, wish.takes_s),
        media=MediaLife(lag_s=lag_s, keep_s=keep_s),
        job_id=new_id(chance),
    )
    library.keep(call, job)
    buckets.keep(call, job)
    return job


def _check_place(call: Call) -> bool:
    """Say whether a call is for Vertex, where interactions are in one place.

    Raises:
        NotFoundError: It is for another place.
    """
    if call.parameters.get("location", _GLOBAL) != _GLOBAL:
        raise NotFoundError("route")
    return "project" in call.parameters


def _found(call: Call) -> Job:
    _check_place(call)
    job = call.find_job("interaction")
    if not _is_there(call, job):
        raise NotFoundError("interaction")
    return job


def _is_there(call: Call, job: Job) -> bool:
    """Say whether an interaction can be read: it is stored, and not too old."""
    days = float(call.setting("interaction_retention_days"))
    is_kept = bool(job.data.get("store", True)) and (
        call.now < job.created_at + days * _DAY_S
    )
    return job.operation == wire.INTERACTION and is_kept


def _check_previous(call: Call, previous: str) -> None:
    """Refuse to go on with what is not completed, or not there.

    Source: contract google, section 3.4.
    """
    job = call.jobs.find(previous)
    is_fine = job is not None and _is_there(call, job)
    if job is None or not is_fine or not _is_completed(call, job):
        raise NotFoundError(
            "said", message=f"There is no completed interaction {previous[:200]}."
        )


def _is_completed(call: Call, job: Job) -> bool:
    return call.moment(job).step.phase is Phase.SUCCEEDED


async def _ended(call: Call, job: Job) -> Job:
    """Wait until an interaction is over, on the space's clock; return it then.

    Raises:
        NotFoundError: Somebody has deleted it meanwhile.
        UnavailableError: Code `deadline`; that takes too long, or for ever.

    Source: contract google, section 4.
    """
    clock = call.space.clock
    try:
        async with asyncio.timeout(float(call.setting("hold_max_s"))):
            while True:
                known = call.jobs.find(job.id)
                if known is None:
                    raise NotFoundError("interaction")
                if call.moment(known).step.phase.is_terminal:
                    return known
                at = _end_of(known)
                if at is None and clock.pace.is_stepping and clock.is_frozen:
                    call.note("it never ends, and at this pace nothing else comes")
                    raise UnavailableError("deadline")
                until_s = END_S if at is None else at
                await outcome(call.jobs, clock, job.id, until_s=until_s)
    except TimeoutError:
        raise UnavailableError("deadline") from None


def _end_of(job: Job) -> float | None:
    steps = enumerate(job.timeline.steps)
    ends = (number for number, step in steps if step.phase.is_terminal)
    first = next(ends, None)
    return None if first is None else job.entered_at(first)
