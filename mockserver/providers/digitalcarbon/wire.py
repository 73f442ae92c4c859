"""Wire facts of DigitalCarbon: states, timeline, credentials, error table."""

from collections.abc import Iterable, Mapping, Sequence
from os.path import commonprefix
from types import MappingProxyType
from typing import Any, Final

from msgspec.structs import replace

from mockserver.engine.chance import Chance
from mockserver.engine.clock import iso
from mockserver.engine.jobs import Job
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
from mockserver.media.cards.prompts import named_in
from mockserver.providers.call import Call
from mockserver.providers.provider import (
    Credential,
    Secrets,
    Setting,
    Trial,
    world_setting,
)
from mockserver.providers.reply import Reply
from mockserver.providers.uploads import UPLOADS
from mockserver.providers.wires.errors import ErrorTable
from mockserver.providers.wires.pydantic import entries_of
from mockserver.providers.wires.statuses import phrase

__all__ = [
    "FAILURE",
    "SECRETS",
    "SETTINGS",
    "SIZES",
    "START",
    "STATES",
    "TIMELINES",
    "credential",
    "kept",
    "render_error",
    "results",
    "status",
    "template",
    "texts",
]

DURATION_S: Final = 30

STATES: Final[Mapping[str, Phase]] = {  # contract digitalcarbon, section 4
    "queued": Phase.WAITING,
    "processing": Phase.RUNNING,
    "completed": Phase.SUCCEEDED,
    "failed": Phase.FAILED,
}
TIMELINES: Final[Mapping[str, Timeline]] = {
    # 15 to 20 minutes in all (contract digitalcarbon, section 7)
    "generate-video": Timeline(
        (
            Step("queued", Phase.WAITING, (20.0, 40.0)),
            Step("processing", Phase.RUNNING, (880.0, 1160.0)),
            Step("completed", Phase.SUCCEEDED),
        )
    )
}
FAILURE: Final = Step("failed", Phase.FAILED, error="Rendering failed")
SECRETS: Final = Secrets(headers=("x-api-key",))

_NAME_MAX: Final = 80
_LINK_MAX: Final = 500
SIZES: Final[Mapping[str, Mapping[str, tuple[int, int]]]] = {
    # contract digitalcarbon, section 5; px, width and height
    "full": {
        "16:9": (1920, 1080),
        "1:1": (1080, 1080),
        "4:5": (1080, 1350),
        "9:16": (1080, 1920),
    },
    "small": {
        "16:9": (640, 360),
        "1:1": (480, 480),
        "4:5": (432, 540),
        "9:16": (360, 640),
    },
}

SETTINGS: Final = (
    world_setting("strict_templates"),
    Setting(
        "shape_errors",
        default=422,
        about="Status of bodies of a wrong shape; 400 tells only the first message.",
        choices=(422, 400),
    ),
    Setting(
        "fetch_inputs",
        default="off",
        about="Whether image URLs are really asked for when a job is made.",
        choices=("off", "head", "get"),
    ),
    Setting(
        "invalid_images",
        default="",
        about="Regular expression; image URLs that contain it count as invalid.",
        is_pattern=True,
    ),
    # The documentation's own upload URL is one that is not reached (contract
    # digitalcarbon, section 6).
    replace(UPLOADS, default="send"),
    Setting(
        "upload_method",
        default="PUT",
        about="Method with which a video goes to its upload URL.",
        choices=("PUT", "POST"),
    ),
    Setting(
        "upload_connect_timeout_s",
        default=10.0,
        about="Seconds to reach the upload URL.",
    ),
    Setting(
        "upload_timeout_s",
        default=30.0,
        about="Seconds that an upload may take in all.",
    ),
)

_KEY_HEADER: Final = MappingProxyType({"X-API-Key": "{key}"})
START: Final = (
    Trial(
        about="Order a video",
        method="POST",
        path="/v1-beta/generate-video",
        headers=_KEY_HEADER,
        body={
            "files": [{"url": "https://example.com/image1.jpg"}],
            "template_params": {
                "template_id": "ActiveListing1",
                "property_details": {"address": "123 Main St", "price": "$500,000"},
            },
        },
        keeps={"job": "/job_id"},
    ),
    Trial(
        about="Look at its status until it has ended",
        path="/v1-beta/generate-video/{job}/status",
        headers=_KEY_HEADER,
        until=("/status", ("completed", "failed")),
    ),
    Trial(
        about="Fetch its results",
        path="/v1-beta/generate-video/{job}/results",
        headers=_KEY_HEADER,
    ),
)

INTERNAL: Final = "An internal error occurred"


def _words(status: int) -> str:
    """Return the text for a status that no other is documented for."""
    return INTERNAL if status >= 500 else phrase(status)


