"""Rule: one answer that cannot be read is the end of a client."""

from collections.abc import Iterator

from mockserver.verdict.case import Story
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs
from mockserver.verdict.rules.reading import left_at

__all__ = ["RULE"]


def _judge(story: Story) -> Iterator[Seen]:
    last = left_at(story)
    if last is not None and 200 <= last.status < 300 and last.fault:
        yield Seen(f"left alone after {last.fault} had spoiled a read", (last.number,))


RULE = Rule(
    id="gave-up-on-garbage",
    severity=Severity.WARNING,
    about=(
        "The client has given a job up because one answer was no JSON, or another "
        "document than usual; the job went on, and is paid."
    ),
    fix="Take an answer that cannot be read for a refusal, and ask again.",
    judge=of_jobs(_judge),
)
