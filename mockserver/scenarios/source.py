"""Source: a scenario as it was written, and at which line each part stands."""

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import yaml

from mockserver.errors import ScenarioError

__all__ = ["Place", "Source", "nearest"]

_NODES_MAX: Final = 50_000
_SIZE_MAX: Final = 1 << 20
_SHOWN: Final = 60

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One document with its places.

    Attributes:
        name: The file as people know it, or what it came from.
        document: What it says.
        lines: The 1-based line of each part; empty when there was no text.
    """

    name: str
    document: Any
    lines: Mapping[Path, int]

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
        if len(text) > _SIZE_MAX:
            raise ScenarioError(f"{name}: found {len(text)} characters, expected 1 MiB")
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            raise ScenarioError(_unreadable(name, error)) from error
        lines: dict[Path, int] = {}
        document = None if node is None else _Reader(name, lines).value(node, ())
        return Source(name, document, lines)

    @property
    def root(self) -> "Place":
        """The place of the whole document."""
        return Place(self, ())


@dataclass(frozen=True, slots=True)
class Place:
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
        raise ScenarioError(f"{self}: found {shown(found)}, expected {expected}")

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


def nearest(found: object, known: Iterable[str]) -> str:
    """Say which name would be right: the nearest known one, or all of them."""
    names = [*known]
    near = difflib.get_close_matches(str(found), names, 1, cutoff=0.5)
    if near:
        return f"{near[0]!r}, the nearest known name"
    return "one of: " + (", ".join(names) or "nothing, there is none")


def shown(found: object) -> str:
    """Return a value as it is shown in messages: JSON, cut to one line."""
    text = json.dumps(found, ensure_ascii=False, default=repr)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def _unreadable(name: str, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = name if mark is None else f"{name}:{mark.line + 1}"
    why = getattr(error, "problem", None) or str(error)
    return f"{where}: found no readable YAML: {' '.join(str(why).split())}"


class _Reader:
    """Turns nodes into values and remembers their lines; nothing is constructed."""

    def __init__(self, name: str, lines: dict[Path, int]) -> None:
        self._name, self._lines = name, lines
        self._loader = yaml.SafeLoader("")
        self._seen = 0

    def value(self, node: yaml.Node, path: Path) -> Any:
        line = node.start_mark.line + 1
        self._lines.setdefault(path, line)
        self._seen += 1
        if self._seen > _NODES_MAX:
            raise ScenarioError(f"{self._name}:{line}: found too many parts")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one, (*path, i)) for i, one in enumerate(node.value)]
        return self._scalar(node, line)

    def _scalar(self, node: yaml.Node, line: int) -> Any:
        if node.tag == "tag:yaml.org,2002:timestamp":
            return node.value
        try:
            return self._loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError) as error:
            where = f"{self._name}:{line}"
            raise ScenarioError(f"{where}: found no plain value: {error}") from error

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = self._scalar(key_node, line)
            # YAML 1.1 reads the bare word `on` as true.
            name = key_node.value if isinstance(key, bool) else key
            if not isinstance(name, str):
                name = str(key_node.value)
            if name in said:
                raise ScenarioError(f"{self._name}:{line}: found {name!r} twice")
            self._lines[*path, name] = line
            said[name] = self.value(value_node, (*path, name))
        return said
