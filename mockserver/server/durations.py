"""Durations: how a test says how long something takes."""

from datetime import timedelta

from mockserver.config import parse_duration
from mockserver.errors import ClockError

__all__ = ["Duration", "seconds"]

Duration = str | float | timedelta


def seconds(duration: Duration, place: str = "advance") -> float:
    """Return a duration in seconds.

    Args:
        duration: Seconds, a text such as `2h`, or a `timedelta`.
        place: What it was given for.

    Raises:
        ClockError: It is none.
    """
    if isinstance(duration, timedelta):
        return duration.total_seconds()
    if not isinstance(duration, str):
        return float(duration)
    try:
        return parse_duration(duration)
    except ValueError as error:
        raise ClockError(f"{place}: {error}") from error
