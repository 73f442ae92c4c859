"""Compact JSON in exactly as many bytes as it needs."""

from typing import Any

import orjson

__all__ = ["pack"]


def pack(document: Any) -> bytes:
    """Return a document as compact JSON in UTF-8.

    Raises:
        TypeError: Something in it is no JSON.
    """
    # orjson hands out bytes that sit in a buffer of several KiB; a million jobs,
    # or a full journal, would keep all of that.
    return memoryview(orjson.dumps(document)).tobytes()
