"""Asymmetric: what is signed with a key pair; its library is loaded with the first."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["ed25519", "rs256", "rsa"]

_LIBRARY: Final = "cryptography.hazmat.primitives"


def ed25519(seed: bytes) -> "Ed25519PrivateKey":
    """Return the key that 32 bytes are the seed of.

    Source: RFC 8032, section 5.1.5.
    """
    key: Ed25519PrivateKey = _load(
        "asymmetric.ed25519"
    ).Ed25519PrivateKey.from_private_bytes(seed)
    return key


def rsa(p: int, q: int, exponent: int) -> "RSAPrivateKey":
    """Return the key of two primes and a public exponent.

    Source: RFC 8017, section 3.2.
    """
    of = _load("asymmetric.rsa")
    d = pow(exponent, -1, (p - 1) * (q - 1))
    numbers = of.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=of.rsa_crt_dmp1(d, p),
        dmq1=of.rsa_crt_dmq1(d, q),
        iqmp=of.rsa_crt_iqmp(p, q),
        public_numbers=of.RSAPublicNumbers(exponent, p * q),
    )
    key: RSAPrivateKey = numbers.private_key()
    return key


def rs256(key: "RSAPrivateKey", text: bytes) -> bytes:
    """Return the signature of a text by RSASSA-PKCS1-v1_5 with SHA-256.

    Source: RFC 7518, section 3.3.
    """
    padding, hashes = _load("asymmetric.padding"), _load("hashes")
    return key.sign(text, padding.PKCS1v15(), hashes.SHA256())


def _load(name: str) -> Any:
    return import_module(f"{_LIBRARY}.{name}")
