"""Rule: a finished film is never fetched."""

import re
from collections.abc import Iterator
from typing import Final

from mockserver.engine.timeline import Phase
from mockserver.verdict.case import Story, is_good
from mockserver.verdict.finding import Rule, Seen, Severity, of_jobs

__all__ = ["RULE"]

# A file that stands in an answer: a data URL, or the base64 of how MP4, PNG, JPEG, GIF,
# WebM and WAV begin.
_INSIDE: Final = re.compile(
    rb'"(?:data:[\w/+.-]+;base64,|AAAA..Z0eXB|iVBORw0KGgo|/9j/|R0lGOD|GkXfo|UklGR)'
)


def _judge(story: Story) -> Iterator[Seen]:
    told = [one for one in story.polls if story.phase_told(one) is Phase.SUCCEEDED]
    if told and not (story.downloads or _is_inside(story)):
        state = told[0].state_of(story.id)
        yield Seen(f"told {state}, and no file was fetched", (told[0].number,))


def _is_inside(story: Story) -> bool:
    """Say whether an answer has brought the file itself."""
    bodies = (one.response_body for one in story.exchanges if is_good(one))
    return any(body and _INSIDE.search(body) for body in bodies)


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
