"""Voice previews: small jobs with sound for a result."""

from typing import Any, Final

from mockserver.engine.jobs import Job
from mockserver.errors import InvalidPayloadError, Violation
from mockserver.providers.call import Call
from mockserver.providers.hourone import orders, shapes
from mockserver.providers.hourone.studio import Shelf
from mockserver.providers.hourone.videos import is_done
from mockserver.providers.reply import Reply
from mockserver.providers.wires.pydantic import entries

__all__ = ["create_voice_preview", "get_voice_preview"]

LENGTH_MAX: Final = 500


async def create_voice_preview(call: Call) -> Reply:
    """Start a voice preview; answers 201 with its `CreateVoicePreviewResponse`."""
    body = await shapes.read_body(call)
    voice = _voice(call, body)
    data = {"transcript": body["transcript"], **orders.space_headers(call)}
    job = call.submit({**data, "voice_id": voice}, payload=body)
    told = {
        "id": job.id,
        "transcript": body["transcript"],
        "voice_id": voice,
        "req_id": _req_id(call, job),
        "status": call.moment(job).step.state,
    }
    return shapes.answer(call, told, 201)


async def get_voice_preview(call: Call) -> Reply:
    """Tell how far a voice preview is: `TaskProgressResponse`."""
    job = call.find_job("task")
    moment = call.moment(job)
    told: dict[str, Any] = {
        "id": job.id,
        "req_id": _req_id(call, job),
        "status": moment.step.state,
    }
    if is_done(moment):
        told["url"] = await call.link("voice-preview-file", task_id=job.id)
    return shapes.answer(call, told)


def _voice(call: Call, body: dict[str, Any]) -> str:
    """Return the voice of the draft that a preview is for.

    Raises:
        InvalidPayloadError: There is no such draft, or there are too many words.

    Source: contract hourone, sections 3.7 and 7.
    """
    if len(body["transcript"]) > LENGTH_MAX:
        long = Violation(("transcript",), "maxLength", LENGTH_MAX, body["transcript"])
        raise InvalidPayloadError(entries=entries([long]))
    shelf = Shelf(call, ("body",))
    draft = shelf.take("source_draft_id", body["source_draft_id"])
    shapes.refuse(shelf.wrong)
    return str(draft.get("voice_id") or shelf.usual()["voice_id"])


def _req_id(call: Call, job: Job) -> str:
    return call.jobs.chance(job.ordinal).hex("req", 32)
