"""Rule: a job that stands still is read without any bound."""

from collections.abc import Iterator
from itertools import groupby

from mockserver.verdict.case import Story
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs

__all__ = ["RULE"]

_POLLS = 200


def _judge(story: Story) -> Iterator[Seen]:
    def stands_at(number: int) -> tuple[str, float | None]:
        poll = story.polls[number]
        life = story.polls[number].life_of(story.id) or story.job
        return poll.state_of(story.id), life.at(poll.at).progress

    for (state, _), run in groupby(range(len(story.polls)), stands_at):
        numbers = [story.polls[number].number for number in run]
        if len(numbers) >= _POLLS:
            yield Seen(
                f"polled {len(numbers)} times while nothing changed in {state}",
                tuple(numbers),
            )


RULE = Rule(
    id="poll-without-end",
    severity=Severity.WARNING,
    about=(
        "The client reads a job that does not move as if it would go on for ever; "
        "a stuck job keeps it busy until somebody notices."
    ),
    fix="Give up after a time that is known beforehand, and tell the user.",
    judge=of_jobs(_judge),
)
