"""What Runway says of errors: `{"error", "issues"?, "docUrl"?}`."""

from typing import Any, Final

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
from mockserver.providers.runway import s3, wire
from mockserver.providers.wires.errors import ErrorTable, Told
from mockserver.providers.wires.zod import issues

__all__ = ["render_error"]

_BARE: Final = "bare"  # such an answer has no `docUrl`
_BODY: Final = "Validation of body failed"
_ERRORS: Final = ErrorTable(  # contract runway, sections 2 and 3, appendix C
    {
        UnauthorizedError: (401, "The API key is not valid."),
        (UnauthorizedError, "missing"): (
            401,
            'No API key was provided. Pass it as "Authorization: Bearer <key>".',
        ),
        (UnauthorizedError, "malformed"): (
            401,
            'The API key is not valid. Keys start with "key_".',
        ),
        ForbiddenError: (403, "Forbidden"),
        (ForbiddenError, "credits"): (
            400,
            "You do not have enough credits to run this task.",
        ),
        (ForbiddenError, "link"): (403, "Access denied", _BARE),
        NotFoundError: (404, "Not found"),
        (NotFoundError, "task"): (404, "Could not find Task", _BARE),
        MethodNotAllowedError: (405, "Method not allowed"),
        ConflictError: (409, "Conflict"),
        NotReadyError: (409, "Conflict"),
        PayloadTooLargeError: (413, "Request body is too large"),
        UnreadableBodyError: (400, "The request body is not valid JSON."),
        InvalidPayloadError: (400, _BODY),
        (InvalidPayloadError, "path"): (400, "Validation of path failed"),
        (InvalidPayloadError, "header-missing"): (
            400,
            "The {header} header was not provided.",
        ),
        (InvalidPayloadError, "header-unknown"): (
            400,
            'The {header} header "{found}" is not a supported version.',
        ),
        (InvalidPayloadError, "on-behalf-of"): (
            400,
            "X-Runway-On-Behalf-Of request header was not specified for task creation",
            _BARE,
        ),
        RateLimitError: (429, "Your daily task limit has been reached."),
        UnavailableError: (500, "Internal server error"),
    }
)


def render_error(call: Call, error: ProviderError) -> Reply:
    """Word an error as Runway does; the store of uploads speaks XML.

    Source: contract runway, sections 2 and 3, appendices B and C.
    """
    if call.operation == "upload":
        return s3.render_error(error)
    is_versioned = error.code in {"header-missing", "header-unknown"}
    status = int(call.setting("missing_version_status")) if is_versioned else None
    return _ERRORS.reply(error, lambda told: _written(told, error), status=status)


def _written(told: Told, error: ProviderError) -> Reply:
    document: dict[str, Any] = {"error": told.text}
    if isinstance(error, InvalidPayloadError) and told.status == 400:
        found = error.detail.get("issues") or issues(error.violations)
        if found:
            document["issues"] = found
    if told.code != _BARE:
        document["docUrl"] = wire.DOCS
    return Reply.json(document)
