"""What needs no credentials: videos, sounds, subtitles and the player's page."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.spaces import Space
from mockserver.errors import NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.hourone import clips, subtitles, videos
from mockserver.providers.reply import OPEN_TO_PAGES, Reply
from mockserver.providers.services import Services
from mockserver.providers.wires.player import (
    HTML,
    Page,
    Showing,
    data_link,
    player_page,
    showing,
)

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
    told = Reply.text(text, content_type=subtitles.CONTENT_TYPES[extension])
    return told.with_headers(OPEN_TO_PAGES)


async def player(call: Call) -> Reply:
    """Show the page of a video, which is there before the video is."""
    job = call.find_job("media")
    moment = call.moment(job)
    spec = clips.video(job, call.services.options.media_size)
    answer = job.data["answer"]
    language = clips.language_of(job.data)
    shown = showing(job, moment, call.now)
    page = Page(
        provider="Hour One",
        title=str(answer.get("name") or answer.get("title") or job.id),
        showing=shown,
        video=call.url_for("video", video_id=job.id),
        size=(spec.width_px, spec.height_px),
        told=_told(answer, spec.duration_s),
        cues=subtitles.cues(job.data, language),
        language=language,
        progress=max(0, videos.progress(job, moment)),
        reason=moment.step.state if shown is Showing.FAILED else "",
    )
    if shown is Showing.READY:
        poster = await call.render(spec.still(at_s=spec.duration_s / 4, quality=80))
        link = data_link(await asyncio.to_thread(poster.read), poster.content_type)
        page = replace(page, poster=link)
    return Reply.text(player_page(page), content_type=HTML)


def _told(answer: Mapping[str, Any], seconds: float) -> tuple[tuple[str, str], ...]:
    return (
        ("Length", f"{seconds:.1f} s"),
        ("Presenter", str(answer.get("character_id") or "")),
        ("Voice", str(answer.get("voice_id") or "")),
    )


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
