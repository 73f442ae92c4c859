"""Body: what a parcel has inside: bytes, a file, a form, or any of these padded."""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct, structs

__all__ = [
    "Body",
    "FileBody",
    "FileLike",
    "Form",
    "Padded",
    "Part",
    "md5_of",
    "pack_body",
    "pieces_of",
    "released",
    "size_of",
    "unpack_body",
]


class FileLike(Protocol):
    """A file on disk whose bytes are sent."""

    @property
    def path(self) -> Path:
        """Where it is; it has to stay there until it has been sent."""
        ...

    @property
    def size_bytes(self) -> int:
        """Its length, which is announced before it is read."""
        ...


class Held(Protocol):
    """What keeps a file from being removed for as long as it is held."""

    @property
    def data(self) -> bytes | None:
        """The file's bytes, if they are in memory anyway."""
        ...


@dataclass(frozen=True, slots=True)
class FileBody:
    """A file on disk.

    Attributes:
        path: Where it is.
        size_bytes: Its length.
        md5_hex: MD5 of its bytes, if that is known.
        held: Keeps it there until it has been sent, such as a `MediaFile`.
    """

    path: Path
    size_bytes: int
    md5_hex: str = ""
    held: Held | None = field(default=None, compare=False, repr=False)


class Part(Struct, frozen=True):
    """One field of a multipart form.

    Attributes:
        name: The field's name.
        body: Its value.
        filename: The file's name, if it is one.
        content_type: Its type, if one is to be said.
    """

    name: str
    body: bytes | FileLike
    filename: str | None = None
    content_type: str | None = None

    @property
    def head(self) -> bytes:
        """The part's header lines, with the empty line that ends them."""
        lines = f'Content-Disposition: form-data; name="{_quoted(self.name)}"'
        if self.filename is not None:
            lines += f'; filename="{_quoted(self.filename)}"'
        if self.content_type is not None:
            lines += f"\r\nContent-Type: {self.content_type}"
        return f"{lines}\r\n\r\n".encode()


class Form(Struct, frozen=True):
    """A `multipart/form-data` body; equal forms have equal bytes."""

    parts: tuple[Part, ...]

    @property
    def boundary(self) -> str:
        """What separates the parts."""
        heads = b"".join(part.head for part in self.parts)
        return "form" + hashlib.blake2b(heads, digest_size=16).hexdigest()

    @property
    def content_type(self) -> str:
        """The value of the message's `Content-Type` header."""
        return f"multipart/form-data; boundary={self.boundary}"

    @property
    def pieces(self) -> tuple[bytes | FileLike, ...]:
        """The whole body, in order."""
        line = b"--" + self.boundary.encode()
        pieces: list[bytes | FileLike] = []
        for part in self.parts:
            pieces += (line + b"\r\n" + part.head, *pieces_of(part.body), b"\r\n")
        return (*pieces, line + b"--\r\n")


class Padded(Struct, frozen=True):
    """A body that is filled up with blanks, which leave a JSON document what it is.

    Attributes:
        body: What it begins with.
        size_bytes: Its length in all; a body that is longer stays as it is.
    """

    body: "Body"
    size_bytes: int

    @property
    def pieces(self) -> tuple[bytes | FileLike, ...]:
        """The whole body, in order."""
        pieces = pieces_of(self.body)
        return (*pieces, b" " * (self.size_bytes - size_of(pieces)))


Body = bytes | FileLike | Form | Padded | None


def pieces_of(body: Body) -> tuple[bytes | FileLike, ...]:
    """Return a body's parts in order; none without a body."""
    if body is None:
        return ()
    if isinstance(body, Form | Padded):
        return body.pieces
    if isinstance(body, FileBody) and body.held is not None:
        return (body if body.held.data is None else body.held.data,)
    return (body,)


def size_of(pieces: Iterable[bytes | FileLike]) -> int:
    """Return the length of a body in bytes."""
    return sum(len(p) if isinstance(p, bytes) else p.size_bytes for p in pieces)


def md5_of(body: Body) -> str | None:
    """Return the MD5 of a body, of a form that of its file; None if not known."""
    if isinstance(body, Form):
        files = [part.body for part in body.parts if part.filename is not None]
        return md5_of(files[0]) if len(files) == 1 else None
    if isinstance(body, FileBody) and body.md5_hex:
        return body.md5_hex
    digest = hashlib.md5(usedforsecurity=False)
    for piece in pieces_of(body):
        if not isinstance(piece, bytes):
            return None
        digest.update(piece)
    return None if body is None else digest.hexdigest()


def released(body: Body) -> Body:
    """Return a body that keeps no file from being removed."""
    if isinstance(body, FileBody):
        return replace(body, held=None)
    if isinstance(body, Padded):
        return structs.replace(body, body=released(body.body))
    if isinstance(body, Form):
        return Form(tuple(map(_released_part, body.parts)))
    return body


def pack_body(body: Body) -> Any:
    """Return a body as JSON-able data."""
    if body is None:
        return None
    if isinstance(body, Form):
        return {"parts": [_pack_part(part) for part in body.parts]}
    if isinstance(body, Padded):
        return {"padded": pack_body(body.body), "size_bytes": body.size_bytes}
    if isinstance(body, bytes):
        return {"base64": b64encode(body).decode()}
    md5_hex = body.md5_hex if isinstance(body, FileBody) else ""
    return {"path": str(body.path), "size_bytes": body.size_bytes, "md5_hex": md5_hex}


def unpack_body(data: Any) -> bytes | FileBody | Form | Padded | None:
    """Return what `pack_body` has packed."""
    if data is None:
        return None
    if "parts" in data:
        return Form(tuple(map(_unpack_part, data["parts"])))
    if "padded" in data:
        return Padded(unpack_body(data["padded"]), data["size_bytes"])
    return _unpack_piece(data)


def _released_part(part: Part) -> Part:
    body = part.body
    if not isinstance(body, FileBody):
        return part
    return structs.replace(part, body=replace(body, held=None))


def _pack_part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "body": pack_body(part.body),
        "filename": part.filename,
        "content_type": part.content_type,
    }


def _unpack_part(data: Mapping[str, Any]) -> Part:
    body = _unpack_piece(data["body"])
    return Part(data["name"], body, data["filename"], data["content_type"])


def _unpack_piece(data: Mapping[str, Any]) -> bytes | FileBody:
    if "base64" in data:
        return b64decode(data["base64"])
    return FileBody(Path(data["path"]), data["size_bytes"], data["md5_hex"])


def _quoted(name: str) -> str:
    # What browsers do, and what form parsers undo.
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
