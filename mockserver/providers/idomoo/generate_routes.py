"""The generate calls of version 2, and the state of what they make."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.engine.jobs import Job, MediaLife
from mockserver.engine.timeline import Phase, Step
from mockserver.providers.bodies import off_loop
from mockserver.providers.call import Call
from mockserver.providers.idomoo import outputs, renders, requests, rules
from mockserver.providers.idomoo.answers import request_id
from mockserver.providers.idomoo.film import Film
from mockserver.providers.idomoo.refusals import error_entry
from mockserver.providers.reply import Reply

__all__ = ["check_status", "generate_scenes", "generate_storyboard"]

_MEDIA: Final = MediaLife(issued_at_submit=True)


async def generate_storyboard(call: Call) -> Reply:
    """Render from a storyboard; answers the future links at once."""
    requests.count_generate(call)
    payload = await requests.payload(call)
    film = await renders.film_of_storyboard(call, payload)
    size_bytes, asked = len(await call.body()), payload["output"]
    renders.refuse(await off_loop(size_bytes, rules.check_output, asked))
    return await _accept(call, payload, film)


async def generate_scenes(call: Call) -> Reply:
    """Render from a timeline of scenes; answers the future links at once."""
    requests.count_generate(call)
    payload = await requests.payload(call)
    rules.require_scenes(payload["timeline"])
    film = await renders.film_of_scenes(call, payload)
    size_bytes, asked = len(await call.body()), payload["output"]
    found = await off_loop(size_bytes, rules.check_output, asked)
    found += await off_loop(size_bytes, rules.check_timeline, payload["timeline"])
    renders.refuse(found)
    return await _accept(call, payload, film)


async def check_status(call: Call) -> Reply:
    """Tell a render's state: `{"status", "id", "errors"?}`, whoever asks."""
    job = call.job
    if job is None:
        unique_id = call.parameters["unique_id"]
        return call.reply({"status": "NOT_EXIST", "id": unique_id})
    return call.lasting(call.reply(_status(job, call.moment(job).step)), job)


def _status(job: Job, step: Step) -> dict[str, Any]:
    """Return what a status read says.

    Source: contract idomoo, section 3.8.
    """
    document: dict[str, Any] = {"status": step.state, "id": job.id}
    if step.phase is Phase.FAILED:
        document["errors"] = [error_entry(step.error)]
    return document


async def _accept(call: Call, payload: Mapping[str, Any], film: Film) -> Reply:
    """Accept the render and answer it.

    Source: contract idomoo, section 3.7.
    """
    unique_id = renders.name(call, payload)
    links = renders.links(call, unique_id)
    asked = payload["output"]
    size_bytes = len(await call.body())
    document = await off_loop(size_bytes, outputs.answer, asked, film, links)
    total = outputs.total_cost(document)
    kept = await off_loop(size_bytes, outputs.kept, asked, film)
    renders.accept(call, film, kept, payload, unique_id=unique_id, media=_MEDIA)
    renders.spend(call, total)
    answer = {
        "status": "Success",
        "output": document,
        "unique_id": unique_id,
        "request_id": request_id(call),
        "total_cost": total,
        "check_status_url": links.status,
    }
    return call.reply(answer)
