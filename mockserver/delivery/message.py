"""Message and Answer: one outgoing HTTP request as a value, and what came back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from multidict import CIMultiDictProxy

from mockserver.delivery.body import Body, FileLike, pack_body, pieces_of, unpack_body

__all__ = ["Answer", "Message"]


class Message(Struct, frozen=True):
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
    body: Body = None

    @property
    def header_pairs(self) -> tuple[tuple[str, str], ...]:
        """The headers as pairs of name and value."""
        headers = self.headers
        return headers if isinstance(headers, tuple) else tuple(headers.items())

    @property
    def pieces(self) -> tuple[bytes | FileLike, ...]:
        """The body's parts in order; none without a body."""
        return pieces_of(self.body)

    def header(self, name: str) -> str | None:
        """Return a header's first value, or None."""
        found = (v for n, v in self.header_pairs if n.lower() == name.lower())
        return next(found, None)

    def with_header(self, name: str, value: str) -> "Message":
        """Return a message that says something else in a header that it has."""
        pairs = tuple(
            (own, value if own.lower() == name.lower() else old)
            for own, old in self.header_pairs
        )
        return replace(self, headers=pairs)

    def pack(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {
            "method": self.method,
            "url": self.url,
            "headers": [list(pair) for pair in self.header_pairs],
            "body": pack_body(self.body),
        }

    @staticmethod
    def unpack(data: Mapping[str, Any]) -> "Message":
        """Return what `pack` has packed."""
        return Message(
            data["method"],
            data["url"],
            tuple((name, value) for name, value in data["headers"]),
            unpack_body(data["body"]),
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
    def text(self) -> str:
        """The body's beginning as text; what is not UTF-8 is replaced."""
        return self.body.decode("utf-8", "replace")
