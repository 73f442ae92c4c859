"""Operations: Veo on the Gemini API, ordered and read."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.engine.jobs import Job, MediaLife, MediaState
from mockserver.engine.spaces import Space
from mockserver.errors import NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.google import (
    clips,
    library,
    orders,
    outcomes,
    quotas,
    shapes,
    wire,
)
from mockserver.providers.reply import Reply
from mockserver.providers.services import Services
from mockserver.providers.wires import sent

__all__ = ["file", "is_gone", "predict", "preview", "read", "submitted"]

_DOOR: Final = "gemini"


async def predict(call: Call) -> Reply:
    """Start an operation; answers its name only."""
    order = await orders.order_of(call, _DOOR)
    # Before anything is counted: from then on until the job is there, nobody cuts in.
    given = await sent.told(call, order.sent)
    quotas.take(call, order.model)
    outcome = outcomes.asked(order.prompt, order.model)
    more = {"files": library.names_for(call, order.count), **given}
    keep_s = float(call.setting("file_retention_s"))
    job = submitted(call, order, outcome, more, keep_s=keep_s)
    library.keep(call, job)
    return shapes.told({"name": shapes.name_of(job)})


async def read(call: Call) -> Reply:
    """Tell how an operation stands; its failure is told with 200, too."""
    job = call.find_job("operation")
    is_named = job.data.get("model") == call.parameters["model"]
    if job.operation != wire.PREDICT or not is_named or is_gone(call, job):
        raise NotFoundError("operation")
    told = shapes.told(await shapes.gemini_operation(call, job))
    # What it has made is told with links that may have a life of their own.
    return told if call.moment(job).step.phase.is_terminal else call.lasting(told, job)


async def file(call: Call) -> Reply:
    """Serve one of the videos of a job to people; no key is needed."""
    job = call.find_job("file")
    is_there = job.media_state(call.now) is MediaState.AVAILABLE
    sample = int(call.parameters["sample"])
    is_sealed = call.parameters["seal"] == clips.seal(call.space, job)
    if not (is_there and is_sealed) or sample >= int(job.data.get("count", 1)):
        raise NotFoundError("file")
    made = await call.render(clips.video(job, sample))
    return Reply.media(made, modified_s=job.ends_at)


def preview(services: Services, space: Space, job: Job) -> Mapping[str, str]:
    """Return where people can look at a finished video."""
    if job.media_state(space.clock.now()) is not MediaState.AVAILABLE:
        return {}
    routes = services.providers[wire.SLUG].routes
    seal = clips.seal(space, job)
    return {"video": routes.url_for("", "file", job_id=job.id, seal=seal, sample="0")}


def submitted(
    call: Call,
    order: orders.Order,
    outcome: outcomes.Outcome,
    more: Mapping[str, Any],
    *,
    keep_s: float,
    job_id: str | None = None,
) -> Job:
    """Accept an order of Veo, from whichever door."""
    kept = {**order.kept(), **more}
    if outcome.filtered and order.count > outcome.filtered:
        kept["filtered"] = outcome.filtered
    if outcome.has_no_file:
        kept["has_no_file"] = True
    return call.submit(
        kept,
        payload=call.parse(call.read_body or b"null"),
        timeline=outcome.life(wire.life_of, order.takes_s),
        media=MediaLife(lag_s=outcome.lag_s, keep_s=keep_s),
        job_id=job_id,
    )


def is_gone(call: Call, job: Job) -> bool:
    """Say whether an operation answers no more: as long as its files, it does.

    Source: contract google, section 4.
    """
    keep_s = job.media.keep_s
    is_over = call.moment(job).step.phase.is_terminal
    return keep_s is not None and is_over and call.now >= job.ends_at + keep_s
