"""Trainings: jobs that make a version of a model, and no video."""

from typing import Any

from mockserver.engine.jobs import Job
from mockserver.errors import InvalidPayloadError, NotFoundError
from mockserver.providers import things
from mockserver.providers.call import Call
from mockserver.providers.replicate import inputs, pages, shapes, trained, wire
from mockserver.providers.replicate.models import key_of
from mockserver.providers.reply import Reply

__all__ = ["cancel", "create", "list_trainings", "read"]


async def create(call: Call) -> Reply:
    """Start a training; answers 201 with it.

    Source: contract replicate, section 3.7.
    """
    body = await call.payload()
    version = call.parameters["version_id"]
    try:
        base, _ = inputs.model_of_version(call, f"{key_of(call)}:{version}")
    except InvalidPayloadError:
        raise NotFoundError("version") from None
    target = things.find(call, "model", body["destination"])
    if target is None:
        raise NotFoundError("model")
    made = call.chance.fork("trained", call.table("trained").number()).hex(
        "version", 64
    )
    kept = {
        "model": base["id"],
        "version": version,
        "input": inputs.echoed(call, body["input"]),
        "made": f"{target['id']}:{made}",
        **inputs.webhook_of(body),
    }
    job = call.submit(kept, payload=body)
    trained.learn(call, job, target["id"], made)
    if not target["version"]:
        # What is trained takes and makes what its base does.
        alike = {name: base[name] for name in ("input", "seconds", "outputs")}
        things.learn(call, "model", target["id"], lambda one: {**one, **alike})
    url = call.url_for("get-training", training_id=job.id)
    return call.reply(await _shown(call, job), 201, {"Location": url})


async def read(call: Call) -> Reply:
    """Show a training as it is now."""
    return call.reply(await _shown(call, _training(call)))


async def list_trainings(call: Call) -> Reply:
    """List the trainings, newest first, 100 on a page."""
    jobs = call.jobs.list_jobs(newest_first=True)
    return await pages.job_page(
        call,
        (job for job in jobs if job.operation == wire.TRAINING),
        lambda job: _shown(call, job),
    )


async def cancel(call: Call) -> Reply:
    """Stop a training; one that is over stays as it is."""
    job = _training(call)
    if not call.moment(job).step.phase.is_terminal:
        job = call.jobs.force(job, wire.CANCELED)
    return call.reply(await _shown(call, job))


def _training(call: Call) -> Job:
    job = call.find_job("training")
    if job.operation != wire.TRAINING:
        raise NotFoundError("training")
    return job


async def _shown(call: Call, job: Job) -> dict[str, Any]:
    return await shapes.view(call.services, call.space, job, call.now, call.base)
