"""JWT: tokens that say something and prove it, most with a shared secret (HS256)."""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

import orjson

from mockserver.engine.packing import pack
from mockserver.providers.wires.segments import decoded, encoded

__all__ = ["claims_of", "read_token", "token", "unsigned"]

_HEAD: Final = {"alg": "HS256", "typ": "JWT"}


def token(claims: Mapping[str, Any], secret: bytes) -> str:
    """Return a token that says `claims`.

    Source: RFC 7519, section 7.1; RFC 7515, section 3.1.
    """
    body = unsigned(_HEAD, claims)
    return f"{body}.{_seal(body, secret)}"


def unsigned(head: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """Return what of a token is signed: its head and what it says.

    Source: RFC 7515, section 5.1.
    """
    return f"{encoded(pack(head))}.{encoded(pack(claims))}"


def read_token(told: str, secret: bytes) -> Mapping[str, Any] | None:
    """Return what a token says; None if it is none, or sealed by somebody else.

    When it ends is not looked at: whose clock counts is for others to say.
    """
    body, _, seal = told.rpartition(".")
    right = _seal(body, secret)
    if not hmac.compare_digest(seal.encode("utf-8", "replace"), right.encode()):
        return None
    return claims_of(told)


def claims_of(told: str) -> Mapping[str, Any] | None:
    """Return what a token says, whoever has signed it; None if it is none."""
    head, _, body = told.rpartition(".")[0].partition(".")
    if not head:
        return None
    try:
        claims = orjson.loads(decoded(body))
    except ValueError:
        return None
    return claims if isinstance(claims, dict) else None


def _seal(body: str, secret: bytes) -> str:
    text = body.encode("utf-8", "surrogateescape")
    return encoded(hmac.new(secret, text, sha256).digest())
