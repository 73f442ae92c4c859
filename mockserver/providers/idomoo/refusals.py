"""Errors on Idomoo's wire: one body, three generations of envelopes."""

from collections.abc import Mapping
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
    Violation,
)
from mockserver.providers.call import Call
from mockserver.providers.idomoo import wire
from mockserver.providers.idomoo.answers import (
    classic_failure,
    classic_reply,
    request_id,
)
from mockserver.providers.idomoo.words import schema_errors
from mockserver.providers.reply import Reply

__all__ = ["PROBLEMS", "error_entry", "render_error"]

MESSAGES: Final = {
    20: "General",
    1000: "Authorization error",
    2030: "Schema validation",
    5200: "Authorization error",
}
_NO_PERMISSION: Final = "This Account Does Not Have Permission To Use {what}: {id}."
_BUMMER: Final = "Bummer! We ran into a problem on our side. Please try again later."

# HTTP status, code and text (contract idomoo, section 3.2)
_TABLE: Final[Mapping[tuple[type[ProviderError], str], tuple[int, int, str]]] = {
    (UnauthorizedError, ""): (
        401, 1000, "Account ID or API Secret Key is not valid.",
    ),
    (NotFoundError, ""): (404, 20, "There is nothing at this address."),
    (NotFoundError, "library"): (
        404, 5200, _NO_PERMISSION.replace("{what}", "Scene Library"),
    ),
    (NotFoundError, "scene"): (404, 5200, _NO_PERMISSION.replace("{what}", "Scene")),
    (NotFoundError, "storyboard"): (
        404, 5200, _NO_PERMISSION.replace("{what}", "Storyboard"),
    ),
    (InvalidPayloadError, "key-unknown"): (400, 20, "Unknown key: {key}. {place}."),
    (InvalidPayloadError, "key-missing"): (400, 20, "Missing key: {key}. {place}."),
    (InvalidPayloadError, "key-type"): (
        400, 20, "Wrong type of key: {key}, {kind} expected. {place}.",
    ),
    (UnreadableBodyError, ""): (
        400, 2030, "Schema error: $: the body is not valid JSON",
    ),
    (MethodNotAllowedError, ""): (405, 20, "This method is not allowed here."),
    (PayloadTooLargeError, ""): (413, 20, "The request is too large."),
    (ForbiddenError, ""): (403, 20, "This is not allowed."),
    (ConflictError, ""): (409, 20, "This is not possible now."),
    (NotReadyError, ""): (404, 20, "This is not ready yet."),
    (UnavailableError, ""): (500, 20, _BUMMER),
    (UnavailableError, "render_failed"): (500, 20, "The render failed."),
    (UnavailableError, "asset"): (500, 20, "An asset could not be loaded."),
}  # fmt: skip
_RATE: Final = "Too many API calls. {} calls per minute are allowed."
_OTHER: Final = (500, 20, _BUMMER)

PROBLEMS: Final = {
    "internal": lambda: UnavailableError("internal"),
    "render_failed": lambda: UnavailableError("render_failed"),
    "asset": lambda: UnavailableError("asset"),
    "invalid": lambda: InvalidPayloadError(
        (Violation(("storyboard_id",), "type", "integer", ""),)
    ),
    "unauthorized": lambda: UnauthorizedError("unknown"),
    "rate-limited": lambda: RateLimitError(60.0),
}


def render_error(call: Call, error: ProviderError) -> Reply:
    """Word an error as the call's generation of the API does.

    Source: contract idomoo, sections 3.2 and 3.9, appendix A.
    """
    status, code, descriptions = _described(call, error)
    if call.operation == "v1-generate":
        shown = 429 if status == 429 else 200
        return classic_reply(call, classic_failure(_classic(code, descriptions)), shown)
    errors = [_entry(code, description) for description in descriptions]
    reply = Reply.json(_body(call, errors), _status(call, error, status))
    if isinstance(error, MethodNotAllowedError):
        reply.headers["Allow"] = str(error.detail["allow"])
    return reply


def error_entry(problem: str | None) -> dict[str, Any]:
    """Return the entry of a failed render.

    Source: contract idomoo, section 3.8.
    """
    known = _TABLE.get((UnavailableError, problem or "render_failed"))
    return _entry(20, known[2] if known is not None else str(problem))


def _described(call: Call, error: ProviderError) -> tuple[int, int, list[str]]:
    if isinstance(error, InvalidPayloadError) and error.violations:
        return 400, 2030, schema_errors(error.violations)
    if isinstance(error, RateLimitError):
        return 429, 20, [_RATE.format(call.setting("rate_limit_per_minute"))]
    kind = type(error)
    status, code, text = (
        _TABLE.get((kind, error.code)) or _TABLE.get((kind, "")) or _OTHER
    )
    return status, code, [text.format_map(error.detail)]


def _classic(code: int, descriptions: list[str]) -> str:
    return "Authentication failed" if code == 1000 else "; ".join(descriptions)


def _entry(code: int, description: str) -> dict[str, Any]:
    return {
        "error_code": code,
        "error_message": MESSAGES[code],
        "error_description": description,
    }


def _body(call: Call, errors: list[dict[str, Any]]) -> dict[str, Any]:
    if call.path.startswith("/api/v3/"):
        return {"request_id": request_id(call), "errors": errors}
    is_generate = call.operation in wire.GENERATE
    status = "GENERATION_FAILED" if is_generate else "Error"
    return {"status": status, "request_id": request_id(call), "errors": errors}


def _status(call: Call, error: ProviderError, status: int) -> int:
    """Return the HTTP status, which was 200 for most errors in 2018."""
    is_ours = isinstance(error, UnavailableError) and error.code in {"bug", "media"}
    if is_ours or status in {401, 429} or not call.path.startswith("/api/v2/"):
        return status
    return 200 if call.setting("error_http") == "legacy200" else status
