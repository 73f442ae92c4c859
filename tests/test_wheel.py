"""The built wheel holds all that a user needs, and nothing of ours."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """Return the name of every file in the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        return frozenset(opened.namelist())


@pytest.mark.parametrize(
    "kind", ["fixtures/providers", "schemas", "fixtures", "scenarios"]
)
def test_data_are_inside_as_they_are_in_the_checkout(
    names: frozenset[str], kind: str
) -> None:
    files = {
        f"mockserver/_data/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / kind).rglob("*")
        if path.suffix in {".json", ".py", ".yaml"}
    }

    assert len(files) > 0
    assert files - names == set()


def test_every_file_of_the_package_is_inside(names: frozenset[str]) -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "mockserver").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert files - names == set()


def test_types_and_fonts_are_inside(names: frozenset[str]) -> None:
    assert "mockserver/py.typed" in names
    assert any(
        name.startswith("mockserver/media/cards/faces/") and name.endswith(".ttf")
        for name in names
    )


def test_nothing_else_is_inside(names: frozenset[str]) -> None:
    tops = {name.split("/")[0].split("-")[0] for name in names}

    assert tops == {"mockserver", "video_mockserver"}
    assert [name for name in names if "tests" in name.split("/")] == []
    assert [name for name in names if "__pycache__" in name] == []
