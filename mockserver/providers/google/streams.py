"""Streams: what happens to an interaction, as server-sent events."""

from collections.abc import AsyncIterator
from typing import Any, Final

from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase
from mockserver.engine.waiting import changes
from mockserver.providers.call import Call
from mockserver.providers.google import talks
from mockserver.providers.reply import Reply
from mockserver.providers.wires.sse import KEEP_ALIVE, KEEP_ALIVE_S, event, streamed

__all__ = ["of_job"]

PIECE: Final = 1_000_000
_DONE: Final = event("[DONE]", name="done")

Told = tuple[str, dict[str, Any]]


def of_job(call: Call, job_id: str, *, after: int) -> Reply:
    """Return what streams the events of an interaction, from one on.

    Args:
        call: Who asks.
        job_id: The interaction.
        after: The number of the last event that is known already; 0 for none.

    Source: contract google, section 3.5.
    """
    return streamed(_events(call, job_id, after))


async def _events(call: Call, job_id: str, after: int) -> AsyncIterator[bytes]:
    number = 0
    clock = call.space.clock
    async for job in changes(call.jobs, clock, job_id, every_s=KEEP_ALIVE_S):
        if job is None:
            yield KEEP_ALIVE
            continue
        is_over = call.moment(job).step.phase.is_terminal
        told = [*_beginning(job)] if not number else []
        if is_over:
            told += [one async for one in _end(call, job)]
        for name, document in told:
            number += 1
            if number > after:
                yield _written(number, name, document)
        if is_over:
            break
    yield _DONE


def _written(number: int, name: str, document: dict[str, Any]) -> bytes:
    """Write an event; its type comes last."""
    said = {**document, "event_id": str(number), "event_type": name}
    return event(said, name=name)


def _beginning(job: Job) -> tuple[Told, ...]:
    named = {"id": job.id, "status": "in_progress", "object": "interaction"}
    begun = {**named, "model": job.data.get("model", "")}
    changed = {"interaction_id": job.id, "status": "in_progress"}
    return (
        ("interaction.created", {"interaction": begun}),
        ("interaction.status_update", changed),
    )


async def _end(call: Call, job: Job) -> AsyncIterator[Told]:
    """Yield the steps of an interaction that is over, and its end."""
    phase = call.moment(job).step.phase
    if phase is Phase.FAILED:
        yield "error", {"error": talks.errors(call, job)[0]}
        return
    if phase is Phase.CANCELLED:
        changed = {"interaction_id": job.id, "status": talks.status(job, call.now)}
        yield "interaction.status_update", changed
        return
    thought = {"type": "thought_signature", "signature": talks.signature(call, job)}
    for told in _step(0, "thought", [thought]):
        yield told
    delivery = str(job.data.get("delivery", "inline"))
    video = await talks.content(call, job, delivery)
    for told in _step(1, "model_output", _pieces(video)):
        yield told
    whole = {**talks.head(call, job), "usage": talks.usage(job)}
    yield "interaction.completed", {"interaction": whole}


def _step(index: int, kind: str, deltas: list[dict[str, Any]]) -> list[Told]:
    return [
        ("step.start", {"index": index, "step": {"type": kind}}),
        *(("step.delta", {"index": index, "delta": delta}) for delta in deltas),
        ("step.stop", {"index": index}),
    ]


def _pieces(video: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a video as deltas; long base64 is cut."""
    head = {"type": "video", "mime_type": video["mime_type"]}
    if "data" not in video:
        return [{**head, "uri": video["uri"]}]
    data = video["data"]
    starts = range(0, len(data), PIECE)
    return [{**head, "data": data[at : at + PIECE]} for at in starts]
