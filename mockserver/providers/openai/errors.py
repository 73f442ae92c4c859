"""What the OpenAI API says of errors: `{"error": {message, type, param, code}}`."""

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
from mockserver.providers.openai import wire
from mockserver.providers.reply import Reply
from mockserver.providers.wires.authorization import authorization
from mockserver.providers.wires.errors import ErrorTable, Told

__all__ = ["FAILURES", "NOT_READY", "render_error"]

_BLOCKED: Final = "Your request was blocked by our moderation system."
FAILURES: Final = {  # contract openai, section 4
    "moderation_blocked": _BLOCKED,
    "internal_error": "The server had an error while processing your request.",
}
NOT_READY: Final = (
    "Video is not ready yet, use GET /v1/videos/{video_id} to check status."
)
_NO_KEY: Final = (
    "You didn't provide an API key. You need to provide your API key in an"
    " Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or"
    " as the password field (with blank username) if you're accessing the API from your"
    " browser and are prompted for a username and password. You can obtain an API key"
    " from https://platform.openai.com/account/api-keys."
)
_WRONG_KEY: Final = (
    "Incorrect API key provided: {key}. You can find your API key at"
    " https://platform.openai.com/account/api-keys."
)
_UNREADABLE: Final = (
    "We could not parse the JSON body of your request. (HINT: This likely means you"
    " aren't using your HTTP library correctly. The OpenAI API expects a JSON payload,"
    " but what was sent was not valid JSON. If you have trouble figuring out how to fix"
    " this, please contact us through our help center at help.openai.com.)"
)
_RATE: Final = (
    "Rate limit reached for {model} in organization org-mock on requests per min"
    " (RPM): Limit {limit}, Used {limit}, Requested 1. Please try again in {seconds}s."
    " Visit https://platform.openai.com/account/rate-limits to learn more."
)
_QUOTA: Final = (
    "You exceeded your current quota, please check your plan and billing details. For"
    " more information on this error, read the docs:"
    " https://platform.openai.com/docs/guides/error-codes/api-errors."
)
_SERVER: Final = (
    "The server had an error while processing your request. Sorry about that!"
)
_OVERLOADED: Final = "The engine is currently overloaded, please try again later."
_SHORT: Final = (
    "Invalid '{param}': string too short. Expected a string with minimum length 1, but"
    " got an empty string instead."
)
_LONG: Final = (
    "Invalid '{param}': string too long. Expected a string with maximum length {limit},"
    " but got a string with length {length} instead."
)
_INVALID: Final = "invalid_request_error"

