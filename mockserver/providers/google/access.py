"""Access: keys and tokens, and which space they open."""

import re
from typing import Final

from mockserver.engine.keyring import Grant
from mockserver.errors import UnauthorizedError
from mockserver.providers.call import Call
from mockserver.providers.google import wire
from mockserver.providers.wires.authorization import authorization

__all__ = ["authenticate", "is_vertex", "minted"]

_MINTED: Final = re.compile(r"ya29\.mock\.([A-Za-z0-9_-]{1,100})\.\d{1,12}")
_VERTEX: Final = re.compile(r"/v1(?:alpha|beta1?)?/(?:projects|publishers)/|/storage/")


def authenticate(call: Call) -> Grant:
    """Return what an API key opens, in a header or the query, or a bearer token.

    Raises:
        UnauthorizedError: Code `missing`, `unknown` for a key, `token` for a token;
            on Vertex `token` for all of them but an unknown key.

    Source: contract google, section 2.
    """
    key = call.headers.get("x-goog-api-key") or call.query.get("key", "")
    if key:
        return call.open_key(key)
    scheme, token = authorization(call)
    if scheme == "bearer" and token:
        return _of_token(call, token)
    raise UnauthorizedError("token" if is_vertex(call) else "missing")


def is_vertex(call: Call) -> bool:
    """Say whether a call is for Vertex or its bucket, and not for the Gemini API."""
    return _VERTEX.match(call.path) is not None


def minted(account: str, number: int) -> str:
    """Return the access token of an account, which says whose it is.

    Source: contract google, section 2.
    """
    return f"ya29.mock.{account}.{number}"


def _of_token(call: Call, token: str) -> Grant:
    """Return what a token opens: one that we have given out, or any other.

    A refreshed one is a new one, and stays in its space.
    """
    found = _MINTED.fullmatch(token)
    services = call.services
    accounts = services.world(wire.SLUG).accounts
    if found is not None and (found[1] in accounts or services.options.auth == "open"):
        space = f"{wire.SLUG}.{found[1]}"
        return Grant(wire.SLUG, token, None, found[1], space, "token", "minted")
    try:
        return call.open_key(token)
    except UnauthorizedError:
        raise UnauthorizedError("token") from None
