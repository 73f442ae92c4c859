"""Where data lie: beside our checkout, or inside a package."""

import sys
from pathlib import Path

import pytest

from mockserver import resources
from mockserver.errors import ConfigError


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a package of another distribution."""
    package = tmp_path / "acme_video"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "acme_video", raising=False)
    return package


def test_our_scenarios_lie_beside_the_package_not_in_the_room() -> None:
    folder = resources.scenarios()

    assert folder.name == "scenarios"
    assert not (folder / "__init__.py").is_file()


def test_our_schemas_are_a_folder() -> None:
    assert resources.schemas().is_dir()


def test_another_distribution_ships_its_own(foreign: Path) -> None:
    (foreign / "schemas" / "acme").mkdir(parents=True)
    (foreign / "fixtures" / "acme").mkdir(parents=True)

    schemas = resources.schemas("acme", package="acme_video")
    fixtures = resources.fixtures("acme", package="acme_video")

    assert Path(str(schemas)) == foreign / "schemas/acme"
    assert Path(str(fixtures)) == foreign / "fixtures/acme"


def test_a_wheels_data_folder_comes_first(foreign: Path) -> None:
    (foreign / "schemas" / "acme").mkdir(parents=True)
    (foreign / "_data" / "schemas" / "acme").mkdir(parents=True)

    schemas = resources.schemas("acme", package="acme_video")

    assert Path(str(schemas)) == foreign / "_data/schemas/acme"


def test_a_missing_folder_is_named() -> None:
    with pytest.raises(ConfigError, match="found no folder schemas/nobody"):
        resources.schemas("nobody")
