"""Reading: what several rules look for in the story of a job."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from mockserver.verdict.bill import Charge
from mockserver.verdict.case import Case, Sent, Story, is_refusal
from mockserver.verdict.journal import Exchange

__all__ = ["Again", "Work", "left_at", "ordered_again", "paid_twice", "sent_as",
           "work_of"]  # fmt: skip

Work = tuple[str, bytes]


class Again(NamedTuple):
    """Two orders of the same work, of which the second takes the place of the first.

    Attributes:
        first, second: What has brought each job about.
        is_lost: The answer to the first one was lost.
        wasted: What the first one costs, if both are paid.
    """

    first: Exchange
    second: Exchange
    is_lost: bool
    wasted: Charge


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


def ordered_again(case: Case) -> Iterator[tuple[Exchange, Exchange]]:
    """Yield each order whose answer was lost, with the equal one that followed it."""
    unheard: dict[Work, Exchange] = {}
    for exchange in _orders(case):
        work = work_of(exchange)
        before = unheard.pop(work, None)
        if before is not None and before.job != exchange.job:
            yield before, exchange
        if is_refusal(exchange):
            unheard[work] = exchange


def paid_twice(case: Case) -> Iterator[Again]:
    """Yield the orders that were placed and paid again, though the first one stands.

    Whoever has placed equal orders and looks after each of them may want them all.
    """
    stories = {(one.slug, one.id): one for one in case.stories}
    lost = {second.number: first for first, second in ordered_again(case)}
    known: dict[Work, Exchange] = {}
    for second in _orders(case):
        work = work_of(second)
        first = lost.get(second.number) or known.get(work)
        known[work] = second
        if first is None or first.job == second.job:
            continue
        before, after = (stories.get((one.slug, one.job)) for one in (first, second))
        if before is None or after is None:
            continue
        wasted, is_lost = before.charge, second.number in lost
        if wasted is None or not (_is_paid(before) and _is_paid(after)):
            continue
        if is_lost or _is_left(before, after, second):
            yield Again(first, second, is_lost, wasted)


def _orders(case: Case) -> Iterable[Exchange]:
    return (one for one in case.exchanges if one.role == "submit")


def _is_paid(story: Story) -> bool:
    return story.charge is not None and story.charge.net > 0


def _is_left(before: Story, after: Story, second: Exchange) -> bool:
    """Say whether nobody has cared for a job any more since the same was ordered again.

    That is sure once the other one was followed to its end, and it was over by then.
    """
    if any(one.number > second.number for one in before.exchanges):
        return False
    if any(one.is_done for one in before.sent) or before.end_told is not None:
        return False
    end = after.end_told
    return end is not None and before.job.ends_at <= after.polls[end].at


def sent_as(case: Case, is_bad: Callable[[Sent], bool]) -> Iterator[Sequence[Sent]]:
    """Yield the attempts of each delivery that are bad, where there are any."""
    bad: dict[str, list[Sent]] = defaultdict(list)
    for one in case.sent:
        if is_bad(one):
            bad[one.delivery].append(one)
    yield from bad.values()
