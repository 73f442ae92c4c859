"""docs/fuzz-your-client.md: its test finds the bug, and the mended client passes it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.transcripts import blocks

PAGE = Path(__file__).parents[1] / "docs" / "fuzz-your-client.md"
CLIENT, MENDED = blocks(PAGE, "python")
# Its patience for an answer is real time: how busy the machine is must not decide.
CLIENT = CLIENT.replace("timeout=5,", "timeout=60,")
(STORY,) = blocks(PAGE, "yaml")
NAIVE = """\
        while IN_PROGRESS[self.call("GET", f"{self.jobs}/{job_id}/status")["status"]]:
"""
CAREFUL = """\
        while not is_over(
            self.call("GET", f"{self.jobs}/{job_id}/status").get("status")
        ):
"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def ran(folder: Path, code: str) -> str:
    """Return what pytest says of a file with that code."""
    (folder / "test_orders.py").write_text(code, "utf-8")
    clean = ("PYTEST", "MOCKSERVER", "COV_", "HYPOTHESIS")
    environ = {k: v for k, v in os.environ.items() if not k.startswith(clean)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "mockserver.pytest_plugin"]
    done = subprocess.run(
        [*command, "-p", "_hypothesis_pytestplugin", "--hypothesis-seed=0"],
        cwd=folder,
        env={**environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


@pytest.mark.deep
def test_the_client_of_the_page_fails_in_the_story_of_the_page(tmp_path: Path) -> None:
    told = ran(tmp_path, CLIENT)

    assert "1 failed" in told, told
    lines = [line.removeprefix("E").strip() for line in told.splitlines()]
    assert [one for one in STORY.splitlines() if one.strip() not in lines] == [], told
    assert "KeyError: 'failed'" in told


@pytest.mark.deep
def test_the_client_that_is_mended_as_the_page_says_passes(tmp_path: Path) -> None:
    assert CLIENT.count(NAIVE) == 1
    mended = CLIENT.replace(NAIVE, CAREFUL).replace(
        "@settings", f"{MENDED}\n\n@settings"
    )

    told = ran(tmp_path, mended)

    assert "1 passed" in told, told
