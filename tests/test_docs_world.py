"""docs/your-own-world.md: its world file is one, and its test passes as it stands."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from mockserver import MockServer
from mockserver.cli import main

PAGE = (Path(__file__).parents[1] / "docs" / "your-own-world.md").read_text("utf-8")
FILES = dict(
    re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the files of the page."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_the_world_file_of_the_page_is_fine(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["check", "idomoo", "--world", str(folder / "world.yaml")])

    assert code == 0
    assert "idomoo: " in capsys.readouterr().out


def test_what_the_page_declares_is_there(folder: Path) -> None:
    with MockServer(world=folder / "world.yaml", auth="strict") as server:
        storyboard = requests.get(
            f"{server.url_for('idomoo')}/api/v2/storyboards/30211",
            auth=("77777", "our-idomoo-secret"),
            timeout=10,
        ).json()
        movies = requests.get(
            f"{server.url_for('impossible')}/v1/list/sdl/acme%20shop",
            auth=("our-key", "our-secret"),
            timeout=10,
        ).json()

    assert [item["key"] for item in storyboard["data"]] == [
        "first_name",
        "car model",
        "photo",
    ]
    assert movies == {"SDLS": ["spring"]}


@pytest.mark.deep
@pytest.mark.slow
def test_the_test_of_the_page_passes(folder: Path) -> None:
    clean = ("PYTEST", "MOCKSERVER", "COV_")
    environ = {k: v for k, v in os.environ.items() if not k.startswith(clean)}
    environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "mockserver", "-W", "error"]

    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines()[-1].startswith("1 passed"), done.stdout
