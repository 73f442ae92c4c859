"""Streams: where a request stands, and what models make, as server-sent events."""

from collections.abc import AsyncIterator

from mockserver.engine.waiting import changes
from mockserver.providers.call import Call
from mockserver.providers.fal import shapes
from mockserver.providers.fal.failures import failure_of
from mockserver.providers.wires.sse import KEEP_ALIVE, KEEP_ALIVE_S, event

__all__ = ["outputs", "standings"]


async def standings(call: Call, job_id: str, *, logs: bool) -> AsyncIterator[bytes]:
    """Yield where a request stands whenever that changes, with its new log lines.

    Source: contract fal, section 3.3.
    """
    said, before = 0, None
    clock = call.space.clock
    async for job in changes(call.jobs, clock, job_id, every_s=KEEP_ALIVE_S):
        if job is None:
            yield KEEP_ALIVE
            continue
        told = shapes.status(call, job, logs=logs)
        if told == before:
            continue
        before = dict(told)
        if logs:
            told["logs"], said = told["logs"][said:], len(told["logs"])
        yield event(told)


async def outputs(call: Call, job_id: str) -> AsyncIterator[bytes]:
    """Yield how far a model is, and at last what it has made.

    Source: contract fal, section 3.7.
    """
    last = None
    clock = call.space.clock
    async for job in changes(call.jobs, clock, job_id, every_s=KEEP_ALIVE_S):
        if job is None:
            yield KEEP_ALIVE
            continue
        last = job
        progress = call.moment(job).progress
        if progress is not None:
            yield event({"progress": round(progress / 100, 2)})
    if last is not None and call.moment(last).step.phase.is_terminal:
        failure = failure_of(last, call.moment(last).step)
        if failure is not None:
            yield event(failure.body)
        else:
            yield event(await shapes.output(call.services, call.space, last, call.base))
