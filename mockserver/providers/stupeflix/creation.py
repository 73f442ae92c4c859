"""Creating profiles: one job for each order, with its uploads and notifications."""

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.engine.jobs import Job, MediaLife
from mockserver.engine.timeline import Timeline
from mockserver.providers.call import Call
from mockserver.providers.stupeflix import (
    clips,
    documents,
    renderings,
    storage,
    targets,
    wire,
)
from mockserver.providers.stupeflix.formats import FORMATS
from mockserver.providers.stupeflix.orders import Order

__all__ = ["create"]

_KEPT = MediaLife(keep_s=wire.DAY_S, link_s=wire.DAY_S)


def create(call: Call, user: str, resource: str, orders: Iterable[Order]) -> None:
    """Start a job for each order; one that exists is started over.

    Source: contract stupeflix, section 3.4.
    """
    digest = documents.read(call, user, resource)["digest"]
    expires = documents.expires_at(call.table("definition"), f"{user}/{resource}")
    for order in orders:
        name = f"{user}/{resource}/{order['profile']}"
        data = {
            "key": "" if call.grant is None else call.grant.key,
            "user": user,
            "resource": resource,
            **order,
            "uploads": _prepared(call, name, order["uploads"]),
            "uploaded": renderings.WAITING * len(order["uploads"]),
            "movie": digest,
            "keeps_until": expires,
        }
        _start(call, name, data)


def _start(call: Call, name: str, data: dict[str, Any]) -> None:
    earlier = call.jobs.find(name)
    renders = data["meta"].get("generate") != "false"
    problem = None
    if not renders:
        problem = _missing(call, earlier)
        data["movie"] = data["movie"] if earlier is None else earlier.data["movie"]
    job = call.submit(
        data,
        payload={**data, "operation": call.operation},
        timeline=_life(call, data, problem, renders=renders),
        media=_KEPT,
        job_id=name,
    )
    storage.publish(call.space, job)
    duration_s = documents.movie_of(call.space, data["movie"])["duration_s"]
    cut = clips.cut_note(call.services, call.space, data["profile"], duration_s)
    if cut is not None:
        call.note(cut)


def _life(
    call: Call, data: Mapping[str, Any], problem: str | None, *, renders: bool
) -> Timeline:
    movie = documents.movie_of(call.space, data["movie"])
    problem = movie["problem"] or problem
    results = [upload.get("result") or {} for upload in data["uploads"]]
    failing = next((n for n, result in enumerate(results) if "error" in result), None)
    reason = ""
    if failing is not None:
        kind = data["uploads"][failing]["kind"]
        reason = f"upload {failing} ({kind}): {results[failing]['error']}"
    shape = FORMATS[data["profile"]]
    return renderings.life(
        len(data["uploads"]),
        renders_s=renderings.render_s(movie["duration_s"], shape) if renders else None,
        problem=problem,
        failing=failing,
        reason=reason,
    )


def _prepared(
    call: Call, name: str, wanted: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the uploads, with the outcome of those that need no network."""
    chance = call.chance.fork("upload", name)
    prepared = []
    for number, upload in enumerate(wanted):
        result = targets.outcome(upload, job_id=name, chance=chance.fork(number))
        known = {} if result is None else {"result": result}
        prepared.append({**upload, **known})
    return prepared


def _missing(call: Call, earlier: Job | None) -> str | None:
    """Say why there is no video that could be uploaded again, or None."""
    done = None if earlier is None else earlier.succeeded_at()
    if done is None or not done <= call.now < done + wire.DAY_S:
        return "generate is false, but there is no video to upload"
    return None
