"""Forwarding: a request that names the address that it is really for in a header."""

from aiohttp import web
from yarl import URL

from mockserver.edge.routing.doors import Doors, Entry
from mockserver.providers.door import Door, origin_of

__all__ = ["forwarded"]


def forwarded(
    request: web.Request, entry: Entry, doors: Doors, *, trusts: bool = False
) -> tuple[web.Request, Entry]:
    """Return a request as one to the address that it names, and where that enters.

    Clients do so whose calls some other server passes on for them. An address that
    is none of the provider's is left to the provider's own route.

    Args:
        request: What has come.
        entry: Where it has entered; it names a header.
        doors: Know whose the address is.
        trusts: A proxy in front says where clients have found us.
    """
    url = _read(request.headers.get(entry.forwards_by, ""))
    provider = None if url is None else doors.provider_of(url.host or "")
    if url is None or provider is None or provider is not entry.provider:
        return request, entry
    near = f"{origin_of(request, trusts=trusts)}{entry.door.prefix}"
    meant = request.clone(rel_url=url, scheme=url.scheme)
    there = doors.enter(meant)
    return meant, Entry(provider, Door("forwarded", "", near), there.path)


def _read(text: str) -> URL | None:
    """Return a complete http address; None for anything else."""
    try:
        url = URL(text, encoded=True)
    except ValueError:
        return None
    return url if url.scheme in {"http", "https"} and url.host else None
