"""Files: described, listed, deleted, and those that were made downloaded."""

from asyncio import to_thread
from base64 import b64encode
from hashlib import sha256
from typing import Any, Final

from mockserver.engine.waiting import reach
from mockserver.errors import InvalidPayloadError
from mockserver.numbers import whole
from mockserver.providers.call import Call
from mockserver.providers.google import clips, library, shapes, wire
from mockserver.providers.google.library import File
from mockserver.providers.reply import Reply
from mockserver.providers.wires.paging import token_page

__all__ = ["delete", "download", "list_files", "read", "shown"]

PAGE: Final = 10
PAGE_MAX: Final = 100
_READ: Final = "file read"


async def read(call: Call) -> Reply:
    """Describe a file."""
    file_id = call.parameters["file_id"]
    file = library.find(call, file_id)
    if file.asset is not None and file.state == library.PROCESSING:
        file = await _later(call, file)
    return shapes.told(await shown(call, file))


async def list_files(call: Call) -> Reply:
    """List the files, the newest first."""
    limit = whole(call.query.get("pageSize", str(PAGE)))
    if limit is None:
        raise InvalidPayloadError(
            code="said", message="`pageSize` must be a whole number."
        )
    page = token_page(
        call,
        library.every(call),
        token=call.query.get("pageToken"),
        limit=min(limit or PAGE, PAGE_MAX),
        position=lambda one: one.number,
        newest_first=True,
    )
    told: dict[str, Any] = {"files": [await shown(call, one) for one in page.items]}
    if page.next is not None:
        told["nextPageToken"] = page.next
    return shapes.told(told if told["files"] else {})


async def delete(call: Call) -> Reply:
    """Forget a file."""
    library.forget(call, library.find(call, call.parameters["file_id"]))
    return shapes.told({})


async def download(call: Call) -> Reply:
    """Serve the bytes of a file that was made; its owner's key is needed.

    Source: contract google, section 5 and appendix B.
    """
    file = library.usable(call, call.parameters["file_id"])
    if file.job is None:
        raise InvalidPayloadError(
            code="said", message="Only generated files can be downloaded."
        )
    made = await call.render(clips.video(file.job, file.sample))
    return Reply.media(made, modified_s=file.created_at)


async def shown(call: Call, file: File) -> dict[str, Any]:
    """Return a file as answers show it.

    Source: contract google, appendix B.
    """
    size, digest = await _facts(call, file)
    provider = call.services.providers[wire.SLUG]
    names = {"version": "v1beta", "file_id": file.id}
    told: dict[str, Any] = {"name": f"files/{file.id}"}
    if file.name:
        told["displayName"] = file.name
    told |= {
        "mimeType": file.content_type,
        "sizeBytes": str(size),
        "createTime": wire.stamp(file.created_at),
        "updateTime": wire.stamp(file.created_at),
    }
    if file.expires_at is not None:
        told["expirationTime"] = wire.stamp(file.expires_at)
    told["sha256Hash"] = b64encode(digest.encode()).decode()
    link = shapes.link(call, file.id)
    is_ours = link.startswith(call.base)
    told["uri"] = (
        provider.url(call.base, "get-file", **names)
        if is_ours
        else provider.home_url("get-file", **names)
    )
    if file.job is not None:
        told["downloadUri"] = link
    told["state"] = file.state
    told["source"] = "GENERATED" if file.job is not None else "UPLOADED"
    if file.state == library.FAILED:
        told["error"] = {"code": 13, "message": "The file could not be processed."}
    if file.seconds is not None and file.state == library.ACTIVE:
        told["videoMetadata"] = {"videoDuration": f"{file.seconds:g}s"}
    return told


async def _facts(call: Call, file: File) -> tuple[int, str]:
    """Return a file's size in bytes and its SHA-256."""
    if file.asset is not None:
        return file.asset.size_bytes, file.asset.sha256_hex
    if file.job is None:
        known = file.known or {}
        return int(known.get("size_bytes", 0)), str(known.get("sha256", "0" * 64))
    made = await call.render(clips.video(file.job, file.sample))
    return made.size_bytes, await to_thread(lambda: sha256(made.read()).hexdigest())


async def _later(call: Call, file: File) -> File:
    """Return an upload that is not ready, as it is after the read.

    At a stepping pace each read but the first brings it about, as for jobs.
    """
    table, clock = call.table(_READ), call.space.clock
    was_read = table.get(file.id) is not None
    table.put(file.id, value=True)
    if not (was_read and clock.pace.is_stepping and clock.is_frozen):
        return file
    await reach(clock, file.created_at + library.VIDEO_S)
    return library.find(call, file.id)
