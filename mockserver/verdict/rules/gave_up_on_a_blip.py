"""Rule: one refused read is the end of a client."""

from collections.abc import Iterator

from mockserver.verdict.case import Story, is_refusal
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs
from mockserver.verdict.rules.reading import left_at

__all__ = ["RULE"]


def _judge(story: Story) -> Iterator[Seen]:
    last = left_at(story)
    if last is not None and is_refusal(last):
        yield Seen(
            f"left alone after a read was answered {last.status}", (last.number,)
        )


RULE = Rule(
    id="gave-up-on-a-blip",
    severity=Severity.WARNING,
    about=(
        "The client has given a job up because one read of its state was refused "
        "for a moment; the job went on, and is paid."
    ),
    fix=(
        "Repeat reads that are refused with 429 or 5xx, or are cut, a few times, "
        "and longer apart."
    ),
    judge=of_jobs(_judge),
)
