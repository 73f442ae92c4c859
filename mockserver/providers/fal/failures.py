"""How requests fail at fal: by their model, by the infrastructure, by their client."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase, Step
from mockserver.providers.fal.violations import entry

__all__ = ["FAILURES", "REASONS", "Failure", "failure_of"]


class Failure(NamedTuple):
    """How a request has failed: what its result is answered with."""

    kind: str
    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]


class _Kind(NamedTuple):
    """What a model may find: status, text, limits, and which input is at fault."""

    status: int
    text: str
    context: Mapping[str, Any] | None = None
    blames: str = ""


_PROMPT: Final = "prompt"
_FILE: Final = "file"
_IMAGES: Final = {"supported_formats": [".jpg", ".jpeg", ".png", ".webp"]}
_VIDEOS: Final = {"supported_formats": [".mp4", ".mov", ".webm"]}
_SOUNDS: Final = {"supported_formats": [".mp3", ".wav", ".ogg"]}
_MODELS: Final[Mapping[str, _Kind]] = {  # contract fal, appendix C
    "internal_server_error": _Kind(500, "Internal server error"),
    "generation_timeout": _Kind(504, "Generation timeout"),
    "downstream_service_error": _Kind(400, "Downstream service error"),
    "downstream_service_unavailable": _Kind(500, "Downstream service unavailable"),
    "content_policy_violation": _Kind(422, "Content policy violation", blames=_PROMPT),
    "no_media_generated": _Kind(422, "No media generated", blames=_PROMPT),
    "image_too_small": _Kind(
        422, "Image too small", {"min_height": 300, "min_width": 300}, _FILE
    ),
    "image_too_large": _Kind(
        422, "Image too large", {"max_height": 4096, "max_width": 4096}, _FILE
    ),
    "image_load_error": _Kind(422, "Image load error", blames=_FILE),
    "face_detection_error": _Kind(422, "Face detection error", blames=_FILE),
    "unsupported_image_format": _Kind(422, "Unsupported image format", _IMAGES, _FILE),
    "file_download_error": _Kind(422, "File download error", blames=_FILE),
    "file_too_large": _Kind(422, "File too large", {"max_size": 10485760}, _FILE),
    "video_duration_too_long": _Kind(
        422, "Video duration too long", {"max_duration": 60}, _FILE
    ),
    "video_duration_too_short": _Kind(
        422, "Video duration too short", {"min_duration": 2}, _FILE
    ),
    "unsupported_video_format": _Kind(422, "Unsupported video format", _VIDEOS, _FILE),
    "audio_duration_too_long": _Kind(
        422, "Audio duration too long", {"max_duration": 60}, _FILE
    ),
    "audio_duration_too_short": _Kind(
        422, "Audio duration too short", {"min_duration": 2}, _FILE
    ),
    "unsupported_audio_format": _Kind(422, "Unsupported audio format", _SOUNDS, _FILE),
    "feature_not_supported": _Kind(422, "Feature not supported"),
    "invalid_archive": _Kind(422, "Invalid archive", blames=_FILE),
    "archive_file_count_below_minimum": _Kind(
        422, "Archive file count below minimum", {"min_count": 4}, _FILE
    ),
    "archive_file_count_exceeds_maximum": _Kind(
        422, "Archive file count exceeds maximum", {"max_count": 1000}, _FILE
    ),
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
FAILURES: Final[Mapping[str, str]] = {
    "flagged": "content_policy_violation",
    "render-failed": "internal_server_error",
    "timeout": "generation_timeout",
    "unreachable-input": "file_download_error",
    **{kind: kind for kind in (*_MODELS, *_INFRASTRUCTURE)},
}
"""What can be said to be wrong, by the names of all providers, or by fal's own."""
REASONS: Final[Mapping[str, str]] = {
    **{
        name: f"The model: {kind.status}, {kind.text}."
        for name, kind in _MODELS.items()
    },
    **{
        name: f"The infrastructure: {status}, {text}."
        for name, (status, text) in _INFRASTRUCTURE.items()
    },
}
"""What each is answered with."""


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
    data = job.data
    found = data.get("wrong") or [{}]
    if found[0].get("type") == kind:
        return Failure(kind, 422, {"detail": found}, {"X-Fal-Retryable": "false"})
    return _of_model(kind, data)


def _infrastructure(kind: str) -> Failure:
    status, text = _INFRASTRUCTURE[kind]
    headers = {"X-Fal-Error-Type": kind}
    if kind == "request_timeout":
        headers["X-Fal-Request-Timeout-Type"] = "user"
    return Failure(kind, status, {"detail": text, "error_type": kind}, headers)


def _of_model(name: str, data: Mapping[str, Any]) -> Failure:
    """Return a model's own failure; a text that is no type is what a 500 says."""
    known = _MODELS.get(name) or _Kind(500, name)
    kind = name if name in _MODELS else "internal_server_error"
    place: str
    value: object
    place, value = "", {}
    if known.blames == _PROMPT:
        place, value = "prompt", data.get("prompt")
    elif known.blames == _FILE:
        place, value = data.get("file_input") or ("image_url", None)
    told = entry(
        kind, known.text, (place,) if place else (), value, context=known.context
    )
    headers = {"X-Fal-Retryable": "true" if known.status >= 500 else "false"}
    return Failure(kind, known.status, {"detail": [told]}, headers)