ERRORS: Final = ErrorTable(  # contract digitalcarbon, sections 2, 3, appendix C
    {
        UnauthorizedError: (401, "API Key is missing or invalid"),
        NotFoundError: (404, "Job not found"),
        (NotFoundError, "route"): (404, "Not Found"),
        (NotFoundError, "media"): (404, "Not Found"),
        MethodNotAllowedError: (405, "Method Not Allowed"),
        UnreadableBodyError: (400, "There was an error parsing the body"),
        NotReadyError: (400, "Job is not completed yet"),
        PayloadTooLargeError: (413, "Request Entity Too Large"),
        RateLimitError: (429, "Too Many Requests"),
        # Never documented; scenarios may ask for them all the same.
        ForbiddenError: (403, "Forbidden"),
        ConflictError: (409, "Conflict"),
        UnavailableError: (500, INTERNAL),
        (UnavailableError, "no-results"): (500, "Job completed but no results found"),
        (UnavailableError, "upload"): (500, "Failed to upload video: {reason}"),
        (InvalidPayloadError, "job-id"): (400, "Invalid job ID format"),
        (InvalidPayloadError, "photos"): (400, "Maximum of 100 photos allowed"),
        (InvalidPayloadError, "images"): (400, "Invalid image URLs: {urls}"),
        (InvalidPayloadError, "template"): (400, "Invalid template_id: {template_id}"),
    },
    words=_words,
)


def credential(chance: Chance) -> Credential:
    """Draw a new API key."""
    return Credential({"api_key": f"dc_{chance.hex('key', 32)}"}, key="api_key")


def render_error(call: Call, error: ProviderError) -> Reply:
    """Word an error as `{"detail": ...}`.

    A body of a wrong shape is told as a list under 422, the first message under 400.

    Source: contract digitalcarbon, sections 2 and 3, appendices A and C.
    """
    wrong = entries_of(error)
    if wrong is None or error.status not in {None, 400, 422}:
        return ERRORS.reply(error, lambda told: Reply.json({"detail": told.text}))
    status = error.status or call.setting("shape_errors")
    return Reply.json({"detail": wrong if status == 422 else wrong[0]["msg"]}, status)


def template(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return `template_params`, completed from the top level.

    The documentation lists four of its members outside; its example has them inside.

    Source: contract digitalcarbon, section 3.1.
    """
    inside = payload["template_params"]
    outside = ("soundtrack_url", "logo_url", "property_details", "contact_details")
    found = {name: payload.get(name) for name in outside}
    return {**found, **{k: v for k, v in inside.items() if v is not None}}


def kept(files: Sequence[Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """Return what to remember of a request: enough to draw and describe its video."""
    details = params.get("property_details") or {}
    contact = params.get("contact_details") or {}
    links = [_kept_link(file["url"]) for file in files]
    # Photos lie in one place, most of them; a job has up to a hundred.
    base = commonprefix(links) if len(links) > 1 else ""  # noqa: RUF071 - of characters
    data = {
        "template_id": params["template_id"],
        "aspect_ratio": params.get("aspect_ratio") or "1:1",
        "photo_count": len(files),
        "photos_base": base,
        "photos": [link[len(base) :] for link in links],
        "logo": _kept_link(params.get("logo_url")),
        "soundtrack": params.get("soundtrack_url"),
        "property": [
            details[k] for k in ("address", "price", "details") if details.get(k)
        ],
        "contact": [contact[k] for k in ("name", "phone", "website") if contact.get(k)],
    }
    return {name: value for name, value in data.items() if value}


def _kept_link(link: object) -> str:
    """Return a link as it is kept; of what holds the file itself, its kind."""
    text = str(link or "")
    return text if len(text) <= _LINK_MAX else named_in(text)[:_NAME_MAX]


def status(step: Step) -> dict[str, str]:
    """Return what a status read says: `{"status", "error_message"?}`.

    Source: contract digitalcarbon, section 3.2.
    """
    if step.phase is Phase.FAILED and step.error:
        return {"status": step.state, "error_message": step.error}
    return {"status": step.state}


def results(job: Job, *, size: tuple[int, int], **urls: str) -> dict[str, Any]:
    """Return the job response data of a completed job.

    Args:
        job: A job that has succeeded.
        size: Width and height of its video, in px.
        urls: `video_url` and `thumbnail_url`, absolute.

    Source: contract digitalcarbon, section 3.3.
    """
    data = job.data
    return {
        "job_id": job.id,
        "status": "completed",
        **urls,
        "duration": DURATION_S,
        "aspect_ratio": data["aspect_ratio"],
        "width": size[0],
        "height": size[1],
        "template_id": data["template_id"],
        "photo_count": data["photo_count"],
        "created_at": iso(job.created_at),
        "completed_at": iso(job.ends_at),
    }


def texts(payload: Any) -> Iterable[str]:
    """Return the texts that a magic suffix may stand in: the template's id."""
    yield str(payload["template_params"]["template_id"])
