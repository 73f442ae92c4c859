"""Problems: errors as `application/problem+json`, which several APIs speak."""

from typing import Any, Final

from mockserver.providers.reply import Reply
from mockserver.providers.wires.statuses import phrase

__all__ = ["PROBLEM", "problem"]

PROBLEM: Final = "application/problem+json"


def problem(
    status: int,
    *,
    kind: str | None = None,
    title: str | None = None,
    detail: str | None = None,
    instance: str | None = None,
    **more: Any,
) -> Reply:
    """Return a problem: `{"type"?, "title", "status", "detail"?, "instance"?, ...}`.

    Args:
        status: HTTP status; in the body, too, so that the two cannot differ.
        kind: The URI that names the kind of problem, `type` on the wire.
        title: What the kind is called; the status's reason phrase when there is none.
        detail: What went wrong this time.
        instance: The URI of this time.
        more: Members of the provider's own, in their order.

    Source: RFC 9457, sections 3.1, 3.2 and 4.2.1.
    """
    known = {
        "type": kind,
        "title": phrase(status) if title is None else title,
        "status": status,
        "detail": detail,
        "instance": instance,
    }
    told = {name: value for name, value in known.items() if value is not None}
    reply = Reply.json({**told, **more}, status)
    reply.content_type = PROBLEM
    return reply
