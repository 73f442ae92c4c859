"""Rule: a file is asked for before the job has one."""

from collections.abc import Iterator

from mockserver.engine.jobs import MediaState
from mockserver.verdict.case import Story
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs

__all__ = ["RULE"]


def _judge(story: Story) -> Iterator[Seen]:
    early = [
        one.number
        for one in story.downloads
        if one.status >= 400 and story.media_at(one)[0] is MediaState.ABSENT
    ]
    if early:
        yield Seen(
            f"asked {len(early)} times for a file before it was there", tuple(early)
        )


RULE = Rule(
    id="download-too-early",
    severity=Severity.WARNING,
    about="The client asks for the file before the job has it, and is refused.",
    fix=(
        "Ask for the file when the state says that the job has succeeded, and be "
        "ready to wait a little longer."
    ),
    judge=of_jobs(_judge),
)
