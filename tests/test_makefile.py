"""Serving waits for what serving needs, and for no tool of the tests."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


def planned(target: str, venv: Path) -> str:
    """Return what a target would do in a fresh clone."""
    ran = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", target, f"VENV={venv}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


@pytest.mark.parametrize("target", ["setup", "serve"])
def test_serving_installs_no_tool_of_the_tests(target: str, tmp_path: Path) -> None:
    plan = planned(target, tmp_path / "new")

    assert "install --progress-bar on --no-compile --editable .\n" in plan
    assert "--group dev" not in plan


@pytest.mark.parametrize("target", ["test", "check", "bench"])
def test_tools_come_with_the_first_target_that_needs_them(
    target: str, tmp_path: Path
) -> None:
    plan = planned(target, tmp_path / "new")

    assert "install --progress-bar on --no-compile --editable .\n" in plan
    assert "install --progress-bar on --editable . --group dev\n" in plan


def test_a_second_time_nothing_is_installed(tmp_path: Path) -> None:
    (tmp_path / ".serving").touch()
    (tmp_path / ".testing").touch()

    assert "install" not in planned("check", tmp_path)
