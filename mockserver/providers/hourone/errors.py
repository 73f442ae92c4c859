"""How Hour One words what goes wrong."""

from typing import Final
from urllib.parse import quote

from mockserver.errors import (
    ConflictError,
    ForbiddenError,
    InvalidPayloadError,
    MethodNotAllowedError,
    NotFoundError,
    NotReadyError,
    PayloadTooLargeError,
    ProviderError,
    RateLimitError,
    UnauthorizedError,
    UnreadableBodyError,
)
from mockserver.providers.call import Call
from mockserver.providers.framework import (
    Entry,
    entries,
    rule_entry,
    unreadable_entry,
)
from mockserver.providers.hourone import wire
from mockserver.providers.reply import Reply
from mockserver.providers.wires.errors import ErrorTable, Told

__all__ = ["render_error"]

ERRORS: Final = ErrorTable(  # contract hourone, sections 2, 3 and 7
    {
        UnauthorizedError: (401, "Not authenticated"),
        (UnauthorizedError, "missing"): (401, "Not authenticated"),
        (UnauthorizedError, "unknown"): (401, "Invalid API key"),
        (UnauthorizedError, "bearer"): (401, "Invalid authentication credentials"),
        ForbiddenError: (403, "Forbidden"),
        NotFoundError: (404, "Not Found"),
        (NotFoundError, "video"): (404, "Video not found"),
        (NotFoundError, "task"): (404, "Task not found"),
        (NotFoundError, "draft"): (404, "Draft not found"),
        (NotFoundError, "workflow"): (404, "Workflow not found"),
        (NotFoundError, "key"): (404, "Key not found"),
        (NotFoundError, "webhook"): (404, "Webhook not found"),
        MethodNotAllowedError: (405, "Method Not Allowed"),
        ConflictError: (409, "Conflict"),
        PayloadTooLargeError: (413, "Request Entity Too Large"),
        RateLimitError: (429, "Too Many Requests"),
        UnreadableBodyError: (400, "There was an error parsing the body"),
        # What is wrong is told in a list.
        (UnreadableBodyError, "syntax"): (422, ""),
        InvalidPayloadError: (422, ""),
        NotReadyError: (422, ""),
    }
)


def render_error(call: Call, error: ProviderError) -> Reply:
    """Word an error as `{"detail": str | [...]}`; what is unforeseen is plain text.

    Source: contract hourone, sections 2 and 3, appendix C.
    """
    if isinstance(error, UnauthorizedError):
        return _unauthorized(call, error)
    is_lost = isinstance(error, NotFoundError) and error.code == "route"
    moved = _without_slash(call) if is_lost else None
    return moved or ERRORS.reply(error, lambda told: _write(error, told))


def _write(error: ProviderError, told: Told) -> Reply:
    told_in_list = _entries(error) if told.status == 422 else None
    if told_in_list is not None:
        return Reply.json({"detail": told_in_list})
    if told.status == 500:
        # What the framework says when a handler breaks.
        return Reply.text("Internal Server Error", 500, "text/plain; charset=utf-8")
    return Reply.json({"detail": told.text})


def _unauthorized(call: Call, error: UnauthorizedError) -> Reply:
    is_bearer = wire.needs_bearer(call)
    if is_bearer and error.code != "missing":
        error, asked = UnauthorizedError("bearer"), error.status
        error.status = asked
    reply = ERRORS.reply(
        error,
        lambda told: Reply.json({"detail": told.text}),
        status=call.setting("auth_error_status"),
    )
    if is_bearer and reply.status == 401:
        reply.headers["WWW-Authenticate"] = "Bearer"
    return reply


def _entries(error: ProviderError) -> list[Entry] | None:
    """Return the list of a 422 answer; None when the error has none."""
    if isinstance(error, NotReadyError):
        return [rule_entry(("path", "video_id"), "video is not ready")]
    if isinstance(error, UnreadableBodyError):
        return [unreadable_entry(error)]
    if isinstance(error, InvalidPayloadError):
        told = error.detail.get("entries")
        return told if isinstance(told, list) else entries(error.violations)
    return None


def _without_slash(call: Call) -> Reply | None:
    """Send a client that asks for `/videos/` to `/videos`; None for other paths.

    Source: contract hourone, section 2.
    """
    path = call.path.rstrip("/")
    match = call.provider.routes.match(call.request.method, path)
    if path == call.path or not (match.route or match.allowed):
        return None
    query = call.request.rel_url.raw_query_string
    # The rest of a path may hold what a header must not.
    target = call.base + quote(path, safe="/%:@!$&'()*+,;=~-._")
    location = f"{target}?{query}" if query else target
    return Reply.empty(307, {"Location": location})
