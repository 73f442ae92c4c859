"""Hinting: why a call was refused, what there is instead, what would allow it."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from difflib import get_close_matches
from itertools import chain, islice, takewhile
from typing import Final

from aiohttp import hdrs, web

from mockserver.edge.redactors import Redactors
from mockserver.edge.routing.credential_hints import misplaced
from mockserver.edge.routing.nearness import elsewhere, near, shown
from mockserver.errors import (
    ConfigError,
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
from mockserver.providers.door import authority_of
from mockserver.providers.hints import SHOWN_MAX, Hint
from mockserver.providers.provider import Provider
from mockserver.providers.routes import Routes
from mockserver.providers.services import Services

__all__ = ["told", "unmatched"]

_SEARCHED_MAX: Final = 100
_HOST_CUTOFF: Final = 0.75
_FIRST_MAX: Final = 64


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


def unmatched(request: web.Request, services: Services) -> Hint:
    """Return why a request is for no provider, and for whom it probably was.

    A slug or host is written wrongly, or the slug is missing: whoever has such a path
    is named.
    """
    method, path = request.method, request.rel_url.raw_path
    providers = services.providers
    slugs = tuple(f"/{slug}/" for slug in providers)
    first = path.lstrip("/").partition("/")[0][:_FIRST_MAX].lower()
    sought = f"a provider for {method} {_hidden(services, '', path)}"
    allow = "a path below one of these or /_mock/, or a provider's own host"
    alike = get_close_matches(first, [*providers])
    if alike:
        return Hint.near_to(sought, [f"/{slug}/" for slug in alike], (), allow)
    found = (
        *_hosts(request.headers.get(hdrs.HOST, ""), providers),
        *elsewhere(_routes(providers), method, path),
    )
    return Hint.near_to(sought, found, () if found else slugs, allow)


def _hosts(host: str, providers: Mapping[str, Provider]) -> tuple[str, ...]:
    """Name the host of a provider that another one is most like."""
    name = host.partition(":")[0].rstrip(".").lower()
    slug, _, rest = name.partition(".")
    if rest == "localhost":
        near = get_close_matches(slug, [*providers], 1)
        return tuple(f"host {one}.localhost" for one in near)
    known = (one.hosts for one in _loaded(providers).values())
    near = get_close_matches(name, chain.from_iterable(known), 1, cutoff=_HOST_CUTOFF)
    return tuple(f"host {one}" for one in near)


def _unauthorized(call: Call, error: ProviderError) -> Hint:
    slug = call.provider.slug
    headers = ", ".join(call.provider.secrets.headers) or "the body"
    near_ones: tuple[str, ...] = ()
    if error.code == "unknown":
        sought = f"a credential of {call.provider.title} that is known"
    else:
        why = f" ({error.code})" if error.code else ""
        sought = f"a credential of {call.provider.title} in {headers}{why}"
        near_ones = misplaced(call)
    allow = (
        f"mockserver credentials add {slug} KEY [--secret SECRET], --credential"
        f" {slug}:KEY[:SECRET], a world file, or --auth open if it is strict;"
        " mockserver credentials list tells which there are"
    )
    return Hint.near_to(sought, near_ones, (), allow)


def _forbidden(call: Call, error: ProviderError) -> Hint:
    sought = f"permission for {call.operation} {error.code}".strip()
    allow = "a credential of the account that it belongs to; mockserver credentials"
    return Hint.of(sought, "", (), allow)


def _method(call: Call, error: ProviderError) -> Hint:
    method, path = call.request.method, call.path
    allowed = filter(None, str(error.detail.get("allow", "")).split(", "))
    found = near(call.provider.routes, method, path)
    # What is nearer than the path itself: what was taken for an id is perhaps none.
    others = takewhile(lambda one: one.startswith(f"{method} "), found)
    told = (_as_sent(call, one) for one in others)
    hidden = _hidden(call.services, call.provider.slug, path)
    _, _, sent = _as_sent(call, f"{method} {hidden}").partition(" ")
    said = f"{method} at {sent}"
    return Hint.near_to(said, (*allowed, *told), (), "one of these methods")


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
    method, path, slug = call.request.method, call.path, call.provider.slug
    routes = call.provider.routes
    found = near(routes, method, path)
    if not found:
        others = call.services.providers
        found = elsewhere(_routes(others, but=slug), method, path)
        told = found
    else:
        told = tuple(_as_sent(call, one) for one in found)
    known = () if found else tuple(f"{one.method} {shown(one.path)}" for one in routes)
    known = tuple(_as_sent(call, one) for one in known)
    allow = f"one of the paths that mockserver routes {slug} lists"
    said = _as_sent(call, f"{method} {_hidden(call.services, slug, path)}")
    return Hint.near_to(f"an operation for {said}", told, known, allow)


def _as_sent(call: Call, said: str) -> str:
    """Return `GET /path` below a provider's root as a client at a host has to send it.

    What is at another one of the provider's hosts is told with that.
    """
    provider, door = call.provider, call.door
    place = authority_of(call.request) if door.name == "host" else door.prefix[1:]
    host = place.partition(":")[0].rstrip(".").lower()
    if not provider.roots or host not in provider.hosts:
        return said
    method, _, path = said.partition(" ")
    root = provider.roots.get(host, "")
    if root and path.startswith(f"{root}/"):
        return f"{method} {path.removeprefix(root)}"
    roots = provider.roots.items()
    others = [(one, at) for one, at in roots if at and path.startswith(f"{at}/")]
    plain = [(one, "") for one in provider.hosts if one not in provider.roots]
    for other, at in (*others, *(plain if root else ())):
        return f"{method} https://{other}{path.removeprefix(at)}"
    return said


def _routes(
    providers: Mapping[str, Provider], *, but: str = ""
) -> dict[str, Routes[Call]]:
    """Return the operations of all providers, or all but one."""
    loaded = _loaded(providers)
    return {slug: one.routes for slug, one in loaded.items() if slug != but}


def _loaded(providers: Mapping[str, Provider]) -> dict[str, Provider]:
    """Return the providers that can be loaded."""
    found = {}
    for slug in providers:
        with suppress(ConfigError):
            found[slug] = providers[slug]
    return found


def _hidden(services: Services, slug: str, path: str) -> str:
    """Return a path as a hint may quote it: it is cut, perhaps amid a secret."""
    if len(path) <= SHOWN_MAX:
        return path
    return Redactors(services).get(slug, "").target(path)


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
