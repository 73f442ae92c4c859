"""Files and pages that need no credentials: media, previews, landing pages."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from mockserver.engine.jobs import Job, LinkState, MediaState
from mockserver.engine.spaces import Space
from mockserver.errors import NotFoundError
from mockserver.media.files import MediaFile
from mockserver.media.playlists import HLS_CONTENT_TYPE
from mockserver.numbers import whole
from mockserver.providers.call import Call
from mockserver.providers.idomoo import clips, previews, wire
from mockserver.providers.idomoo.outputs import extension, file_stem
from mockserver.providers.reply import Reply
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
    "landing_owner",
    "landing_page",
    "media",
    "media_owner",
    "people_preview",
    "preview",
    "rendered",
]

Output = Mapping[str, Any]

VIDEOS: Final = ("mp4", "hls", "webm")
SPOKEN: Final = {"vtt": "captions", "txt": "transcripts"}
TEXTS: Final = {
    "vtt": (clips.captions, "text/vtt; charset=utf-8"),
    "txt": (clips.transcript, "text/plain; charset=utf-8"),
}


def media_owner(call: Call) -> Space | None:
    """Return the space whose render a file belongs to."""
    return _owner(call, _stem(call.parameters["file"])[0])


def landing_owner(call: Call) -> Space | None:
    """Return the space whose render a landing page shows."""
    return _owner(call, call.parameters["stem"])


def rendered(call: Call, file: str) -> Job | None:
    """Return the render that a file is of, or None."""
    found = map(call.jobs.find, (name for name, _ in _candidates(_stem(file)[0])))
    return next((job for job in found if job is not None), None)


async def media(call: Call) -> Reply:
    """Serve a file of a finished render; 404 before."""
    stem, ending = _stem(call.parameters["file"])
    job, data, output = _found(call, stem, ending.partition("-")[0])
    if not _is_served(call, job, output):
        raise NotFoundError("media")
    file = await _file(call, job, data, output, ending)
    return Reply.media(file, modified_s=job.ends_at)


async def preview(call: Call) -> Reply:
    """Serve the preview of a library, scene or storyboard."""
    spec, ending = await previews.shown(call)
    is_film = ending == "mp4" or spec.is_still
    return Reply.media(await call.render(spec if is_film else spec.still()))


async def landing_page(call: Call) -> Reply:
    """Show a video in a page.

    Source: contract idomoo, section 5.
    """
    job, data, output = _found(call, call.parameters["stem"], "")
    stem = file_stem(job.id, output.get("suffix"))
    spec = clips.spec(job, data, output)
    moment = call.moment(job)
    shown = showing(job, moment, call.now)
    page = Page(
        provider="Idomoo",
        title=str(data["title"]),
        showing=shown,
        video=call.url_for("media", file=f"{stem}.{extension(output['kind'])}"),
        size=(spec.width_px, spec.height_px),
        told=(
            ("Length", f"{spec.duration_s:.1f} s"),
            ("Size", f"{spec.width_px} x {spec.height_px}"),
        ),
        cues=clips.cues(data, "en"),
        reason=moment.step.state if shown is Showing.FAILED else "",
        marks=(("data-landing-page", call.parameters["page_id"]),),
    )
    if shown is Showing.READY:
        poster = await call.render(spec.still(at_s=spec.duration_s / 4, quality=80))
        link = data_link(await asyncio.to_thread(poster.read), poster.content_type)
        page = replace(page, poster=link)
    return Reply.text(player_page(page), content_type=HTML)


def people_preview(services: Services, space: Space, job: Job) -> Mapping[str, str]:
    """Return where people can look at a finished render, below the provider's root."""
    del services
    is_render = job.operation in wire.GENERATE
    if not is_render or job.media_state(space.clock.now()) is not MediaState.AVAILABLE:
        return {}
    found: dict[str, str] = {}
    for output in job.data["outputs"]:
        stem = quote(file_stem(job.id, output.get("suffix")))
        name = {"mp4": "video", "jpg": "thumbnail"}.get(output["kind"])
        if name is not None:
            found.setdefault(name, f"/media/{stem}.{output['kind']}")
    return found


def _stem(file: str) -> tuple[str, str]:
    """Part a path into stem and ending; the third segment of HLS ends `ts-2`."""
    stem, _, ending = file.rpartition(".")
    if ending != "ts":
        return stem, ending
    stem, _, number = stem.rpartition("-")
    return stem, f"ts-{number}"


def _candidates(stem: str) -> Iterable[tuple[str, str]]:
    """Yield identifier and suffix; both may have underscores."""
    yield stem, ""
    at = stem.rfind("_")
    while at > 0:
        yield stem[:at], stem[at + 1 :]
        at = stem.rfind("_", 0, at)


def _owner(call: Call, stem: str) -> Space | None:
    for unique_id, _ in _candidates(stem):
        space = call.services.owner(call.provider.slug, "job", unique_id)
        if space is not None:
            return space
    return None


def _found(call: Call, stem: str, ending: str) -> tuple[Job, dict[str, Any], Output]:
    """Return the render and the output that a file is; no ending is any video.

    Raises:
        NotFoundError: Code `media`; there is none.
    """
    for unique_id, suffix in _candidates(stem):
        job = None if call.known_space is None else call.jobs.find(unique_id)
        if job is None or job.operation not in wire.GENERATE:
            continue
        data = job.data
        for output in _outputs(data):
            is_named = (output.get("suffix") or "") == suffix
            if is_named and _fits(output["kind"], ending):
                return job, data, output
    raise NotFoundError("media")


def _outputs(data: Mapping[str, Any]) -> Iterable[Output]:
    yield from data["outputs"]
    for kind, name in SPOKEN.items():
        for language in data.get(name, ()):
            yield {"kind": kind, "suffix": language}


def _fits(kind: str, ending: str) -> bool:
    if not ending:
        return kind in VIDEOS
    return ending == extension(kind) or (kind == "hls" and ending == "ts")


def _is_served(call: Call, job: Job, output: Output) -> bool:
    now = call.now
    if job.link_state(now) is not LinkState.VALID:
        return False
    if job.media_state(now) is MediaState.AVAILABLE:
        return True
    is_early = output["kind"] == "hls" and call.setting("hls_while_rendering")
    return bool(is_early) and call.moment(job).step.state == wire.RENDERING


async def _file(
    call: Call, job: Job, data: Mapping[str, Any], output: Output, ending: str
) -> MediaFile:
    if ending in TEXTS:
        write, content_type = TEXTS[ending]
        return clips.text_file(write(data, output["suffix"]), content_type)
    spec = clips.spec(job, data, output)
    if output["kind"] != "hls":
        return await call.render(spec)
    bundle = await call.services.media.get_bundle(spec)
    if ending == "m3u8":
        # The last segment of the link, for links in a playlist are relative.
        last = file_stem(job.id, output.get("suffix")).rpartition("/")[2]
        text = bundle.playlist(lambda index: f"{quote(last)}-{index}.ts")
        return clips.text_file(text, HLS_CONTENT_TYPE)
    number = whole(ending.partition("-")[2])
    if number is None or number >= len(bundle):
        raise NotFoundError("media")
    return bundle.files[number]
