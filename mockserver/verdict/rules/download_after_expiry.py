"""Rule: a link is used when it has ended."""

from collections.abc import Iterator

from mockserver.engine.jobs import LinkState, MediaState
from mockserver.verdict.case import Story
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs
from mockserver.verdict.journal import Exchange

__all__ = ["RULE"]


def _judge(story: Story) -> Iterator[Seen]:
    late = [one.number for one in story.downloads if _is_late(story, one)]
    if late:
        yield Seen(f"asked {len(late)} times for a file that had expired", tuple(late))


def _is_late(story: Story, exchange: Exchange) -> bool:
    media, link = story.media_at(exchange)
    is_over = media is MediaState.PURGED or link is LinkState.EXPIRED
    return exchange.status in {401, 403, 404, 410} and is_over


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
