"""Rule: polls come at a constant pace, however long the job takes."""

from collections.abc import Iterator

from mockserver.verdict.case import Story, pauses
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs

__all__ = ["RULE"]

_POLLS = 30
_SPREAD = 1.1


def _judge(story: Story) -> Iterator[Seen]:
    if any(story.wait_told_s(one) is not None for one in story.polls):
        return  # who waits as long as each answer bids does what is asked
    waits = pauses(story.polls, story.timing)
    if len(waits) >= _POLLS and max(waits) <= min(waits) * _SPREAD:
        yield Seen(
            f"{len(story.polls)} polls, each about {min(waits):.1f} s after the answer"
            " before",
            tuple(one.number for one in story.polls),
        )


RULE = Rule(
    id="poll-without-backoff",
    severity=Severity.NOTE,
    about=(
        "The client waits equally long between all reads of a job, however long "
        "it takes; a slow day multiplies its calls."
    ),
    fix="Let the wait grow with each read, up to a bound.",
    judge=of_jobs(_judge),
)
