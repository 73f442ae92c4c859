"""JWT: tokens that say something and prove it, signed with a shared secret (HS256)."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

import orjson

from mockserver.engine.packing import pack

__all__ = ["read_token", "token"]

_HEAD: Final = {"alg": "HS256", "typ": "JWT"}


def token(claims: Mapping[str, Any], secret: bytes) -> str:
    """Return a token that says `claims`.

    Source: RFC 7519, section 7.1; RFC 7515, section 3.1.
    """
    body = f"{_coded(pack(_HEAD))}.{_coded(pack(claims))}"
    return f"{body}.{_seal(body, secret)}"


def read_token(told: str, secret: bytes) -> Mapping[str, Any] | None:
    """Return what a token says; None if it is none, or sealed by somebody else.

    When it ends is not looked at: whose clock counts is for others to say.
    """
    body, _, seal = told.rpartition(".")
    right = _seal(body, secret)
    if not hmac.compare_digest(seal.encode("utf-8", "replace"), right.encode()):
        return None
    try:
        coded = body.rpartition(".")[2]
        claims = orjson.loads(urlsafe_b64decode(f"{coded}=="))
    except ValueError:
        return None
    return claims if isinstance(claims, dict) else None


def _seal(body: str, secret: bytes) -> str:
    text = body.encode("utf-8", "surrogateescape")
    return _coded(hmac.new(secret, text, sha256).digest())


def _coded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
