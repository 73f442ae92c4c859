"""How Hour One words what goes wrong."""

from collections.abc import Mapping
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

__all__ = ["render_error"]

# Status and text by error and code (contract hourone, sections 2, 3 and 7)
_DETAIL: Final[Mapping[tuple[type[ProviderError], str], tuple[int, str]]] = {
    (UnauthorizedError, ""): (401, "Not authenticated"),
    (UnauthorizedError, "unknown"): (401, "Invalid API key"),
    (ForbiddenError, ""): (403, "Forbidden"),
    (NotFoundError, ""): (404, "Not Found"),
    (NotFoundError, "video"): (404, "Video not found"),
    (NotFoundError, "task"): (404, "Task not found"),
    (NotFoundError, "draft"): (404, "Draft not found"),
    (NotFoundError, "workflow"): (404, "Workflow not found"),
    (NotFoundError, "key"): (404, "Key not found"),
    (NotFoundError, "webhook"): (404, "Webhook not found"),
    (MethodNotAllowedError, ""): (405, "Method Not Allowed"),
    (ConflictError, ""): (409, "Conflict"),
    (PayloadTooLargeError, ""): (413, "Request Entity Too Large"),
    (RateLimitError, ""): (429, "Too Many Requests"),
    (UnreadableBodyError, ""): (400, "There was an error parsing the body"),
}


def render_error(call: Call, error: ProviderError) -> Reply:
    """Word an error as `{"detail": str | [...]}`; what is unforeseen is plain text.

    Source: contract hourone, sections 2 and 3, appendix C.
    """
    if isinstance(error, UnauthorizedError):
        return _unauthorized(call, error)
    detail = _entries(error)
    if detail is not None:
        return Reply.json({"detail": detail}, 422)
    if isinstance(error, NotFoundError) and error.code == "route":
        return _without_slash(call) or Reply.json({"detail": "Not Found"}, 404)
    known = _DETAIL.get((type(error), error.code)) or _DETAIL.get((type(error), ""))
    if known is None:
        # What the framework says when a handler breaks.
        return Reply.text("Internal Server Error", 500, "text/plain; charset=utf-8")
    reply = Reply.json({"detail": known[1]}, known[0])
    if isinstance(error, MethodNotAllowedError):
        reply.headers["Allow"] = str(error.detail["allow"])
    if isinstance(error, RateLimitError):
        reply.headers["Retry-After"] = str(int(-(-error.retry_after_s // 1)))
    return reply


def _unauthorized(call: Call, error: UnauthorizedError) -> Reply:
    status, text = _DETAIL.get((UnauthorizedError, error.code)) or (401, "")
    is_bearer = wire.needs_bearer(call)
    if error.code == "missing":
        text = "Not authenticated"
    elif is_bearer:
        text = "Invalid authentication credentials"
    status = call.setting("auth_error_status")
    headers = {"WWW-Authenticate": "Bearer"} if is_bearer and status == 401 else {}
    return Reply.json({"detail": text}, status, headers)


def _entries(error: ProviderError) -> list[Entry] | None:
    """Return the list of a 422 answer; None when the answer is another one."""
    if isinstance(error, NotReadyError):
        return [rule_entry(("path", "video_id"), "video is not ready")]
    if isinstance(error, UnreadableBodyError) and error.code == "syntax":
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
