"""Library: scenarios by name or path, those of the user before those that ship."""

from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from mockserver import resources
from mockserver.errors import ConfigError, ScenarioError
from mockserver.scenarios.source import Source, nearest

__all__ = ["Library"]

_SUFFIXES = (".yaml", ".yml", ".json")


class Library:
    """Finds scenarios.

    Args:
        folder: The user's own folder, usually `scenarios/`; it may be missing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """Return the names of all scenarios."""
        return sorted(self._files())

    def source(self, asked: str | Mapping[str, Any]) -> Source:
        """Return a scenario as it was written.

        Args:
            asked: A name, the path of a file, or the scenario itself.

        Raises:
            ScenarioError: There is none, or it cannot be read.
        """
        if not isinstance(asked, str):
            return Source.of(asked)
        if "/" in asked or asked.endswith(_SUFFIXES):
            return _read(Path(asked), asked)
        files = self._files()
        if asked not in files:
            expected = nearest(asked, files)
            raise ScenarioError(f"scenario: found {asked!r}, expected {expected}")
        file = files[asked]
        is_own = isinstance(file, Path) and file.parent == self._folder
        return _read(file, str(file) if is_own else f"scenarios/{file.name}")

    def path(self, asked: str) -> Path | None:
        """Return the file of a scenario, if it is one that may change."""
        if "/" in asked or asked.endswith(_SUFFIXES):
            return Path(asked)
        file = self._files().get(asked)
        return file if isinstance(file, Path) else None

    def _files(self) -> dict[str, Traversable]:
        files: dict[str, Traversable] = {}
        for folder in (_shipped(), self._folder):
            if folder is None or not folder.is_dir():
                continue
            for file in folder.iterdir():
                stem, dot, suffix = file.name.rpartition(".")
                if stem and dot + suffix in _SUFFIXES:
                    files[stem] = file
        return dict(sorted(files.items()))


def _shipped() -> Traversable | None:
    try:
        return resources.scenarios()
    except ConfigError:
        return None


def _read(file: Traversable, name: str) -> Source:
    try:
        return Source.parse(file.read_text(encoding="utf-8"), name)
    except (OSError, ValueError) as error:
        raise ScenarioError(f"{name}: found no readable file: {error}") from error
