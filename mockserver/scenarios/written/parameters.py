"""Parameters: what whoever uses a scenario may choose, and how it gets there."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from mockserver.errors import ScenarioError
from mockserver.names import nearest
from mockserver.scenarios.written.mistakes import Mistakes
from mockserver.scenarios.written.shapes import (
    ANY,
    DURATION,
    FLAG,
    NUMBER,
    OFFSET,
    PERCENT,
    SHARE,
    SIZE,
    STATUS,
    TEXT,
    WHOLE,
    Record,
    Shape,
    choice,
    list_of,
)
from mockserver.scenarios.written.source import Path, Place, Source

__all__ = ["FILLED", "PARAMETERS", "TYPES", "WHOLE_SCALAR", "Parameter", "fill",
           "parameters_of", "settle", "split", "text_of", "written"]  # fmt: skip

TYPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "integer": WHOLE,
        "number": NUMBER,
        "share": SHARE,
        "percent": PERCENT,
        "text": TEXT,
        "duration": DURATION,
        "offset": OFFSET,
        "size": SIZE,
        "status": STATUS,
        "boolean": FLAG,
        "choice": TEXT,
    }
)
"""What a parameter may be; `choice` is one of the words in `of`."""

_NAME: Final = "[a-z][a-z0-9_]*"
WHOLE_SCALAR: Final = re.compile(rf"^(\$+)({_NAME})$")
_ONE: Final = re.compile(rf"""\s*({_NAME})\s*=\s*("[^"]*"|[^;"]*?)\s*(?:;|$)""")
_PLAIN: Final = {"true": True, "false": False}
FILLED: Final = ("budget", "includes", "rules")


class Parameter(Struct, frozen=True):
    """One value that may be chosen.

    Attributes:
        name: What stands for it in the scenario, after a `$`.
        type: One of `TYPES`.
        default: What it is if nobody chooses.
        about: One sentence.
        of: The words of a choice.
    """

    name: str
    type: str
    default: Any
    about: str = ""
    of: tuple[str, ...] = ()

    def read(self, raw: Any, place: Place) -> Any:
        """Return a value as it would be written in a scenario.

        Texts will do for all types: a header and a command line have nothing else.

        Raises:
            ScenarioError: It is none of its type.
        """
        shape = choice(*self.of) if self.of else TYPES[self.type]
        try:
            shape.read(raw, place)
        except ScenarioError:
            plain = _plain(raw)
            shape.read(plain, place)
            return plain
        return raw


_SAID: Final = Record(
    {
        "type": (choice(*TYPES), "What it may be."),
        "default": (ANY, "What it is if nobody chooses."),
        "of": (list_of(TEXT, 1), "The words of a choice."),
        "about": (TEXT, "What it changes."),
    },
    ("type", "default"),
)


def _read(raw: Any, place: Place) -> dict[str, Parameter]:
    if not isinstance(raw, Mapping):
        place.fail(raw, "a mapping of names to {type: ..., default: ...}")
    mistakes, found = Mistakes(), {}
    for name, one in raw.items():
        with mistakes:
            found[name] = _parameter(name, one, place.at(name))
    mistakes.tell()
    return found


def _parameter(name: str, raw: Any, place: Place) -> Parameter:
    if re.fullmatch(_NAME, name) is None:
        place.fail(name, "a name of small letters, digits and _, such as limit")
    said = _SAID.read(raw, place)
    if ("of" in said) is not (said["type"] == "choice"):
        place.fail([*raw], "'of' with its words for a choice, and for nothing else")
    made = Parameter(name, said["type"], said["default"], said.get("about", ""),
                     said.get("of", ()))  # fmt: skip
    default = made.read(made.default, place.at("default"))
    return Parameter(name, made.type, default, made.about, made.of)


PARAMETERS: Final = Shape(
    {
        "type": "object",
        "propertyNames": {"pattern": f"^{_NAME}$"},
        "additionalProperties": _SAID.shape.schema,
    },
    _read,
)


def parameters_of(source: Source) -> Mapping[str, Parameter]:
    """Return what may be chosen in a scenario.

    Raises:
        ScenarioError: One is not declared as it should be.
    """
    document = source.document
    raw = document.get("parameters", {}) if isinstance(document, Mapping) else {}
    return _read(raw, source.root.at("parameters"))


def settle(
    parameters: Mapping[str, Parameter], given: Any, place: Place
) -> dict[str, Any]:
    """Return the value of each parameter: what is given, or its default.

    Args:
        parameters: What may be chosen.
        given: What was, by name.
        place: Where that stands.

    Raises:
        ScenarioError: There is no such parameter, or the value is none for it.
    """
    if not isinstance(given, Mapping):
        place.fail(given, "a mapping of parameters to values")
    mistakes = Mistakes()
    values = {name: one.default for name, one in parameters.items()}
    for name, raw in given.items():
        with mistakes:
            if name not in parameters:
                place.at(name).fail(name, _known(name, parameters))
            values[name] = parameters[name].read(raw, place.at(name))
    mistakes.tell()
    return values


def fill(source: Source, values: Mapping[str, Any]) -> Source:
    """Return a scenario with its values in place of the names of parameters.

    Only a whole value is replaced, never a part of a text; `$$limit` is the text
    `$limit`.

    Raises:
        ScenarioError: A name is none of a parameter, or one is never used.
    """
    document = source.document
    if not isinstance(document, Mapping):
        return source
    filling = _Filling(source, values)
    full = {
        part: filling.value(said, (part,)) if part in FILLED else said
        for part, said in document.items()
    }
    filling.mistakes.tell()
    for name in values:
        if name not in filling.filled.values():
            at = source.root.at("parameters", name)
            at.fail(name, f"${name} somewhere in includes or rules: nothing uses it")
    return Source(source.name, full, source.lines, filling.filled)


class _Filling:
    def __init__(self, source: Source, values: Mapping[str, Any]) -> None:
        self._source, self._values = source, values
        self.filled: dict[Path, str] = {}
        self.mistakes = Mistakes()

    def value(self, raw: Any, path: Path) -> Any:
        if isinstance(raw, Mapping):
            return {name: self.value(one, (*path, name)) for name, one in raw.items()}
        if isinstance(raw, list | tuple):
            return [self.value(one, (*path, at)) for at, one in enumerate(raw)]
        found = WHOLE_SCALAR.fullmatch(raw) if isinstance(raw, str) else None
        if found is None:
            return raw
        if found[1] != "$":
            return raw[1:]
        with self.mistakes:
            return self._named(found[2], path)
        return raw

    def _named(self, name: str, path: Path) -> Any:
        if name not in self._values:
            known = _known(name, self._values)
            Place(self._source, path).fail(f"${name}", f"{known}; $${name} is the text")
        self.filled[path] = name
        return self._values[name]


def split(text: str, place: Place | None = None) -> tuple[str, dict[str, str]]:
    """Return what `rate-limited; limit=3; window=10s` names, and what it chooses.

    A value with a `;` stands in double quotes.

    Args:
        text: That.
        place: Where it stands, if in a scenario.

    Raises:
        ScenarioError: Something else stands after the name.
    """
    name, _, rest = text.strip().partition(";")
    where = place or Source.of(text).root
    said: dict[str, str] = {}
    at = 0
    while at < len(rest):
        found = _ONE.match(rest, at)
        if found is None:
            where.fail(rest[at:].strip(), "NAME; parameter=value; ...")
        if found[1] in said:
            where.fail(found[1], "each parameter once")
        value = found[2]
        said[found[1]] = value[1:-1] if value.startswith('"') else value
        at = found.end()
    return name.strip(), said


def written(name: str, given: Mapping[str, Any]) -> str:
    """Return the text that `split` reads."""
    return "; ".join([name, *(f"{at}={text_of(value)}" for at, value in given.items())])


def text_of(value: Any) -> str:
    """Return a value as it is written after `=`."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if ";" in str(value) else str(value)


def _plain(raw: Any) -> Any:
    """Return what a text would be if it stood in a scenario without quotes."""
    if not isinstance(raw, str):
        return raw
    if raw in _PLAIN:
        return _PLAIN[raw]
    for kind in (int, float):
        with suppress(ValueError):
            return kind(raw)
    return raw


def _known(name: str, known: Iterable[str]) -> str:
    names = [*known]
    return nearest(name, names) if names else "no parameter: the scenario has none"
