"""Hinting: why a call was refused, what there is instead, what would allow it."""

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Final

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
from mockserver.providers.hints import Hint

__all__ = ["told", "unmatched"]

_SEARCHED_MAX: Final = 100


def told(call: Call, error: ProviderError) -> tuple[Hint, ...]:
    """Return why a call was refused: what its provider says of it, or what we know.

    A fault that a rule has asked for is no refusal of ours.
    """
    if call.fault is not None:
        return ()
    if call.hints:
        return call.hints
    for kind, hint in _HINTS.items():
        if isinstance(error, kind):
            return (hint(call, error),)
    return ()


def unmatched(method: str, path: str, slugs: Iterable[str]) -> Hint:
    """Return why a request is for no provider."""
    known = [f"/{slug}/" for slug in slugs]
    first = f"/{path.lstrip('/').partition('/')[0]}/"
    allow = "a path below one of these or /_mock/, or a provider's own host"
    return Hint.of(f"a provider for {method} {path}", first, known, allow)


def _unauthorized(call: Call, error: ProviderError) -> Hint:
    slug = call.provider.slug
    headers = ", ".join(call.provider.secrets.headers) or "the body"
    if error.code == "unknown":
        sought = f"a credential of {call.provider.title} that is known"
    else:
        why = f" ({error.code})" if error.code else ""
        sought = f"a credential of {call.provider.title} in {headers}{why}"
    allow = (
        f"mockserver credentials add {slug} KEY [--secret SECRET], --credential"
        f" {slug}:KEY[:SECRET], a world file, or --auth open if it is strict;"
        " mockserver credentials list tells which there are"
    )
    return Hint.of(sought, "", (), allow)


def _forbidden(call: Call, error: ProviderError) -> Hint:
    sought = f"permission for {call.operation} {error.code}".strip()
    allow = "a credential of the account that it belongs to; mockserver credentials"
    return Hint.of(sought, "", (), allow)


def _method(call: Call, error: ProviderError) -> Hint:
    allowed = str(error.detail.get("allow", "")).split(", ")
    method = call.request.method
    sought = f"{method} at {call.path}"
    return Hint(sought, tuple(filter(None, allowed)), (), "one of these methods")


def _missing(call: Call, error: ProviderError) -> Hint:
    if call.route is None or error.code == "route":
        return _route(call)
    code = error.code or "job"
    named = [*call.parameters.values(), *map(str, error.detail.values())]
    found = named[0] if named else ""
    allow = "an id of this space; mockserver jobs list shows its jobs"
    space = call.known_space
    if space is None:
        known: list[str] = []
    else:
        jobs = islice(call.jobs.list_jobs(), _SEARCHED_MAX)
        known = [job.id for job in jobs]
    elsewhere = _elsewhere(call, found)
    if elsewhere is not None:
        allow = f"the credential of the space {elsewhere}, which has it"
    sought = f"{code} {found!r}" if found else code
    return Hint.of(sought, found, known, allow)


def _elsewhere(call: Call, job_id: str) -> str | None:
    """Return another space that has the job, if it is open."""
    slug, own = call.provider.slug, call.known_space
    for space in islice(call.services.spaces, _SEARCHED_MAX):
        if space is own or slug not in space.slugs():
            continue
        if space.jobs(slug).find(job_id) is not None:
            return space.id
    return None


def _route(call: Call) -> Hint:
    """Name the paths that are most like the one that was asked for."""
    method, path = call.request.method, call.path
    known = [f"{one.method} {_like(one.path, path)}" for one in call.provider.routes]
    found = f"{method} {path}"
    allow = f"one of the paths that mockserver routes {call.provider.slug} lists"
    return Hint.of(f"an operation for {found}", found, known, allow)


def _like(template: str, path: str) -> str:
    """Return a template with the parameters that a path has in their places."""
    wanted, found = template.split("/"), path.split("/")
    if len(wanted) != len(found):
        return template
    pairs = zip(wanted, found, strict=True)
    return "/".join(has if part.startswith("{") else part for part, has in pairs)


def _invalid(call: Call, error: ProviderError) -> Hint:
    known: Iterable[str] = ()
    found = str(error.detail.get("key") or "")
    if isinstance(error, InvalidPayloadError) and error.violations:
        first = error.violations[0]
        sought = f"a request that fits: {first.describe()}"
        if first.keyword == "enum" and isinstance(first.expected, list):
            known, found = map(str, first.expected), str(first.found)
    else:
        said = [error.code, *(str(v) for v in error.detail.values())]
        sought = "a request that fits: " + " ".join(filter(None, said))
    slug = call.provider.slug
    allow = f"a request as mockserver openapi {slug} describes it"
    if error.code == "key-unknown":
        listed = error.detail.get("known")
        known = map(str, listed) if isinstance(listed, list | tuple) else ()
        allow = (
            f"declare the key in a world file (--world FILE), or --set"
            f" {slug}.world=lenient"
        )
    return Hint.of(sought, found, known, allow)


def _unreadable(call: Call, error: ProviderError) -> Hint:
    del call
    why = error.detail.get("message", error.code)
    return Hint.of(f"a body that can be read: {why}", "", (), "a well-formed body")


def _conflict(call: Call, error: ProviderError) -> Hint:
    job = call.job if call.known_space is not None else None
    state = "" if job is None else f", which is {call.moment(job).step.state}"
    sought = f"{call.operation} {error.code}".strip() + state
    allow = "another state: mockserver jobs show tells it, mockserver time moves on"
    return Hint.of(sought, "", (), allow)


def _limited(call: Call, error: ProviderError) -> Hint:
    wait = f" in {error.retry_after_s:g} s" if isinstance(error, RateLimitError) else ""
    allow = (
        f"the next window{wait} (mockserver time advance), --limits off, or another"
        f" limit: mockserver providers --json lists the settings of"
        f" {call.provider.slug}"
    )
    return Hint.of(f"room for {call.operation} within a rate limit", "", (), allow)


def _too_large(call: Call, error: ProviderError) -> Hint:
    limit = error.detail.get("limit", call.body_max_bytes)
    if error.code == "values":
        sought = f"a JSON body of at most {limit} values"
        return Hint.of(sought, "", (), "a smaller body, or --json-max")
    if error.code == "uploads":
        sought = f"uploads of at most {limit} bytes in a space"
        allow = "files that are deleted or have expired, a reset, or --uploads-max"
        return Hint.of(sought, "", (), allow)
    sought = f"a body of at most {limit} bytes"
    allow = "a smaller body, or --body-max where the provider itself has no bound"
    return Hint.of(sought, "", (), allow)


_HINTS: Final[Mapping[type[ProviderError], Callable[[Call, ProviderError], Hint]]] = {
    UnauthorizedError: _unauthorized,
    ForbiddenError: _forbidden,
    MethodNotAllowedError: _method,
    NotFoundError: _missing,
    InvalidPayloadError: _invalid,
    UnreadableBodyError: _unreadable,
    NotReadyError: _conflict,
    ConflictError: _conflict,
    RateLimitError: _limited,
    PayloadTooLargeError: _too_large,
}
