"""Reading: what several rules look for in the story of a job."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from mockserver.verdict.case import Case, Sent, Story
from mockserver.verdict.journal import Exchange

__all__ = ["Work", "left_at", "sent_as", "work_of"]

Work = tuple[str, bytes]


def left_at(story: Story) -> Exchange | None:
    """Return the read after which a client has left an unfinished job alone.

    None if the job was followed to its end, a webhook has told of it, or it has not
    moved on since: then the client may still be about to ask.
    """
    last = story.exchanges[-1] if story.exchanges else None
    if last is None or not last.is_poll or story.end_told is not None:
        return None
    if any(one.is_done for one in story.sent):
        return None
    return last if story.job.at(story.now).step.phase.is_terminal else None


def work_of(exchange: Exchange) -> Work:
    """Return what tells an order from others: equal orders ask for equal work."""
    return exchange.target, exchange.request_body or b""


def sent_as(case: Case, is_bad: Callable[[Sent], bool]) -> Iterator[Sequence[Sent]]:
    """Yield the attempts of each delivery that are bad, where there are any."""
    bad: dict[str, list[Sent]] = defaultdict(list)
    for one in case.sent:
        if is_bad(one):
            bad[one.delivery].append(one)
    yield from bad.values()
