"""Lasting: which answers about a job stay as they are while the job does."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockserver.engine.jobs import Job
from mockserver.providers.call import Call
from mockserver.providers.declared.answering import Desk
from mockserver.providers.declared.model import JobKind
from mockserver.providers.handover import INSIDE
from mockserver.providers.reply import Reply
from mockserver.scenarios.written.expressions import Template, expressions

__all__ = ["lasting"]

_LINK, _PROGRESS, _PYTHON = "link.", "moment.progress", "$python"
# What follows from the request, the job and the space's switches; any other word is
# taken to follow from something else.
_STEADY: Final = frozenset(
    {
        _LINK, _PROGRESS, "call.header.", "call.method", "call.operation",
        "call.parameter.", "call.path", "call.query.", "item", "item/",
        "job.created", "job.ended", "job.id", "job.number", "kept/", "moment.error",
        "moment.phase", "moment.reason", "moment.since", "moment.state", "new.",
        "own.", "setting.", "space.name", "view",
    }
)  # fmt: skip
# Told as a number, it is another one all the time.
_FINEST: Final = 1e9


def lasting(call: Call, desk: Desk, kind: JobKind, job: Job, reply: Reply) -> Reply:
    """Return an answer that shows a job; it may be given again if all of it lasts."""
    if desk.operation.limit is not None:
        return reply  # each call is counted
    state = call.moment(job).step.state
    words = desk.words.get(state)
    if words is None:
        words = desk.words[state] = _words_of(desk, kind, state)
    if not words <= _STEADY:
        return reply
    # A link that ends is another one each time; a file in an answer is not written yet.
    is_dated = kind.media.link_s is not None or call.services.options.handover in INSIDE
    if is_dated and _LINK in words:
        return reply
    return call.lasting(reply, job, parts=_FINEST if _PROGRESS in words else 0)


def _words_of(desk: Desk, kind: JobKind, state: str) -> frozenset[str]:
    """Return all that an answer tells of a job in a state, with what it is made of."""
    operation = desk.operation
    told = [operation.body, dict(operation.headers), kind.view_in(state)]
    words = frozenset(_words(told))
    if _LINK in words:
        files = [file.kind for file in kind.files.values()]
        words |= frozenset(_words([kind.names, files]))
    return words


def _words(value: Any) -> Iterator[str]:
    """Yield the words that stand somewhere in a document, and `$python` for code."""
    if isinstance(value, Template):
        yield from (one.name for one in expressions(value))
    elif isinstance(value, Mapping):
        if _PYTHON in value:
            yield _PYTHON
        for one in value.values():
            yield from _words(one)
    elif isinstance(value, list):
        for one in value:
            yield from _words(one)
