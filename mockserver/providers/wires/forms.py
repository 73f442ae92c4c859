"""Forms: the parts of a `multipart/form-data` body."""

from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from typing import Final

from mockserver.errors import UnreadableBodyError
from mockserver.providers.call import Call

__all__ = ["Part", "is_form", "parts"]

PARTS_MAX: Final = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form.

    Attributes:
        name: The field.
        data: Its bytes.
        file_name: What the client calls the file; None for a plain field.
        content_type: What it is; None if nobody says so.
    """

    name: str
    data: bytes
    file_name: str | None = None
    content_type: str | None = None


def is_form(call: Call) -> bool:
    """Say whether a body is a form in parts."""
    told = call.headers.get("Content-Type", "")
    return told.partition(";")[0].strip().lower() == "multipart/form-data"


async def parts(call: Call) -> list[Part]:
    """Return the parts of a body, in order.

    Raises:
        PayloadTooLargeError: It is longer than a body may be.
        UnreadableBodyError: Code `form`; it is none, or does not end.
    """
    head = Message()
    head["Content-Type"] = call.headers.get("Content-Type", "")
    boundary = head.get_boundary()
    if not is_form(call) or not boundary:
        raise _unreadable(call, "the body is no form: its Content-Type has no boundary")
    marker = b"\r\n--" + boundary.encode("utf-8", "surrogateescape")
    pieces = (b"\r\n" + await call.body()).split(marker, PARTS_MAX + 1)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        text = f"the form has no end, or more than {PARTS_MAX} parts"
        raise _unreadable(call, text)
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    head, _, data = piece.partition(b"\r\n\r\n")
    # Names come as they are in UTF-8, which the parser takes as text only.
    said = HeaderParser().parsestr(head.decode("utf-8", "replace").lstrip())
    name = said.get_param("name", "", header="Content-Disposition")
    return Part(
        name=name if isinstance(name, str) else "",
        data=data,
        file_name=said.get_filename(),
        content_type=said.get("Content-Type"),
    )


def _unreadable(call: Call, message: str) -> UnreadableBodyError:
    call.note(message)
    return UnreadableBodyError("form", message=message, offset=0)
