"""Predictions: create, read, list, cancel, and the files that they make."""

from collections.abc import Mapping
from typing import Any

from mockserver.engine.jobs import Job, MediaLife, MediaState
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase, Step
from mockserver.engine.waiting import outcome
from mockserver.errors import NotFoundError
from mockserver.providers import things
from mockserver.providers.call import Call
from mockserver.providers.kinds import Thing
from mockserver.providers.replicate import (
    clips,
    files,
    inputs,
    limits,
    pages,
    shapes,
    wire,
)
from mockserver.providers.replicate.deployments import deployment_of
from mockserver.providers.replicate.models import key_of
from mockserver.providers.reply import Reply
from mockserver.providers.services import Services
from mockserver.providers.wires import sent

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


async def create(call: Call) -> Reply:
    """Start a prediction by a version, or by an official model's name."""
    body = await _body(call)
    model, version = inputs.model_of_version(call, body["version"])
    return await _create(call, body, model, {"version": version})


async def create_by_model(call: Call) -> Reply:
    """Start a prediction by an official model."""
    body = await _body(call)
    model = inputs.model_of_name(call, key_of(call))
    return await _create(call, body, model, {"version": "hidden"})


async def create_by_deployment(call: Call) -> Reply:
    """Start a prediction on a deployment."""
    body = await _body(call)
    deployment = deployment_of(call, key_of(call))
    model = things.find(call, "model", deployment["model"])
    if model is None:
        raise NotFoundError("model")
    own = deployment.get("version") or model["version"]
    version = "hidden" if model["official"] and own == model["version"] else own
    more = {"version": version, "deployment": deployment["id"]}
    return await _create(call, body, model, more)


async def read(call: Call) -> Reply:
    """Show a prediction as it is now."""
    job = _prediction(call)
    return call.lasting(call.reply(await _shown(call, job)), job, parts=shapes.MARKS)


async def list_predictions(call: Call) -> Reply:
    """List the predictions, newest first, 100 on a page."""
    jobs = call.jobs.list_jobs(newest_first=True)
    return await pages.job_page(
        call,
        (job for job in jobs if job.operation != wire.TRAINING),
        lambda job: _shown(call, job, is_listed=True),
    )


async def cancel(call: Call) -> Reply:
    """Stop a prediction; one that is over stays as it is."""
    job = _prediction(call)
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


def _prediction(call: Call) -> Job:
    job = call.find_job("prediction")
    if job.operation == wire.TRAINING:
        raise NotFoundError("prediction")
    return job


async def _shown(call: Call, job: Job, **how: bool) -> dict[str, Any]:
    return await shapes.view(call.services, call.space, job, call.now, call.base, **how)


async def _create(
    call: Call, body: Mapping[str, Any], model: Thing, more: Mapping[str, Any]
) -> Reply:
    """Start a prediction, and answer as soon as the client wants it.

    Source: contract replicate, sections 2 and 3.1.
    """
    # Before anything is counted: from then on until the job is there, nobody cuts in.
    given = await sent.told(call, sent.of_links(files.links_of(body["input"])))
    price = limits.check_create(call, model, body["input"])
    inputs.check_input(model, body["input"])
    after_s = inputs.deadline_s(call)
    kept = {"model": model["id"], **more, **_kept(call, body, model), **given}
    if after_s is not None:
        kept["deadline_at"] = call.now + after_s
    job = call.submit(
        kept,
        payload=body,
        timeline=wire.life_of(_without_files(call, model, body["input"])),
        media=MediaLife(keep_s=call.setting("retention_s")),
    )
    limits.purse_of(call).hold(job, price)
    if after_s is not None:
        job = _bounded(call, job, job.created_at + after_s)
    seconds = inputs.wait_s(call)
    if seconds is not None:
        return await _waited(call, job, seconds)
    return _created(call, job, await _shown(call, job), 201)


def _without_files(call: Call, model: Thing, said: Mapping[str, Any]) -> Thing:
    """Return a model as it is, or as one that fails if a file of ours is missing."""
    path = files.missing_of(call, said)
    if path is None:
        return model
    error = f"The file of input {path} could not be downloaded: 404 Not Found"
    return {**model, "ends": "failed", "error": error}


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
    names = files.names_of(call, said)
    if names:
        kept["files"] = names
    kept.update(inputs.webhook_of(body))
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
