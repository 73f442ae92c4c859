"""Shapes: operations, videos and links as answers and webhooks show them."""

from asyncio import to_thread
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase
from mockserver.providers.call import Call
from mockserver.providers.google import clips, failures, wire
from mockserver.providers.handover import INSIDE, inside, linked
from mockserver.providers.reply import Reply
from mockserver.providers.services import Services

__all__ = [
    "base64_of",
    "canonical",
    "door_link",
    "files_of",
    "gemini_operation",
    "link",
    "name_of",
    "told",
    "vertex_operation",
]

_GEMINI: Final = (
    "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse"
)
_VERTEX: Final = (
    "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse"
)
_SDK: Final = "google-genai-sdk/"


def told(document: Any, headers: Mapping[str, str] | None = None) -> Reply:
    """Return a JSON answer as Google writes them.

    Source: contract google, section 1.
    """
    reply = Reply.json(document, headers=headers)
    reply.content_type = wire.JSON
    return reply


def name_of(job: Job) -> str:
    """Return the name of an operation.

    Source: contract google, sections 3.1 and 3.3.
    """
    data = job.data
    model = data.get("model", "veo-3.1-generate-preview")
    if job.operation != wire.VERTEX:
        return f"models/{model}/operations/{job.id}"
    project, location = data.get("project", ""), data.get("location", "")
    home = f"projects/{project}/locations/{location}"
    return f"{home}/publishers/google/models/{model}/operations/{job.id}"


async def gemini_operation(call: Call, job: Job) -> dict[str, Any]:
    """Return an operation of the Gemini API as it is now.

    Source: contract google, section 3.2.
    """
    document: dict[str, Any] = {"name": name_of(job)}
    step = call.moment(job).step
    if not step.phase.is_terminal:
        return document
    document["done"] = True
    if step.phase is Phase.SUCCEEDED:
        shown = _filtered(job, [])
        videos = [await _sample(call, job, name) for name in files_of(job)]
        made = {"generatedSamples": videos, **shown}
        document["response"] = {"@type": _GEMINI, "generateVideoResponse": made}
    elif (reasons := failures.reasons_of(step)) is not None:
        shown = _filtered(job, reasons)
        document["response"] = {"@type": _GEMINI, "generateVideoResponse": shown}
    else:
        document["error"] = _error(job, call)
    return document


async def vertex_operation(call: Call, job: Job) -> dict[str, Any]:
    """Return an operation of Vertex as it is now.

    Source: contract google, section 3.3.
    """
    document: dict[str, Any] = {"name": name_of(job)}
    step = call.moment(job).step
    if not step.phase.is_terminal:
        return document
    document["done"] = True
    reasons = failures.reasons_of(step)
    if step.phase is Phase.SUCCEEDED:
        response = {"raiMediaFilteredCount": 0, **_filtered(job, []), "@type": _VERTEX}
        response["videos"] = [
            await _video(call, job, sample) for sample in range(_made(job))
        ]
        document["response"] = response
    elif reasons is not None:
        document["response"] = {**_filtered(job, reasons), "@type": _VERTEX}
    else:
        document["error"] = _error(job, call)
    return document


def link(call: Call, file_id: str) -> str:
    """Return the link to a file, in the form that its reader takes.

    Source: contract google, section 5.
    """
    how = call.setting("links")
    if how == "auto":
        how = "canonical" if _is_of_google(call) else "door"
    if how == "canonical" or call.services.options.handover == "canonical":
        return canonical(call.services, file_id)
    return linked(
        call.services.options.handover, door_link(call.services, call.base, file_id)
    )


def canonical(services: Services, file_id: str) -> str:
    """Return the link to a file at Google's own host.

    Source: contract google, section 3.2.
    """
    provider = services.providers[wire.SLUG]
    url = provider.home_url("download-file", version="v1beta", file_id=file_id)
    return f"{url}?alt=media"


def door_link(services: Services, base: str, file_id: str) -> str:
    """Return the link to a file through a door of ours."""
    provider = services.providers[wire.SLUG]
    url = provider.url(base, "download-file", version="v1beta", file_id=file_id)
    return f"{url}?alt=media"


async def base64_of(call: Call, job: Job, sample: int = 0) -> str:
    """Return a video as it stands in an answer."""
    made = await call.render(clips.video(job, sample))
    return await to_thread(lambda: b64encode(made.read()).decode())


def _is_of_google(call: Call) -> bool:
    names = ("x-goog-api-client", "User-Agent")
    return any(call.headers.get(name, "").startswith(_SDK) for name in names)


def files_of(job: Job) -> list[str]:
    """Return the files of a job that nobody has filtered."""
    files: list[str] = job.data.get("files", [])
    return files[: _made(job)]


def _made(job: Job) -> int:
    """Return how many videos a job has made."""
    data = job.data
    return max(0, int(data.get("count", 1)) - int(data.get("filtered", 0)))


def _filtered(job: Job, reasons: list[str]) -> dict[str, Any]:
    """Return what is told of the videos that were filtered; nothing if none was."""
    data = job.data
    count = int(data.get("count", 1)) if reasons else int(data.get("filtered", 0))
    if not count:
        return {}
    why = reasons or [failures.BLOCKED]
    return {"raiMediaFilteredCount": count, "raiMediaFilteredReasons": why}


async def _sample(call: Call, job: Job, file_id: str) -> dict[str, Any]:
    """Return one video of the Gemini API: a link, or what is handed over inside."""
    mode = call.services.options.handover
    if mode not in INSIDE:
        return {"video": {"uri": link(call, file_id)}}
    made = await call.render(clips.video(job, files_of(job).index(file_id)))
    text = inside(mode, await to_thread(made.read), wire.MP4)
    if mode == "inline":
        return {"video": {"encodedVideo": text, "encoding": wire.MP4}}
    return {"video": {"uri": text}}


async def _video(call: Call, job: Job, sample: int) -> dict[str, Any]:
    """Return one video of Vertex: its bytes, or where in a bucket it is."""
    objects = job.data.get("objects")
    if objects:
        return {"gcsUri": f"gs://{objects[sample]}", "mimeType": wire.MP4}
    coded = await base64_of(call, job, sample)
    return {"bytesBase64Encoded": coded, "mimeType": wire.MP4}


def _error(job: Job, call: Call) -> dict[str, Any]:
    failure = failures.failure_of(call.moment(job).step)
    return {"code": failure.code, "message": failure.message}
