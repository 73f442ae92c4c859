"""Inputs: the pictures and videos that are sent with an order, or named by it."""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mockserver.errors import InvalidPayloadError
from mockserver.providers.call import Call
from mockserver.providers.google import library
from mockserver.providers.kinds import Thing
from mockserver.providers.wires.sent import Input

__all__ = [
    "Found",
    "bytes_in",
    "file_in",
    "is_bucket",
    "named",
    "of_instance",
    "refused",
    "webhook_of",
]

REFERENCES_MAX: Final = 3
_SOURCE_S: Final = 8.0
_PICTURES: Final = ("image/png", "image/jpeg")
_VIDEO: Final = "video/mp4"
_BUCKET: Final = re.compile(r"gs://[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](?:/\S{0,1000})?")
_FILE: Final = re.compile(r"(?:^|/)files/([a-z0-9-]{1,40})")
_URIS_MAX: Final = 10


@dataclass(slots=True)
class Found:
    """What has been sent with an order.

    Attributes:
        names: The files and buckets that are named.
        sent: The pictures and films themselves.
        has_any: There is a picture or a video.
        needs_whole: It can be made into a video of full length only.
        source_s: How long the video is that is made longer; None for none.
    """

    names: list[str] = field(default_factory=list)
    sent: list[Input] = field(default_factory=list)
    has_any: bool = False
    needs_whole: bool = False
    source_s: float | None = None


def refused(message: str) -> InvalidPayloadError:
    """Return the error that says what is wrong, in these words."""
    return InvalidPayloadError(code="said", message=message)


def named(words: Iterable[str]) -> str:
    """Return words as messages list them."""
    return ", ".join(f"`{word}`" for word in words)


def is_bucket(text: str) -> bool:
    """Say whether a text is the URI of a bucket, or of something in one."""
    return _BUCKET.fullmatch(text) is not None


def file_in(text: str) -> str | None:
    """Return the file that a link names, or a name such as `files/abc`; or None."""
    found = _FILE.search(text)
    return None if found is None else found[1]


def of_instance(
    call: Call, instance: Mapping[str, Any], model: Thing, *, is_vertex: bool
) -> Found:
    """Return what an instance has beside its prompt.

    Raises:
        ForbiddenError: It names a file that is not there.
        InvalidPayloadError: Something of it is wrong.

    Source: contract google, sections 3.1 and 3.3.
    """
    found = Found()
    for name in ("image", "lastFrame"):
        if instance.get(name) is not None:
            _picture(found, instance[name], name, is_vertex=is_vertex)
    references = instance.get("referenceImages") or []
    if not isinstance(references, list) or len(references) > REFERENCES_MAX:
        raise refused(f"`referenceImages` must hold at most {REFERENCES_MAX} images.")
    if references and not model["references"]:
        raise refused("`referenceImages` isn't supported by this model.")
    for one in references:
        _reference(found, one, is_vertex=is_vertex)
    if instance.get("video") is not None:
        if not model["extends"]:
            raise refused("`video` isn't supported by this model.")
        _source(call, found, instance["video"], is_vertex=is_vertex)
    found.needs_whole = bool(
        references or instance.get("lastFrame") or instance.get("video")
    )
    return found


def bytes_in(said: Any, name: str) -> bytes:
    """Return what some base64 stands for.

    Raises:
        InvalidPayloadError: It is none, or empty.
    """
    try:
        if isinstance(said, str) and (data := b64decode(said, validate=True)):
            return data
    except (Base64Error, ValueError):
        pass
    raise refused(f"`{name}` must hold its bytes in base64.")


def webhook_of(said: Any) -> dict[str, Any]:
    """Return whom a request wants to be told, and what to tell beside.

    Its metadata is written in two ways.

    Raises:
        InvalidPayloadError: It is no such thing.

    Source: contract google, section 3.1.
    """
    if said is None:
        return {}
    uris = said.get("uris") if isinstance(said, dict) else None
    is_list = isinstance(uris, list) and 0 < len(uris) <= _URIS_MAX
    if not is_list or not all(_is_address(one) for one in uris or ()):
        raise refused("`webhook_config.uris` must be a list of HTTP addresses.")
    metadata = said.get("user_metadata", said.get("userMetadata")) or {}
    if not isinstance(metadata, dict):
        raise refused("`webhook_config.user_metadata` must be an object.")
    return {"uris": uris, "metadata": metadata}


def _is_address(text: Any) -> bool:
    return isinstance(text, str) and text.startswith(("http://", "https://"))


def _picture(found: Found, said: Any, name: str, *, is_vertex: bool) -> None:
    """Take a picture: bytes in two wrappings, or on Vertex something in a bucket."""
    found.has_any = True
    inner = said.get("inlineData") if isinstance(said, dict) else None
    if isinstance(inner, dict):
        said = {
            "bytesBase64Encoded": inner.get("data"),
            "mimeType": inner.get("mimeType"),
        }
    if not isinstance(said, dict):
        raise refused(f"`{name}` must be an image.")
    if is_vertex and isinstance(said.get("gcsUri"), str):
        _add_bucket(found, said["gcsUri"])
        return
    data = bytes_in(said.get("bytesBase64Encoded"), name)
    if said.get("mimeType") not in _PICTURES:
        raise refused(f"`{name}.mimeType` must be one of {named(_PICTURES)}.")
    found.sent.append(Input(name.rpartition(".")[0] or name, data=data))


def _reference(found: Found, said: Any, *, is_vertex: bool) -> None:
    kind = said.get("referenceType") if isinstance(said, dict) else None
    if not isinstance(kind, str) or kind.lower() not in {"asset", "style"}:
        raise refused("`referenceType` must be one of `asset`, `style`.")
    _picture(found, said.get("image"), "referenceImages.image", is_vertex=is_vertex)


def _source(call: Call, found: Found, said: Any, *, is_vertex: bool) -> None:
    """Take the video that is to be made longer."""
    found.has_any, found.source_s = True, _SOURCE_S
    if not isinstance(said, dict):
        raise refused("`video` must be a video.")
    if is_vertex and isinstance(said.get("gcsUri"), str):
        _add_bucket(found, said["gcsUri"], "video")
        return
    if isinstance(said.get("uri"), str):
        file_id = file_in(said["uri"])
        if file_id is None:
            raise refused("`video.uri` must name a file: files/ID.")
        file = library.usable(call, file_id)
        name = f"files/{file_id}"
        found.names.append(name)
        found.sent.append(Input(name, "video", link=name))
        found.source_s = file.seconds or _SOURCE_S
        return
    data = bytes_in(said.get("encodedVideo", said.get("bytesBase64Encoded")), "video")
    if said.get("encoding", said.get("mimeType")) != _VIDEO:
        raise refused(f"`video.mimeType` must be `{_VIDEO}`.")
    found.sent.append(Input("video", "video", data=data))


def _add_bucket(found: Found, uri: str, kind: str = "image") -> None:
    if not is_bucket(uri):
        raise refused("`gcsUri` must be a Cloud Storage URI: gs://BUCKET/PATH.")
    found.names.append(uri[:200])
    found.sent.append(Input(uri.rpartition("/")[2] or uri, kind))
