"""What fal says of errors: of its infrastructure, of its models, of requests."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase, Step
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
from mockserver.providers.fal.violations import entries, entry
from mockserver.providers.reply import Reply
from mockserver.providers.wires.errors import ErrorTable, Told

__all__ = ["Failure", "failure_of", "render_error"]

_STATUS: Final = "status"
_LIMIT: Final = "concurrent_requests_limit"
_MODELS: Final[Mapping[str, tuple[int, str]]] = {  # contract fal, appendix C
    "internal_server_error": (500, "Internal server error"),
    "generation_timeout": (504, "Generation timeout"),
    "downstream_service_error": (400, "Downstream service error"),
    "downstream_service_unavailable": (500, "Downstream service unavailable"),
    "content_policy_violation": (422, "Content policy violation"),
    "no_media_generated": (422, "No media generated"),
    "image_too_small": (422, "Image too small"),
    "image_too_large": (422, "Image too large"),
    "image_load_error": (422, "Image load error"),
    "face_detection_error": (422, "Face detection error"),
    "file_download_error": (422, "File download error"),
    "file_too_large": (422, "File too large"),
    "feature_not_supported": (422, "Feature not supported"),
}
_INFRASTRUCTURE: Final[Mapping[str, tuple[int, str]]] = {  # contract fal, appendix C
    "request_timeout": (504, "Request timed out"),
    "startup_timeout": (504, "Startup timed out"),
    "runner_scheduling_failure": (503, "Runner scheduling failure"),
    "runner_connection_timeout": (503, "Runner connection timeout"),
    "runner_disconnected": (503, "Runner disconnected"),
    "runner_connection_refused": (503, "Runner connection refused"),
    "runner_connection_error": (503, "Runner connection error"),
    "runner_incomplete_response": (502, "Runner incomplete response"),
    "runner_server_error": (500, "Runner server error"),
    "internal_error": (500, "Internal error"),
    "client_disconnected": (499, "Client disconnected"),
    "client_cancelled": (499, "Request was cancelled"),
    "bad_request": (400, "Bad request"),
}
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
        NotReadyError: (400, "Request is still in progress"),
        ConflictError: (409, "Conflict"),
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


class Failure(NamedTuple):
    """How a request has failed: what its result is answered with."""

    kind: str
    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]


def failure_of(job: Job, step: Step) -> Failure | None:
    """Return how a request has failed in a step; None if it has not.

    Source: contract fal, sections 3.4 and 4, appendix C.
    """
    if step.phase is Phase.CANCELLED:
        return _infrastructure("client_cancelled")
    if step.phase is not Phase.FAILED:
        return None
    kind = step.error or "internal_server_error"
    if kind in _INFRASTRUCTURE:
        return _infrastructure(kind)
    found = job.data.get("wrong") or [{}]
    if found[0].get("type") == kind:
        return Failure(kind, 422, {"detail": found}, {"X-Fal-Retryable": "false"})
    return _of_model(kind, job.data.get("prompt"))


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


def _infrastructure(kind: str) -> Failure:
    status, text = _INFRASTRUCTURE[kind]
    headers = {"X-Fal-Error-Type": kind}
    if kind == "request_timeout":
        headers["X-Fal-Request-Timeout-Type"] = "user"
    return Failure(kind, status, {"detail": text, "error_type": kind}, headers)


def _of_model(kind: str, prompt: object) -> Failure:
    """Return a model's own failure; a text that is no type is what a 500 says."""
    status, text = _MODELS.get(kind, (500, kind))
    kind = kind if kind in _MODELS else "internal_server_error"
    place = ("prompt",) if kind == "content_policy_violation" else ()
    told = entry(kind, text, place, prompt if place else {})
    headers = {"X-Fal-Retryable": "true" if status >= 500 else "false"}
    return Failure(kind, status, {"detail": [told]}, headers)
