"""What Luma says of errors: `{"detail"}`, a text or what Pydantic writes."""

from typing import Final

from mockserver.errors import (
    ConflictError,
    ForbiddenError,
    InvalidPayloadError,
    MethodNotAllowedError,
    NotFoundError,
    NotReadyError,
    PayloadTooLargeError,
    ProviderError,
    RateLimitError,
    UnauthorizedError,
    UnavailableError,
    UnreadableBodyError,
)
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.providers.wires.errors import ErrorTable, Told
from mockserver.providers.wires.pydantic2 import entries_of

__all__ = ["SAID", "render_error"]

SAID: Final = "said"
"""Code of the refusals whose words are in `message`."""

_NO_KEY: Final = (403, "Not authenticated")
_ERRORS: Final = ErrorTable(  # contract luma, sections 2, 3 and 7, appendix C
    {
        UnauthorizedError: (401, "Invalid API key"),
        (UnauthorizedError, "missing"): _NO_KEY,
        (UnauthorizedError, "malformed"): _NO_KEY,
        ForbiddenError: (403, "Forbidden"),
        (ForbiddenError, "credits"): (400, "Insufficient credits"),
        NotFoundError: (404, "Not Found"),
        (NotFoundError, "generation"): (404, "Generation not found"),
        MethodNotAllowedError: (405, "Method Not Allowed"),
        ConflictError: (409, "Conflict"),
        NotReadyError: (400, "Bad Request"),
        (NotReadyError, "going-on"): (400, "Generation is not completed"),
        PayloadTooLargeError: (413, "Request Entity Too Large"),
        UnreadableBodyError: (400, "There was an error parsing the body"),
        (UnreadableBodyError, "syntax"): (422, "JSON decode error"),
        InvalidPayloadError: (422, "Unprocessable Entity"),
        (InvalidPayloadError, SAID): (400, "{message}"),
        (InvalidPayloadError, "blocked"): (400, "Prompt not allowed"),
        RateLimitError: (429, "Too many requests"),
        UnavailableError: (500, "Internal Server Error"),
    },
    tells_retry=False,
)


def render_error(call: Call, error: ProviderError) -> Reply:
    """Word an error as FastAPI does.

    Source: contract luma, sections 2, 3 and 7, appendix C.
    """
    del call
    return _ERRORS.reply(error, lambda told: _written(told, error))


def _written(told: Told, error: ProviderError) -> Reply:
    found = entries_of(error) if told.status == 422 else None
    return Reply.json({"detail": told.text if found is None else found})
