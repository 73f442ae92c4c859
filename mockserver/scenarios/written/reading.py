"""Reading: YAML text becomes plain values, and the line of each of them."""

from typing import Any, Final, NoReturn

import yaml

from mockserver.errors import Mistake, ScenarioError

__all__ = ["read"]

_NODES_MAX: Final = 50_000

# What the parser says, which speaks of itself, and what is the matter.
_WORDS: Final = (
    ("mapping values are not", "a ':' where none may be; put the value in quotes"),
    ("'\\t'", "a tab; indent with blanks"),
    ("expected <block end>", "a line that is indented otherwise than those around it"),
    ("could not find expected ':'", "a name without ':' after it"),
    (
        "expected ',' or",
        "brackets that do not end, or lack a comma; in them, quote what has {, } or ?",
    ),
    ("unexpected end of stream", "a text in quotes that does not end"),
    ("undefined alias", "a value that begins with '*'; put it in quotes"),
    ("unknown escape", "a backslash in double quotes; write two, or single quotes"),
    ("expected alphabetic", "a value that begins with '*' or '&'; put it in quotes"),
    ("that cannot start any token", "a sign no value begins with; put it in quotes"),
    ("expected the node content", "a value that is missing"),
    ("found another document", "a second document; one file holds one scenario"),
)

Path = tuple[str | int, ...]


def read(text: str, name: str) -> tuple[Any, dict[Path, int]]:
    """Return a document and the 1-based line of each part.

    Raises:
        ScenarioError: It is no YAML, has too many parts, or says something twice.
    """
    lines: dict[Path, int] = {}
    try:
        node = _composed(text)
        document = None if node is None else _Reader(name, lines).value(node, ())
    except yaml.YAMLError as error:
        raise ScenarioError(_unreadable(name, error)) from error
    except RecursionError as error:
        endless = Mistake(name, "parts within parts without end")
        raise ScenarioError(endless) from error
    return document, lines


def _composed(text: str) -> yaml.Node | None:
    """Return the root of a text; what only the slow parser can tell, it tells.

    The fast one needs an eighth of the time, but has other words for what is wrong, and
    is not in every build of PyYAML.
    """
    fast = getattr(yaml, "CSafeLoader", None)
    if fast is not None:
        try:
            return yaml.compose(text, Loader=fast)
        except yaml.YAMLError:
            pass
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _unreadable(name: str, error: yaml.YAMLError) -> Mistake:
    mark = getattr(error, "problem_mark", None)
    line = None if mark is None else mark.line + 1
    why = " ".join(str(getattr(error, "problem", None) or error).split())
    ours = (words for theirs, words in _WORDS if theirs in why)
    return Mistake(name, f"no readable YAML: {next(ours, why)}", line=line)


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
            self._fail("too many parts", line)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one, (*path, i)) for i, one in enumerate(node.value)]
        return self._scalar(node, line)

    def _fail(self, found: str, line: int) -> NoReturn:
        raise ScenarioError(Mistake(self._name, found, line=line))

    def _scalar(self, node: yaml.Node, line: int) -> Any:
        if node.tag == "tag:yaml.org,2002:timestamp":
            return node.value
        try:
            return self._loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError) as error:
            said = Mistake(self._name, f"no plain value: {error}", line=line)
            raise ScenarioError(said) from error

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._fail("a name that is none", line)
            key = self._scalar(key_node, line)
            # YAML 1.1 reads the bare word `on` as true.
            name = key_node.value if isinstance(key, bool) else key
            if not isinstance(name, str):
                name = str(key_node.value)
            if name in said:
                self._fail(f"{name!r} twice", line)
            self._lines[*path, name] = line
            said[name] = self.value(value_node, (*path, name))
        return said
