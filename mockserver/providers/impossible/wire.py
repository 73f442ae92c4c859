"""Wire facts of ImpossibleFX: states, timelines, settings, error table."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from mockserver.engine.timeline import Phase, Step, Timeline
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
from mockserver.providers.provider import Secrets, Setting, Trial, world_setting
from mockserver.providers.reply import Reply
from mockserver.providers.uploads import S3_ENDPOINT, UPLOADS
from mockserver.providers.wires.cors import Cors
from mockserver.providers.wires.errors import ErrorTable, Told
from mockserver.providers.wires.requests import request_chance

__all__ = [
    "CANCELLED",
    "CORS",
    "CREATED",
    "FAILURE",
    "HOSTS",
    "MARKS",
    "PROBLEMS",
    "SECRETS",
    "SETTINGS",
    "SLUG",
    "START",
    "STATES",
    "TIMED_OUT",
    "TIMELINES",
    "is_render_plane",
    "life",
    "region_of",
    "render_error",
    "texts",
]

SLUG: Final = "impossible"
HOSTS: Final = (  # contract impossible, section 1.1; the last is for injected labels
    "render.impossible.io",
    "render-*.impossible.io",
    "api-*.impossible.io",
    "api.impossible.io",
    "xml.impossible.io",
    "cdn.impossible.io",
    "*.impossible.io",
)
STATES: Final[Mapping[str, Phase]] = {  # contract impossible, section 4.1
    "created": Phase.WAITING,
    "rendering": Phase.RUNNING,
    "rendered": Phase.SUCCEEDED,
    "failed": Phase.FAILED,
    "cancelled": Phase.CANCELLED,
}
CREATED: Final = Step("created", Phase.WAITING)
RENDER_FAILED: Final = "render-failed"
FAILURE: Final = Step("failed", Phase.FAILED, error=RENDER_FAILED)
CANCELLED: Final = Step("cancelled", Phase.CANCELLED)
TIMED_OUT: Final = "render-timed-out"
RENDER_S: Final = 1.0
MARKS: Final = 10


@lru_cache(maxsize=1024)
def life(render_s: float, marks: int = MARKS) -> Timeline:
    """Return a render that takes so long, with marks at which progress is seen.

    Source: contract impossible, section 4.1.
    """
    return Timeline(
        (
            Step("rendering", Phase.RUNNING, render_s, progress=(0, 100), marks=marks),
            Step("rendered", Phase.SUCCEEDED, progress=(100, 100)),
        )
    )


_LIFE: Final = life(RENDER_S)
TIMELINES: Final[Mapping[str, Timeline]] = {
    "render": _LIFE,
    "create-token": _LIFE,
    "run-batch": _LIFE,
    "direct": _LIFE,
    "xml": _LIFE,
}
SECRETS: Final = Secrets(
    headers=("authorization",),
    body=(
        "aws_secret_access_key",
        "auth_secret",
        "oauth_access_token",
        "password",
        # The v2 SDK sends others' tokens under these (contract, section 6.1).
        "account",
        "container",
    ),
)
PROBLEMS: Final = {
    "invalid": lambda: InvalidPayloadError(problem="movie: is required"),
    "render-failed": lambda: UnavailableError("render-failed"),
    TIMED_OUT: lambda: UnavailableError(TIMED_OUT),
    "upload-failed": lambda: UnavailableError("upload"),
    "too-many-async": lambda: RateLimitError(code="async"),
}
START: Final = (
    Trial(
        about="Order a render",
        method="POST",
        path="/v2/render/demo-project",
        headers=MappingProxyType({"Authorization": "Bearer {key}"}),
        body={
            "movie": "welcome",
            "params": {"title": "Hi"},
            "format": "mp4",
            "async": True,
        },
        keeps={"token": "/token", "film": "/url"},
    ),
    Trial(about="Look at how far it is", path="/v2/progress/{token}"),
    Trial(
        about="Fetch its film; the answer waits for it", path="{film}", saves="film.mp4"
    ),
)
SETTINGS: Final = (
    Setting(
        "post_mode",
        default="auto",
        about="Whether a plain render request waits for the render.",
        choices=("auto", "token", "blocking"),
    ),
    Setting(
        "render_time_s",
        default=RENDER_S,
        about="Seconds that a render takes on one server.",
    ),
    Setting(
        "render_timeout_s",
        default=600.0,
        about="Seconds after which a blocking render answers 504.",
    ),
    Setting(
        "token_lifetime_s",
        default=2_592_000.0,
        about="Seconds until a token expires.",
    ),
    Setting(
        "region",
        default="us-east-1",
        about="Region in tokens when the request's host names none.",
    ),
    world_setting("closed"),
    Setting(
        "async_uploads_max",
        default=0.0,
        about="Concurrent asynchronous uploads of an account; 0: 5 with --limits real.",
    ),
    UPLOADS,
    S3_ENDPOINT,
    Setting(
        "http_upload_method",
        default="PUT",
        about="Method of uploads to a destination of type http.",
        choices=("PUT", "POST"),
    ),
    Setting(
        "strict_seed_body",
        default=False,
        about="Render requests answer with `token` and `uploads` only, as in 2017.",
    ),
    Setting(
        "strict_progress",
        default=False,
        about="Progress of a token that is not asynchronous is 404.",
    ),
    Setting(
        "strict_modes",
        default=False,
        about="Formats are served in their documented modes only.",
    ),
)

ERRORS: Final = ErrorTable(  # contract impossible, sections 2 to 7
    {
        UnauthorizedError: (401, "Unauthorized"),
        ForbiddenError: (403, "Forbidden"),
        NotFoundError: (404, "Not found"),
        (NotFoundError, "token"): (404, "Token not found"),
        (NotFoundError, "job"): (404, "Token not found"),
        (NotFoundError, "project"): (404, "Project not found"),
        (NotFoundError, "movie"): (404, "Movie not found"),
        (NotFoundError, "extension"): (404, "No movie for extension {extension}"),
        (NotFoundError, "resource"): (404, "Resource not found"),
        (NotFoundError, "batch"): (404, "Batch not found"),
        (NotFoundError, "results"): (404, "Batch has no results"),
        (NotFoundError, "progress"): (404, "No progress for this token"),
        MethodNotAllowedError: (405, "Method not allowed"),
        ConflictError: (409, "Conflict"),
        (ConflictError, "running"): (409, "Batch is running"),
        (ConflictError, "idle"): (409, "Batch is not running"),
        (ConflictError, "expired"): (410, "Token expired"),
        NotReadyError: (409, "Not ready"),
        PayloadTooLargeError: (413, "Request too large"),
        RateLimitError: (429, "Too many requests"),
        (RateLimitError, "async"): (429, "Too many asynchronous requests"),
        UnreadableBodyError: (400, "Malformed JSON"),
        InvalidPayloadError: (400, "Invalid request: {problem}"),
        (InvalidPayloadError, "movie"): (400, "movie is required"),
        (InvalidPayloadError, "format"): (400, "Unsupported format: {extension}"),
        (InvalidPayloadError, "mode"): (
            400, "Format {extension} is not available in mode {mode}"
        ),
        (InvalidPayloadError, "tasks"): (400, "tasks is required"),
        (InvalidPayloadError, "no-tasks"): (400, "Batch has no tasks"),
        (InvalidPayloadError, "sdl"): (400, "SDL program rejected"),
        UnavailableError: (500, "Internal server error"),
        (UnavailableError, "render-failed"): (500, "Render failed"),
        (UnavailableError, "told"): (500, "{words}"),
        (UnavailableError, "upload"): (500, "Upload failed"),
        (UnavailableError, "format"): (501, "Format not emulated: {extension}"),
        (UnavailableError, TIMED_OUT): (504, "Render timed out"),
    }
)  # fmt: skip
_NAMES_PROJECT: Final = frozenset({"render", "create-token"})
_REGION: Final = re.compile(r"(?:render|api)-([a-z0-9-]{1,32})\.impossible\.io")
_RENDER_PLANE: Final = re.compile(r"/v2/|/v1/(?:render|get|play|galaxy)/")


def is_render_plane(path: str) -> bool:
    """Say whether a path below the root belongs to the public plane."""
    return _RENDER_PLANE.match(path) is not None


CORS: Final = Cors(  # contract impossible, section 3.11
    methods="GET, HEAD, POST, DELETE, OPTIONS",
    headers="Authorization, Content-Type, Range",
    exposes="Content-Length, Content-Range, Accept-Ranges",
    max_age_s=86_400,
    covers=is_render_plane,
)


def region_of(call: Call) -> str:
    """Return the region that a call is for: its host's, an injected one's, the default.

    Source: contract impossible, sections 3.1.3 and 8.2.
    """
    place = f"{call.request.host}{call.request.rel_url.raw_path}".lower()
    found = _REGION.search(place)
    return found[1] if found else str(call.setting("region"))


def texts(payload: Any) -> Iterable[str]:
    """Return the texts that a magic suffix may stand in: the movies' names."""
    movie = payload.get("movie") if isinstance(payload, dict) else None
    if isinstance(movie, str):
        yield movie
    if isinstance(movie, dict):
        yield from (name for name in movie.values() if isinstance(name, str))


def render_error(call: Call, error: ProviderError) -> Reply:
    """Word an error in the one envelope that all clients read.

    Source: contract impossible, sections 2 and 3.2.
    """
    return ERRORS.reply(error, lambda told: _write(call, told))


def _write(call: Call, told: Told) -> Reply:
    request_id = f"req-{request_chance(call).hex('id', 12)}"
    document = {
        "statusCode": told.status,
        "message": told.text,
        "Message": told.text,
        "error": told.text,
        "requestId": request_id,
    }
    project = _project(call)
    if project:
        document["Project-UID"] = project
    headers = {"X-Request-Id": request_id}
    if told.status == 401 and not is_render_plane(call.path):
        headers["WWW-Authenticate"] = 'Basic realm="impossible"'
    return Reply.json(document, headers=headers)


def _project(call: Call) -> str:
    if call.operation == "render-xml":
        return call.parameters["movie"]
    own = call.parameters.get("project")
    return own or (call.parameters["id"] if call.operation in _NAMES_PROJECT else "")
