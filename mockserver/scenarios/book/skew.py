"""Skew: written times as a server writes them whose clock is off."""

import re
from datetime import datetime, timedelta
from typing import Final

from mockserver.engine.clock import http_date, http_date_s

__all__ = ["shifted_date", "shifted_text"]

_STAMP: Final = re.compile(rb"\b(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)")
# Ten digits are a time only where the member's name says so: they may be an identifier.
_SECONDS: Final = re.compile(
    rb'("\w*(?:_at|date|time|timestamp|expires?|expired|modified)"\s*:\s*)(\d{10})\b'
)


def shifted_date(value: str, by_s: float) -> str:
    """Return a date of HTTP so many seconds later; what is none stays as it is."""
    at_s = None if value.isdigit() else http_date_s(value)
    return value if at_s is None else http_date(at_s + by_s)


def shifted_text(text: bytes, by_s: float) -> bytes:
    """Return JSON, XML or a form with all times that are written in it shifted.

    Fractions and time zones stay; so do links, whose ends belong to who serves them.

    Args:
        text: What is written.
        by_s: By how many seconds; less than 0 for a clock that is slow.
    """

    def stamp(found: re.Match[bytes]) -> bytes:
        day, between, clock = found.groups()
        try:
            at = datetime.fromisoformat(f"{day.decode()}T{clock.decode()}")
            moved = at + timedelta(seconds=by_s)
        except (ValueError, OverflowError):
            return found[0]
        return moved.isoformat(timespec="seconds").encode().replace(b"T", between)

    def seconds(found: re.Match[bytes]) -> bytes:
        return found[1] + str(int(found[2]) + int(by_s)).encode()

    return _SECONDS.sub(seconds, _STAMP.sub(stamp, text))
