"""Rule: polls come faster than the provider asks for."""

from collections.abc import Iterator

from mockserver.verdict.case import Story, Timing, pauses
from mockserver.verdict.exchange import Exchange
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs

__all__ = ["RULE"]

_TIMES = 3


def _judge(story: Story) -> Iterator[Seen]:
    waits = pauses(story.polls, story.timing)
    fast = [
        number
        for number, wait in enumerate(waits)
        if wait < _least_s(story, story.polls[number]) * 0.9
    ]
    if len(fast) >= _TIMES:
        numbers = tuple(story.polls[number + 1].number for number in fast)
        yield Seen(
            f"{len(fast)} of {len(story.polls)} polls came less than"
            f" {story.expected.poll_s:g} s after the answer before; the shortest wait"
            f" was {min(waits):.2f} s",
            numbers,
        )


def _least_s(story: Story, poll: Exchange) -> float:
    """Return how long to wait after a read.

    Where time stands still, an answer that bids to ask again at once is obeyed.
    """
    told = story.wait_told_s(poll) if story.timing is Timing.STANDS else None
    least_s = story.expected.poll_s
    return least_s if told is None else min(told, least_s)


RULE = Rule(
    id="poll-too-fast",
    severity=Severity.WARNING,
    about=(
        "The client reads a job's state more often than the provider asks for; "
        "its calls are throttled or billed."
    ),
    fix=(
        "Wait at least as long between two reads as the provider's page says, and "
        "longer after each."
    ),
    judge=of_jobs(_judge),
)
