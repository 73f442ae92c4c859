"""Message and Answer: one outgoing HTTP request as a value, and what came back."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

from multidict import CIMultiDictProxy

__all__ = ["Answer", "FileBody", "FileLike", "Form", "Message", "Part", "size_of"]


class FileLike(Protocol):
    """A file on disk whose bytes are sent, such as a `MediaFile`."""

    @property
    def path(self) -> Path:
        """Where it is; it has to stay there until it has been sent."""
        ...

    @property
    def size_bytes(self) -> int:
        """Its length, which is announced before it is read."""
        ...


@dataclass(frozen=True, slots=True)
class FileBody:
    """A file on disk, with nothing but what sending it takes.

    Attributes:
        path: Where it is.
        size_bytes: Its length.
    """

    path: Path
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Part:
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


@dataclass(frozen=True, slots=True)
class Form:
    """A `multipart/form-data` body; equal forms have equal bytes."""

    parts: tuple[Part, ...]

    @property
    def boundary(self) -> str:
        """What separates the parts."""
        heads = b"".join(part.head for part in self.parts)
        return "form" + blake2b(heads, digest_size=16).hexdigest()

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
            pieces += (line + b"\r\n" + part.head, part.body, b"\r\n")
        return (*pieces, line + b"--\r\n")


@dataclass(frozen=True, slots=True)
class Message:
    """One HTTP request to somebody else.

    Attributes:
        method: In capitals.
        url: Absolute, http or https. Path and query travel as they are written;
            a user name and password in it become Basic authentication.
        headers: Names and values, or pairs of them, in the spelling and order that
            they are sent in. `Host`, `Content-Length`, a form's `Content-Type` and,
            if there is none, a `User-Agent` and `Accept` are added.
        body: What is sent; None sends no body.
    """

    method: str
    url: str
    headers: Mapping[str, str] | tuple[tuple[str, str], ...] = ()
    body: bytes | FileLike | Form | None = None

    @property
    def header_pairs(self) -> tuple[tuple[str, str], ...]:
        """The headers as pairs of name and value."""
        headers = self.headers
        return headers if isinstance(headers, tuple) else tuple(headers.items())

    @property
    def pieces(self) -> tuple[bytes | FileLike, ...]:
        """The body's parts in order; none without a body."""
        if self.body is None:
            return ()
        return self.body.pieces if isinstance(self.body, Form) else (self.body,)

    def header(self, name: str) -> str | None:
        """Return a header's first value, or None."""
        found = (v for n, v in self.header_pairs if n.lower() == name.lower())
        return next(found, None)

    def pack(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {
            "method": self.method,
            "url": self.url,
            "headers": [list(pair) for pair in self.header_pairs],
            "body": _pack_body(self.body),
        }

    @staticmethod
    def unpack(data: Mapping[str, Any]) -> "Message":
        """Return what `pack` has packed."""
        return Message(
            data["method"],
            data["url"],
            tuple((name, value) for name, value in data["headers"]),
            _unpack_body(data["body"]),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What the destination said.

    Attributes:
        status: Its status, whatever it is.
        headers: Its headers.
        body: The beginning of its body.
        is_cut: Whether the body went on.
        elapsed_s: Real seconds from the start to the end of what was read.
        url: Who answered, after redirects.
        redirects: How many redirects were followed.
    """

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes = field(default=b"", repr=False)
    is_cut: bool = False
    elapsed_s: float = 0.0
    url: str = ""
    redirects: int = 0

    @property
    def is_success(self) -> bool:
        """Whether the status is any 2xx."""
        return 200 <= self.status <= 299

    @property
    def text(self) -> str:
        """The body's beginning as text; what is not UTF-8 is replaced."""
        return self.body.decode("utf-8", "replace")


def size_of(pieces: Iterable[bytes | FileLike]) -> int:
    """Return the length of a body in bytes."""
    return sum(len(p) if isinstance(p, bytes) else p.size_bytes for p in pieces)


def _quoted(name: str) -> str:
    # What browsers do, and what form parsers undo.
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _pack_body(body: bytes | FileLike | Form | None) -> Any:
    if body is None:
        return None
    if isinstance(body, Form):
        return {"parts": [_pack_part(part) for part in body.parts]}
    if isinstance(body, bytes):
        return {"base64": b64encode(body).decode()}
    return {"path": str(body.path), "size_bytes": body.size_bytes}


def _pack_part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "body": _pack_body(part.body),
        "filename": part.filename,
        "content_type": part.content_type,
    }


def _unpack_body(data: Any) -> bytes | FileBody | Form | None:
    if data is None:
        return None
    if "parts" in data:
        return Form(tuple(map(_unpack_part, data["parts"])))
    return _unpack_piece(data)


def _unpack_part(data: Mapping[str, Any]) -> Part:
    body = _unpack_piece(data["body"])
    return Part(data["name"], body, data["filename"], data["content_type"])


def _unpack_piece(data: Mapping[str, Any]) -> bytes | FileBody:
    if "base64" in data:
        return b64decode(data["base64"])
    return FileBody(Path(data["path"]), data["size_bytes"])
