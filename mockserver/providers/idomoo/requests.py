"""Reading requests: JSON bodies, query parameters, uploaded files, the rate limit."""

from email.message import Message
from email.parser import BytesHeaderParser
from typing import Any, Final

from mockserver.engine.quotas import RateLimit
from mockserver.errors import (
    InvalidPayloadError,
    RateLimitError,
    UnreadableBodyError,
    Violation,
)
from mockserver.providers.call import Call
from mockserver.providers.idomoo.violations import surplus

__all__ = [
    "count_generate",
    "is_multipart",
    "missing",
    "payload",
    "uploaded_name",
]

WINDOW_S: Final = 60.0
HEAD_MAX_BYTES: Final = 16 * 1024
# Whose request may hold no member that is not in the schema, always: the official
# client strips those that a refusal names (contract idomoo, appendix A).
_STRICT: Final = frozenset({"v3-generate-scenes"})


def count_generate(call: Call) -> None:
    """Count a generate call of the account, in whichever generation of the API.

    Raises:
        RateLimitError: The limit is enforced and has been reached.

    Source: contract idomoo, section 7.
    """
    most = int(call.setting("rate_limit_per_minute"))
    limit = RateLimit(most, WINDOW_S)
    quotas = call.space.quotas
    if call.services.options.limits == "real":
        wait_s = quotas.take("generate", limit, call.now)
        if wait_s is not None:
            raise RateLimitError(wait_s)
        return
    used = quotas.count("generate", limit, call.now)
    if used > most:
        call.note(f"{used} generate calls in 60 s; Idomoo allows {most}")


async def payload(call: Call) -> Any:
    """Return the JSON body, valid against the operation's schema.

    Raises:
        UnreadableBodyError: It is not JSON.
        InvalidPayloadError: It breaks the schema.
    """
    if not (await call.body()).strip():
        raise UnreadableBodyError("syntax", message="empty")
    document = await call.payload()
    if call.operation in _STRICT or call.setting("strict_schema"):
        schemas = call.services.schemas(call.provider.slug)
        found = surplus(schemas.schema, f"{call.operation}.request", document)
        if found:
            raise InvalidPayloadError(found)
    return document


def missing(name: str) -> InvalidPayloadError:
    """Return the error for a query parameter or part that is not there."""
    return InvalidPayloadError((Violation((), "required", name, None),))


def is_multipart(call: Call) -> bool:
    """Say whether the body is a form with files."""
    content_type = call.headers.get("Content-Type", "")
    return content_type.lower().startswith("multipart/form-data")


async def uploaded_name(call: Call) -> str:
    """Return the file name of the first part `file` of a multipart body.

    Raises:
        InvalidPayloadError: There is no such part.

    Source: contract idomoo, section 3.5.
    """
    if not is_multipart(call):
        raise missing("file")
    head = Message()
    head["Content-Type"] = call.headers["Content-Type"]
    boundary = head.get_boundary()
    name = _part_name(await call.body(), f"--{boundary}".encode()) if boundary else None
    if name is None:
        raise missing("file")
    return name


def _part_name(body: bytes, marker: bytes) -> str | None:
    at = body.find(marker)
    while at >= 0:
        start = at + len(marker)
        end = body.find(b"\r\n\r\n", start, start + HEAD_MAX_BYTES)
        if end < 0:
            return None
        part = BytesHeaderParser().parsebytes(body[start:end].lstrip() + b"\r\n\r\n")
        name = part.get_filename()
        if part.get_param("name", header="Content-Disposition") == "file" and name:
            return name
        at = body.find(marker, end)
    return None
