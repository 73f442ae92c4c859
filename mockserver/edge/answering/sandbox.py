"""Sandbox: what a provider serves shares our address in a browser, but not our origin.

A page among a provider's files, such as one that a client has uploaded, could else ask
the control API in the name of whoever opens it.
"""

import re
from typing import Final

from mockserver.providers.call import Call
from mockserver.providers.reply import Reply

__all__ = ["sandboxed"]

# Types that a browser shows without running anything in them; all others may run, and
# so may what is no type at all, or a list of which a browser takes the last.
_INERT: Final = re.compile(
    r"(application/(json|octet-stream|zip|(x-|vnd\.apple\.)mpegurl)|text/(plain|csv|vtt)"
    r"|(audio|font|image|video)/(?!svg)[a-z0-9.+-]+)( *;[^,]*)?"
)
_HEADERS: Final = {
    "Content-Security-Policy": "sandbox allow-scripts allow-forms allow-downloads",
    "X-Content-Type-Options": "nosniff",
}


def sandboxed(call: Call, reply: Reply) -> Reply:
    """Return an answer that a browser runs, if at all, in an origin of its own.

    Under a provider's own host name the origin is the provider's, and the answer stays
    exactly the provider's, too.
    """
    is_inert = _INERT.fullmatch(reply.content_type.lower()) is not None
    is_empty = not reply.body and reply.file is None and reply.stream is None
    if is_inert or is_empty or call.door.name != "path":
        return reply
    return reply.with_headers(_HEADERS)
