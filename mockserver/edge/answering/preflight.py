"""Preflight: what a browser is told that asks whether a page may read a file."""

import re
from typing import Final

from mockserver.providers.call import Call
from mockserver.providers.reply import OPEN_TO_PAGES, Reply

__all__ = ["of_file"]

_NAMES: Final = re.compile(r"[\w-]{1,100}(?:\s*,\s*[\w-]{1,100}){0,50}", re.ASCII)
_USUAL: Final = "Range, If-None-Match, If-Modified-Since, If-Range"
_DAY_S: Final = 86400


def of_file(call: Call) -> Reply | None:
    """Return the answer to a browser's question about a file; None to all others.

    Providers that say something about pages answer it themselves. Of the others none
    documents it, so it is answered as hosts of open files do: any page may read.
    """
    if call.request.method != "OPTIONS":
        return None
    route = call.provider.routes.match("GET", call.path).route
    if route is None or not route.answers_head:
        return None
    asked = call.headers.get("Access-Control-Request-Headers", "").strip()
    told = {
        **OPEN_TO_PAGES,
        "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
        "Access-Control-Allow-Headers": asked if _NAMES.fullmatch(asked) else _USUAL,
        "Access-Control-Max-Age": str(_DAY_S),
    }
    return Reply.empty(204, told)
