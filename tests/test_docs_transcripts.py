"""What is typed in a transcript of the documentation does what stands below it."""

import shutil
from pathlib import Path

import pytest

from tests.deep import first
from tests.transcripts import Typed, play, serving, transcript

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
    "page", first(["other-languages.md", "spaces.md", "troubleshooting.md"])
)
def test_what_is_typed_does_what_stands_below_it(page: str, tmp_path: Path) -> None:
    """The first command of each page starts the server; the others meet it."""
    first, *typed = transcript(DOCS / page)

    with serving(first.command, tmp_path) as url:
        differences = play(typed, url, tmp_path)

    assert typed
    assert "\n".join(differences) == ""


def test_what_comes_otherwise_than_shown_is_found(tmp_path: Path) -> None:
    typed = [
        Typed("echo $0", "bash\n"),
        Typed("echo 1 2", "1 ...\n"),
        Typed("true", ""),
    ]
    lies = [Typed("echo 1", "2\n"), Typed("echo 1", ""), Typed("true", "1\n")]

    differences = play([*typed, *lies], "http://127.0.0.1:1", tmp_path)

    assert differences == ["$ echo 1\n1\n", "$ echo 1\n1\n", "$ true\n"]
