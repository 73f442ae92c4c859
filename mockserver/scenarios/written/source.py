"""Source: a scenario as it was written, and at which line each part stands."""

import json
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any, Final, NoReturn

from msgspec import Struct, field

from mockserver.errors import Mistake, ScenarioError
from mockserver.names import nearest

__all__ = ["SIZE_MAX", "Path", "Place", "Source"]

SIZE_MAX: Final = 1 << 20
_SHOWN: Final = 60

Path = tuple[str | int, ...]


class Source(Struct, frozen=True):
    """One document with its places.

    Attributes:
        name: The file as people know it, or what it came from.
        document: What it says.
        lines: The 1-based line of each part; empty when there was no text.
        filled: Which parameter's value stands where.
    """

    name: str
    document: Any
    lines: Mapping[Path, int]
    filled: Mapping[Path, str] = field(default_factory=dict)

    @staticmethod
    def of(document: Any, name: str = "scenario") -> "Source":
        """Return the source of a document that never was text."""
        return Source(name, document, {})

    @staticmethod
    def parse(text: str, name: str) -> "Source":
        """Read YAML, of which JSON is a part.

        Raises:
            ScenarioError: It is none, is too large, or says something twice.
        """
        if len(text) > SIZE_MAX:
            raise ScenarioError(Mistake(name, f"{len(text)} characters", "1 MiB"))
        # Most servers read no scenario, and start sooner without a YAML parser.
        document, lines = import_module("mockserver.scenarios.written.reading").read(
            text, name
        )
        return Source(name, document, lines)

    @property
    def root(self) -> "Place":
        """The place of the whole document."""
        return Place(self, ())


class Place(Struct, frozen=True):
    """Where in a source something stands.

    Attributes:
        source: The document.
        path: Names and 0-based indexes, from its root.
    """

    source: Source
    path: Path

    def at(self, *steps: str | int) -> "Place":
        """Return the place of a part."""
        return Place(self.source, (*self.path, *steps))

    def __str__(self) -> str:
        line = self._line()
        where = self.source.name if line is None else f"{self.source.name}:{line}"
        shown = "/".join(str(step) for step in self.path)
        return f"{where}: {shown}" if shown else where

    def fail(self, found: object, expected: str) -> NoReturn:
        """Refuse what stands here.

        Raises:
            ScenarioError: Always.
        """
        name = self.source.filled.get(self.path)
        of = f" in ${name}" if name else ""
        path = "/".join(str(step) for step in self.path)
        raise ScenarioError(
            Mistake(self.source.name, shown(found) + of, expected, self._line(), path)
        )

    def choose(self, found: object, known: Iterable[str], what: str = "") -> str:
        """Return a name if it is known.

        Raises:
            ScenarioError: It is not; names the nearest one, or all.
        """
        names = [*known]
        if not isinstance(found, str) or found not in names:
            self.fail(found, (f"{what}: " if what else "") + nearest(found, names))
        return found

    def _line(self) -> int | None:
        path = self.path
        while path not in self.source.lines:
            if not path:
                return None
            path = path[:-1]
        return self.source.lines[path]


def shown(found: object) -> str:
    """Return a value as it is shown in messages: JSON, cut to one line."""
    text = json.dumps(found, ensure_ascii=False, default=repr)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
