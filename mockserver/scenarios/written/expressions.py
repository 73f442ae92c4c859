"""Expressions: the small checked language of `${...}`, over names that others give."""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

from msgspec import Struct

from mockserver.config import parse_duration
from mockserver.engine.clock import http_date, iso, utc
from mockserver.records import members
from mockserver.scenarios.written.source import Place

__all__ = [
    "FORMS",
    "Expression",
    "Name",
    "Template",
    "Words",
    "as_number",
    "as_text",
    "compiled",
    "expressions",
    "filled",
]

S = TypeVar("S")  # what names are looked up in

OPEN: Final = "${"
_ESCAPED: Final = "$${"
_EXPECTED: Final = (
    '${NAME}, ${NAME + 5}, ${NAME - 30s} or ${NAME or "text"}, any of them also'
    " ${NAME as FORM}; $${ stands for ${ itself"
)
_SAFE: Final = "/:@"
_LITERAL: Final = re.compile(r'[-"0-9]|(?:true|false|null)$|\[\]$')
_PART: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|\S+')
_DIGITS: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?")


class Name(Struct, Generic[S], frozen=True):
    """What one name stands for.

    Attributes:
        get: Returns it, or None; a number if something may be added to it.
        counts: Something may be added to it.
        write: How a time is written; None for what is no time.
    """

    get: Callable[[S], Any]
    counts: bool = False
    write: Callable[[float], Any] | None = None


class Words(Struct, Generic[S], frozen=True):
    """The names that expressions may use, and nothing else can be reached.

    Attributes:
        names: What each stands for.
        keyed: Names that end with what they ask for, such as `call.query.`: the first
            part, and what finds the rest.
    """

    names: Mapping[str, Name[S]]
    keyed: Mapping[str, Callable[[S, str], Any]]


def as_text(value: Any) -> str:
    """Return a value as it stands in a text; nothing for none."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def as_number(value: Any) -> float | int | None:
    """Return the first number in a value, such as 720 of `720p`; None without one."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    found = _DIGITS.search(value[:100]) if isinstance(value, str) else None
    return None if found is None else _number(float(found[0]))


def _written(value: float, digits: int) -> str:
    moment = utc(value).isoformat(timespec="microseconds")
    return moment[: len(moment) - 6 + digits] + "Z"


def _timed(write: Callable[[float], Any]) -> Callable[[Any], Any]:
    def form(value: Any) -> Any:
        is_time = isinstance(value, int | float) and not isinstance(value, bool)
        return write(float(value)) if is_time else None

    return form


FORMS: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "text": as_text,
        "number": as_number,
        "lower": lambda value: as_text(value).lower(),
        "upper": lambda value: as_text(value).upper(),
        "json": lambda value: json.dumps(value, ensure_ascii=False),
        "base64": lambda value: b64encode(as_text(value).encode()).decode(),
        "list": lambda value: value if isinstance(value, list) else [value],
        "unix": _timed(int),
        "unix-ms": _timed(lambda at: int(at * 1000)),
        "iso": _timed(iso),
        "iso-ms": _timed(lambda at: _written(at, 3)),
        "iso-us": _timed(lambda at: _written(at, 6)),
        "date": _timed(http_date),
    }
)
"""How a value may be written: `${job.created as unix}`."""


@dataclass(frozen=True, slots=True)
class Expression(Generic[S]):
    """One value between braces.

    Attributes:
        name: What it is called.
        get: Returns what has that name, before anything is added.
        known: What the name stands for, if it is one value.
        key: Which member of it; empty if it is one value.
        shift: What is added: a number, or seconds.
        forms: How it is written, one after the other.
        otherwise: What stands there if there is no such value: another expression,
            or a value.
    """

    name: str
    get: Callable[[S], Any] = field(compare=False, repr=False)
    known: Name[S] | None = field(default=None, compare=False, repr=False)
    key: str = ""
    shift: float = 0.0
    forms: tuple[str, ...] = ()
    otherwise: Any = None

    def value(self, scene: S) -> Any:
        """Return what stands there in one scene."""
        found = self.get(scene)
        if found is not None:
            found = self._formed(found)
        if found is not None:
            return found
        other = self.otherwise
        return other.value(scene) if isinstance(other, Expression) else other

    def _formed(self, found: Any) -> Any:
        known = self.known
        if known is not None and known.counts:
            found += self.shift
        for form in self.forms:
            found = None if found is None else FORMS[form](found)
        if self.forms or known is None:
            return found
        if known.write is not None:
            return known.write(found)
        return _number(found) if known.counts else found


class Template(Struct, Generic[S], frozen=True):
    """A text with values in it; one that is nothing but a value keeps its type."""

    pieces: tuple[str | Expression[S], ...]

    @property
    def head(self) -> str:
        """The text before the first value."""
        first = self.pieces[0]
        return first if isinstance(first, str) else ""

    def fill(self, scene: S) -> Any:
        """Return the text, or the value that it is nothing but."""
        if len(self.pieces) == 1:
            only = self.pieces[0]
            return only.value(scene) if isinstance(only, Expression) else only
        return self._joined(scene, as_text)

    def fill_url(self, scene: S) -> str:
        """Return the text as part of a URL: no value adds a query or a header to it."""
        return self._joined(scene, lambda value: quote(as_text(value), safe=_SAFE))

    def _joined(self, scene: S, write: Callable[[Any], str]) -> str:
        return "".join(
            one if isinstance(one, str) else write(one.value(scene))
            for one in self.pieces
        )


