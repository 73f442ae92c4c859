"""Generations as answers and callbacks show them."""

from asyncio import to_thread
from typing import Any

from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.providers.call import Call
from mockserver.providers.handover import INSIDE, inside
from mockserver.providers.luma import clips, wire
from mockserver.providers.luma.requests import REQUESTS, echo
from mockserver.providers.services import Services

__all__ = [
    "generation",
    "has_progress",
    "kind_of",
    "link_parts",
    "model_of",
    "shown",
]


def kind_of(job: Job) -> str:
    """Return what a generation makes: `video` or `image`."""
    return "image" if job.operation in wire.PICTURES else "video"


def model_of(job: Job) -> str:
    """Return the model of a generation."""
    data = job.data
    usual = REQUESTS[job.operation].get("model", "ray-2")
    return str(data.get("model") or usual)


def link_parts(space: Space, job: Job, name: str, ending: str) -> dict[str, str]:
    """Return the parts of the link to a file.

    Source: contract luma, section 1.
    """
    return {
        "job_id": job.id,
        "file_id": clips.file_id(space, job),
        "name": name,
        "ending": ending,
    }


def has_progress(services: Services, space: Space, job: Job) -> bool:
    """Say whether it can be seen how far a generation is while it dreams.

    Source: contract luma, section 3.1.
    """
    is_told = bool(services.setting(wire.SLUG, "progress_video", space))
    return is_told and kind_of(job) == "video"


def generation(
    services: Services, space: Space, job: Job, at: float, base: str
) -> dict[str, Any]:
    """Return a generation as it is at a time; links begin with `base`.

    Source: contract luma, section 3.1.
    """
    step = job.at(at).step
    reason = step.error or wire.FAILURE.error
    return {
        "id": job.id,
        "generation_type": kind_of(job),
        "state": step.state,
        "failure_reason": reason if step.phase is Phase.FAILED else None,
        "created_at": wire.stamp(job.created_at),
        "assets": _assets(services, space, job, at, base),
        "model": model_of(job),
        "request": echo(job.operation, job.data.get("request") or {}),
    }


async def shown(call: Call, job: Job) -> dict[str, Any]:
    """Return a generation as it is now, with its files inside if they are told so."""
    told = generation(call.services, call.space, job, call.now, call.base)
    mode = call.services.options.handover
    is_there = job.media_state(call.now) is MediaState.AVAILABLE
    if mode not in INSIDE or told["assets"] is None or not is_there:
        return told
    for asset, (name, _) in clips.files_of(job).items():
        file = await call.render(clips.spec(job, name))
        data = await to_thread(file.read)
        told["assets"][asset] = inside(mode, data, file.content_type)
    return told


def _assets(
    services: Services, space: Space, job: Job, at: float, base: str
) -> dict[str, str | None] | None:
    phase = job.at(at).step.phase
    files = clips.files_of(job) if phase is Phase.SUCCEEDED else {}
    if phase is Phase.RUNNING and has_progress(services, space, job):
        files = clips.PROGRESS
    if not files:
        return None
    links = {
        asset: services.link(
            wire.SLUG, base, "file", **link_parts(space, job, name, ending)
        )
        for asset, (name, ending) in files.items()
    }
    return {"video": None, "image": None, "progress_video": None, **links}
