"""Inputs: the URIs that a body names, and what is wrong with them."""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from hashlib import md5
from ipaddress import ip_address
from math import inf
from mimetypes import guess_type
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from mockserver.media.cards.prompts import named_in
from mockserver.media.sent import bytes_of
from mockserver.providers import assets
from mockserver.providers.assets import Asset
from mockserver.providers.call import Call
from mockserver.providers.kinds import Thing
from mockserver.providers.runway import uploads
from mockserver.providers.wires import sent

__all__ = ["Input", "inputs_of", "problem_of", "recorded_in", "sent_in", "source_of"]

_URL_MAX: Final = 2048
_MEGABYTE: Final = 1_000_000
_DATA: Final = re.compile(r"data:([\w.+-]+/[\w.+-]+)((?:;[\w.-]+=[\w.+-]+)*);base64,")
_INSIDE_MAX: Final = {"image": 5, "video": 16, "audio": 16}  # megabytes
_TYPES: Final[Mapping[str, frozenset[str]]] = {  # contract runway, appendix B
    "image": frozenset({"image/jpeg", "image/jpg", "image/png", "image/webp"}),
    "video": frozenset(
        {"video/mp4", "video/quicktime", "video/webm", "video/x-matroska"}
        | {"video/mpeg", "video/ogg", "video/x-flv", "video/mp2t", "video/3gpp"}
        | {"video/x-msvideo", "video/x-m4v"}
    ),
    "audio": frozenset(
        {"audio/mpeg", "audio/mp3", "audio/wav", "audio/x-wav", "audio/wave"}
        | {"audio/ogg", "audio/flac", "audio/x-flac", "audio/aac", "audio/mp4"}
        | {"audio/m4a", "audio/x-m4a", "audio/webm"}
    ),
}
_GENERIC: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})


class Input(NamedTuple):
    """One URI of a body.

    Attributes:
        path: Where it stands.
        kind: What it has to be: `image`, `video` or `audio`.
        uri: The URI.
        least_s: How long it has to be, as far as that is known.
        most_s: How long it may be.
    """

    path: tuple[str | int, ...]
    kind: str
    uri: str
    least_s: float = 0.0
    most_s: float = inf


def inputs_of(
    schema: Mapping[str, Any], value: Any, path: tuple[str | int, ...] = ()
) -> Iterator[Input]:
    """Yield the URIs of a value that fits a schema, in its order.

    One that fits several branches comes several times.
    """
    kind = schema.get("x-asset")
    if kind is not None and isinstance(value, str):
        yield Input(path, kind, value, *schema.get("x-seconds", ()))
    for branch in schema.get("anyOf", ()):
        if _is_meant(branch, value):
            yield from inputs_of(branch, value, path)
    if isinstance(value, list):
        for at, one in enumerate(value):
            yield from inputs_of(schema.get("items", {}), one, (*path, at))
    if isinstance(value, dict):
        for name, member in schema.get("properties", {}).items():
            if name in value:
                yield from inputs_of(member, value[name], (*path, name))


def _is_meant(branch: Mapping[str, Any], value: Any) -> bool:
    """Say whether a value is of a branch, by the members that name it."""
    members = branch.get("properties", {}) if isinstance(value, dict) else {}
    return all(
        "const" not in member or value.get(name) == member["const"]
        for name, member in members.items()
    )


def problem_of(call: Call, given: Input) -> str | None:
    """Return what is wrong with a URI; None if it may be used.

    Source: contract runway, appendices B and C.
    """
    if given.uri.startswith("data:"):
        return _problem_inside(given)
    if given.uri.startswith(uploads.SCHEME):
        return _problem_of_upload(call, given)
    return _problem_of_url(given.uri, is_open=bool(call.setting("allow_http_inputs")))


