"""Rule: the same file is fetched again and again."""

from collections import defaultdict
from collections.abc import Iterator

from mockserver.verdict.case import Story
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs

__all__ = ["RULE"]

_TIMES = 4


def _judge(story: Story) -> Iterator[Seen]:
    whole = defaultdict(list)
    for one in story.downloads:
        if one.status == 200 and not one.fault:
            whole[one.target.partition("?")[0]].append(one.number)
    for numbers in whole.values():
        if len(numbers) >= _TIMES:
            yield Seen(f"fetched whole {len(numbers)} times", tuple(numbers))


RULE = Rule(
    id="download-again",
    severity=Severity.NOTE,
    about=(
        "The client fetches the same whole file many times; traffic is paid, and slow."
    ),
    fix="Keep the file, or ask with `If-None-Match` whether it has changed.",
    judge=of_jobs(_judge),
)
