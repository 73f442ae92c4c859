"""Rule: polls come faster than the provider asks for."""

from collections.abc import Iterator

from mockserver.verdict.case import Story, pauses
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs

__all__ = ["RULE"]

_TIMES = 3


def _judge(story: Story) -> Iterator[Seen]:
    least_s = story.expected.poll_s * 0.9
    waits = pauses(story.polls, story.timing)
    fast = [number for number, wait in enumerate(waits) if wait < least_s]
    if len(fast) >= _TIMES:
        numbers = tuple(story.polls[number + 1].number for number in fast)
        yield Seen(
            f"{len(fast)} of {len(story.polls)} polls came less than"
            f" {story.expected.poll_s:g} s after the answer before; the shortest wait"
            f" was {min(waits):.2f} s",
            numbers,
        )


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
