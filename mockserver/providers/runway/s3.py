"""The store that takes uploads: it answers as S3 does, in XML."""

from typing import Final
from xml.sax.saxutils import escape

from mockserver.errors import (
    ForbiddenError,
    InvalidPayloadError,
    NotFoundError,
    PayloadTooLargeError,
    ProviderError,
    UnreadableBodyError,
)
from mockserver.providers.reply import Reply
from mockserver.providers.wires.errors import ErrorTable, Told

__all__ = ["render_error"]

_DENIED: Final = "AccessDenied"
_ERRORS: Final = ErrorTable(  # contract runway, appendix B
    {
        ForbiddenError: (403, "Access Denied", _DENIED),
        (ForbiddenError, "expired"): (
            403,
            "Invalid according to Policy: Policy expired.",
            _DENIED,
        ),
        NotFoundError: (403, "Access Denied", _DENIED),
        InvalidPayloadError: (
            400,
            "Your proposed upload is smaller than the minimum allowed size",
            "EntityTooSmall",
        ),
        PayloadTooLargeError: (
            400,
            "Your proposed upload exceeds the maximum allowed size",
            "EntityTooLarge",
        ),
        UnreadableBodyError: (
            400,
            "The body of your POST request is not well-formed multipart/form-data.",
            "MalformedPOSTRequest",
        ),
    },
    code="InternalError",
)


def render_error(error: ProviderError) -> Reply:
    """Word an error as S3 does: `<Error><Code/><Message/></Error>`."""
    return _ERRORS.reply(error, _written)


def _written(told: Told) -> Reply:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{told.code}</Code><Message>{escape(told.text)}</Message></Error>"
    )
    return Reply.text(text, content_type="application/xml")
