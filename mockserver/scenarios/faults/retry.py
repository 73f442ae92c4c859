"""Retry-After: when a client is asked to come back, as seconds or as a date."""

from math import ceil

from mockserver.engine.clock import http_date

__all__ = ["retry_after"]


def retry_after(seconds: float, now_s: float | None = None) -> dict[str, str]:
    """Return the header; with a time, as the date on that clock."""
    if now_s is None:
        return {"Retry-After": str(ceil(seconds))}
    return {"Retry-After": http_date(now_s + seconds)}
