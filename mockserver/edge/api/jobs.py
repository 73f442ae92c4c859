"""Endpoints about jobs: list, show, force, finish, fail, forget."""

from collections.abc import Iterator
from dataclasses import replace
from heapq import merge
from typing import Any, Final, NamedTuple

from mockserver.edge.api import shapes
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints, mistaken
from mockserver.edge.api.views import Views
from mockserver.edge.failing import error_of
from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase, Step
from mockserver.errors import ConfigError
from mockserver.providers.provider import Provider

__all__ = ["table"]

table: Final = Endpoints()
_JOB: Final = shapes.ref("job")
_WHERE: Final = {
    "space": shapes.text("Only in this space."),
    "provider": shapes.text("Only of this provider."),
}

_ERROR: Final = "A failure that the provider knows, or words in double quotes"


class Found(NamedTuple):
    """A job and where it is."""

    space: Space
    slug: str
    job: Job


@table.get(
    "/jobs",
    "list-jobs",
    about="List jobs, the latest arrival first.",
    query={
        **_WHERE,
        "operation": shapes.text("Only those that this operation made."),
        "state": shapes.text("Only those in this state of the provider."),
        "phase": shapes.choice([phase.value for phase in Phase], "Only in this phase."),
        "limit": shapes.integer("How many at most; 50 if missing.", maximum=1000),
        "after": shapes.text("Go on after the job of this identifier."),
    },
    answer=shapes.record(
        {
            "jobs": shapes.array(_JOB),
            "next": shapes.maybe(shapes.text("`after` of the next page.")),
        }
    ),
)
async def list_jobs(ask: Ask) -> dict[str, Any]:
    """Return `{"jobs": [...], "next": str | null}`."""
    limit = ask.query.get("limit", 50)
    found = [*_take(_wanted(ask), ask.query.get("after"), limit + 1)]
    views = Views(ask.services)
    page = found[:limit]
    return {
        "jobs": [views.job(*one) for one in page],
        "next": page[-1].job.id if page and len(found) > limit else None,
    }


@table.get(
    "/jobs/{job}",
    "show-job",
    about="Show a job with its timeline, its exchanges and its deliveries.",
    query=_WHERE,
    answer=shapes.ref("job-details"),
    errors=(404, 409),
)
async def show_job(ask: Ask) -> dict[str, Any]:
    """Return one job."""
    return Views(ask.services).job_details(*_find(ask))


@table.post(
    "/jobs/{job}/state",
    "force-state",
    about="Put a job into a state for good.",
    query=_WHERE,
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
)
async def force_state(ask: Ask) -> dict[str, Any]:
    """Return the job as it is now."""
    found = _find(ask)
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
    query=_WHERE,
    answer=_JOB,
    errors=(404, 409),
)
async def finish_job(ask: Ask) -> dict[str, Any]:
    """Return the job as it is now; what fell due on the way has happened."""
    found = _find(ask)
    found.space.jobs(found.slug).finish(found.job)
    await ask.services.scheduler.settle(found.space)
    return Views(ask.services).job(*found)


@table.post(
    "/jobs/{job}/fail",
    "fail-job",
    about="Let a job that has not ended fail, now.",
    query=_WHERE,
    body=shapes.record(
        {"error": shapes.text(f"{_ERROR}; the usual one if missing.")},
        optional=("error",),
    ),
    answer=_JOB,
    errors=(404, 409),
)
async def fail_job(ask: Ask) -> dict[str, Any]:
    """Return the job as it is now."""
    found = _find(ask)
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
    query=_WHERE,
    answer=shapes.record({"deleted": shapes.text("Its identifier.")}),
    errors=(404, 409),
)
async def delete_job(ask: Ask) -> dict[str, Any]:
    """Return `{"deleted": str}`."""
    found = _find(ask)
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


def _find(ask: Ask) -> Found:
    """Return the job that the path names; it has to be the only one."""
    job_id = ask.path["job"]
    found = [
        Found(space, slug, job)
        for space, slug in _places(ask)
        if (job := space.jobs(slug).find(job_id)) is not None
    ]
    if not found:
        raise ApiError(404, f"job: found {job_id!r}, expected one that there is")
    if len(found) > 1:
        where = ", ".join(f"?space={one.space.id}&provider={one.slug}" for one in found)
        raise ApiError(
            409, f"job: found {job_id!r} {len(found)} times, expected one of: {where}"
        )
    return found[0]


def _wanted(ask: Ask) -> Iterator[Found]:
    """Yield all jobs that the query wants, of all spaces, the latest first."""
    operation = ask.query.get("operation")
    state, phase = ask.query.get("state"), ask.query.get("phase")
    places = (_newest(*place) for place in _places(ask))
    # Clocks of spaces differ by years: the real time of arrival is what compares.
    for found in merge(*places, key=_arrival, reverse=True):
        step = found.job.at(found.space.clock.now()).step
        if (
            operation in {None, found.job.operation}
            and state in {None, step.state}
            and phase in {None, step.phase.value}
        ):
            yield found


def _newest(space: Space, slug: str) -> Iterator[Found]:
    for job in space.jobs(slug).list_jobs(newest_first=True):
        yield Found(space, slug, job)


def _arrival(found: Found) -> float:
    return found.job.arrived_at


def _take(jobs: Iterator[Found], after: str | None, limit: int) -> Iterator[Found]:
    if after is not None:
        for found in jobs:
            if found.job.id == after:
                break
    for found, _ in zip(jobs, range(limit), strict=False):
        yield found
