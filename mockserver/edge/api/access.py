"""Access: who may ask the control API, and from which pages of which browsers."""

import hmac
import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from mockserver.config import Config
from mockserver.edge.api.endpoints import ApiError

__all__ = ["Access", "is_loopback"]

_SAFE: Final = frozenset({"GET", "HEAD"})
_LOCAL: Final = "localhost"
# Whatever else a header holds is no host: `[::1].evil.com`, `localhost:80:evil.com`.
_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{0,5})?", re.IGNORECASE)
# What a browser says of requests of our own page, and of those that a person makes.
_NEAR: Final = frozenset({"same-origin", "none"})
_CHALLENGE: Final[Mapping[str, str]] = {
    hdrs.WWW_AUTHENTICATE: 'Bearer realm="video-mockserver"'
}


class Access:
    """Decides who may ask.

    On loopback without a token everybody on the machine may, but no page of another
    site: names that resolve to us by trick are unknown `Host` values, and what such
    a page posts has an `Origin` that is not ours. Beyond loopback, and wherever a
    token is set, the token decides.

    Args:
        config: The server's settings.
    """

    def __init__(self, config: Config) -> None:
        self._token = config.control_token
        self._is_local = _stays_here(config.host)
        external = urlsplit(config.external_url or "")
        self._external = external.netloc.lower()
        self._names = {config.host.lower(), external.hostname or _LOCAL, _LOCAL}

    def needs_token(self, request: web.Request) -> bool:
        """Say whether a bearer token is asked for."""
        return self._token is not None or not self._is_bound_here(request)

    def check_site(self, request: web.Request) -> None:
        """Refuse what a page of another site has made a browser send.

        Raises:
            ApiError: 403; the `Host` or `Origin` is not ours.
        """
        host = request.headers.get(hdrs.HOST, "")
        if self._is_bound_here(request) and host and not self._is_ours(_name(host)):
            raise ApiError(
                403,
                f"Host: found {host!r}, expected localhost, a loopback address,"
                " --host or the host of --external-url",
            )
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is None:
            site = request.headers.get("Sec-Fetch-Site", "none")
            is_foreign = site not in _NEAR and not _is_followed_link(request)
            found = f"Sec-Fetch-Site: {site}"
        else:
            place = origin.partition("://")[2].lower()
            is_foreign = place not in {host.lower(), self._external} or not place
            found = repr(origin)
        if is_foreign:
            raise ApiError(403, f"Origin: found {found}, expected this server's own")

    def check_token(self, request: web.Request) -> None:
        """Refuse a request without the token, where one is needed.

        Raises:
            ApiError: 401.
        """
        if not self.needs_token(request):
            return
        if self._token is None:
            raise ApiError(
                401,
                "Authorization: this server listens beyond loopback without a token;"
                " start it with --control-token",
                _CHALLENGE,
            )
        scheme, _, given = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        sent = given.strip().encode("utf-8", "surrogateescape")
        is_right = hmac.compare_digest(sent, self._token.encode())
        if scheme.lower() != "bearer" or not is_right:
            found = "another token" if given else "none"
            raise ApiError(
                401,
                f"Authorization: found {found}, expected Bearer and the control token",
                _CHALLENGE,
            )

    def _is_bound_here(self, request: web.Request) -> bool:
        """Say whether the listener is bound to loopback."""
        if self._is_local is not None:
            return self._is_local
        # A name says nothing, but the socket has the address that it stands for.
        transport = request.transport
        place = transport.get_extra_info("sockname") if transport else None
        return place is not None and is_loopback(str(place[0]))

    def _is_ours(self, name: str) -> bool:
        return name in self._names or is_loopback(name)


def is_loopback(host: str) -> bool:
    """Say whether a host name or address never leaves this machine."""
    name = host.lower().rstrip(".")
    if name == _LOCAL or name.endswith(f".{_LOCAL}"):
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _stays_here(host: str) -> bool | None:
    """Say whether a listener at `host` is on loopback; None if only DNS knows."""
    if is_loopback(host):
        return True
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return None
    return False


def _is_followed_link(request: web.Request) -> bool:
    """Say whether a person has come here by a link on another page."""
    mode = request.headers.get("Sec-Fetch-Mode")
    return request.method in _SAFE and mode == "navigate"


def _name(host: str) -> str:
    """Return the name of a `Host` header, without port, brackets and final dot."""
    found = _HOST.fullmatch(host)
    return found[1].strip("[]").rstrip(".").lower() if found else ""
