"""Resumable: uploads of pictures and videos, in chunks or whole."""

import re
from collections.abc import Mapping
from email.message import Message
from email.parser import BytesParser
from typing import Any, Final

from mockserver.engine.spaces import Space
from mockserver.errors import (
    ConflictError,
    InvalidPayloadError,
    NotFoundError,
    PayloadTooLargeError,
)
from mockserver.numbers import whole
from mockserver.providers import assets
from mockserver.providers.assets import Asset
from mockserver.providers.call import Call
from mockserver.providers.google import files, library, shapes
from mockserver.providers.google.inputs import refused
from mockserver.providers.reply import Reply

__all__ = ["located", "upload"]

CHUNK: Final = 8 * 1024 * 1024
SESSION_S: Final = 7 * 86400.0
_SESSIONS: Final = "upload"
_NAME: Final = re.compile(r"(?:files/)?([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)")
_DISPLAY_MAX: Final = 512
_BINARY: Final = "application/octet-stream"
_MAX: Final = 10**15
_COMMANDS: Final = frozenset({"start", "upload", "finalize", "query", "cancel"})


def located(call: Call) -> Space | None:
    """Find the space of an upload: its URL is the credential once it has begun.

    Raises:
        UnauthorizedError: It begins, and nobody says who it is.

    Source: contract google, section 2.
    """
    upload_id = call.query.get("upload_id")
    if upload_id:
        return call.services.owner(call.provider.slug, _SESSIONS, upload_id)
    call.grant = call.provider.authenticate(call)
    return call.services.space_of(call.grant)


async def upload(call: Call) -> Reply:
    """Begin an upload, or carry out what the next leg of one commands.

    Source: contract google, section 3 and appendix B.
    """
    if call.query.get("upload_id"):
        return await _go_on(call)
    protocol = call.headers.get("X-Goog-Upload-Protocol", "").lower()
    kind = call.query.get("uploadType", protocol).lower()
    if kind in {"media", "raw"}:
        said = call.headers.get("Content-Type", _BINARY)
        return await _whole(call, {"mime_type": said}, await call.body())
    if kind == "multipart":
        return await _related(call)
    if "start" not in _commands(call):
        raise refused("The first command of an upload must be `start`.")
    return await _start(call)


async def _start(call: Call) -> Reply:
    """Answer where the bytes are to go."""
    said = _metadata(await call.document())
    announced = call.headers.get("X-Goog-Upload-Header-Content-Length")
    size = _size(announced if announced is not None else said.get("size_bytes"))
    asset = _begin(call, said)
    session = {
        "asset": asset.id,
        "received": 0,
        "size": size,
        "status": "active",
        "until": call.now + SESSION_S,
    }
    call.table(_SESSIONS).put(asset.seal, session)
    store = call.space.store
    store.publish(call.provider.slug, _SESSIONS, asset.seal, call.space.id)
    place = call.url_for(call.operation, version=call.parameters["version"])
    url = f"{place}?upload_id={asset.seal}&upload_protocol=resumable"
    return Reply.empty(
        200,
        {
            "x-goog-upload-url": url,
            "x-goog-upload-control-url": url,
            "x-goog-upload-status": "active",
            "x-goog-upload-chunk-granularity": str(CHUNK),
        },
    )


async def _go_on(call: Call) -> Reply:
    upload_id = call.query["upload_id"]
    known = call.table(_SESSIONS).get(upload_id)
    if known is None or call.now >= known["until"]:
        raise NotFoundError("upload")
    session, commands = dict(known), _commands(call)
    if not commands:
        raise refused("`X-Goog-Upload-Command` says nothing that is known.")
    if "query" in commands:
        return _told(session, {"x-goog-upload-size-received": str(session["received"])})
    if session["status"] != "active":
        raise refused(f"The upload is {session['status']} already.")
    asset = assets.get(call, session["asset"])
    if "cancel" in commands:
        assets.remove(call, asset)
        session["status"] = "cancelled"
    if "upload" in commands:
        await _take(call, asset, session)
    if "finalize" in commands:
        return await _finish(call, asset, session)
    call.table(_SESSIONS).put(upload_id, session)
    return _told(session)


async def _take(call: Call, asset: Asset, session: dict[str, Any]) -> None:
    """Keep a chunk that begins where the one before has ended."""
    data = await call.body()
    offset = whole(call.headers.get("X-Goog-Upload-Offset", "0"), most=_MAX)
    if offset is None or offset != session["received"]:
        raise refused(f"The upload goes on at offset {session['received']}.")
    received = session["received"] + len(data)
    if session["size"] is not None and received > session["size"]:
        raise refused(f"More bytes than the {session['size']} that were announced.")
    if data:
        assets.add_part(call, asset, offset, data)
    session["received"] = received


