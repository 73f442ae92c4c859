"""Media: rendered on first fetch, delivered whole, in ranges or as it comes."""

from asyncio import to_thread
from collections.abc import AsyncIterator
from functools import partial
from typing import Final

from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase
from mockserver.engine.waiting import outcome_at, reach
from mockserver.errors import (
    InvalidPayloadError,
    MediaError,
    UnavailableError,
)
from mockserver.media.files import MediaFile
from mockserver.media.playlists import (
    DASH_CONTENT_TYPE,
    HLS_CONTENT_TYPE,
    dash_manifest,
    hls_playlist,
)
from mockserver.providers.call import Call
from mockserver.providers.impossible import clips, requests, tokens
from mockserver.providers.impossible.accounts import token_space
from mockserver.providers.impossible.files import (
    SEGMENT,
    base_of,
    file_of,
    spec_of,
)
from mockserver.providers.impossible.subjects import of_file
from mockserver.providers.impossible.table import table
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Traits

__all__ = ["check_mode", "deliver", "get_media", "media", "play_media"]

PIECES: Final = 10
_HEADERS: Final = {"Cache-Control": "no-store"}
_TEXTS: Final = frozenset({"m3u8", "mpd"})


_OPEN: Final = Traits(public=token_space, subject=of_file, answers_head=True)


@table.get("/v2/render/{id}", "media", **_OPEN)
async def media(call: Call) -> Reply:
    """Render fully, then deliver.

    Source: contract impossible, section 3.4.
    """
    return await _serve(call, "render")


@table.get("/v2/get/{id}", "get-media", **_OPEN)
async def get_media(call: Call) -> Reply:
    """Deliver while it is rendered, as fast as possible."""
    return await _serve(call, "get")


@table.get("/v2/play/{id}", "play-media", **_OPEN)
async def play_media(call: Call) -> Reply:
    """Deliver while it is rendered, as a stream."""
    return await _serve(call, "play")


async def _serve(call: Call, mode: str) -> Reply:
    job = tokens.found(call)
    extension = call.parameters["id"].rpartition(".")[2].lower()
    check_mode(call, extension, mode)
    requests.movie_for(job.data["movie"], base_of(extension))
    return await deliver(call, tokens.start(call, job), extension, mode)


def check_mode(call: Call, extension: str, mode: str) -> None:
    """Refuse a format that there is not, or not in this mode.

    Raises:
        InvalidPayloadError: Code `format` or `mode`.

    Source: contract impossible, section 5.1.
    """
    if extension == SEGMENT:
        return
    requests.check_format(extension)
    if call.setting("strict_modes") and mode not in clips.MODES[extension]:
        raise InvalidPayloadError(code="mode", extension=extension, mode=mode)


async def deliver(call: Call, job: Job, extension: str, mode: str) -> Reply:
    """Return a token's file, once it is there or while it comes."""
    ends = _last_byte_at(call, job, extension, mode)
    if ends is not None:
        file = await _file(call, job, extension)
        pieces = _trickle(call, job, file, ends)
        return Reply(
            headers=dict(_HEADERS), content_type=file.content_type, stream=pieces
        )
    job = await tokens.finished(call, job)
    if extension in _TEXTS:
        return _text(call, job, extension)
    file = await _file(call, job, extension)
    modified_s = job.succeeded_at() or job.created_at
    return Reply.media(file, modified_s=modified_s, headers=_HEADERS)


async def _file(call: Call, job: Job, extension: str) -> MediaFile:
    """Return a token's file; `UnavailableError` if the encoder cannot make it."""
    try:
        return await file_of(call.services, call.space, job, extension, call.query)
    except MediaError as error:
        call.note(str(error))
        raise UnavailableError("format", extension=extension) from error


def _last_byte_at(call: Call, job: Job, extension: str, mode: str) -> float | None:
    """Return when the last byte leaves of a file that is sent as it comes.

    That is when its render is done; with `play`, not before it could have been
    watched, unless a part of it is asked for.

    Returns:
        None for a file that is sent at once, or will never be.

    Source: contract impossible, section 3.4.
    """
    at = outcome_at(job)
    is_read = mode in {"get", "play"} and call.request.method == "GET"
    if not is_read or at is None or extension in _TEXTS:
        return None
    if job.at(at).step.phase is not Phase.SUCCEEDED:
        return None
    is_played = mode == "play" and extension in clips.MOVING
    if is_played and "Range" not in call.headers:
        at = max(at, call.now + spec_of(call.space, job, extension).duration_s)
    return at if at > call.now else None


async def _trickle(
    call: Call, job: Job, file: MediaFile, ends: float
) -> AsyncIterator[bytes]:
    """Yield a file so that its last byte leaves at a virtual time."""
    data = await to_thread(file.read)
    begun = call.now
    for number in range(PIECES):
        await reach(call.space.clock, begun + (ends - begun) * number / (PIECES - 1))
        current = call.jobs.find(job.id)
        if current is None or current.at(call.now).step.phase is Phase.FAILED:
            raise ConnectionResetError(f"{job.id} has failed while it was sent")
        low, high = (len(data) * (number + step) // PIECES for step in (0, 1))
        yield data[low:high]


def _text(call: Call, job: Job, extension: str) -> Reply:
    """Return a playlist or manifest; `./` keeps a token's colons out of its links."""
    inner = spec_of(call.space, job, "mp4" if extension == "mpd" else SEGMENT)
    link = partial("./{}.{}".format, job.id)
    if extension == "mpd":
        text, kind = dash_manifest(inner, link("mp4")), DASH_CONTENT_TYPE
    else:
        segments = [(link(SEGMENT), inner.duration_s)]
        text, kind = hls_playlist(segments), HLS_CONTENT_TYPE
    return Reply.text(text, content_type=kind).with_headers(_HEADERS)
