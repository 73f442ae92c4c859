"""Expiry: links that are issued anew with each read and say when they end."""

from math import ceil
from typing import TYPE_CHECKING

from mockserver.engine.jobs import Job

if TYPE_CHECKING:
    from mockserver.providers.call import Call

__all__ = ["expiring", "issued_at"]

_WORD = "Expires"


def expiring(url: str, call: "Call") -> str:
    """Return a link to a file of the call's job with its end, if it has one.

    The end is `Expires`, in Unix seconds, as in signed links of object stores.
    """
    life_s = None if call.job is None else call.job.media.link_s
    if life_s is None:
        return url
    mark = "&" if "?" in url else "?"
    return f"{url}{mark}{_WORD}={ceil(call.now + life_s)}"


def issued_at(call: "Call", job: Job | None) -> float | None:
    """Return when the link that a call follows was issued; None if it is the job's."""
    told = call.query.get(_WORD, "") if call.provider.links_per_read else ""
    if job is None or job.media.link_s is None or not _is_time(told):
        return None
    return int(told) - job.media.link_s


def _is_time(told: str) -> bool:
    return told.isascii() and told.isdigit() and len(told) <= len("221845392000")
