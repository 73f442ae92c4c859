"""Receptions: how the files of a job have come to its client."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from mockserver.engine.jobs import LinkState, MediaState
from mockserver.verdict.answers import span_of
from mockserver.verdict.case import Story
from mockserver.verdict.journal import Exchange

__all__ = ["Reception", "is_early", "is_late", "outcome", "received"]

_GONE = frozenset({401, 403, 404, 410})


@dataclass
class Reception:
    """How one file has come: at once, or in parts that make the whole.

    Attributes:
        path: The file's path.
        completed: The exchanges with which all of it had come.
        open: The exchanges since then that have brought a part.
        total: How many it has; None if nobody told.
    """

    path: str
    completed: list[int] = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    total: int | None = None
    _spans: list[tuple[int, int]] = field(default_factory=list)
    _broken_at: int | None = None  # where what has broken off had begun

    @property
    def whole(self) -> int:
        """How often all of it has come."""
        return len(self.completed)

    @property
    def got(self) -> int:
        """How many bytes have come since it was whole."""
        return sum(stop - start for start, stop in self._spans)

    def add(self, exchange: Exchange) -> None:
        """Take in what an exchange has brought."""
        span = span_of(exchange)
        if span is None:
            return
        self.total = self.total if span.total is None else span.total
        self.open.append(exchange.number)
        if exchange.status == 200:
            self._spans = []  # it has begun anew
            self.open = [exchange.number]
        if span.is_broken:
            self._broken_at = span.start
            return
        start = span.start
        if self._broken_at is not None and start:
            # How much has come before, only the client knows: it goes on from there.
            start = min(start, self._broken_at)
        self._broken_at = None
        self._spans = _merged([*self._spans, (start, span.stop)])
        is_all = self.total is None and not span.is_short
        if is_all or self._spans == [(0, self.total)]:
            self.completed.append(exchange.number)
            self.open, self._spans = [], []


def received(story: Story) -> list[Reception]:
    """Return how each file of a job has come that its client has asked for."""
    found: dict[str, Reception] = {}
    for one in story.downloads:
        if span_of(one) is not None:
            path = one.target.partition("?")[0]
            found.setdefault(path, Reception(path)).add(one)
    return [*found.values()]


def is_late(story: Story, exchange: Exchange) -> bool:
    """Say whether a file was refused because it, or the link to it, has ended."""
    media, link = story.media_at(exchange)
    is_over = media is MediaState.PURGED or link is LinkState.EXPIRED
    return exchange.status in _GONE and is_over


def is_early(story: Story, exchange: Exchange) -> bool:
    """Say whether a file was refused because it was not there yet."""
    return exchange.status >= 400 and story.media_at(exchange)[0] is MediaState.ABSENT


def outcome(story: Story, exchange: Exchange) -> str:
    """Return what came of the request for a file, in a few words."""
    if exchange.method == "HEAD":
        return "headers only"
    span = span_of(exchange)
    if span is None:
        return _refusal(story, exchange)
    size = span.stop - span.start
    if span.is_broken:
        return "broken off"
    if span.is_short:
        return f"cut after {size} of {span.due} bytes"
    if (span.start, span.stop) == (0, span.total) or exchange.status == 200:
        return f"whole, {size} bytes"
    of = "" if span.total is None else f" of {span.total}"
    return f"part, bytes {span.start}-{span.stop - 1}{of}"


def _refusal(story: Story, exchange: Exchange) -> str:
    if exchange.status == 304:
        return "unchanged"
    if 300 <= exchange.status < 400:
        return "sent elsewhere"
    if is_late(story, exchange):
        return "expired"
    return "not there yet" if is_early(story, exchange) else "refused"


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in their order, those that touch as one."""
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(stop, merged[-1][1])
        else:
            merged.append((start, stop))
    return merged
