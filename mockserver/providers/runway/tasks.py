"""Tasks: create, read, cancel or delete."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.engine.chance import is_uuid
from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.errors import InvalidPayloadError, NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.providers.runway import clips, failures, files, inputs, limits, wire
from mockserver.providers.runway.films import film_of
from mockserver.providers.runway.uris import recorded_in, sent_in, source_of
from mockserver.providers.services import Services
from mockserver.providers.wires import sent

__all__ = ["create", "delete", "preview", "read"]

_PARTS: Final = 100
_BEHALF: Final = "X-Runway-On-Behalf-Of"
_UUID_PATTERN: Final = (
    "/^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}"
    "-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000"
    "|ffffffff-ffff-ffff-ffff-ffffffffffff)$/"
)
_BAD_ID: Final = {
    "origin": "string",
    "code": "invalid_format",
    "format": "uuid",
    "pattern": _UUID_PATTERN,
    "path": ["id"],
    "message": "Invalid UUID",
}


async def create(call: Call) -> Reply:
    """Start a task; answers 200 with its id and what it may cost.

    Source: contract runway, section 3.1.
    """
    if call.setting("require_on_behalf_of") and not call.headers.get(_BEHALF):
        raise InvalidPayloadError(code="on-behalf-of")
    model, body = await inputs.wanted(call)
    name = str(model["id"]).partition("/")[2]
    small = call.services.options.media_size == "small"
    film = film_of(model, body, source_of(call, model, body), small=small)
    estimate, cost = film.pop("estimate"), film.pop("cost")
    # Before anything is counted: from then on until the job is there, nobody cuts in.
    given = await sent.told(call, sent_in(call, model, body))
    if film["sound"]:
        given |= recorded_in(call, model, body)
    limits.check(call, name, float(estimate))
    queued, is_full = limits.queued(call, name)
    prompt = inputs.prompt_of(body)
    life = wire.life_of(
        float(model["seconds"]), throttled=is_full, error=failures.wanted(prompt)
    )
    assumed = {} if "price" in model else {"assumed": True}
    kept = {"model": name, "prompt": prompt[:500], "film": film, **assumed, **given}
    if body.get("seed") is not None:
        kept["seed"] = body["seed"]
    job = call.submit(
        {**kept, "estimate": estimate, "cost": cost},
        payload=body,
        timeline=life,
        queued=queued,
    )
    limits.charge(call, job, name, float(estimate))
    return call.reply({"id": job.id, "estimatedCost": {"credits": estimate}})


async def read(call: Call) -> Reply:
    """Tell how a task stands: other keys in each state.

    Source: contract runway, section 3.2.
    """
    job = _found(call)
    told = call.reply(await _shown(call, job))
    # Links are signed anew for each read.
    is_done = call.moment(job).step.phase is Phase.SUCCEEDED
    return told if is_done else call.lasting(told, job, parts=_PARTS)


async def delete(call: Call) -> Reply:
    """Cancel a task, or forget it with its output; later reads know it no more.

    Who has not begun has cost nothing, who runs has cost all.

    Source: contract runway, section 3.3.
    """
    job = _found(call)
    step = call.moment(job).step
    price = float(job.data.get("estimate", 0))
    costs: Mapping[Phase, float] = {Phase.WAITING: 0.0, Phase.RUNNING: price}
    cost = costs.get(step.phase, float(failures.cost_of(job, step)))
    limits.purse_of(call).release(job, cost)
    call.jobs.delete(job)
    return Reply.empty()


def preview(services: Services, space: Space, job: Job) -> Mapping[str, str]:
    """Return where people can look at a finished task's first file."""
    if job.media_state(space.clock.now()) is not MediaState.AVAILABLE:
        return {}
    return {"video": files.path(services, space, job, clips.outputs(job)[0])}


def _found(call: Call) -> Job:
    """Return the task that a path names.

    Raises:
        InvalidPayloadError: Code `path`; it is no identifier.
        NotFoundError: Code `task`.
    """
    if not is_uuid(call.parameters["task_id"]):
        raise InvalidPayloadError(code="path", issues=[_BAD_ID])
    try:
        return call.find_job("task")
    except NotFoundError:
        raise NotFoundError("task") from None


async def _shown(call: Call, job: Job) -> dict[str, Any]:
    moment, data = call.moment(job), job.data
    step = moment.step
    told: dict[str, Any] = {
        "id": job.id,
        "createdAt": wire.stamp(job.created_at),
        "status": step.state,
    }
    if step.phase is Phase.RUNNING:
        told["progress"] = _fraction(data.get("progress"), moment.progress)
    if step.phase is Phase.SUCCEEDED:
        told["output"] = await files.links(call, job)
    if step.phase is Phase.FAILED:
        told.update(failures.told(step))
    if step.phase.is_terminal:
        told["cost"] = {"credits": failures.cost_of(job, step)}
    else:
        told["estimatedCost"] = {"credits": data.get("estimate", 0)}
    return told


def _fraction(fixed: float | None, percent: float | None) -> float:
    """Return progress as it is told: above 0 and below 1, with two decimals.

    Source: contract runway, section 10.
    """
    share = (percent or 0.0) / 100 if fixed is None else fixed
    return min(max(int(share * _PARTS + 1e-9), 1), _PARTS - 1) / _PARTS
