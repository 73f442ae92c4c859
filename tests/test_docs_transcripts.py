"""What is typed in a transcript of the documentation does what stands below it."""

import shutil
from pathlib import Path

import pytest

from tests.transcripts import play, serving, transcript

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(
        not (shutil.which("bash") and shutil.which("curl")),
        reason="needs bash and curl",
    ),
]

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize(
    "page", ["other-languages.md", "spaces.md", "troubleshooting.md"]
)
def test_what_is_typed_does_what_stands_below_it(page: str, tmp_path: Path) -> None:
    """The first command of each page starts the server; the others meet it."""
    first, *typed = transcript(DOCS / page)

    with serving(first.command, tmp_path) as url:
        differences = play(typed, url, tmp_path)

    assert typed
    assert "\n".join(differences) == ""
