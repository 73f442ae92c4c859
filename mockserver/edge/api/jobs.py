"""Endpoints about jobs: list, show, force, finish, fail, forget."""

from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import dropwhile, islice
from math import inf
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from mockserver.edge.api import shapes
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints, mistaken
from mockserver.edge.api.named import check_operation, unknown_state
from mockserver.edge.api.parts import Key, Reach, Row, Rows, paged
from mockserver.edge.api.views import Views
from mockserver.edge.staging.failing import error_of
from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase, Step
from mockserver.errors import ConfigError
from mockserver.providers.provider import Provider

__all__ = ["ONE", "WHERE", "Found", "find_job", "table"]

table: Final = Endpoints()
_JOB: Final = shapes.ref("job")
WHERE: Final = {
    "space": shapes.text("Only in this space."),
    "provider": shapes.text("Only of this provider."),
}

_ERROR: Final = "A failure that the provider knows, or words in double quotes"


class Found(NamedTuple):
    """A job and where it is."""

    space: Space
    slug: str
    job: Job


def _seek(ask: Ask) -> list[tuple[str, str]]:
    """Return where the jobs are that the path may mean."""
    return [
        (one.space.id, f"?space={one.space.id}&provider={one.slug}")
        for one in _all_of(ask)
    ]


ONE: Final[Mapping[str, Any]] = {"seek": _seek, "is_single": True}


@table.get(
    "/jobs",
    "list-jobs",
    about="List jobs, the latest arrival first.",
    query={
        **WHERE,
        "operation": shapes.text("Only those that this operation made."),
        "state": shapes.text("Only those in this state of the provider."),
        "phase": shapes.choice([phase.value for phase in Phase], "Only in this phase."),
        "text": shapes.text("Part of its identifier or request, in any case."),
        "errors": shapes.flag("Only those that have failed, or not."),
        "limit": shapes.integer("How many at most; 50 if missing.", maximum=1000),
        "after": shapes.text("Go on after the job of this identifier."),
    },
    answer=shapes.record(
        {
            "jobs": shapes.array(_JOB),
            "next": shapes.maybe(shapes.text("`after` of the next page.")),
        }
    ),
    reach=Reach.LATEST,
)
async def list_jobs(ask: Ask) -> Rows:
    """Return `{"jobs": [...], "next": str | null}`."""
    limit = ask.query.get("limit", 50)
    mark, found = _begun(ask)
    check_operation(ask, ask.query)
    views = Views(ask.services)
    rows = [
        Row(_key(one), one.space.id, views.job(*one))
        for one in islice(_wanted(ask, found), limit + 1)
    ]
    return Rows(
        name="jobs",
        rows=rows,
        newest_first=True,
        limit=limit + 1,
        is_paged=True,
        mark=mark,
        lacking=None if rows else unknown_state(ask, ask.query),
        finish=paged("jobs", limit),
    )


@table.get(
    "/jobs/{job}",
    "show-job",
    about="Show a job with its timeline, its exchanges and its deliveries.",
    query={
        **WHERE,
        "exchanges": shapes.integer(
            "How many of its latest exchanges; 1000 if missing.", minimum=0
        ),
    },
    answer=shapes.ref("job-details"),
    errors=(404, 409),
    **ONE,
)
async def show_job(ask: Ask) -> dict[str, Any]:
    """Return one job."""
    most = ask.query.get("exchanges", 1000)
    return Views(ask.services).job_details(*find_job(ask), exchanges=most)


@table.post(
    "/jobs/{job}/state",
    "force-state",
    about="Put a job into a state for good.",
    query=WHERE,
    body=shapes.record(
        {
            "state": shapes.text("One of the provider's states."),
            "error": shapes.text(f"{_ERROR}, for failed states."),
            "progress": shapes.number("Percent.", minimum=0, maximum=100),
        },
        optional=("error", "progress"),
    ),
    answer=_JOB,
    errors=(404, 409),
    **ONE,
)
async def force_state(ask: Ask) -> dict[str, Any]:
    """Return the job as it is now."""
    found = find_job(ask)
    provider = ask.services.providers[found.slug]
    state = ask.body["state"]
    if state not in provider.states:
        raise ApiError(400, f"body/state: {mistaken(state, provider.states)}")
    step = _step(provider, found.job, state)
    if "error" in ask.body:
        step = replace(step, error=_error(ask, found))
    if "progress" in ask.body:
        step = replace(step, progress=(ask.body["progress"],) * 2)
    return await _forced(ask, found, step)


@table.post(
    "/jobs/{job}/finish",
    "finish-job",
    about="Move the space's clock to the end of a job.",
    query=WHERE,
    answer=_JOB,
    errors=(404, 409),
    **ONE,
)
async def finish_job(ask: Ask) -> dict[str, Any]:
    """Return the job as it is now; what fell due on the way has happened."""
    found = find_job(ask)
    found.space.jobs(found.slug).finish(found.job)
    await ask.services.scheduler.settle(found.space)
    return Views(ask.services).job(*found)


