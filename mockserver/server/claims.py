"""Claims: what an assertion is given, checked before anything is judged."""

from mockserver.errors import ClockError, ConfigError
from mockserver.server.durations import Duration, seconds

__all__ = ["checked_count", "checked_counts", "checked_wait"]


def checked_count(found: int | None, place: str) -> int | None:
    """Return how often something may, or has to, have happened.

    Raises:
        ConfigError: It is no whole number from 0 on.
    """
    if found is None or (type(found) is int and found >= 0):
        return found
    raise ConfigError(f"{place}: found {found!r}, expected a whole number from 0 on")


def checked_counts(at_least: int | None, at_most: int | None) -> None:
    """Check bounds of how often something has happened.

    Raises:
        ConfigError: One is no whole number from 0 on, or nothing fits both.
    """
    least = checked_count(at_least, "at_least") or 0
    most = checked_count(at_most, "at_most")
    if most is not None and most < least:
        raise ConfigError(
            f"at_most: found {most}, expected at least {least}, which at_least asks for"
        )


def checked_wait(found: Duration | None, place: str) -> float | None:
    """Return a wait in seconds, which is not negative.

    Raises:
        ClockError: It is none.
    """
    if found is None:
        return None
    try:
        wait_s = seconds(found, place)
    except (TypeError, ValueError):
        wait_s = -1.0
    if not 0 <= wait_s < float("inf"):
        raise ClockError(
            f"{place}: found {found!r}, expected a duration from 0 on, such as 2s"
        )
    return wait_s
