"""Stamp: times as our own JSON writes them."""

from mockserver.engine.clock import utc

__all__ = ["stamp"]


def stamp(at_s: float) -> str:
    """Write a time as `2030-01-01T00:00:00.000Z`, in UTC, to the millisecond."""
    return utc(at_s).isoformat(timespec="milliseconds") + "Z"