def _problem_of_url(url: str, *, is_open: bool) -> str | None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "Invalid URL"
    if not parts.scheme or not host or any(one.isspace() for one in url):
        return "Invalid URL"
    if parts.scheme != "https" and not (is_open and parts.scheme == "http"):
        return "Only HTTPS URLs are allowed."
    if _is_address(host) and not is_open:
        return "URLs must be hosted on a domain."
    if len(url) > _URL_MAX:
        return f"URLs must be at most {_URL_MAX} characters long."
    return None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return "." not in host.strip(".")
    return True


def _problem_inside(given: Input) -> str | None:
    found = _DATA.match(given.uri)
    if found is None:
        return "Invalid data URI."
    if found[1].lower() not in _TYPES[given.kind]:
        return "Unsupported asset type."
    try:
        size = len(b64decode(given.uri[found.end() :], validate=True))
    except (binascii.Error, ValueError):
        return "Invalid data URI."
    if not size:
        return "Invalid data URI."
    most = _INSIDE_MAX[given.kind]
    if size > most * _MEGABYTE:
        return f"Asset size exceeds the limit of {most}MB."
    return None


def _problem_of_upload(call: Call, given: Input) -> str | None:
    """Hold a `runway://` URI against the space's uploads.

    What nobody says the type of is taken by its name; what that does not tell, too.
    """
    asset = uploads.find(call, given.uri)
    if asset is None or not asset.is_there(call.now):
        return "The Runway upload URI is invalid, or the upload has expired."
    told = _type_of(asset)
    if told not in _GENERIC and told not in _TYPES[given.kind]:
        return "Unsupported asset type."
    seconds = asset.details.get("seconds")
    if seconds is not None and not given.least_s <= seconds <= given.most_s:
        return (
            f"Asset duration must be between {given.least_s:g} and {given.most_s:g}"
            " seconds."
        )
    return None


def source_of(call: Call, model: Thing, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of the clip or sound that a task is made from.

    That is so of uploads only. A performance is as long as its `reference`.

    Returns:
        `{"size"?: [width, height], "seconds"?: float}`.

    Source: contract runway, section 5.
    """
    found: dict[str, Any] = {}
    for one in inputs_of(model["input"], body):
        asset = None if one.kind == "image" else uploads.find(call, one.uri)
        if asset is not None:
            is_last = one.path[0] == "reference"
            details = dict(asset.details)
            found = {**details, **found, **({} if not is_last else _length(details))}
    return found


def sent_in(call: Call, model: Thing, body: Mapping[str, Any]) -> Iterator[sent.Input]:
    """Yield the pictures and films that a task is made from."""
    seen: set[str] = set()
    for one in inputs_of(model["input"], body):
        if one.kind not in {"image", "video"} or one.uri in seen:
            continue
        seen.add(one.uri)
        asset, data = uploads.find(call, one.uri), None
        if asset is not None and asset.is_there(call.now):
            data = assets.read(call, asset)
        name = named_in(one.uri[:_URL_MAX]) if asset is None else asset.name
        told = f"{one.path[0]}: {name}"
        yield sent.Input(told, one.kind, data=data, link=one.uri)


def recorded_in(call: Call, model: Thing, body: Mapping[str, Any]) -> dict[str, str]:
    """Return which sound or film a task is made from; equal files are the same.

    Returns:
        `{"recording": str}`, or nothing of nothing.
    """
    digest = md5(usedforsecurity=False)
    found = inputs_of(model["input"], body)
    heard = dict.fromkeys(one.uri for one in found if one.kind != "image")
    for uri in heard:
        asset = uploads.find(call, uri)
        is_here = asset is not None and asset.is_there(call.now)
        data = assets.read(call, asset) if asset and is_here else bytes_of(uri)
        told = data or uri.encode(errors="replace")
        digest.update(md5(told, usedforsecurity=False).digest())
    return {"recording": digest.hexdigest()} if heard else {}


def _length(details: Mapping[str, Any]) -> dict[str, Any]:
    return {"seconds": details["seconds"]} if "seconds" in details else {}


def _type_of(asset: Asset) -> str:
    told = asset.content_type.partition(";")[0].strip().lower()
    return guess_type(asset.name)[0] or "" if told in _GENERIC else told
