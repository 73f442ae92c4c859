"""Rule: a state that is not known is the end of a client."""

from collections.abc import Iterator

from mockserver.verdict.case import Story
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs
from mockserver.verdict.rules.reading import left_at

__all__ = ["RULE"]


def _judge(story: Story) -> Iterator[Seen]:
    last = left_at(story)
    state = "" if last is None else last.state_of(story.id)
    if last is not None and state and state not in story.expected.states:
        yield Seen(f"left alone in the state {state}", (last.number,))


RULE = Rule(
    id="gave-up-on-a-word",
    severity=Severity.WARNING,
    about=(
        "The client has given a job up at a state that it does not know; "
        "providers add words."
    ),
    fix="Take an unknown state for one that is not the end.",
    judge=of_jobs(_judge),
)
