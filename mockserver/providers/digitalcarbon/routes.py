"""DigitalCarbon's operations, one thin function each."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mockserver.engine.chance import is_uuid
from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.errors import (
    InvalidPayloadError,
    NotFoundError,
    NotReadyError,
    UnavailableError,
)
from mockserver.providers import things
from mockserver.providers.call import Call
from mockserver.providers.digitalcarbon import clips, wire
from mockserver.providers.digitalcarbon.images import invalid_images
from mockserver.providers.digitalcarbon.uploads import upload
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes
from mockserver.providers.services import Services
from mockserver.providers.wires.urls import url_problem

__all__ = ["preview", "table"]

table = Routes[Call]()
JOBS: Final = "/v1-beta/generate-video"
PHOTOS_MAX: Final = 100


@table.post(JOBS, "generate-video")
async def generate_video(call: Call) -> Reply:
    """Queue a job; answers 200 with `{"job_id": str}`."""
    payload = await call.payload()
    template = wire.template(payload)
    await _check_files(call, payload["files"])
    _check_template(call, template["template_id"])
    job = call.submit(wire.kept(payload["files"], template), payload=payload)
    return call.reply({"job_id": job.id})


@table.get(JOBS + "/{job_id}/status", "status", subject="job_id", polls=True)
async def status(call: Call) -> Reply:
    """Tell a job's state: `{"status": str, "error_message"?: str}`."""
    job = call.job
    if job is None and not is_uuid(call.parameters["job_id"]):
        raise InvalidPayloadError(code="job-id")
    job = job or call.find_job()
    return call.lasting(call.reply(wire.status(call.moment(job).step)), job)


@table.get(JOBS + "/{job_id}/results", "results", subject="job_id")
async def results(call: Call) -> Reply:
    """Describe the finished clip."""
    job = _finished(call)
    size = clips.size(call.services, call.space, job)
    return call.reply(
        wire.results(
            job,
            size=size,
            video_url=await call.link("video", job_id=job.id),
            thumbnail_url=await call.link("thumbnail", job_id=job.id),
        )
    )


@table.post(JOBS + "/{job_id}/results/upload-video", "upload-video", subject="job_id")
async def upload_video(call: Call) -> Reply:
    """Send the video to the client's own address, and answer once it is there."""
    payload = await call.payload()
    url = payload["upload_url"]
    problem = url_problem(url)
    if problem is not None:
        entry = {"loc": ["body", "upload_url"], **problem}
        raise InvalidPayloadError(entries=[entry])
    job = _finished(call)
    file = await call.render(clips.video(call.services, call.space, job))
    await upload(call, job, url, file)
    return call.reply({"message": "Video uploaded successfully"})


@table.get("/media/{job_id}.mp4", "video", public="job_id", answers_head=True)
async def video(call: Call) -> Reply:
    """Serve the video; no credentials are needed."""
    job = _published(call)
    file = await call.render(clips.video(call.services, call.space, job))
    return Reply.media(file, modified_s=job.ends_at)


@table.get("/media/{job_id}.jpg", "thumbnail", public="job_id", answers_head=True)
async def thumbnail(call: Call) -> Reply:
    """Serve the first frame; no credentials are needed."""
    job = _published(call)
    file = await call.render(clips.thumbnail(call.services, call.space, job))
    return Reply.media(file, modified_s=job.ends_at)


@table.get("/samples/{name}", "sample", public=lambda _: None, answers_head=True)
async def sample(call: Call) -> Reply:
    """Serve a sample picture or sound to name in requests."""
    spec = clips.SAMPLES.get(call.parameters["name"])
    if spec is None:
        raise NotFoundError("media")
    return Reply.media(await call.render(spec))


def preview(services: Services, space: Space, job: Job) -> Mapping[str, str]:
    """Return where people can look at a finished job, below the provider's root."""
    del services
    if job.media_state(space.clock.now()) is not MediaState.AVAILABLE:
        return {}
    return {"video": f"/media/{job.id}.mp4", "thumbnail": f"/media/{job.id}.jpg"}


async def _check_files(call: Call, files: Sequence[Any]) -> None:
    if len(files) > PHOTOS_MAX:
        raise InvalidPayloadError(code="photos")
    invalid = await invalid_images(call, files)
    if invalid:
        raise InvalidPayloadError(code="images", urls=invalid)


def _check_template(call: Call, template_id: str) -> None:
    if things.find(call, "template", template_id) is None:
        raise InvalidPayloadError(code="template", template_id=template_id)


def _finished(call: Call) -> Job:
    """Return the path's job, completed and with its results."""
    job = call.find_job()
    if call.moment(job).step.phase is not Phase.SUCCEEDED:
        raise NotReadyError
    if job.data.get("is_lost"):
        raise UnavailableError("no-results")
    return job


def _published(call: Call) -> Job:
    """Return the path's job if its file can be had."""
    job = call.find_job("media")
    is_there = job.media_state(call.now) is MediaState.AVAILABLE
    if not is_there or job.data.get("is_lost"):
        raise NotFoundError("media")
    return job
