"""CORS preflight, on every path of the render plane."""

from typing import Final

from mockserver.providers.call import Call
from mockserver.providers.impossible.direct import DIRECT
from mockserver.providers.impossible.wire import is_render_plane
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes

__all__ = ["cover", "preflight"]

_HEADERS: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Range",
    "Access-Control-Expose-Headers": "Content-Length, Content-Range, Accept-Ranges",
    "Access-Control-Max-Age": "86400",
}


async def preflight(call: Call) -> Reply:
    """Allow pages of any origin to ask.

    Source: contract impossible, section 3.11.
    """
    del call
    return Reply.empty(204, _HEADERS)


def cover(table: Routes) -> None:
    """Let every path that is registered so far, and is open to all, answer it."""
    for path in dict.fromkeys(route.path for route in table):
        if is_render_plane(path) or path == DIRECT:
            table.add("OPTIONS", path, "preflight", public=lambda _: None)(preflight)
