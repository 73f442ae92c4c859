"""Rule: a job is read on although its end was told."""

from collections.abc import Iterator

from mockserver.verdict.case import Story
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs

__all__ = ["RULE"]

_MORE = 2


def _judge(story: Story) -> Iterator[Seen]:
    if story.end_told is None:
        return
    end, more = story.polls[story.end_told], story.polls[story.end_told + 1 :]
    if len(more) >= _MORE:
        yield Seen(
            f"polled {len(more)} times more after it was told {end.state_of(story.id)}",
            tuple(one.number for one in more),
        )


RULE = Rule(
    id="poll-after-end",
    severity=Severity.WARNING,
    about=(
        "The client goes on reading a job's state after it was told that it has ended."
    ),
    fix=(
        "Stop at every state that is an end, also at those of failure and cancellation."
    ),
    judge=of_jobs(_judge),
)
