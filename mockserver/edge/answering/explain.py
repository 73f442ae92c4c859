"""Explain: response headers that say which job, state and rule an answer is about."""

from mockserver.edge.answering.lines import line
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply

__all__ = ["explained"]


def explained(call: Call, reply: Reply) -> Reply:
    """Return an answer with `X-Mock-*` headers; for `--explain` only."""
    said = {
        "X-Mock-Provider": call.provider.slug,
        "X-Mock-Operation": call.operation,
    }
    space, job = call.known_space, call.job
    if space is not None:
        said["X-Mock-Space"] = space.id
    if space is not None and job is not None:
        said["X-Mock-Job"] = job.id
        said["X-Mock-State"] = job.at(space.clock.now()).step.state
    if call.fault:
        said["X-Mock-Rule"] = call.fault
    if call.notes:
        said["X-Mock-Notes"] = "; ".join(call.notes)
    if call.hints:
        said["X-Mock-Hint"] = "; ".join(map(str, call.hints))
    return reply.with_headers(
        {name: line(value) for name, value in said.items() if value}
    )
