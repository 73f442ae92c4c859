"""Door: how a request has come to a provider."""

import re
from typing import Final

from aiohttp import web

__all__ = ["Door", "authority_of", "origin_of"]

_AUTHORITY: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?")


class Door:
    """How a request reached a provider, and so where links have to lead.

    Attributes:
        name: `path`, `host` or `forwarded`.
        prefix: What stands before the provider's own paths in links.
        near: What stands before them in links that lead straight to us, if others
            do not: `http://127.0.0.1:7357/acme`.
    """

    __slots__ = ("name", "near", "prefix")

    def __init__(self, name: str, prefix: str, near: str = "") -> None:
        self.name, self.prefix, self.near = name, prefix, near


def authority_of(request: web.BaseRequest) -> str:
    """Return host and port that a request asks for.

    One that a client sends to a proxy names them in its target, whatever its `Host`
    says (RFC 9112, section 3.2.2).
    """
    if request.raw_path.startswith("/"):
        return request.host
    return request.url.host_port_subcomponent or request.host


def origin_of(request: web.BaseRequest, *, trusts: bool = False) -> str:
    """Return where a client has found this server, such as `http://127.0.0.1:7357`.

    Args:
        request: What it has asked.
        trusts: A proxy in front says where; the first one that a client met counts.
    """
    scheme, host = request.scheme, authority_of(request)
    if trusts:
        told = request.headers
        # aiohttp reads RFC 7239; the first element is of the outermost proxy.
        forwarded = next(iter(request.forwarded), {})
        scheme = forwarded.get("proto") or _first(told.get("X-Forwarded-Proto"), scheme)
        host = forwarded.get("host") or _first(told.get("X-Forwarded-Host"), host)
        scheme = scheme if scheme in {"http", "https"} else request.scheme
        host = host if _AUTHORITY.fullmatch(host) else authority_of(request)
    return f"{scheme}://{host}"


def _first(listed: str | None, otherwise: str) -> str:
    return (listed or "").partition(",")[0].strip() or otherwise
