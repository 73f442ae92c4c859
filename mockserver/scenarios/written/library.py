"""Library: scenarios by name or path, those of the user before those that ship."""

import os
import re
import stat
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from mockserver import resources
from mockserver.errors import ConfigError, Mistake, ScenarioError
from mockserver.names import nearest
from mockserver.scenarios.written.source import SIZE_MAX, Source

__all__ = ["Library"]

_SUFFIXES = (".yaml", ".yml", ".json")
_TITLE: Final = re.compile(
    r"""^["']?scenario["']?[ \t]*:|[{,]\s*"scenario"\s*:""", re.MULTILINE
)
_SHOWN: Final = 60
_NONBLOCK: Final[int] = getattr(os, "O_NONBLOCK", 0)


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

        Only for whoever has started the server: it opens any file by its path.

        Args:
            asked: A name, the path of a file, or the scenario itself.

        Raises:
            ScenarioError: There is none, or it cannot be read.
        """
        if not isinstance(asked, str):
            return Source.of(asked)
        if "/" in asked or asked.endswith(_SUFFIXES):
            return _read(Path(asked), asked)
        return self.named(asked)

    def named(self, name: str) -> Source:
        """Return a scenario by its name, whatever the name looks like.

        Raises:
            ScenarioError: There is none, or it cannot be read.
        """
        files = self._files()
        if name not in files:
            name = name[:_SHOWN]
            expected = nearest(name, files)
            raise ScenarioError(Mistake("scenario", repr(name), expected))
        file = files[name]
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
    """Read a scenario; of a file that is none, nothing is told.

    Raises:
        ScenarioError: It cannot be read, or is something else.
    """
    try:
        data = _regular(file) if isinstance(file, Path) else file.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such path"
        raise ScenarioError(Mistake(name, f"no readable file: {reason}")) from error
    if len(data) > SIZE_MAX:
        raise ScenarioError(Mistake(name, "more than 1 MiB", "a scenario"))
    nothing = ScenarioError(
        Mistake(name, "no scenario", "`scenario` and `rules` at its top")
    )
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise nothing from error
    if _TITLE.search(text) is None:
        raise nothing
    source = _parsed(text, name)
    if not isinstance(source.document, Mapping) or "scenario" not in source.document:
        raise nothing
    return source


@lru_cache(maxsize=128)
def _parsed(text: str, name: str) -> Source:
    """Return what a file says; tests use the same few scenarios all the time."""
    return Source.parse(text, name)


def _regular(path: Path) -> bytes:
    """Read a regular file, and one byte more than a scenario may have.

    Pipes and devices may never end, or never begin.
    """
    opened = os.open(path, os.O_RDONLY | _NONBLOCK)
    with os.fdopen(opened, "rb") as file:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise OSError(0, "it is no regular file")
        return file.read(SIZE_MAX + 1)
