"""Doors: which provider a request is for, and below which path."""

import re
from collections.abc import Mapping

from aiohttp import hdrs, web
from msgspec import Struct

from mockserver.providers.door import Door, authority_of
from mockserver.providers.provider import Provider

__all__ = ["Doors", "Entry"]

_REAL_NAME = re.compile(r"\.[a-z][a-z0-9-]*$")
_KNOWN_HOSTS_MAX = 1000
_KNOWN_PLACES_MAX = 4096  # pollers come back to the same few


class Entry(Struct, frozen=True):
    """Where a request enters.

    Attributes:
        provider: Whom it is for; None for us.
        door: How it came, and so how links lead back.
        path: The raw path below the provider's root.
        is_proxied: It came as a request to a proxy, and for no provider's host.
        forwards_by: The header that names the address that it is really for, if it
            came where such requests come.
    """

    provider: Provider | None
    door: Door
    path: str
    is_proxied: bool = False
    forwards_by: str = ""


class _Site(Struct, frozen=True):
    """One host: whose it is, and which of its provider's paths is its root."""

    provider: Provider
    root: str = ""


class Doors:
    """The doors of one listener: by path, by host, and as a forward proxy.

    Args:
        providers: Who is served, by slug.
    """

    def __init__(self, providers: Mapping[str, Provider]) -> None:
        self._providers = providers
        self._path_doors = {slug: Door("path", f"/{slug}") for slug in providers}
        self._host_door = Door("host", "")
        self._patterns: list[tuple[re.Pattern[str], _Site]] | None = None
        self._by_host: dict[str, _Site | None] = {}
        self._known: dict[tuple[str, str], Entry] = {}
        self._heralds: tuple[tuple[str, Provider], ...] | None = None

    def enter(self, request: web.Request) -> Entry:
        """Return where a request enters."""
        if not request.raw_path.startswith("/"):
            return self._enter_proxied(request)
        place = request.headers.get("Host", ""), request.rel_url.raw_path
        known = self._known.get(place)
        if known is None:
            if len(self._known) >= _KNOWN_PLACES_MAX:
                self._known.clear()
            known = self._known[place] = self._enter(*place)
        return known if known.provider is not None else self._heralded(request, known)

    def _heralded(self, request: web.Request, entry: Entry) -> Entry:
        """Return where a request to our own root enters that a header is for another.

        Our own pages stay ours.
        """
        if entry.path.startswith("/_mock"):
            return entry
        if self._heralds is None:
            known = self._providers.values()
            self._heralds = tuple((one.herald, one) for one in known if one.herald)
        for header, provider in self._heralds:
            if header in request.headers:
                return Entry(provider, self._host_door, entry.path)
        return entry

    def enter_here(self, request: web.Request) -> Entry:
        """Return where a request enters that a client has sent us as to a proxy."""
        return self._enter(authority_of(request), request.rel_url.raw_path or "/")

    def forget(self, slug: str) -> None:
        """Look at all providers again, of which one is another one now."""
        del slug
        self._patterns = self._heralds = None
        self._by_host.clear()
        self._known.clear()

    def knows(self, host: str) -> bool:
        """Say whether a host name is one of a provider's."""
        return self.provider_of(host) is not None

    def provider_of(self, host: str) -> Provider | None:
        """Return the provider that a host name belongs to, or None."""
        known = self._by_host
        site = known[host] if host in known else self._look_up(host)
        return None if site is None else site.provider

    def at(self, host: str, path: str) -> Provider | None:
        """Return the provider that a path belongs to, at a host or below our own."""
        return self._enter(host, path).provider

    @property
    def hosts(self) -> tuple[str, ...]:
        """The real host names of all providers, some with `*`."""
        return tuple(
            host for provider in self._providers.values() for host in provider.hosts
        )

    def _enter_proxied(self, request: web.Request) -> Entry:
        """Return where a request enters that names more in its target than a path."""
        path = request.rel_url.raw_path or "/"
        if request.raw_path == "*":
            return Entry(None, self._host_door, request.raw_path)
        host = authority_of(request)
        if request.method != hdrs.METH_CONNECT and self.knows(host):
            return self._enter(host, path)
        return Entry(None, self._host_door, path, is_proxied=True)

    def _enter(self, host: str, path: str) -> Entry:
        site = self._by_host[host] if host in self._by_host else self._look_up(host)
        if site is not None:
            return self._below(site, self._host_door, path)
        end = path.find("/", 1)
        first = path[1:end] if end > 0 else path[1:]
        door = self._path_doors.get(first)
        own = None if door is None else (_Site(self._providers[first]), door)
        known = own or self._named(first)
        if known is None:
            return Entry(None, self._host_door, path)
        return self._below(*known, path[end:] if end > 0 else "/")

    def _named(self, first: str) -> tuple[_Site, Door] | None:
        """Find the site whose host a path begins with.

        Clients that build a host from a name without checking it can be led here by
        a name with a slash: `127.0.0.1:7357/x` becomes `.../x.provider.example/...`.
        """
        if "." not in first:
            return None
        name = first.lower()
        site = self._by_host[name] if name in self._by_host else self._look_up(name)
        return None if site is None else (site, Door("path", f"/{first}"))

    def _below(self, site: _Site, door: Door, path: str) -> Entry:
        path = site.root + path
        if site.provider.clean_path is not None:
            path = site.provider.clean_path(path)
        place, header = site.provider.forwarding or ("", "")
        forwards_by = header if path == place else ""
        return Entry(site.provider, door, path, forwards_by=forwards_by)

    def _look_up(self, host: str) -> _Site | None:
        name = host.rsplit(":", 1)[0] if host.rpartition(":")[2].isdigit() else host
        name = name.rstrip(".").lower()
        found = self._find(name)
        if len(self._by_host) >= _KNOWN_HOSTS_MAX:
            self._by_host.clear()
        self._by_host[host] = found
        return found

    def _find(self, name: str) -> _Site | None:
        slug, _, rest = name.partition(".")
        if rest == "localhost" and slug in self._providers:
            return _Site(self._providers[slug])
        if not _REAL_NAME.search(name):
            # An address or a machine's own name; no reason to load every provider.
            return None
        if self._patterns is None:
            self._patterns = [
                (_pattern(host), _Site(provider, provider.roots.get(host, "")))
                for provider in self._providers.values()
                for host in provider.hosts
            ]
        return next(
            (site for rule, site in self._patterns if rule.fullmatch(name)), None
        )


def _pattern(host: str) -> re.Pattern[str]:
    return re.compile(re.escape(host.lower()).replace(r"\*", r"[a-z0-9.-]+"))
