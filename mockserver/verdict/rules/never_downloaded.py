"""Rule: a finished film is never fetched."""

from collections.abc import Iterator

from mockserver.engine.timeline import Phase
from mockserver.verdict.case import Story
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs

__all__ = ["RULE"]


def _judge(story: Story) -> Iterator[Seen]:
    told = [one for one in story.polls if story.phase_told(one) is Phase.SUCCEEDED]
    if told and not story.downloads:
        state = told[0].state_of(story.id)
        yield Seen(f"told {state}, and no file was fetched", (told[0].number,))


RULE = Rule(
    id="never-downloaded",
    severity=Severity.NOTE,
    about=(
        "The client was told that the job has succeeded, and has not fetched its "
        "file; files and links do not stay for ever."
    ),
    fix="Fetch the file as soon as it is there, and keep a copy of your own.",
    judge=of_jobs(_judge),
)
