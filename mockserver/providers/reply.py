"""What a route answers: plain data, until the edge puts it on the wire."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final

from msgspec import Struct, field

from mockserver.engine.packing import pack
from mockserver.media.files import MediaFile
from mockserver.scenarios.faults.course import Sending

__all__ = ["JSON", "OPEN_TO_PAGES", "Reply"]

JSON = "application/json"


OPEN_TO_PAGES: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept-Ranges, Content-Length, Content-Range, ETag"
    ),
}
"""Headers of an answer that pages of any origin may read."""


class Reply(Struct):
    """One answer.

    Attributes:
        status: HTTP status.
        body: The whole body, unless `file` or `stream` is given.
        headers: Header names, spelled as they go out, and values.
        content_type: The exact `Content-Type`; empty for none.
        file: A media file, served with ranges and validators.
        modified_s: When the file came to be, in seconds since 1970.
        stream: Pieces of a body that is sent as it comes.
        document: The JSON document that `body` was made from, for response checks.
        closes: The connection is closed after the answer.
        is_whole: The whole file is sent, whatever part was asked for.
        sending: How the answer goes out when a fault says so.
        until_s: Tells until when, by the clock of its space, this is what the same
            request is answered as long as its jobs are those that they are now, and so
            are the space's switches; None where that cannot be told.
        is_same: Says whether other jobs of which it tells are as they were; None if
            it tells of none.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON
    file: MediaFile | None = None
    modified_s: float = 0.0
    stream: AsyncIterator[bytes] | None = None
    document: Any = None
    closes: bool = False
    is_whole: bool = False
    sending: Sending | None = None
    until_s: Callable[[], float] | None = None
    is_same: Callable[[], bool] | None = None

    @staticmethod
    def json(
        document: Any, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> "Reply":
        """Return a compact JSON answer."""
        # The slots are named afterwards: to name them in a call costs a poll more.
        reply = Reply(status, pack(document), dict(headers) if headers else {})
        reply.document = document
        return reply

    @staticmethod
    def text(text: str, status: int = 200, content_type: str = "text/plain") -> "Reply":
        """Return a text answer in UTF-8."""
        return Reply(status, text.encode(), content_type=content_type)

    @staticmethod
    def empty(status: int = 204, headers: Mapping[str, str] | None = None) -> "Reply":
        """Return an answer without a body or content type."""
        return Reply(status, headers=dict(headers or ()), content_type="")

    @staticmethod
    def media(
        file: MediaFile,
        *,
        modified_s: float = 0.0,
        headers: Mapping[str, str] | None = None,
    ) -> "Reply":
        """Return an answer that serves a media file, made at a virtual time.

        Pages of any origin may read it, parts and tags as well: as providers of files
        let them, of which some document that, and none documents anything else.
        """
        return Reply(
            headers={**OPEN_TO_PAGES, **(headers or {})},
            content_type=file.content_type,
            file=file,
            modified_s=modified_s,
        )

    def with_headers(self, headers: Mapping[str, str]) -> "Reply":
        """Return the answer, which has more headers now."""
        self.headers = {**self.headers, **headers}
        return self
