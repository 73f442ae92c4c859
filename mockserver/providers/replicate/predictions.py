"""Predictions: create, read, list, cancel, and the files that they make."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from mockserver.engine.jobs import Job, MediaLife, MediaState
from mockserver.engine.quotas import RateLimit
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase, Step
from mockserver.engine.waiting import outcome
from mockserver.errors import (
    InvalidPayloadError,
    NotFoundError,
    RateLimitError,
)
from mockserver.providers import things
from mockserver.providers.call import Call
from mockserver.providers.kinds import Thing
from mockserver.providers.replicate import clips, inputs, shapes, wire
from mockserver.providers.reply import Reply
from mockserver.providers.services import Services
from mockserver.providers.wires.paging import token_page

__all__ = [
    "cancel",
    "create",
    "create_by_deployment",
    "create_by_model",
    "file",
    "list_predictions",
    "preview",
    "read",
]

PAGE: Final = 100  # contract replicate, section 7
CREATES: Final = RateLimit(600, 60.0)
OUTPUT: Final = ["output", "completed"]


async def create(call: Call) -> Reply:
    """Start a prediction by a version, or by an official model's name."""
    body = await _body(call)
    model, version = inputs.model_of_version(call, body["version"])
    return await _create(call, body, model, {"version": version})


async def create_by_model(call: Call) -> Reply:
    """Start a prediction by an official model."""
    body = await _body(call)
    model = inputs.model_of_name(call, _name(call))
    return await _create(call, body, model, {"version": "hidden"})


async def create_by_deployment(call: Call) -> Reply:
    """Start a prediction on a deployment."""
    body = await _body(call)
    deployment = things.find(call, "deployment", _name(call))
    model = deployment and things.find(call, "model", deployment["model"])
    if not deployment or not model:
        raise NotFoundError("deployment")
    version = "hidden" if model["official"] else model["version"]
    more = {"version": version, "deployment": deployment["id"]}
    return await _create(call, body, model, more)


async def read(call: Call) -> Reply:
    """Show a prediction as it is now."""
    return call.reply(await _shown(call, call.find_job("prediction")))


async def list_predictions(call: Call) -> Reply:
    """List the predictions, newest first, 100 on a page."""
    after, before = _date(call, "created_after"), _date(call, "created_before")
    jobs = [
        job
        for job in call.jobs.list_jobs(newest_first=True)
        if (after is None or job.created_at > after)
        and (before is None or job.created_at < before)
    ]
    filters = {k: v for k, v in call.query.items() if k.startswith("created_")}
    page = token_page(
        call,
        jobs,
        token=call.query.get("cursor"),
        limit=PAGE,
        position=lambda job: job.ordinal,
        newest_first=True,
        filters=[*filters.values()],
    )
    following = None
    if page.next is not None:
        url = call.request.url.with_query({**filters, "cursor": page.next})
        following = f"{call.url_for('list-predictions')}?{url.raw_query_string}"
    shown = [await _shown(call, job) for job in page.items]
    return call.reply({"next": following, "previous": None, "results": shown})


async def cancel(call: Call) -> Reply:
    """Stop a prediction; one that is over stays as it is."""
    job = call.find_job("prediction")
    if not call.moment(job).step.phase.is_terminal:
        job = call.jobs.force(job, wire.CANCELED)
    return call.reply(await _shown(call, job))


async def file(call: Call) -> Reply:
    """Serve one of a prediction's files; no token is needed."""
    job = call.find_job("file")
    names = clips.names(call.space, job)
    name = call.parameters["name"]
    is_there = (
        job.media_state(call.now) is MediaState.AVAILABLE
        and not shapes.is_removed(job, call.now)
        and call.parameters["seal"] == clips.seal(call.space, job)
    )
    if not is_there or name not in names:
        raise NotFoundError("file")
    made = await call.render(clips.video(job, names.index(name)))
    return Reply.media(made, modified_s=job.ends_at)


def preview(services: Services, space: Space, job: Job) -> Mapping[str, str]:
    """Return where people can look at a finished prediction."""
    now = space.clock.now()
    names = clips.names(space, job)
    is_there = job.media_state(now) is MediaState.AVAILABLE and names
    if not is_there or shapes.is_removed(job, now):
        return {}
    return {"video": shapes.View(services, space, job, now, "").path(names[0])}


