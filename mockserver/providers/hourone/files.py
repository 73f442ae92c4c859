"""What needs no credentials: videos, sounds, subtitles and the player's page."""

from collections.abc import Mapping
from html import escape
from typing import Final

from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.errors import NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.hourone import clips, subtitles
from mockserver.providers.reply import Reply
from mockserver.providers.services import Services

__all__ = [
    "VIDEOS",
    "player",
    "preview",
    "subtitles_file",
    "video",
    "voice_preview_file",
]

VIDEOS: Final = ("create-video", "playground-generate")


async def video(call: Call) -> Reply:
    """Serve a finished video."""
    job = _finished(call)
    spec = clips.video(job, call.services.options.media_size)
    return Reply.media(await call.render(spec), modified_s=job.ends_at)


async def voice_preview_file(call: Call) -> Reply:
    """Serve the sound of a finished voice preview."""
    job = _finished(call)
    return Reply.media(await call.render(clips.sound(job)), modified_s=job.ends_at)


async def subtitles_file(call: Call) -> Reply:
    """Serve a subtitles file that has been made."""
    job = _finished(call)
    language, extension = call.parameters["language"], call.parameters["extension"]
    data = job.data
    if f"{language}.{extension}" not in data.get("subtitles", ()):
        raise NotFoundError("media")
    text = subtitles.write(data, language, extension)
    return Reply.text(text, content_type=subtitles.CONTENT_TYPES[extension])


async def player(call: Call) -> Reply:
    """Show the page of a video, which is there before the video is."""
    job = call.find_job("media")
    phase = call.moment(job).step.phase
    if phase is Phase.SUCCEEDED:
        link = call.url_for("video", video_id=job.id)
        inside = f'<video controls src="{escape(link)}"></video>'
    elif phase.is_terminal:
        inside = "<p>This video could not be made.</p>"
    else:
        inside = "<p>This video is not ready yet.</p>"
    answer = job.data["answer"]
    title = escape(answer.get("name") or answer.get("title") or job.id)
    page = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title></head><body><h1>{title}</h1>{inside}</body></html>"
    )
    return Reply.text(page, content_type="text/html; charset=utf-8")


def preview(services: Services, space: Space, job: Job) -> Mapping[str, str]:
    """Return where people can look at a finished job, below the provider's root."""
    del services
    if job.media_state(space.clock.now()) is not MediaState.AVAILABLE:
        return {}
    if job.operation in VIDEOS:
        return {"video": f"/media/{job.id}.mp4"}
    return {"audio": f"/media/{job.id}.wav"}


def _finished(call: Call) -> Job:
    job = call.find_job("media")
    if job.media_state(call.now) is not MediaState.AVAILABLE:
        raise NotFoundError("media")
    return job
