"""Authorization: what that header says, read as its specifications write it."""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from typing import Final

from mockserver.errors import UnauthorizedError
from mockserver.providers.call import Call

__all__ = ["authorization", "basic", "bearer"]

_TOKEN: Final = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def authorization(call: Call) -> tuple[str, str]:
    """Return the scheme, in lower case, and what follows it; either may be empty.

    Source: RFC 9110, section 11.6.2.
    """
    scheme, _, rest = call.headers.get("Authorization", "").partition(" ")
    return scheme.lower(), rest.strip(" ")


def bearer(call: Call) -> str:
    """Return the bearer token; empty when the header has none, or another scheme.

    Raises:
        UnauthorizedError: Code `malformed`; what follows the scheme is no token.

    Source: RFC 6750, section 2.1.
    """
    scheme, token = authorization(call)
    if scheme != "bearer" or not token:
        return ""
    if _TOKEN.fullmatch(token) is None:
        raise _malformed(call, "`Bearer TOKEN`, as RFC 6750 has it")
    return token


def basic(call: Call) -> tuple[str, str]:
    """Return user and password; both empty when the header has none of them.

    They are read as UTF-8; what is none is Latin-1, which several clients send.

    Raises:
        UnauthorizedError: Code `malformed`; what follows the scheme is not the
            base64 of `user:password`, or has control characters in it.

    Source: RFC 7617, section 2.
    """
    scheme, coded = authorization(call)
    if scheme != "basic" or not coded:
        return "", ""
    try:
        raw = b64decode(coded, validate=True)
    except (Base64Error, ValueError):
        raw = b""
    text = _decoded(raw)
    user, colon, password = text.partition(":")
    if not colon or _CONTROL.search(text):
        raise _malformed(call, "`Basic base64(user:password)`, as RFC 7617 has it")
    return user, password


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _malformed(call: Call, right: str) -> UnauthorizedError:
    call.note(f"the Authorization header is malformed: expected {right}")
    return UnauthorizedError("malformed")
