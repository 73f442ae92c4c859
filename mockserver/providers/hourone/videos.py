"""Videos: start, list, read, delete; their subtitles and durations."""

from collections.abc import Collection
from typing import Any

from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Moment, Phase
from mockserver.errors import NotReadyError
from mockserver.providers.call import Call
from mockserver.providers.hourone import clips, orders, shapes, wire
from mockserver.providers.reply import Reply

__all__ = [
    "create_subtitles",
    "create_video",
    "delete_video",
    "get_video",
    "is_done",
    "list_videos",
    "of_operation",
    "one",
    "progress",
    "video_metadata",
]


async def create_video(call: Call) -> Reply:
    """Start a video; answers 201 with its `VideoResponse`."""
    order = await orders.take(call)
    job = call.submit(order.data, timeline=order.timeline, payload=order.payload)
    return shapes.answer(call, await _video(call, job, call.moment(job)), 201)


async def list_videos(call: Call) -> Reply:
    """List all videos, newest first: `[VideoResponse, ...]`."""
    told = [await _video(call, job, call.moment(job)) for job in call.subject]
    return shapes.answer(call, told)


async def get_video(call: Call) -> Reply:
    """Tell how far a video is: `VideoResponse`."""
    job = call.find_job("video")
    told = shapes.answer(call, await _video(call, job, call.moment(job)))
    return call.lasting(told, job, parts=100)


async def delete_video(call: Call) -> Reply:
    """Forget a video, whatever its state; nobody is told."""
    call.jobs.delete(call.find_job("video"), quietly=True)
    return Reply.empty()


async def create_subtitles(call: Call) -> Reply:
    """Make a subtitles file: 201 `{"language_code", "format", "url"}`."""
    body = await shapes.read_body(call)
    job = _finished(call)
    language, extension = body["language_code"], body["format"]
    made = job.data.get("subtitles", [])
    name = f"{language}.{extension}"
    if name not in made:
        call.jobs.revise(job, subtitles=[*made, name])
    url = await call.link(
        "subtitles-file", video_id=job.id, language=language, extension=extension
    )
    told = {"language_code": language, "format": extension, "url": url}
    return shapes.answer(call, told, 201)


async def video_metadata(call: Call) -> Reply:
    """Tell how long each scene is: `VideoMetadataResponse`."""
    return shapes.answer(call, clips.metadata(_finished(call).data["clip"]))


def one(call: Call, parameter: str, operations: Collection[str]) -> Job | None:
    """Return the job of a path parameter, if one of these operations made it."""
    job = call.jobs.find(call.parameters[parameter])
    return job if job is not None and job.operation in operations else None


def of_operation(call: Call, operation: str) -> list[Job]:
    """Return the jobs that an operation has made, newest first."""
    jobs = call.jobs.list_jobs(newest_first=True)
    return [job for job in jobs if job.operation == operation]


def is_done(moment: Moment) -> bool:
    """Say whether there is a video to be had."""
    return moment.step.phase is Phase.SUCCEEDED


def progress(job: Job, moment: Moment) -> int:
    """Return the percentage: 100 when done, -1 when failed, else how far it came.

    Source: contract hourone, section 4.1.
    """
    if moment.step.phase is Phase.FAILED:
        return -1
    if moment.step.phase is Phase.SUCCEEDED:
        return 100
    if moment.step.phase is not Phase.CANCELLED:
        return int(moment.progress or 0)
    before = job.timeline.steps[: moment.position]
    reached = [step.progress[1] for step in before if step.progress is not None]
    return int(reached[-1]) if reached else 0


def _finished(call: Call) -> Job:
    job = call.find_job("video")
    if not is_done(call.moment(job)):
        raise NotReadyError
    return job


async def _video(call: Call, job: Job, moment: Moment) -> dict[str, Any]:
    """Return the `VideoResponse` of a job; what has no value is left out.

    Source: contract hourone, sections 3.2 and 9.1.
    """
    data = job.data
    chance = call.jobs.chance(job.ordinal)
    told: dict[str, Any] = {
        "id": job.id,
        "name": data["answer"]["name"],
        "status": moment.step.state,
        "progress": progress(job, moment),
        "req_id": chance.hex("req", 32),
        "draft_id": chance.hex("draft", 24),
        **data["answer"],
        # The page is there before the video is (contract hourone, section 8).
        "video_player_url": call.services.link(
            wire.SLUG, call.base, "player", video_id=job.id
        ),
    }
    if is_done(moment):
        told["download_url"] = await call.link("video", video_id=job.id)
    told.update(data.get("tail", ()))
    return told
