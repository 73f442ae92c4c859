"""docs/cost.md: its world is one, and its test fails as the page says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.cli import main
from mockserver.verdict.prices import RATES, SCHEMA
from tests.transcripts import blocks

FILE = Path(__file__).parents[1] / "docs" / "cost.md"
PAGE = FILE.read_text("utf-8")
FILES = dict(
    re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the files of the page."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_the_world_of_the_page_is_fine(folder: Path) -> None:
    assert main(["check", "fal", "idomoo", "--world", str(folder / "world.yaml")]) == 0


def test_the_page_names_each_member_of_a_price_list() -> None:
    names = [*SCHEMA["properties"], *RATES]

    assert [name for name in names if f"`{name}`" not in PAGE] == []


@pytest.mark.deep
@pytest.mark.slow
def test_the_test_of_the_page_fails_as_the_page_says(folder: Path) -> None:
    clean = ("PYTEST", "MOCKSERVER", "COV_")
    environ = {k: v for k, v in os.environ.items() if not k.startswith(clean)}
    environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "mockserver", "-W", "error"]
    (said,) = blocks(FILE, "text")

    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False
    )

    told = [line.removeprefix("E").strip() for line in done.stdout.splitlines()]
    first, *rest = [line.strip() for line in said.splitlines()]
    assert f"AssertionError: {first}" in told, done.stdout
    assert [line for line in rest if line not in told] == []
    assert "mockserver: what the jobs would cost" in done.stdout
    assert "fal: USD 3.20 for 1 job" in done.stdout
