"""Stamp: times as our own JSON writes them."""

from datetime import UTC, datetime

__all__ = ["stamp"]


def stamp(at_s: float) -> str:
    """Write a time as `2030-01-01T00:00:00.000Z`, in UTC, to the millisecond."""
    moment = datetime.fromtimestamp(at_s, tz=UTC).replace(tzinfo=None)
    return moment.isoformat(timespec="milliseconds") + "Z"
