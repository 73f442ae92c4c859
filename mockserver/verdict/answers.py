"""Answers: what one told its client of waits, and of the bytes of a file."""

import re
from typing import Final, NamedTuple

from mockserver.engine.clock import http_date_s
from mockserver.verdict.journal import Exchange

__all__ = ["Span", "asked_wait_s", "header", "span_of"]

_ASKING: Final = frozenset({202, 413, 429, 503})
_CUT: Final = frozenset({0, 499})  # nobody was there to hear the end
_TOLD: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_WANTED: Final = re.compile(r"bytes=(\d+)-")


class Span(NamedTuple):
    """The bytes of a file that an answer has brought.

    Attributes:
        start: The first one, from 0.
        stop: The one after the last.
        due: How many it should have brought; None if it was not told.
        total: How many the file has; None if it was not told.
        is_broken: The client was gone before the end; how much it has is not known.
    """

    start: int
    stop: int
    due: int | None
    total: int | None
    is_broken: bool = False

    @property
    def is_short(self) -> bool:
        """Whether fewer came than the answer said."""
        is_cut = self.due is not None and self.stop - self.start < self.due
        return is_cut or self.is_broken


def header(exchange: Exchange, name: str) -> str:
    """Return a header of the answer; empty if there is none."""
    headers = exchange.response_headers
    return next((told for one, told in headers if one.lower() == name), "")


def asked_wait_s(exchange: Exchange) -> float | None:
    """Return how long an answer asks to wait; None if it does not."""
    if exchange.status not in _ASKING:
        return None
    told = header(exchange, "retry-after")
    if told.isdecimal():
        return float(told)
    date_s = http_date_s(told) if told else None
    return None if date_s is None else max(0.0, date_s - exchange.at)


def span_of(exchange: Exchange) -> Span | None:
    """Return the bytes that an answer has brought; None if it is about no bytes."""
    if exchange.status not in {200, 206} | _CUT or exchange.method == "HEAD":
        return None
    length, size = header(exchange, "content-length"), exchange.size_bytes
    due = int(length) if length.isdecimal() else None
    told = _TOLD.fullmatch(header(exchange, "content-range"))
    if told is not None:
        start = int(told[1])
        total = int(told[3]) if told[3].isdecimal() else None
        return Span(start, start + size, due, total)
    if exchange.status == 200:
        return Span(0, size, due, due)
    asked = dict(exchange.request_headers)
    wanted = next((v for n, v in asked.items() if n.lower() == "range"), "")
    found = _WANTED.match(wanted)
    start = int(found[1]) if found else 0
    return Span(start, start, None, None, is_broken=True)