def compiled(raw: Any, place: Place, words: Words[S]) -> Any:
    """Return a value with all texts that hold `${...}` as templates.

    Raises:
        ScenarioError: One of them names what there is not, or is not well formed.
    """
    if isinstance(raw, str):
        return _text(raw, place, words) if OPEN in raw else raw
    if isinstance(raw, Mapping):
        return {name: compiled(one, place.at(name), words) for name, one in raw.items()}
    if isinstance(raw, list | tuple):
        return [compiled(one, place.at(at), words) for at, one in enumerate(raw)]
    return raw


def filled(value: Any, scene: Any) -> Any:
    """Return what was compiled with the values of one scene in it."""
    if isinstance(value, Template):
        return value.fill(scene)
    if isinstance(value, Mapping):
        return {name: filled(one, scene) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, scene) for one in value]
    return value


def expressions(value: Any) -> Iterator[Expression[Any]]:
    """Yield all expressions that stand somewhere in a value, those of `or`, too."""
    if isinstance(value, Template):
        for piece in value.pieces:
            if isinstance(piece, Expression):
                yield from _chained(piece)
        return
    for one in _parts_of(value):
        yield from expressions(one)


def _chained(first: Expression[Any]) -> Iterator[Expression[Any]]:
    one: Any = first
    while isinstance(one, Expression):
        yield one
        one = one.otherwise


def _parts_of(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return value.values()
    if isinstance(value, list | tuple):
        return value
    return [getattr(value, name) for name in members(type(value))]


def _text(raw: str, place: Place, words: Words[S]) -> str | Template[S]:
    pieces: list[str | Expression[S]] = []
    at = 0
    while (begin := raw.find(OPEN, at)) >= 0:
        if raw.startswith(_ESCAPED, begin - 1) and begin > at:
            _add(pieces, raw[at : begin - 1] + OPEN)
            at = begin + len(OPEN)
            continue
        end = raw.find("}", begin)
        if end < 0:
            place.fail(raw[begin:], "'}' after it; $${ stands for ${ itself")
        _add(pieces, raw[at:begin])
        pieces.append(_expression(raw[begin : end + 1], place, words))
        at = end + 1
    _add(pieces, raw[at:])
    if len(pieces) == 1 and isinstance(pieces[0], str):
        return pieces[0]
    return Template(tuple(pieces))


def _add(pieces: list[str | Expression[S]], text: str) -> None:
    if text and pieces and isinstance(pieces[-1], str):
        pieces[-1] += text
    elif text:
        pieces.append(text)


def _expression(raw: str, place: Place, words: Words[S]) -> Expression[S]:
    parts = _PART.findall(raw[len(OPEN) : -1])
    ways: list[list[str]] = [[]]
    for part in parts:
        if part == "or":
            ways.append([])
        else:
            ways[-1].append(part)
    last: Any = None
    for at, way in reversed([*enumerate(ways)]):
        if at and not _is_name(way):
            last = _literal(" ".join(way), raw, place)
        else:
            last = _asked(way, last, raw, place, words)
    found: Expression[S] = last
    return found


def _is_name(way: list[str]) -> bool:
    """Say whether what stands behind `or` asks for a value, and is none itself."""
    first = way[0] if way else ""
    is_named = "." in first or "/" in first or "as" in way
    return is_named and _LITERAL.match(first) is None


def _asked(
    way: list[str], otherwise: Any, raw: str, place: Place, words: Words[S]
) -> Expression[S]:
    forms: list[str] = []
    while len(way) > 2 and way[-2] == "as":
        forms.insert(0, place.choose(way[-1], FORMS, "as"))
        way = way[:-2]
    if len(way) not in {1, 3}:
        place.fail(raw, _EXPECTED)
    name, told = way[0], tuple(forms)
    for head, find in words.keyed.items():
        if name.startswith(head) and len(way) == 1 and name != head:
            key = name.removeprefix(head)
            get = _keyed(find, key)
            return Expression(head, get, None, key, forms=told, otherwise=otherwise)
    place.choose(name, [*words.names, *(f"{head}NAME" for head in words.keyed)])
    known, shift = words.names[name], 0.0
    if len(way) == 3:
        sign = {"+": 1, "-": -1}.get(way[1])
        if sign is None or not known.counts:
            place.fail(raw, _EXPECTED if sign is None else f"nothing added to {name}")
        shift = sign * _amount(way[2], raw, place)
    return Expression(name, known.get, known, "", shift, told, otherwise)


def _keyed(find: Callable[[S, str], Any], key: str) -> Callable[[S], Any]:
    return lambda scene: find(scene, key)


_NONE: Final = object()


def _literal(text: str, raw: str, place: Place) -> Any:
    try:
        # Nothing nested gets as far as the parser, which would give up deep inside.
        value = json.loads(text) if _LITERAL.match(text) else _NONE
    except ValueError:
        value = _NONE
    if value is _NONE or (isinstance(value, float) and not isfinite(value)):
        place.fail(raw, "a number, true, false, null or \"text\" after 'or'")
    return value


def _amount(text: str, raw: str, place: Place) -> float:
    try:
        value = float(text)
    except ValueError:
        try:
            value = parse_duration(text)
        except ValueError:
            place.fail(raw, "a number, or a duration such as 30s, after the sign")
    return value if isfinite(value) else place.fail(raw, "a number with an end")


def _number(value: float) -> float | int:
    rounded = round(value, 3)
    return int(rounded) if rounded == int(rounded) else rounded
