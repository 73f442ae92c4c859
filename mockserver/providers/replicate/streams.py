"""Streams: what a prediction logs and makes, as server-sent events."""

from collections.abc import AsyncIterator
from typing import Final

from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Phase
from mockserver.engine.waiting import changes
from mockserver.errors import NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.replicate import shapes
from mockserver.providers.reply import Reply
from mockserver.providers.wires.sse import KEEP_ALIVE, KEEP_ALIVE_S, event, streamed

__all__ = ["stream"]

_REASONS: Final = {Phase.FAILED: "error", Phase.CANCELLED: "canceled"}


async def stream(call: Call) -> Reply:
    """Stream what a prediction logs, its files and its end, from the start.

    Events have a name, an id and data; who comes back with an id gets what follows.

    Source: contract replicate, section 3.5.
    """
    job = call.find_job("stream")
    _, mark, seal = shapes.stream_names(call.space, job)
    if (call.parameters["mark"], call.parameters["seal"]) != (mark, seal):
        raise NotFoundError("stream")
    last = call.headers.get("Last-Event-ID", "").rpartition(":")[2]
    said = int(last) if last.isascii() and last.isdigit() and len(last) < 9 else 0
    return streamed(_events(call, job.id, said), {"Cache-Control": "no-store"})


async def _events(call: Call, job_id: str, said: int) -> AsyncIterator[bytes]:
    """Yield what comes after so many lines and files."""
    clock = call.space.clock
    async for job in changes(call.jobs, clock, job_id, every_s=KEEP_ALIVE_S):
        if job is None:
            yield KEEP_ALIVE
            continue
        lines = shapes.log_lines(job, call.now)
        if len(lines) > said:
            text = "".join(lines[said:]).rstrip("\n")
            said = len(lines)
            yield event(text, name="logs", number=_number(call, said))
        if call.moment(job).step.phase.is_terminal:
            async for piece in _end(call, job, said, len(lines)):
                yield piece
            return


async def _end(call: Call, job: Job, said: int, lines: int) -> AsyncIterator[bytes]:
    """Yield the files of a prediction that is over, or what is wrong, and its end."""
    step = call.moment(job).step
    seen = shapes.View(call.services, call.space, job, call.now, call.base)
    number = lines
    for output in await seen.outputs():
        number += 1
        if number > said:
            yield event(output, name="output", number=_number(call, number))
    if step.phase is Phase.FAILED:
        number += 1
        detail = {"detail": step.error or ""}
        yield event(detail, name="error", number=_number(call, number))
    reason = _REASONS.get(step.phase)
    done = {} if reason is None else {"reason": reason}
    yield event(done, name="done", number=_number(call, number + 1))


def _number(call: Call, number: int) -> str:
    return f"{int(call.now)}:{number}"
