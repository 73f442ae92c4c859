"""The playground: single-shot videos."""

from typing import Any, Final

from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Moment
from mockserver.providers.call import Call
from mockserver.providers.hourone import keys, orders, shapes, videos, wire
from mockserver.providers.reply import Reply

__all__ = [
    "OPERATION",
    "playground_download",
    "playground_generate",
    "playground_share",
    "playground_videos",
    "visible",
]

OPERATION: Final = "playground-generate"
PLATFORM: Final = "reals-platform"
# The order in which the framework writes an answer (contract hourone, appendix A)
_FIELDS: Final = ("id", "title", "created_at", "req_id", "source_video",
                  "character_id", "voice_url", "voice_id", "playback_id",
                  "transcript", "order_id", "status", "progress")  # fmt: skip


async def playground_generate(call: Call) -> Reply:
    """Start a video; answers 201 with its `PlaygroundResponse`."""
    sent = {name: call.headers[name] for name in (PLATFORM,) if name in call.headers}
    _, wrong = shapes.judge(call, "playground-generate.header", sent, ("header",))
    body = await shapes.read_body(call, before=tuple(wrong))
    job = call.submit(orders.of_playground(call, body), payload=body)
    return shapes.answer(call, _told(call, job, call.moment(job)), 201)


async def playground_videos(call: Call) -> Reply:
    """List the videos, newest first: `[PlaygroundResponse, ...]`."""
    told = [_told(call, job, call.moment(job)) for job in call.subject]
    return shapes.answer(call, told)


async def playground_download(call: Call) -> Reply:
    """Tell where a video is: `{"url"?: str, "status": str}`."""
    job = call.find_job("video")
    moment = call.moment(job)
    told = {"status": moment.step.state}
    if videos.is_done(moment):
        told = {"url": await call.link("video", video_id=job.id), **told}
    return shapes.answer(call, told)


async def playground_share(call: Call) -> Reply:
    """Share a video; answers 204, however often, and nothing changes."""
    call.find_job("video")
    return Reply.empty()


def visible(call: Call) -> list[Job]:
    """Return the videos that the call may see, newest first."""
    jobs = videos.of_operation(call, OPERATION)
    return [job for job in jobs if keys.is_visible(call, job.data)]


def _told(call: Call, job: Job, moment: Moment) -> dict[str, Any]:
    """Return the `PlaygroundResponse` of a job; what has no value is left out.

    Source: contract hourone, section 3.15.
    """
    chance = call.jobs.chance(job.ordinal)
    known: dict[str, Any] = {
        **job.data["answer"],
        "id": job.id,
        "created_at": wire.stamp(job.created_at),
        "req_id": chance.hex("req", 32),
        "status": moment.step.state,
        "progress": videos.progress(job, moment),
    }
    if videos.is_done(moment):
        known["playback_id"] = chance.hex("playback", 32)
    return {name: known[name] for name in _FIELDS if name in known}
