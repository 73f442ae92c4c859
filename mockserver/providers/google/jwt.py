"""JWT: how webhooks are signed whose address was in the request; known to all."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from mockserver.engine.packing import pack
from mockserver.providers.wires.asymmetric import rs256, rsa
from mockserver.providers.wires.jwt import claims_of, unsigned
from mockserver.providers.wires.segments import encoded

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["key_set", "signed", "signed_again"]

_EXPONENT: Final = 65537
_BITS: Final = 1024
# Which candidates are prime: contract google, section 6.
_PRIMES: Final = (("p", 164), ("q", 635))
_LIFE_S: Final = 3600
_KID: Final = 40
_ISSUER: Final = "https://accounts.google.com"


def key_set() -> dict[str, Any]:
    """Return the JWKS with which receivers verify webhooks.

    Source: contract google, section 6.
    """
    jwk = {**_public(), "alg": "RS256", "use": "sig", "kid": _kid()}
    return {"keys": [jwk]}


def signed(url: str, *, message: str, at_s: int) -> str:
    """Return the token that goes with a webhook; it does not cover the body.

    Args:
        url: Where it goes.
        message: Its id.
        at_s: When that is, in seconds since 1970.

    Source: contract google, section 6.
    """
    head = {"alg": "RS256", "kid": _kid(), "typ": "JWT"}
    claims = {
        "iss": _ISSUER,
        "aud": url,
        "iat": at_s,
        "exp": at_s + _LIFE_S,
        "jti": message,
    }
    text = unsigned(head, claims)
    return f"{text}.{encoded(rs256(_private(), text.encode()))}"


def signed_again(told: Mapping[str, str], header: str) -> str:
    """Return the token of a webhook for the time that its headers say now.

    It goes to where the token that it has says; empty if it has none.

    Args:
        told: Its headers by lower-case names.
        header: The one that has the token.
    """
    claims = claims_of(told.get(header, ""))
    try:
        at_s = int(told["webhook-timestamp"])
    except (ValueError, KeyError):
        return ""
    if claims is None or not isinstance(claims.get("aud"), str):
        return ""
    return signed(claims["aud"], message=told.get("webhook-id", ""), at_s=at_s)


@lru_cache(maxsize=1)
def _private() -> "RSAPrivateKey":
    """Return the key, which anybody can work out again.

    Source: contract google, section 6.
    """
    p, q = (_prime(name, number) for name, number in _PRIMES)
    return rsa(p, q, _EXPONENT)


def _prime(name: str, number: int) -> int:
    parts = (
        sha256(f"mockserver-google-jwt:{name}:{number}:{part}".encode()).digest()
        for part in range(4)
    )
    return int.from_bytes(b"".join(parts)) | (0b11 << (_BITS - 2)) | 1


@lru_cache(maxsize=1)
def _public() -> Mapping[str, str]:
    numbers = _private().public_key().public_numbers()
    modulus = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8)
    return {"e": "AQAB", "kty": "RSA", "n": encoded(modulus)}


@lru_cache(maxsize=1)
def _kid() -> str:
    return sha256(pack(_public())).hexdigest()[:_KID]
