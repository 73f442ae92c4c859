"""Errors on Idomoo's wire: one body, three generations of envelopes."""

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
from mockserver.providers.idomoo.violations import schema_errors
from mockserver.providers.reply import Reply
from mockserver.providers.wires.errors import ErrorTable, Told
from mockserver.providers.wires.statuses import phrase

__all__ = ["PROBLEMS", "error_entry", "render_error"]

MESSAGES: Final = {
    20: "General",
    1000: "Authorization error",
    2030: "Schema validation",
    5200: "Authorization error",
}
_NO_PERMISSION: Final = "This Account Does Not Have Permission To Use {}: {{id}}."
_BUMMER: Final = "Bummer! We ran into a problem on our side. Please try again later."


def _words(status: int) -> str:
    """Return the description for a status that no other is documented for."""
    return _BUMMER if status >= 500 else f"{phrase(status)}."


ERRORS: Final = ErrorTable(  # contract idomoo, section 3.2
    {
        UnauthorizedError: (401, "Account ID or API Secret Key is not valid.", 1000),
        NotFoundError: (404, "There is nothing at this address.", 20),
        (NotFoundError, "library"): (404, _NO_PERMISSION.format("Scene Library"), 5200),
        (NotFoundError, "scene"): (404, _NO_PERMISSION.format("Scene"), 5200),
        (NotFoundError, "storyboard"): (404, _NO_PERMISSION.format("Storyboard"), 5200),
        InvalidPayloadError: (400, "", 2030),  # each violation has its own text
        (InvalidPayloadError, "key-unknown"): (400, "Unknown key: {key}. {place}.", 20),
        (InvalidPayloadError, "key-missing"): (400, "Missing key: {key}. {place}.", 20),
        (InvalidPayloadError, "key-type"): (
            400, "Wrong type of key: {key}, {kind} expected. {place}.", 20,
        ),
        (InvalidPayloadError, "format-unknown"): (
            400, "Unknown output format: {format}.", 20,
        ),
        UnreadableBodyError: (400, "Schema error: $: the body is not valid JSON", 2030),
        MethodNotAllowedError: (405, "This method is not allowed here.", 20),
        PayloadTooLargeError: (413, "The request is too large.", 20),
        RateLimitError: (
            429, "Too many API calls. {limit} calls per minute are allowed.", 20,
        ),
        ForbiddenError: (403, "This is not allowed.", 20),
        ConflictError: (409, "This is not possible now.", 20),
        NotReadyError: (404, "This is not ready yet.", 20),
        UnavailableError: (500, _BUMMER, 20),
        (UnavailableError, "render_failed"): (500, "The render failed.", 20),
        (UnavailableError, "asset"): (500, "An asset could not be loaded.", 20),
    },
    words=_words,
    code=20,
    tells_retry=False,
)  # fmt: skip

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
    limit = {"limit": call.setting("rate_limit_per_minute")}
    reply = ERRORS.reply(error, lambda told: _write(call, error, told), values=limit)
    reply.status = _status(call, error, reply.status)
    return reply


def error_entry(problem: str | None) -> dict[str, Any]:
    """Return the entry of a failed render.

    Source: contract idomoo, section 3.8.
    """
    name = problem or "render_failed"
    is_known = (UnavailableError, name) in ERRORS
    return _entry(20, ERRORS.find(UnavailableError(name)).text if is_known else name)


def _write(call: Call, error: ProviderError, told: Told) -> Reply:
    descriptions = [told.text]
    if not told.text and isinstance(error, InvalidPayloadError):
        descriptions = schema_errors(error.violations, quotes=_is_version_3(call))
    if call.operation == "v1-generate":
        return classic_reply(call, classic_failure(_classic(told.code, descriptions)))
    return Reply.json(
        _body(call, [_entry(told.code, description) for description in descriptions])
    )


def _classic(code: int, descriptions: list[str]) -> str:
    return "Authentication failed" if code == 1000 else "; ".join(descriptions)


def _entry(code: int, description: str) -> dict[str, Any]:
    return {
        "error_code": code,
        "error_message": MESSAGES[code],
        "error_description": description,
    }


def _body(call: Call, errors: list[dict[str, Any]]) -> dict[str, Any]:
    if _is_version_3(call):
        return {"request_id": request_id(call), "errors": errors}
    is_generate = call.operation in wire.GENERATE
    status = "GENERATION_FAILED" if is_generate else "Error"
    return {"status": status, "request_id": request_id(call), "errors": errors}


def _is_version_3(call: Call) -> bool:
    return call.path.startswith("/api/v3/")


def _status(call: Call, error: ProviderError, status: int) -> int:
    """Return the HTTP status, which was 200 for most errors in 2018."""
    if call.operation == "v1-generate":
        return 429 if status == 429 else 200
    is_ours = isinstance(error, UnavailableError) and error.code in {"bug", "media"}
    if is_ours or status in {401, 429} or not call.path.startswith("/api/v2/"):
        return status
    return 200 if call.setting("error_http") == "legacy200" else status
