"""Moov: how long an MP4 is, as its movie header says."""

from typing import Final

__all__ = ["seconds_of"]

_HEAD: Final = 8


def seconds_of(data: bytes) -> float | None:
    """Return the length of an MP4 in seconds; None if its header does not say it.

    Source: ISO/IEC 14496-12, section 8.2.2.
    """
    header = _box(data, "moov", "mvhd")
    if header is None or len(header) < 32:
        return None
    is_long = header[0] == 1
    at = 20 if is_long else 12
    scale = int.from_bytes(header[at : at + 4])
    length = int.from_bytes(header[at + 4 : at + (12 if is_long else 8)])
    return round(length / scale, 3) if scale else None


def _box(data: bytes, *path: str) -> bytes | None:
    """Return what is inside of a box, given the names of those around it."""
    for name in path:
        found = _inside(data, name.encode())
        if found is None:
            return None
        data = found
    return data


def _inside(data: bytes, name: bytes) -> bytes | None:
    at = 0
    while at + _HEAD <= len(data):
        size = int.from_bytes(data[at : at + 4])
        head = _HEAD
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16]), 2 * _HEAD
        if size == 0:
            size = len(data) - at
        if data[at + 4 : at + _HEAD] == name:
            return data[at + head : at + size]
        if size < head:
            return None
        at += size
    return None
