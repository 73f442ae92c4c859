"""Wire facts of Stupeflix: states, names, settings, error table."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

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
from mockserver.providers.provider import Secrets, Setting, Trial
from mockserver.providers.reply import Reply
from mockserver.providers.uploads import S3_ENDPOINT, UPLOADS
from mockserver.providers.wires.errors import ErrorTable
from mockserver.providers.wires.statuses import phrase

__all__ = [
    "DAY_S",
    "FAILURE",
    "MONTH_S",
    "REASONS",
    "SECRETS",
    "SETTINGS",
    "START",
    "STATES",
    "STUPEFLIX",
    "check_names",
    "error_text",
    "render_error",
    "texts",
]

STUPEFLIX: Final = "stupeflix"
DAY_S: Final = 86_400.0
MONTH_S: Final = 30 * DAY_S

STATES: Final[Mapping[str, Phase]] = {  # contract stupeflix, section 4, appendix B
    "queued": Phase.WAITING,
    "starting": Phase.RUNNING,
    "downloading": Phase.RUNNING,
    "info": Phase.RUNNING,
    "generating": Phase.RUNNING,
    "generated": Phase.RUNNING,
    "uploading": Phase.RUNNING,
    "available": Phase.SUCCEEDED,
    "error": Phase.FAILED,
    "executing": Phase.RUNNING,
    "success": Phase.SUCCEEDED,
}
FAILURE: Final = Step("error", Phase.FAILED, error="render_failed")
REASONS: Final[Mapping[str, str]] = {  # what a job's error says, by canonical name
    "render_failed": "the video could not be generated",
    "asset_missing": "an asset could not be downloaded",
    "upload_failed": "an upload failed",
}

SECRETS: Final = Secrets(
    headers=("authorization",),
    query=("Signature", "secret"),
    body=(
        "secret",
        "api_key",
        # What an order tells of its targets (contract stupeflix, section 3.4)
        "secretkey",
        "password",
        "apikey",
        "sid",
        "developerkey",
        "oauthconsumersecret",
        "oauthtoken",
        "oauthtokensecret",
        "header@value",
        "headers",
    ),
)

SETTINGS: Final = (
    Setting(
        "future_s",
        default=900.0,
        about="Seconds that a request's Date may be ahead of the space's clock.",
    ),
    Setting(
        "loose_names",
        default=False,
        about="Also allow `_`, `-` and `.` in users and resources.",
    ),
    Setting(
        "strict_definitions",
        default=False,
        about="Refuse a faulty definition with 400, not as a job's error later.",
    ),
    Setting(
        "redirects",
        default="off",
        about="Whether video, thumbnail and report redirect to storage with 307.",
        choices=("off", "media"),
    ),
    UPLOADS,
    S3_ENDPOINT,
    Setting(
        "longest_clip_s",
        default=0.0,
        about=(
            "Longer videos are cut to this many seconds when they are rendered; 0: only"
            " where a file would take too much."
        ),
    ),
    Setting(
        "referrers",
        default="",
        about=(
            "Hosts, parted by commas, whose pages may use an api_key with the Tasks"
            " API; empty for any."
        ),
    ),
    Setting(
        "callback_lead_s",
        default=0.0,
        about="Seconds by which a task's callback precedes its end.",
    ),
)

START: Final = (
    Trial(
        about="Order a video",
        method="POST",
        path="/v2/create",
        body={
            "secret": "{secret}",
            "tasks": {
                "task_name": "video.create",
                "definition": '<movie service="craftsman-1.0"><body>'
                '<effect type="none"><image color="#336699"/></effect></body></movie>',
            },
        },
        keeps={"job": "/0/key"},
    ),
    Trial(
        about="Look at its task until it has ended",
        method="POST",
        path="/v2/status",
        body={"secret": "{secret}", "tasks": ["{job}"]},
        until=("/0/status", ("success", "error")),
        keeps={"film": "/0/result/export"},
    ),
    Trial(about="Fetch its film", path="{film}", saves="film.mp4"),
)

_STRICT: Final = "[a-zA-Z0-9]"
_LOOSE: Final = "[a-zA-Z0-9_.-]"
_LONGEST: Final[Mapping[str, int]] = {"user": 48, "resource": 256}

_NO_VIDEO: Final = "NotFound: no video stored for {id}"
_INTERNAL: Final = "InternalError: an internal error occurred"
_SLOW_DOWN: Final = "SlowDown: please reduce your request rate"


def _words(status: int) -> str:
    """Return the line for a status that no other is documented for."""
    name = "".join(filter(str.isalnum, phrase(status).title()))
    return f"{name}: {phrase(status).lower()}"


ERRORS: Final = ErrorTable(  # contract stupeflix, sections 2.6 and 3
    {
        UnauthorizedError: (403, "InvalidAccessKeyId: unknown access key"),
        (UnauthorizedError, "missing"): (
            403, "AccessDenied: AccessKey, Signature and Date are required"
        ),
        (UnauthorizedError, "date"): (
            403, "RequestExpired: Date is outside the allowed window"
        ),
        (UnauthorizedError, "signature"): (
            403, "SignatureDoesNotMatch: the computed signature differs"
        ),
        ForbiddenError: (403, "AccessDenied: access denied"),
        (ForbiddenError, "link"): (403, "RequestExpired: the link is no longer valid"),
        NotFoundError: (404, "NotFound: no such resource"),
        (NotFoundError, "definition"): (
            404, "NotFound: no definition for {user}/{resource}"
        ),
        (NotFoundError, "video"): (404, _NO_VIDEO),
        (NotFoundError, "profiles"): (404, "NotFound: no profiles for {id}"),
        (NotFoundError, "preview"): (404, "NotFound: no preview was requested"),
        NotReadyError: (404, "NotFound: no video stored"),
        MethodNotAllowedError: (405, "MethodNotAllowed: use {allow}"),
        ConflictError: (409, "Conflict: not possible in this state"),
        PayloadTooLargeError: (
            413, "EntityTooLarge: the body is larger than {limit} bytes"
        ),
        UnreadableBodyError: (400, "InvalidArgument: the body cannot be read"),
        InvalidPayloadError: (400, "InvalidArgument: the request is not valid"),
        (InvalidPayloadError, "digest"): (
            400, "BadDigest: Content-MD5 does not match the body"
        ),
        (InvalidPayloadError, "name"): (
            400, "InvalidIdentifier: {which} must match {pattern}"
        ),
        (InvalidPayloadError, "definition"): (400, "InvalidDefinition: {reason}"),
        (InvalidPayloadError, "profiles"): (400, "InvalidProfiles: {reason}"),
        (InvalidPayloadError, "batch"): (400, "InvalidBatch: {reason}"),
        (InvalidPayloadError, "max-keys"): (
            400, "InvalidArgument: MaxKeys must be a positive integer"
        ),
        RateLimitError: (503, _SLOW_DOWN),
        UnavailableError: (500, _INTERNAL),
        (UnavailableError, "slow-down"): (503, _SLOW_DOWN),
    },
    words=_words,
    tells_retry=False,
)  # fmt: skip


def render_error(_call: Call, error: ProviderError) -> Reply:
    """Word an error as one line of text; never an empty body.

    Source: contract stupeflix, section 2.6.
    """
    return ERRORS.reply(error, lambda told: _line(told.text))


def _line(text: str) -> Reply:
    line = " ".join(text.split()).encode("ascii", "backslashreplace")
    return Reply(body=line, content_type="text/plain")


def check_names(call: Call, **names: str) -> None:
    """Hold `user` and `resource` against their forms.

    Raises:
        InvalidPayloadError: Code `name`.

    Source: contract stupeflix, section 7.
    """
    letters = _LOOSE if call.setting("loose_names") else _STRICT
    for which, name in names.items():
        pattern = f"{letters}{{1,{_LONGEST[which]}}}"
        if re.fullmatch(pattern, name) is None:
            raise InvalidPayloadError(code="name", which=which, pattern=pattern)


def error_text(name: str | None) -> str:
    """Return what a job's error says: the text of a canonical name, or itself."""
    return REASONS.get(name or "render_failed", name or "")


def texts(payload: Any) -> Iterable[str]:
    """Return the texts that a magic suffix may stand in: the video's title."""
    if isinstance(payload, Mapping):
        yield str((payload.get("meta") or {}).get("title", ""))
