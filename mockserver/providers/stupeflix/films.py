"""Serving what was made: video, thumbnail, report and preview."""

import asyncio
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import replace
from typing import Final
from xml.sax.saxutils import quoteattr

from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase
from mockserver.errors import ForbiddenError, NotFoundError
from mockserver.media.spec import MediaSpec
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.providers.stupeflix import (
    clips,
    documents,
    movie,
    renderings,
    storage,
    wire,
)
from mockserver.providers.stupeflix.formats import FORMATS
from mockserver.providers.stupeflix.xmltree import parse
from mockserver.providers.wires.player import (
    HTML,
    Page,
    Showing,
    data_link,
    player_page,
)

__all__ = ["from_link", "preview", "sent_tag", "stored"]

NOTHING: Final = "d41d8cd98f00b204e9800998ecf8427e"  # MD5 of no bytes
_PREVIEWED: Final = frozenset({"generating", "generated", "uploading", "available"})


async def stored(call: Call, job: Job, extension: str) -> Reply:
    """Answer with a file of the service's own storage, or send the client there.

    Args:
        call: The call.
        job: Whose file.
        extension: `jpg` thumbnail, `xml` report, empty for the video.

    Raises:
        NotFoundError: Code `video`; it is not, not yet or no longer stored.

    Source: contract stupeflix, section 3.7.
    """
    if not storage.is_stored(job, call.now):
        raise NotFoundError("video", id=job.id)
    if call.setting("redirects") == "media":
        path = storage.storage_path(call.space, job, job.data, extension)
        return Reply.empty(307, {"Location": call.base + path})
    return await _file(call, job, extension)


async def from_link(call: Call, job: Job, extension: str) -> Reply:
    """Answer with a stored file by its own link.

    Raises:
        ForbiddenError: Code `link`; the link has expired.
        NotFoundError: Code `video`; there is no such file.
    """
    at = renderings.stored_at(job)
    if at is not None and call.now >= at + wire.DAY_S:
        raise ForbiddenError("link")
    own = FORMATS[job.data["profile"]].extension
    if not storage.is_stored(job, call.now) or extension not in {own, "jpg", "xml"}:
        raise NotFoundError("video", id=job.id)
    return await _file(call, job, extension if extension != own else "")


async def preview(call: Call, job: Job) -> Reply:
    """Answer with a job's preview: a stream for a Flash player.

    Browsers have none any more. One that opens the link as a page is shown a page,
    and that page's video an MP4 of the same; both say so in what they send.

    Raises:
        NotFoundError: Code `preview`, or `video`: nothing is rendered yet or any more.

    Source: contract stupeflix, sections 3.7 and 4.
    """
    if job.data["meta"].get("preview") != "true":
        raise NotFoundError("preview")
    state = _state(call, job)
    done = job.succeeded_at()
    is_old = done is not None and call.now >= done + wire.DAY_S
    is_there = state in _PREVIEWED and not is_old
    if call.headers.get("Sec-Fetch-Dest") == "document":
        shown = _showing(call, job, is_there=is_there, is_old=is_old)
        return await _page(call, job, shown)
    if not is_there:
        raise NotFoundError("video", id=job.id)
    spec = clips.preview(call.services, call.space, job)
    if call.headers.get("Sec-Fetch-Dest") == "video":
        spec = clips.as_film(spec)
    return await _media(call, job, spec)


def _showing(call: Call, job: Job, *, is_there: bool, is_old: bool) -> Showing:
    if is_there or is_old:
        return Showing.READY if is_there else Showing.EXPIRED
    phase = call.moment(job).step.phase
    is_over = phase.is_terminal and phase is not Phase.SUCCEEDED
    return Showing.FAILED if is_over else Showing.WAITING


async def _page(call: Call, job: Job, shown: Showing) -> Reply:
    """Show a preview as a page; its status is that of the stream."""
    spec = clips.preview(call.services, call.space, job)
    page = Page(
        provider="Stupeflix",
        title=f"{job.data['user']}/{job.data['resource']}",
        showing=shown,
        size=(spec.width_px, spec.height_px),
        told=(
            ("Profile", str(job.data["profile"])),
            ("Length", f"{spec.duration_s:.1f} s"),
            ("Size", f"{spec.width_px} x {spec.height_px}"),
        ),
        reason=_state(call, job) if shown is Showing.FAILED else "",
    )
    if shown is Showing.READY:
        poster = await call.render(spec.still(at_s=spec.duration_s / 4, quality=80))
        link = data_link(await asyncio.to_thread(poster.read), poster.content_type)
        # The link without a fragment is the page's own: with its signature, if any.
        page = replace(page, poster=link, video="?" + call.request.query_string)
    text = player_page(page)
    status = 200 if shown is Showing.READY else 404
    headers = {"Cache-Control": "no-store"}
    return Reply(status, text.encode(), headers, content_type=HTML)


def sent_tag(content_md5: str | None) -> str:
    """Return the tag of a body that is not read, by what its header says.

    Source: contract stupeflix, section 3.5.
    """
    try:
        return b64decode(content_md5 or "", validate=True).hex() or NOTHING
    except Base64Error:
        return NOTHING


async def _file(call: Call, job: Job, extension: str) -> Reply:
    if extension == "xml":
        return await _report(call, job)
    make = clips.thumbnail if extension == "jpg" else clips.video
    return await _media(call, job, make(call.services, call.space, job))


async def _media(call: Call, job: Job, spec: MediaSpec) -> Reply:
    file = await call.render(spec)
    made_at = renderings.stored_at(job) or job.ends_at
    # Clients compare the tag with the body's MD5: bare, and no time in it.
    return Reply.media(file, modified_s=made_at, headers={"ETag": file.md5_hex})


async def _report(call: Call, job: Job) -> Reply:
    data = job.data
    known = documents.movie_of(call.space, data["movie"])
    body = await documents.off_loop(known["xml"].encode(), _annotated)
    facts = {
        "user": data["user"],
        "resource": data["resource"],
        "profile": data["profile"],
        "status": _state(call, job),
        "duration": f"{known['duration_s']:g}",
    }
    written = "".join(f" {name}={quoteattr(value)}" for name, value in facts.items())
    text = f"<report{written}>{body}</report>".encode()
    tag = {"ETag": documents.md5_hex(text)}
    return Reply(200, text, tag, content_type="text/xml")


def _state(call: Call, job: Job) -> str:
    return renderings.view(job, job.data, call.now).state


def _annotated(xml: bytes) -> str:
    return movie.annotated(parse(xml))
