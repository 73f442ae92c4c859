"""Files: what clients upload for their inputs, for a day."""

import hmac
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from string import ascii_lowercase, digits
from typing import Any, Final

import orjson

from mockserver.engine.chance import Chance
from mockserver.errors import (
    ForbiddenError,
    InvalidPayloadError,
    NotFoundError,
    PayloadTooLargeError,
    Violation,
)
from mockserver.providers import assets
from mockserver.providers.assets import Asset
from mockserver.providers.call import Call
from mockserver.providers.replicate import pages, wire
from mockserver.providers.reply import Reply
from mockserver.providers.wires import forms
from mockserver.providers.wires.forms import Part

__all__ = [
    "create",
    "delete",
    "download",
    "links_of",
    "list_files",
    "missing_of",
    "names_of",
    "read",
]

_BINARY: Final = "application/octet-stream"
_FIELD: Final = re.compile(r"metadata\[([^\[\]]{1,200})\]")
_NAME_MAX: Final = 200
_LINK: Final = re.compile(r"https?://([^/]+)\S*/v1/files/[0-9a-z]{26}(?:/download\S*)?")


async def create(call: Call) -> Reply:
    """Keep what a form brings as its part `content`; answers 201 with the file.

    Source: contract replicate, section 3.6.
    """
    parts = {part.name: part for part in await forms.parts(call)}
    content = parts.get("content")
    if content is None:
        raise InvalidPayloadError((Violation((), "required", "content", None),))
    said = _text(parts, "type") or content.content_type or _BINARY
    asset = assets.begin(
        call,
        (_text(parts, "filename") or content.file_name or "file")[:_NAME_MAX],
        said,
        keep_s=call.setting("file_retention_s"),
        draw=_new_id,
        details={"metadata": _metadata(parts)},
    )
    try:
        asset = await assets.arrive(call, asset, content.data)
    except PayloadTooLargeError:
        assets.remove(call, asset)
        raise
    return call.reply(_shown(call, asset), 201)


async def list_files(call: Call) -> Reply:
    """List the files that have not expired, newest first."""
    return pages.page(
        call,
        [one for one in assets.list_assets(call) if one.is_there(call.now)],
        shown=lambda one: _shown(call, one),
        position=lambda one: one.ordinal,
    )


async def read(call: Call) -> Reply:
    """Describe a file."""
    return call.reply(_shown(call, _file(call)))


async def delete(call: Call) -> Reply:
    """Forget a file; answers 204."""
    assets.remove(call, _file(call))
    return Reply.empty()


async def download(call: Call) -> Reply:
    """Serve a file to whoever has its signed link; no token is needed.

    Source: contract replicate, section 3.6.
    """
    asset = _file(call)
    if call.setting("file_signatures") == "checked":
        _check_signature(call, asset)
    return assets.served(call, asset)


def links_of(said: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts of an input that may be links, each with where it stands."""
    if isinstance(said, str):
        yield path, said
    elif isinstance(said, list):
        for number, one in enumerate(said):
            yield from links_of(one, f"{path}.{number}")
    elif isinstance(said, dict):
        for name, one in said.items():
            yield from links_of(one, f"{path}.{name}" if path else str(name))


def names_of(call: Call, said: Mapping[str, Any]) -> list[str]:
    """Return the names of the uploaded files that an input links to."""
    found = (assets.find(call, link) for _, link in links_of(said))
    return [one.name for one in found if one is not None]


def missing_of(call: Call, said: Mapping[str, Any]) -> str | None:
    """Return where an input links to one of our files that is not there, or None.

    What is elsewhere is not looked at.
    """
    ours = {call.request.host, wire.HOSTS[0]}
    for path, link in links_of(said):
        found = _LINK.fullmatch(link)
        if found is None or found[1] not in ours:
            continue
        asset = assets.find(call, link)
        if asset is None or not asset.is_there(call.now):
            return path
    return None


def _file(call: Call) -> Asset:
    asset = assets.get(call, call.parameters["file_id"])
    if not asset.is_there(call.now):
        raise NotFoundError("file")
    return asset


def _text(parts: Mapping[str, Part], name: str) -> str:
    return parts[name].data.decode("utf-8", "replace") if name in parts else ""


def _metadata(parts: Mapping[str, Part]) -> dict[str, Any]:
    """Return what a client wants to remember of a file: JSON, or a field for each.

    Raises:
        InvalidPayloadError: It is no JSON object.
    """
    part = parts.get("metadata")
    try:
        said = {} if part is None else orjson.loads(part.data or b"{}")
    except orjson.JSONDecodeError:
        said = None
    if not isinstance(said, dict):
        raise InvalidPayloadError((Violation(("metadata",), "type", "object", said),))
    named = ((_FIELD.fullmatch(name), name) for name in parts)
    return {**said, **{found[1]: _text(parts, name) for found, name in named if found}}


def _new_id(chance: Chance) -> str:
    return chance.word("id", 26, ascii_lowercase + digits)


def _shown(call: Call, asset: Asset) -> dict[str, Any]:
    """Return a file as answers show it.

    Source: contract replicate, section 3.6.
    """
    return {
        "id": asset.id,
        "name": asset.name,
        "content_type": asset.content_type,
        "size": asset.size_bytes,
        "etag": asset.md5_hex,
        "checksums": {"sha256": asset.sha256_hex, "md5": asset.md5_hex},
        "metadata": dict(asset.details["metadata"]),
        "created_at": wire.stamp(asset.created_at, places=3),
        "expires_at": wire.stamp(asset.expires_at or 0.0, places=3),
        "urls": {"get": call.url_for("get-file", file_id=asset.id)},
    }


def _check_signature(call: Call, asset: Asset) -> None:
    """Hold a link's signature against the account's signing secret.

    Raises:
        ForbiddenError: It is missing, wrong or too old.

    Source: contract replicate, section 3.6.
    """
    owner, expiry = call.query.get("owner", ""), call.query.get("expiry", "")
    account = call.world.account_of(call.space.id, wire.SLUG)
    secret = str(call.world.details("files", account).get("secret", ""))
    text = f"{owner} {asset.id} {expiry}".encode("utf-8", "surrogateescape")
    right = b64encode(hmac.new(secret.encode(), text, sha256).digest())
    told = call.query.get("signature", "").encode("utf-8", "surrogateescape")
    is_open = expiry.isascii() and expiry.isdigit() and int(expiry[:12]) > call.now
    if not secret or not is_open or not hmac.compare_digest(told, right):
        raise ForbiddenError("signature")
