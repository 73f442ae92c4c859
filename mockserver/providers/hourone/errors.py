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
from mockserver.providers.hourone import wire
from mockserver.providers.reply import Reply
from mockserver.providers.wires.errors import ErrorTable, Told
from mockserver.providers.wires.pydantic import entries_of, rule_entry

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

_NOT_READY: Final = rule_entry(("path", "video_id"), "video is not ready")


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
    if told.status == 422 and not told.text:
        is_early = isinstance(error, NotReadyError)
        return Reply.json({"detail": [_NOT_READY] if is_early else entries_of(error)})
    if told.status == 500:
        # What FastAPI says when a handler breaks.
        return Reply.text("Internal Server Error", 500, "text/plain; charset=utf-8")
    return Reply.json({"detail": told.text})


def _unauthorized(call: Call, error: UnauthorizedError) -> Reply:
    is_bearer = wire.needs_bearer(call)
    if is_bearer and error.code != "missing":
        error.code = "bearer"
    reply = ERRORS.reply(
        error,
        lambda told: Reply.json({"detail": told.text}),
        status=call.setting("auth_error_status"),
    )
    if is_bearer and reply.status == 401:
        reply.headers["WWW-Authenticate"] = "Bearer"
    return reply


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