@table.post(
    "/jobs/{job}/fail",
    "fail-job",
    about="Let a job that has not ended fail, now.",
    query=WHERE,
    body=shapes.record(
        {"error": shapes.text(f"{_ERROR}; the usual one if missing.")},
        optional=("error",),
    ),
    answer=_JOB,
    errors=(404, 409),
    **ONE,
)
async def fail_job(ask: Ask) -> dict[str, Any]:
    """Return the job as it is now."""
    found = find_job(ask)
    step = found.job.at(found.space.clock.now()).step
    if step.phase.is_terminal:
        raise ApiError(
            409,
            f"job: found {found.job.id!r} in state {step.state}, expected one that has"
            " not ended; POST its state to force another one",
        )
    failure = ask.services.providers[found.slug].failure
    return await _forced(ask, found, replace(failure, error=_error(ask, found)))


@table.add(
    "DELETE",
    "/jobs/{job}",
    "delete-job",
    about="Forget a job; an unfinished one ends first, and its listeners are told.",
    query=WHERE,
    answer=shapes.record({"deleted": shapes.text("Its identifier.")}),
    errors=(404, 409),
    **ONE,
)
async def delete_job(ask: Ask) -> dict[str, Any]:
    """Return `{"deleted": str}`."""
    found = find_job(ask)
    found.space.jobs(found.slug).delete(found.job)
    await ask.services.scheduler.settle(found.space)
    return {"deleted": found.job.id}


async def _forced(ask: Ask, found: Found, step: Step) -> dict[str, Any]:
    changed = found.space.jobs(found.slug).force(found.job, step)
    await ask.services.scheduler.settle(found.space)
    return Views(ask.services).job(found.space, found.slug, changed)


def _error(ask: Ask, found: Found) -> str | None:
    try:
        return error_of(ask.services.providers[found.slug], ask.body.get("error"))
    except ConfigError as error:
        raise ApiError(400, f"body/{error}") from error


def _step(provider: Provider, job: Job, state: str) -> Step:
    """Return the step that a job of that state is in for good."""
    index = job.timeline.index_of(state)
    if index is not None:
        step = replace(job.timeline.steps[index], for_s=None)
    elif provider.failure.state == state:
        step = provider.failure
    else:
        step = Step(state, provider.states[state])
    return step


def _places(ask: Ask) -> Iterator[tuple[Space, str]]:
    named = ask.query.get("provider")
    if named is not None:
        ask.provider(named, "query/provider")
    for space in ask.spaces():
        for slug in space.slugs():
            if named in {None, slug}:
                yield space, slug


def find_job(ask: Ask) -> Found:
    """Return the job that the path names; it has to be the only one."""
    job_id, found = ask.path["job"], _all_of(ask)
    if not found:
        raise ApiError(404, f"job: found {job_id!r}, expected one that there is")
    if len(found) > 1:
        where = ", ".join(f"?space={one.space.id}&provider={one.slug}" for one in found)
        raise ApiError(
            409, f"job: found {job_id!r} {len(found)} times, expected one of: {where}"
        )
    return found[0]


def _all_of(ask: Ask) -> list[Found]:
    job_id = ask.path["job"]
    return [
        Found(space, slug, job)
        for space, slug in _places(ask)
        if (job := space.jobs(slug).find(job_id)) is not None
    ]


def _wanted(ask: Ask, jobs: Iterator[Found]) -> Iterator[Found]:
    """Yield those of some jobs that the query wants."""
    operation = ask.query.get("operation")
    state, phase = ask.query.get("state"), ask.query.get("phase")
    errors, text = ask.query.get("errors"), ask.query.get("text", "").lower()
    for found in jobs:
        step = found.job.at(found.space.clock.now()).step
        if (
            operation in {None, found.job.operation}
            and state in {None, step.state}
            and phase in {None, step.phase.value}
            and errors in {None, step.phase is Phase.FAILED}
            and (not text or _mentions(found.job, text))
        ):
            yield found


def _mentions(job: Job, text: str) -> bool:
    """Say whether a text in small letters stands in a job."""
    # What is kept is JSON: only quotes, controls and backslashes look otherwise there.
    return text in job.id.lower() or text in job.packed.decode().lower()


def _newest(space: Space, slug: str, at: float = inf) -> Iterator[Found]:
    """Yield the jobs of a place that have come by a real time, the latest first."""
    jobs = space.jobs(slug).list_jobs(newest_first=True)
    for job in dropwhile(lambda job: job.arrived_at > at, jobs):
        yield Found(space, slug, job)


def _key(found: Found) -> Key:
    # Clocks of spaces differ by years: the real time of arrival is what compares.
    return [found.job.arrived_at, found.space.id, found.slug]


def _begun(ask: Ask) -> tuple[Key | None, Iterator[Found]]:
    """Return the jobs after the one that the query names, and the key of that one.

    It has none if it is not here. Another worker may know it then, and where the jobs
    of this one go on.
    """
    places = [*_places(ask)]
    after = ask.query.get("after")
    beyond = None if ask.part is None else ask.part.beyond
    if beyond is not None:
        jobs = _merged(places, beyond[0])
        return None, dropwhile(lambda one: _key(one) >= beyond, jobs)
    if after is None:
        return None, _merged(places)
    named = [space.jobs(slug).find(after) for space, slug in places]
    at = max((job.arrived_at for job in named if job is not None), default=None)
    if at is None:
        return None, iter(())
    jobs = _merged(places, at)
    last = next((one for one in jobs if one.job.id == after), None)
    return None if last is None else _key(last), jobs


def _merged(places: Iterable[tuple[Space, str]], at: float = inf) -> Iterator[Found]:
    """Yield the jobs of some places that have come by a real time, latest first."""
    parts = (_newest(space, slug, at) for space, slug in places)
    return merge(*parts, key=_key, reverse=True)
