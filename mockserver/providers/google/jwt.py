"""JWT: how webhooks are signed whose address was in the request; known to all."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicNumbers,
    rsa_crt_dmp1,
    rsa_crt_dmq1,
    rsa_crt_iqmp,
)
from cryptography.hazmat.primitives.hashes import SHA256

from mockserver.engine.packing import pack
from mockserver.providers.google.segments import decoded, encoded

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
    text = f"{encoded(pack(head))}.{encoded(pack(claims))}"
    signature = _private().sign(text.encode(), padding.PKCS1v15(), SHA256())
    return f"{text}.{encoded(signature)}"


def signed_again(told: Mapping[str, str], header: str) -> str:
    """Return the token of a webhook for the time that its headers say now.

    It goes to where the token that it has says; empty if it has none.

    Args:
        told: Its headers by lower-case names.
        header: The one that has the token.
    """
    try:
        claims = orjson.loads(decoded(told.get(header, "").split(".")[1]))
        at_s = int(told["webhook-timestamp"])
    except (ValueError, IndexError, KeyError):
        return ""
    if not isinstance(claims, dict) or not isinstance(claims.get("aud"), str):
        return ""
    return signed(claims["aud"], message=told.get("webhook-id", ""), at_s=at_s)


@lru_cache(maxsize=1)
def _private() -> RSAPrivateKey:
    """Return the key, which anybody can work out again.

    Source: contract google, section 6.
    """
    p, q = (_prime(name, number) for name, number in _PRIMES)
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    numbers = RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa_crt_dmp1(d, p),
        dmq1=rsa_crt_dmq1(d, q),
        iqmp=rsa_crt_iqmp(p, q),
        public_numbers=RSAPublicNumbers(_EXPONENT, p * q),
    )
    return numbers.private_key()


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
