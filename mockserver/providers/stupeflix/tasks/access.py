"""Who may use the Tasks API, and how it words errors."""

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any, Final
from urllib.parse import urlsplit

from mockserver.engine.keyring import Grant
from mockserver.errors import (
    ForbiddenError,
    InvalidPayloadError,
    MethodNotAllowedError,
    NotFoundError,
    PayloadTooLargeError,
    ProviderError,
    RateLimitError,
    UnauthorizedError,
    UnavailableError,
    UnreadableBodyError,
    Violation,
)
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.providers.wires.authorization import authorization
from mockserver.providers.wires.cors import Cors
from mockserver.providers.wires.errors import ErrorTable, Told
from mockserver.providers.wires.statuses import phrase

__all__ = ["CORS", "authenticate", "is_task_call", "render_error"]

_ROOTS: Final = ("/v1/", "/v2/")
_OPEN: Final = (*_ROOTS, "/storage/tasks/")

ERRORS: Final = ErrorTable(  # contract stupeflix, appendix B; code: name and location
    {
        UnauthorizedError: (401, "bad credentials", ("secret", "header")),
        ForbiddenError: (403, "forbidden", ("request", "header")),
        (ForbiddenError, "credits"): (401, "account limit", ("secret", "header")),
        NotFoundError: (404, "not found", ("path", "url")),
        MethodNotAllowedError: (405, "method not allowed", ("method", "url")),
        PayloadTooLargeError: (413, "the body is too large", ("body", "body")),
        UnreadableBodyError: (400, "Invalid JSON", ("body", "body")),
        InvalidPayloadError: (400, "invalid request", ("body", "body")),
        RateLimitError: (503, "try later", ("request", "header")),
        UnavailableError: (503, "try later", ("request", "header")),
        (UnavailableError, "bug"): (500, "internal error", ("request", "header")),
    },
    words=lambda status: phrase(status).lower(),
    code=("request", "header"),
    tells_retry=False,
)


CORS: Final = Cors(  # contract stupeflix, appendix B: pages post JSON with an api_key
    methods="GET, POST, DELETE, OPTIONS",
    headers="Authorization, Content-Type",
    covers=lambda path: f"{path}/".startswith(_OPEN),
)


def is_task_call(call: Call) -> bool:
    """Say whether a call is for the Tasks API."""
    return f"{call.path}/".startswith(_ROOTS)


def authenticate(call: Call) -> Grant:
    """Return what a secret key, or an api_key on a known page, opens.

    Raises:
        UnauthorizedError: Neither is there, or it is unknown.

    Source: contract stupeflix, appendix B.
    """
    body = _body(call)
    found = dict([authorization(call)])
    secret = body.get("secret") or found.get("secret") or call.query.get("secret")
    if isinstance(secret, str) and secret:
        return _by_secret(call, secret)
    key = body.get("api_key") or found.get("api-key") or call.query.get("api_key")
    if isinstance(key, str) and key:
        grant = call.services.grant(call.provider.slug, key)
        if grant is not None and _is_known_page(call, grant):
            return grant
    raise UnauthorizedError("tasks")


def render_error(_call: Call, error: ProviderError) -> Reply:
    """Word an error as `{"status": "error", "errors": [...]}`.

    Each is `{"name": str, "location": str, "description": str}`.

    Source: contract stupeflix, appendix B.
    """
    return ERRORS.reply(error, lambda told: _write(error, told))


def _write(error: ProviderError, told: Told) -> Reply:
    name, location = told.code
    errors = [{"name": name, "location": location, "description": told.text}]
    if isinstance(error, InvalidPayloadError) and told.status == 400:
        errors = [_entry(violation) for violation in error.violations] or [
            {key: str(error.detail.get(key, value)) for key, value in errors[0].items()}
        ]
    return Reply.json({"status": "error", "errors": errors})


def _entry(violation: Violation) -> dict[str, str]:
    path = [str(part) for part in violation.path]
    if violation.keyword == "required":
        name = ".".join([*path, str(violation.expected)])
        return {"name": name, "location": "body", "description": "Required"}
    name = ".".join(path) or "body"
    return {"name": name, "location": "body", "description": violation.describe()}


def _body(call: Call) -> Mapping[str, Any]:
    try:
        document = call.parse(call.read_body or b"")
    except UnreadableBodyError:
        return {}
    return document if isinstance(document, dict) else {}


def _by_secret(call: Call, secret: str) -> Grant:
    slug = call.provider.slug
    call.services.learn_keys(slug)
    sent = secret.encode("utf-8", "surrogatepass")
    found = None
    for grant in call.services.spaces.keyring.grants(slug=slug):
        own = (grant.secret or "").encode()
        if own and compare_digest(own, sent) and not grant.is_revoked:
            found = grant
    if found is None:
        raise UnauthorizedError("tasks")
    return found


def _is_known_page(call: Call, grant: Grant) -> bool:
    # The call has no space yet, and so not its settings.
    space = call.services.space_of(grant)
    hosts: str = call.services.setting(grant.slug, "referrers", space)
    allowed = [host.strip() for host in hosts.split(",")]
    if not any(allowed):
        return True
    page = call.headers.get("Referer") or call.headers.get("Origin") or ""
    try:
        return (urlsplit(page).hostname or "") in allowed
    except ValueError:
        return False
