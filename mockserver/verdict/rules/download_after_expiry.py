"""Rule: a link is used when it has ended."""

from collections.abc import Iterator

from mockserver.verdict.case import Story
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs
from mockserver.verdict.receptions import is_late

__all__ = ["RULE"]


def _judge(story: Story) -> Iterator[Seen]:
    late = [one.number for one in story.downloads if is_late(story, one)]
    if late:
        yield Seen(f"asked {len(late)} times for a file that had expired", tuple(late))


RULE = Rule(
    id="download-after-expiry",
    severity=Severity.ERROR,
    about=(
        "The client uses a link, or asks for a file, that has expired: what it "
        "shows its users is broken by now."
    ),
    fix=(
        "Fetch files at once, or read the job again for a fresh link where the "
        "provider gives one."
    ),
    judge=of_jobs(_judge),
)