async def _body(call: Call) -> Mapping[str, Any]:
    body: Mapping[str, Any] = await call.payload()
    return body


def _name(call: Call) -> str:
    return f"{call.parameters['owner']}/{call.parameters['name']}"


def _date(call: Call, name: str) -> float | None:
    told = call.query.get(name)
    if told is None:
        return None
    try:
        return datetime.fromisoformat(told).timestamp()
    except (ValueError, OverflowError):
        raise InvalidPayloadError(code="date", name=name) from None


async def _shown(call: Call, job: Job) -> dict[str, Any]:
    return await shapes.view(call.services, call.space, job, call.now, call.base)


async def _create(
    call: Call, body: Mapping[str, Any], model: Thing, more: Mapping[str, Any]
) -> Reply:
    """Start a prediction, and answer as soon as the client wants it.

    Source: contract replicate, sections 2 and 3.1.
    """
    _count(call)
    inputs.check_input(model, body["input"])
    after_s = inputs.deadline_s(call)
    kept = {"model": model["id"], **more, **_kept(call, body, model)}
    if after_s is not None:
        kept["deadline_at"] = call.now + after_s
    job = call.submit(
        kept,
        payload=body,
        timeline=wire.life_of(model),
        media=MediaLife(keep_s=call.setting("retention_s")),
    )
    if after_s is not None:
        job = _bounded(call, job, job.created_at + after_s)
    seconds = inputs.wait_s(call)
    if seconds is not None:
        return await _waited(call, job, seconds)
    return _created(call, job, await _shown(call, job), 201)


def _count(call: Call) -> None:
    """Count a create against the limit.

    Raises:
        RateLimitError: It is enforced, and has been reached.

    Source: contract replicate, section 7.
    """
    if call.services.options.limits != "real":
        return
    wait_s = call.space.quotas.take("creates", CREATES, call.now)
    if wait_s is not None:
        raise RateLimitError(wait_s)


def _kept(call: Call, body: Mapping[str, Any], model: Thing) -> dict[str, Any]:
    """Return what to remember of a create."""
    said = inputs.echoed(call, body["input"])
    small = call.services.options.media_size == "small"
    kept: dict[str, Any] = {
        "input": said,
        "film": clips.film_of(model, said, small=small),
    }
    steps = said.get("infer_steps", said.get("steps"))
    if isinstance(steps, int) and 0 < steps <= 10_000:
        kept["steps"] = steps
    url = body.get("webhook") or body.get("webhook_completed")
    if url:
        usual = OUTPUT if body.get("webhook") else ["completed"]
        kept["webhook"] = url
        kept["webhook_events_filter"] = body.get("webhook_events_filter") or usual
    return kept


def _bounded(call: Call, job: Job, at_s: float) -> Job:
    """Let a prediction end at its deadline, if it is not over by then.

    Source: contract replicate, section 4.
    """
    phase = job.at(at_s).step.phase
    ends: Mapping[Phase, Step] = {
        Phase.WAITING: wire.ABORTED,
        Phase.RUNNING: wire.CANCELED,
    }
    return call.jobs.force(job, ends[phase], at_s=at_s) if phase in ends else job


async def _waited(call: Call, job: Job, seconds: float) -> Reply:
    """Answer once a prediction is over, or the wait is.

    Source: contract replicate, sections 3.1 and 4.
    """
    clock, until_s = call.space.clock, call.now + seconds
    found = await outcome(call.jobs, clock, job.id, until_s=until_s)
    if found is None:
        raise NotFoundError("prediction")
    told = await _shown(call, found)
    phase = call.moment(found).step.phase
    if not phase.is_terminal:
        # Whatever else it said, clients would take for the end.
        for name in ("started_at", "metrics"):
            told.pop(name, None)
        told.update(status="starting", output=None, logs="")
        return _created(call, found, told, int(call.setting("wait_over_status")))
    is_open = call.setting("wait_answer") == "processing"
    if is_open and phase is Phase.SUCCEEDED:
        for name in ("completed_at", "metrics"):
            told.pop(name, None)
        told["status"] = "processing"
    return _created(call, found, told, 201)


def _created(call: Call, job: Job, told: Mapping[str, Any], status: int) -> Reply:
    url = call.url_for("get-prediction", prediction_id=job.id)
    return call.reply(told, status, {"Location": url})
