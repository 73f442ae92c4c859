"""Segments: base64 without padding, as tokens and identifiers have it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

__all__ = ["decoded", "encoded"]


def encoded(data: bytes) -> str:
    """Write bytes in the alphabet of URLs, without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """Read what `encoded` has written.

    Raises:
        ValueError: It is none.
    """
    return urlsafe_b64decode(f"{text}{'=' * (-len(text) % 4)}".encode())
