"""Tokens: made, held until they are fetched, started, waited for, answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import floor
from typing import Any, Final

from msgspec import structs

from mockserver.engine.clock import iso
from mockserver.engine.documents import steps_of, steps_written
from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.engine.waiting import outcome
from mockserver.errors import ConflictError, NotFoundError, UnavailableError
from mockserver.providers.call import Call
from mockserver.providers.impossible.clips import geometry
from mockserver.providers.impossible.requests import Wish
from mockserver.providers.impossible.wire import (
    CREATED,
    MARKS,
    RENDER_FAILED,
    TIMED_OUT,
    TIMELINES,
    life,
    region_of,
)
from mockserver.providers.reply import Reply

__all__ = [
    "HELD",
    "MISSING",
    "answer",
    "create",
    "describe",
    "done_of",
    "drop",
    "failure",
    "finished",
    "found",
    "is_held",
    "link",
    "make",
    "problem_of",
    "start",
]

HELD: Final = "held"
MISSING: Final = object()
_KEPT_PARAMS: Final = 20
_GO: Final = "Go-http-client/"


def make(
    call: Call,
    wish: Wish,
    *,
    movie: str,
    is_async: bool = False,
    tasks: Iterable[Mapping[str, Any]] = (),
    wave: tuple[int, int] = (1, 1),
) -> Job:
    """Accept a render that begins now.

    Args:
        call: The request.
        wish: What is asked for.
        movie: The movie of its first extension, which says how long it is.
        is_async: Nobody waits for it.
        tasks: Its uploads for which nobody waits.
        wave: In which wave of how many it ends, among those of a batch.
    """
    number = call.table("token").number()
    unique = call.chance.fork("token", number).uuid()
    timeline = _timeline(call, wish, movie, wave)
    job = call.submit(
        _kept(call, wish, movie, is_async=is_async, uploads=[*tasks]),
        payload=wish.payload,
        timeline=timeline,
        job_id=f"v2:{region_of(call)}:{unique}",
    )
    scale = call.space.clock.pace.job_s
    is_own = job.timeline is timeline.shortened(scale)
    share = _share(wish, wave)
    if scale is None or share == 1 or not is_own:
        return job
    # A pace that gives all jobs one length would hide what more servers do.
    ends = tuple(end * share for end in job.ends)
    return call.jobs.put(replace(job, ends=ends))


def create(call: Call, wish: Wish, *, movie: str) -> Job:
    """Accept a render that begins when somebody fetches it.

    Source: contract impossible, section 4.1.
    """
    job = make(call, wish, movie=movie)
    held = {"steps": steps_written(job.timeline.steps), "ends": list(job.ends)}
    call.table(HELD).put(job.id, held)
    return call.jobs.put(replace(job, timeline=Timeline((CREATED,)), ends=()))


def start(call: Call, job: Job) -> Job:
    """Let a held render begin; any other one goes on as it is."""
    if not is_held(call, job):
        return job
    held = call.table(HELD).get(job.id)
    call.table(HELD).delete(job.id)
    steps, ends = (steps_of(held["steps"]), held["ends"]) if held else _default(job)
    waited = max(0.0, call.now - job.created_at)
    begun = replace(
        job,
        timeline=Timeline((structs.replace(CREATED, for_s=waited), *steps)),
        ends=(waited, *(waited + end for end in ends)),
    )
    return call.jobs.put(begun)


def is_held(call: Call, job: Job) -> bool:
    """Say whether nothing of it has been rendered yet, for want of a reader."""
    return call.moment(job).step.state == CREATED.state


def found(call: Call) -> Job:
    """Return the call's token, which is still good.

    Raises:
        NotFoundError: Code `token`; it is unknown or deleted.
        ConflictError: Code `expired`.

    Source: contract impossible, section 3.4.
    """
    job = call.find_job("token")
    if call.now >= job.data.get("expires", job.created_at + 1e9):
        raise ConflictError("expired")
    return job


async def finished(call: Call, job: Job) -> Job:
    """Wait until a render is done, on the space's clock.

    Raises:
        UnavailableError: It has failed, or takes longer than the service allows.
        NotFoundError: Somebody has deleted it.

    Source: contract impossible, sections 3.1.4 and 3.4.
    """
    until_s = call.now + call.setting("render_timeout_s")
    ended = await outcome(call.jobs, call.space.clock, job.id, until_s=until_s)
    if ended is None:
        raise NotFoundError("token")
    problem = problem_of(ended, call.now)
    if problem is not None:
        raise failure(problem)
    return ended


def problem_of(job: Job, now_s: float) -> str | None:
    """Return why there is no file at a time when there should be one, or None."""
    step = job.at(now_s).step
    if step.phase in {Phase.FAILED, Phase.CANCELLED}:
        return step.error or RENDER_FAILED
    if job.media_state(now_s) is not MediaState.AVAILABLE:
        return TIMED_OUT
    return None


def failure(problem: str | None) -> UnavailableError:
    """Return how it is told that there is no file; a rule may have said the words.

    Source: contract impossible, section 3.2.
    """
    if problem is None or problem in {TIMED_OUT, RENDER_FAILED}:
        return UnavailableError(problem or "")
    return UnavailableError("told", words=problem)


def done_of(call: Call, job: Job) -> int:
    """Return how many frames are finished.

    Source: contract impossible, sections 3.5 and 4.1.
    """
    total = int(job.data["frames"])
    moment = call.moment(job)
    is_done = moment.step.phase is Phase.SUCCEEDED
    if is_done and job.media_state(call.now) is MediaState.AVAILABLE:
        return total
    progress = moment.progress or 0.0
    return min(total - 1, max(0, floor(total * progress / 100 + 1e-4)))


def drop(call: Call, job: Job) -> None:
    """Forget a token and its work; nobody is called back."""
    call.jobs.delete(job, quietly=True)


async def link(call: Call, job: Job) -> str:
    """Return what stands in an answer for a token's media.

    A file that is not there yet can only be linked to, however files are handed over.
    """
    name = f"{job.id}.{job.data['format']}"
    is_inside = call.services.options.handover in {"data", "inline"}
    if is_inside and problem_of(job, call.now) is not None:
        return call.url_for("media", id=name)
    return await call.link("media", id=name)


async def describe(
    call: Call, job: Job, status: int, uploads: object = MISSING
) -> dict[str, Any]:
    """Return the answer that every generation of clients can read.

    Source: contract impossible, sections 3.1.3 and 8.4.
    """
    token, expires = job.id, int(job.data["expires"])
    if call.setting("strict_seed_body"):
        return {"token": token, **({} if uploads is MISSING else {"uploads": uploads})}
    url = await link(call, job)
    is_go = call.headers.get("User-Agent", "").startswith(_GO)
    document: dict[str, Any] = {
        "token": token,
        "url": url,
        "expires": iso(expires) if is_go else expires,
        "status": str(status) if is_go else status,
    }
    if uploads is not MISSING:
        document["uploads"] = uploads
    document |= {"Token": token, "URL": url}
    if uploads is not MISSING:
        document |= {"upload": uploads, "Upload": uploads}
    return document


async def answer(call: Call, job: Job, status: int, uploads: object = MISSING) -> Reply:
    """Answer with a token, the HTTP status repeated inside."""
    return call.reply(await describe(call, job, status, uploads), status)


def _kept(
    call: Call,
    wish: Wish,
    movie: str,
    *,
    is_async: bool,
    uploads: Sequence[Mapping[str, Any]],
) -> Mapping[str, Any]:
    shape = geometry(call.space, wish.project, movie)
    lifetime_s = call.setting("token_lifetime_s")
    return {
        "project": wish.project,
        "movie": wish.movie if isinstance(wish.movie, str) else dict(wish.movie),
        "params": dict(list(wish.params.items())[:_KEPT_PARAMS]) | _frame(wish.params),
        "parallel": wish.parallel,
        "routingkey": wish.routing,
        "format": wish.extension,
        "expires": int(call.now // 1 + lifetime_s),
        "frames": shape["frames"],
        **({"async": True} if is_async else {}),
        **({"uploads": uploads} if uploads else {}),
    }


def _frame(params: Mapping[str, Any]) -> dict[str, Any]:
    return {"frame": params["frame"]} if "frame" in params else {}


def _share(wish: Wish, wave: tuple[int, int]) -> float:
    """Return which part of the usual time a render takes: more servers, less time."""
    number, count = wave
    return number / count / wish.parallel


def _timeline(call: Call, wish: Wish, movie: str, wave: tuple[int, int]) -> Timeline:
    """Return how long the render takes; marks of a batch's waves coincide."""
    sdl = call.table("sdl").get(f"{wish.project}/{movie}") or {}
    project = call.table("project").get(wish.project) or {}
    default = call.setting("render_time_s")
    render_s = sdl.get("render_time_s") or project.get("render_time_s") or default
    usual = TIMELINES["render"]
    length_s, (number, count) = render_s * _share(wish, wave), wave
    marks = number * (MARKS // count)
    is_usual = length_s == usual.steps[0].for_s and marks == MARKS
    return usual if is_usual else life(length_s, marks)


def _default(job: Job) -> tuple[tuple[Step, ...], list[float]]:
    timeline = TIMELINES[job.operation]
    lengths = [float(step.for_s) for step in timeline.steps[:-1]
               if isinstance(step.for_s, int | float)]  # fmt: skip
    return timeline.steps, lengths