async def _finish(call: Call, asset: Asset, session: dict[str, Any]) -> Reply:
    """Make a file of what has come; answers it."""
    size = session["size"]
    if size is not None and session["received"] != size:
        raise refused(f"{session['received']} of {size} bytes have come.")
    if session["received"]:
        asset = await assets.complete(call, asset)
    else:
        asset = await assets.arrive(call, asset, b"")
    session["status"] = "final"
    call.table(_SESSIONS).put(call.query["upload_id"], session)
    return await _made(call, asset)


async def _whole(call: Call, said: Mapping[str, Any], data: bytes) -> Reply:
    """Keep a file that has come in one piece."""
    asset = _begin(call, said)
    try:
        asset = await assets.arrive(call, asset, data)
    except PayloadTooLargeError:
        assets.remove(call, asset)
        raise
    return await _made(call, asset)


async def _related(call: Call) -> Reply:
    """Keep a file that has come as `multipart/related`: metadata, then its bytes."""
    head = f"Content-Type: {call.headers.get('Content-Type', '')}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + await call.body())
    parts = message.get_payload()
    if not isinstance(parts, list) or len(parts) != 2:
        raise refused("A multipart upload must have two parts.")
    first, second = (part for part in parts if isinstance(part, Message))
    said = _metadata(call.parse(_bytes_of(first) or b"null"))
    content_type = second.get_content_type()
    return await _whole(call, {"mime_type": content_type, **said}, _bytes_of(second))


def _bytes_of(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _begin(call: Call, said: Mapping[str, Any]) -> Asset:
    """Announce a file, under the name that its client has chosen or a new one."""
    number = library.next_number(call)
    chance = call.chance.fork("file", number)
    name = said.get("name") or library.new_name(chance)
    if library.is_taken(call, name):
        raise ConflictError("file")
    content_type = call.headers.get("X-Goog-Upload-Header-Content-Type", "")
    return assets.begin(
        call,
        said.get("display_name", ""),
        (content_type or said.get("mime_type") or _BINARY)[:200],
        keep_s=float(call.setting("file_retention_s")),
        draw=lambda _: name,
        details={"number": number},
    )


async def _made(call: Call, asset: Asset) -> Reply:
    if asset.content_type.startswith("video/"):
        said = await call.services.media.facts_of(assets.read(call, asset))
        if "seconds" in said:
            asset = assets.detail(call, asset, seconds=round(said["seconds"], 3))
    told = await files.shown(call, library.find(call, asset.id))
    return shapes.told({"file": told}, {"x-goog-upload-status": "final"})


def _told(session: Mapping[str, Any], more: Mapping[str, str] | None = None) -> Reply:
    headers = {"x-goog-upload-status": session["status"], **(more or {})}
    return Reply.empty(200, headers)


def _commands(call: Call) -> set[str]:
    said = call.headers.get("X-Goog-Upload-Command", "").lower()
    return {one.strip() for one in said.split(",")} & _COMMANDS


def _metadata(document: Any) -> dict[str, Any]:
    """Return what is said of a file; its names are written in two ways.

    Raises:
        InvalidPayloadError: It is no such thing.

    Source: contract google, section 8.
    """
    if document is None:
        return {}
    said = document.get("file", document) if isinstance(document, dict) else None
    if not isinstance(said, dict):
        raise refused("`file` must be an object.")
    told: dict[str, Any] = {}
    for snake, camel in (("display_name", "displayName"), ("mime_type", "mimeType")):
        value = said.get(snake, said.get(camel))
        if value is not None and not isinstance(value, str):
            raise refused(f"`file.{snake}` must be a text.")
        if value:
            told[snake] = value
    if len(told.get("display_name", "")) > _DISPLAY_MAX:
        raise refused(f"`file.display_name` has at most {_DISPLAY_MAX} characters.")
    told["size_bytes"] = said.get("size_bytes", said.get("sizeBytes"))
    if said.get("name") is not None:
        told["name"] = _name(said["name"])
    return told


def _name(said: Any) -> str:
    found = _NAME.fullmatch(said) if isinstance(said, str) else None
    if found is None:
        raise refused("`file.name` must be `files/` and up to 40 of a-z, 0-9 and -.")
    return found[1]


def _size(said: Any) -> int | None:
    if said is None:
        return None
    size = whole(str(said), most=_MAX)
    if size is None:
        raise InvalidPayloadError(
            code="said", message="The size of a file must be a whole number."
        )
    return size
