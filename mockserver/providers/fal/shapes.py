"""Requests as answers, streams and webhooks show them."""

from asyncio import to_thread
from collections.abc import Mapping
from itertools import pairwise
from math import inf
from typing import Any, Final

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import TOLERANCE_S, Phase
from mockserver.providers.call import Call
from mockserver.providers.fal import clips, wire
from mockserver.providers.fal.failures import failure_of
from mockserver.providers.handover import INSIDE, inside
from mockserver.providers.services import Services

__all__ = ["links", "log_lines", "output", "standing", "status"]

_LOGGED: Final = (  # contract fal, section 10, point 9: invented
    (0.0, "Loading inputs"),
    (0.3, "Generating video: 30%"),
    (0.7, "Generating video: 70%"),
    (0.95, "Encoding video"),
)


def links(call: Call, job: Job) -> dict[str, str]:
    """Return where a request's result and status are read, and where it is stopped."""
    one = call.url_for("result", app=app_of(job), request_id=job.id)
    return {
        "response_url": one,
        "status_url": f"{one}/status",
        "cancel_url": f"{one}/cancel",
    }


def app_of(job: Job) -> str:
    """Return the app that a request is one of."""
    return wire.app_of(str(job.data.get("model", "")))


def status(call: Call, job: Job, *, logs: bool) -> dict[str, Any]:
    """Return what a status read says.

    Source: contract fal, section 3.2.
    """
    lines = log_lines(job, call.now) if logs else None
    return {
        **standing(call, job),
        **links(call, job),
        "logs": lines,
        "metrics": _metrics(call, job),
    }


def standing(call: Call, job: Job) -> dict[str, Any]:
    """Return where a request stands: its word, its place, what went wrong."""
    moment = call.moment(job)
    phase = moment.step.phase
    told: dict[str, Any] = {"request_id": job.id}
    if phase is Phase.WAITING:
        queued = call.jobs.queues.standing(job, call.now)
        place = _places(job, moment.position)
        if queued is not None:
            place += queued.position
        return {"status": moment.step.state, **told, "queue_position": place}
    if phase is Phase.RUNNING:
        return {"status": moment.step.state, **told}
    told["status"] = "COMPLETED" if phase is not Phase.SUCCEEDED else moment.step.state
    failure = failure_of(job, moment.step)
    if failure is not None:
        told["error"] = f"Invalid status code: {failure.status}"
        told["error_type"] = failure.kind
    return told


def _places(job: Job, position: int) -> int:
    """Return how many steps of waiting follow the one that a request is in."""
    count = 0
    for step in job.timeline.steps[position + 1 :]:
        if step.phase is not Phase.WAITING:
            break
        count += 1
    return count


def _metrics(call: Call, job: Job) -> dict[str, float]:
    seconds = _inference_s(job)
    if not call.moment(job).step.phase.is_terminal or not seconds:
        return {}
    return {"inference_time": seconds}


def _inference_s(job: Job) -> float:
    """Return for how long a request that is over has been in progress."""
    entries = pairwise(job.entries())
    spent = (
        end - at for (at, step), (end, _) in entries if step.phase is Phase.RUNNING
    )
    return round(sum(spent), 3)


def log_lines(job: Job, at: float) -> list[dict[str, str]]:
    """Return the lines that a request has logged by a time; none goes again."""
    return [
        {
            "message": text,
            "level": "INFO",
            "source": "USER",
            "timestamp": wire.stamp(logged),
        }
        for logged, text in _logged(job)
        if logged <= at + TOLERANCE_S
    ]


def _logged(job: Job) -> list[tuple[float, str]]:
    found = []
    for index, step in enumerate(job.timeline.steps):
        if step.phase is Phase.RUNNING:
            begun = job.entered_at(index)
            last = index == len(job.ends)
            length = inf if last else job.entered_at(index + 1) - begun
            found += [
                (begun + share * length if share else begun, text)
                for share, text in _LOGGED
            ]
    return found


async def output(
    services: Services, space: Space, job: Job, base: str
) -> dict[str, Any]:
    """Return what a request has made; links begin with `base`.

    Source: contract fal, section 5.
    """
    data = job.data
    film = data.get("film") or clips.USUAL
    made = await services.media.get(clips.video(job))
    named = clips.names(space, job)
    url = services.link(wire.SLUG, base, "file", **named)
    if services.options.handover in INSIDE:
        content = await to_thread(made.read)
        url = inside(services.options.handover, content, made.content_type)
    video: dict[str, Any] = {
        "url": url,
        "content_type": made.content_type,
        "file_name": f"{named['name']}_output.mp4",
        "file_size": made.size_bytes,
    }
    if data.get("file") == "VideoFile":
        width, height = film["size"]
        video |= {
            "width": width,
            "height": height,
            "fps": film["fps"],
            "duration": film["seconds"],
            "num_frames": round(film["seconds"] * film["fps"]),
        }
    return {"video": video, **_also(space, job, data)}


def _also(space: Space, job: Job, data: Mapping[str, Any]) -> dict[str, Any]:
    chance = space.jobs(wire.SLUG).chance(job.ordinal)
    prompt = data.get("prompt") or ""
    known = {
        "seed": data.get("seed", chance.integer("seed", 0, 2**31 - 1)),
        "video_id": f"video_{chance.hex('video', 32)}",
        "actual_prompt": prompt,
        "expanded_prompt": prompt,
        "timings": {"inference": _inference_s(job)},
    }
    return {name: known[name] for name in data.get("also", ())}
