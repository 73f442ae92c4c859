"""Compact JSON in exactly as many bytes as it needs."""

from typing import Any, Final

import orjson

from mockserver.errors import PayloadTooLargeError

__all__ = ["KEPT_MAX_BYTES", "pack", "pack_kept"]

KEPT_MAX_BYTES: Final = 1 << 20
"""What may be kept of one job's request."""


def pack(document: Any) -> bytes:
    """Return a document as compact JSON in UTF-8.

    Raises:
        TypeError: Something in it is no JSON.
    """
    # orjson hands out bytes that sit in a buffer of several KiB; a million jobs,
    # or a full journal, would keep all of that.
    return memoryview(orjson.dumps(document)).tobytes()


def pack_kept(document: Any) -> bytes:
    """Return what is kept of a request, packed.

    Raises:
        PayloadTooLargeError: It is more than a server can keep for each job.
        TypeError: Something in it is no JSON.
    """
    packed = pack(document)
    if len(packed) > KEPT_MAX_BYTES:
        raise PayloadTooLargeError(limit=KEPT_MAX_BYTES, found=len(packed))
    return packed