# The third of each row: type and code.
_ERRORS: Final = ErrorTable(  # contract openai, appendix B
    {
        UnauthorizedError: (401, _WRONG_KEY, (_INVALID, "invalid_api_key")),
        (UnauthorizedError, "missing"): (401, _NO_KEY, (_INVALID, None)),
        ForbiddenError: (
            403,
            "You are not allowed to do that.",
            (_INVALID, None),
        ),
        NotFoundError: (404, "Not found.", (_INVALID, None)),
        (NotFoundError, "route"): (
            404,
            "Invalid URL ({method} {path})",
            (_INVALID, None),
        ),
        (NotFoundError, "video"): (
            404,
            "Video with id '{id}' not found.",
            (_INVALID, None),
        ),
        (NotFoundError, "character"): (
            404,
            "Character with id '{id}' not found.",
            (_INVALID, None),
        ),
        (NotFoundError, "endpoint"): (
            404,
            "Webhook endpoint with id '{id}' not found.",
            (_INVALID, None),
        ),
        (NotFoundError, "file"): (
            404,
            "File with id '{id}' not found.",
            (_INVALID, None),
        ),
        (NotFoundError, "expired"): (
            404,
            "Video content has expired.",
            (_INVALID, None),
        ),
        (NotFoundError, "model"): (
            404,
            "The model '{model}' does not exist or you do not have access to it.",
            (_INVALID, "model_not_found"),
        ),
        MethodNotAllowedError: (
            405,
            "Not allowed to {method} on {path}.",
            (_INVALID, "method_not_supported"),
        ),
        NotReadyError: (404, "", (_INVALID, None)),
        ConflictError: (
            400,
            "Video must be completed before it can be remixed.",
            (_INVALID, None),
        ),
        PayloadTooLargeError: (
            413,
            "Maximum content size limit exceeded.",
            (_INVALID, None),
        ),
        UnreadableBodyError: (400, _UNREADABLE, (_INVALID, None)),
        InvalidPayloadError: (400, "Invalid request.", (_INVALID, None)),
        (InvalidPayloadError, "missing"): (
            400,
            "Missing required parameter: '{param}'.",
            (_INVALID, "missing_required_parameter"),
        ),
        (InvalidPayloadError, "unknown"): (
            400,
            "Unknown parameter: '{param}'.",
            (_INVALID, "unknown_parameter"),
        ),
        (InvalidPayloadError, "type"): (
            400,
            "Invalid type for '{param}': expected {expected}, but got {found} instead.",
            (_INVALID, "invalid_type"),
        ),
        (InvalidPayloadError, "value"): (
            400,
            "Invalid value: '{found}'. Supported values are: {expected}.",
            (_INVALID, "invalid_value"),
        ),
        (InvalidPayloadError, "said"): (400, "{message}", (_INVALID, "invalid_value")),
        (InvalidPayloadError, "short"): (400, _SHORT, (_INVALID, "string_too_short")),
        (InvalidPayloadError, "long"): (
            400,
            _LONG,
            (_INVALID, "string_above_max_length"),
        ),
        (InvalidPayloadError, "cursor"): (
            400,
            "Invalid 'after': no such item.",
            (_INVALID, "invalid_value"),
        ),
        (InvalidPayloadError, "size"): (
            400,
            "Inpaint image must match the requested width and height",
            (_INVALID, None),
        ),
        (InvalidPayloadError, "blocked"): (
            400,
            _BLOCKED,
            (_INVALID, "moderation_blocked"),
        ),
        RateLimitError: (429, _RATE, ("requests", "rate_limit_exceeded")),
        (RateLimitError, "quota"): (
            429,
            _QUOTA,
            ("insufficient_quota", "insufficient_quota"),
        ),
        UnavailableError: (500, _SERVER, ("server_error", None)),
        (UnavailableError, "overloaded"): (503, _OVERLOADED, ("server_error", None)),
    }
)
_OF_STATUS: Final = {
    401: (_INVALID, "invalid_api_key"),
    429: ("requests", "rate_limit_exceeded"),
}


def render_error(call: Call, error: ProviderError) -> Reply:
    """Word an error as `{"error": {"message", "type", "param", "code"}}`.

    Source: contract openai, appendix B.
    """
    wait_s = error.retry_after_s if isinstance(error, RateLimitError) else 0.0
    values: dict[str, object] = {
        "method": call.request.method,
        "path": call.path,
        "seconds": f"{wait_s:g}",
        "model": "sora-2",
        "limit": 25,
        "key": wire.shown_key(authorization(call)[1]),
    }
    reply = _ERRORS.reply(
        error, lambda told: Reply.json({"error": _document(told, error)}), values=values
    )
    if wait_s > 0:
        reply.headers["retry-after-ms"] = str(int(wait_s * 1000))
    return reply


def _document(told: Told, error: ProviderError) -> dict[str, Any]:
    kind, code = told.code or _OF_STATUS.get(told.status, (_INVALID, None))
    param = "after" if error.code == "cursor" else error.detail.get("param")
    is_not_ready = isinstance(error, NotReadyError) and told.status == 404
    text = NOT_READY if is_not_ready else told.text
    if told.status >= 500:
        kind, code, param = "server_error", None, None
    return {"message": text, "type": kind, "param": param, "code": code}
