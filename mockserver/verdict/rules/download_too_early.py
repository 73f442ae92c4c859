"""Rule: a file is asked for before the job has one."""

from collections.abc import Iterator

from mockserver.verdict.case import Story
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs
from mockserver.verdict.receptions import is_early

__all__ = ["RULE"]


def _judge(story: Story) -> Iterator[Seen]:
    early = [one.number for one in story.downloads if is_early(story, one)]
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
