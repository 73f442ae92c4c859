"""What fal says of refusals."""

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
from mockserver.providers.fal.violations import entries
from mockserver.providers.reply import Reply
from mockserver.providers.wires.errors import ErrorTable, Told

__all__ = ["render_error"]

_STATUS: Final = "status"
_LIMIT: Final = "concurrent_requests_limit"
_ERRORS: Final = ErrorTable(  # contract fal, sections 2, 3 and 7
    {
        UnauthorizedError: (401, "invalid key credentials"),
        (UnauthorizedError, "malformed"): (401, "bearer: unable to decode issuer"),
        (UnauthorizedError, "rest"): (401, "Authorization header is required"),
        (UnauthorizedError, "missing"): (
            401,
            (
                'Cannot access application "{app}". Authentication is required to'
                " access this application."
            ),
        ),
        ForbiddenError: (403, "Forbidden"),
        (ForbiddenError, "balance"): (
            403,
            (
                "User is locked. Reason: Exhausted balance. Top up your balance at"
                " fal.ai/dashboard/billing"
            ),
        ),
        NotFoundError: (404, "Not Found"),
        (NotFoundError, "app"): (404, 'Application "{name}" not found'),
        (NotFoundError, "job"): (404, "NOT_FOUND", _STATUS),
        MethodNotAllowedError: (405, "Method Not Allowed"),
        NotReadyError: (400, "Bad Request"),
        (NotReadyError, "going-on"): (400, "Request is still in progress"),
        ConflictError: (409, "Conflict"),
        (ConflictError, "parts"): (400, "Invalid parts"),
        (ConflictError, "over"): (400, "ALREADY_COMPLETED", _STATUS),
        PayloadTooLargeError: (413, "Request Entity Too Large"),
        UnreadableBodyError: (400, "Invalid JSON body"),
        InvalidPayloadError: (422, "Unprocessable Entity"),
        RateLimitError: (429, "Too Many Requests"),
        (RateLimitError, "queue"): (429, "The queue is longer than was asked for"),
        (RateLimitError, _LIMIT): (429, "Too many concurrent requests", _LIMIT),
        UnavailableError: (500, "Internal Server Error"),
    }
)


def render_error(call: Call, error: ProviderError) -> Reply:
    """Word an error as `{"detail"}`, or as `{"status"}` where a request is named.

    Source: contract fal, sections 2 and 3, appendix C.
    """
    del call
    return _ERRORS.reply(error, lambda told: _written(told, error))


def _written(told: Told, error: ProviderError) -> Reply:
    if told.code == _STATUS:
        return Reply.json({"status": told.text})
    if told.code == _LIMIT:
        document = {"detail": told.text, "error_type": _LIMIT}
        headers = {"X-Fal-Error-Type": _LIMIT, "X-Fal-Needs-Retry": "1"}
        return Reply.json(document, headers=headers)
    found = error.violations if isinstance(error, InvalidPayloadError) else ()
    if found and told.status == 422:
        headers = {"X-Fal-Retryable": "false"}
        return Reply.json({"detail": entries(found)}, headers=headers)
    return Reply.json({"detail": told.text})
