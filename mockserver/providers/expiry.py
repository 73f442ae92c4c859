"""Expiry: links that are issued anew with each read and say when they end."""

from collections.abc import Mapping
from math import ceil

from mockserver.engine.jobs import Job

__all__ = ["expiring", "issued_at"]

_WORD = "Expires"


def expiring(url: str, job: Job | None, now_s: float) -> str:
    """Return a link to a file of a job with its end, if it has one.

    The end is `Expires`, in Unix seconds, as in signed links of object stores.
    """
    life_s = None if job is None else job.media.link_s
    if life_s is None:
        return url
    mark = "&" if "?" in url else "?"
    return f"{url}{mark}{_WORD}={ceil(now_s + life_s)}"


def issued_at(query: Mapping[str, str], job: Job | None) -> float | None:
    """Return when a link with this query was issued; None if it is the job's own."""
    told = query.get(_WORD, "")
    if job is None or job.media.link_s is None or not _is_time(told):
        return None
    return int(told) - job.media.link_s


def _is_time(told: str) -> bool:
    return told.isascii() and told.isdigit() and len(told) <= len("221845392000")
