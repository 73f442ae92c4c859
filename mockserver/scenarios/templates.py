"""Templates: texts of scenarios that hold values of the call, such as `${job.id}`."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from math import isfinite
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from mockserver.config import parse_duration
from mockserver.engine.clock import http_date, iso
from mockserver.engine.jobs import Job
from mockserver.engine.timeline import Moment
from mockserver.scenarios.facts import Facts
from mockserver.scenarios.pointers import MISSING, find, parts
from mockserver.scenarios.shapes import Shape
from mockserver.scenarios.source import Place

__all__ = [
    "FILLED",
    "TEMPLATE",
    "Scene",
    "Template",
    "compiled",
    "filled",
    "reads_body",
]

_OPEN: Final = "${"
_ESCAPED: Final = "$${"
_EXPECTED: Final = (
    '${NAME}, ${NAME + 5}, ${NAME - 30s} or ${NAME or "text"}; $${ stands for ${ itself'
)
_SAFE: Final = "/:@"
_LITERAL: Final = '"-0123456789tfn'


@dataclass(frozen=True, slots=True)
class Scene:
    """What templates may show of one call; nothing else can be reached.

    Attributes:
        facts: The call as rules see it.
        path: Its path below the provider's own.
        host: What the client has called this server.
        space: Name of the space.
        number: How often the rule has acted, from 1.
    """

    facts: Facts
    path: str
    host: str
    space: str
    number: int


@dataclass(frozen=True, slots=True)
class _Name:
    """What one name stands for.

    Attributes:
        get: Returns it, or None; a number if something may be added to it.
        counts: Something may be added to it.
        write: How a time is written; None for what is no time.
    """

    get: Callable[[Scene], Any]
    counts: bool = False
    write: Callable[[float], Any] | None = None


def _of_job(get: Callable[[Job], Any]) -> Callable[[Scene], Any]:
    return lambda scene: None if scene.facts.job is None else get(scene.facts.job)


def _of_moment(get: Callable[[Moment], Any]) -> Callable[[Scene], Any]:
    return lambda scene: None if scene.facts.moment is None else get(scene.facts.moment)


def _now(scene: Scene) -> float:
    return scene.facts.now


def _age_s(scene: Scene) -> float | None:
    job = scene.facts.job
    return None if job is None else scene.facts.now - job.created_at


def _in_body(scene: Scene, pointer: str) -> Any:
    found = find(scene.facts.document, parts(f"/{pointer}"))
    return None if found is MISSING else found


_NAMES: Final[Mapping[str, _Name]] = MappingProxyType(
    {
        "call.provider": _Name(lambda scene: scene.facts.slug),
        "call.operation": _Name(lambda scene: scene.facts.operation),
        "call.method": _Name(lambda scene: scene.facts.method),
        "call.path": _Name(lambda scene: scene.path),
        "call.host": _Name(lambda scene: scene.host),
        "call.number": _Name(lambda scene: scene.number, counts=True),
        "job.id": _Name(_of_job(lambda job: job.id)),
        "job.number": _Name(_of_job(lambda job: job.ordinal + 1), counts=True),
        "job.operation": _Name(_of_job(lambda job: job.operation)),
        "job.created": _Name(
            _of_job(lambda job: job.created_at), counts=True, write=iso
        ),
        "moment.state": _Name(_of_moment(lambda at: at.step.state)),
        "moment.phase": _Name(_of_moment(lambda at: at.step.phase.value)),
        "moment.progress": _Name(_of_moment(lambda at: at.progress), counts=True),
        "moment.age": _Name(_age_s, counts=True),
        "space.name": _Name(lambda scene: scene.space),
        "space.now": _Name(_now, counts=True, write=iso),
        "space.unix": _Name(_now, counts=True, write=int),
        "space.date": _Name(_now, counts=True, write=http_date),
    }
)
_KEYED: Final[Mapping[str, Callable[[Scene, str], Any]]] = MappingProxyType(
    {
        "call.query.": lambda scene, name: scene.facts.query.get(name),
        "call.header.": lambda scene, name: scene.facts.headers.get(name.lower()),
        "call.body/": _in_body,
    }
)


@dataclass(frozen=True, slots=True)
class Expression:
    """One value between braces.

    Attributes:
        name: What it is called.
        key: Which member of it; empty if it is one value.
        shift: What is added: a number, or seconds.
        otherwise: What stands there if there is no such value.
    """

    name: str
    key: str = ""
    shift: float = 0.0
    otherwise: Any = None

    def value(self, scene: Scene) -> Any:
        """Return what stands there in one scene."""
        if self.key:
            found = _KEYED[self.name](scene, self.key)
            return self.otherwise if found is None else found
        known = _NAMES[self.name]
        found = known.get(scene)
        if found is None:
            return self.otherwise
        if known.counts:
            found += self.shift
        if known.write is not None:
            return known.write(found)
        return _number(found) if known.counts else found


@dataclass(frozen=True, slots=True)
class Template:
    """A text with values in it; one that is nothing but a value keeps its type."""

    pieces: tuple[str | Expression, ...]

    @property
    def head(self) -> str:
        """The text before the first value."""
        first = self.pieces[0]
        return first if isinstance(first, str) else ""

    @property
    def reads_body(self) -> bool:
        """Whether it shows something of the request's body."""
        return any(
            isinstance(one, Expression) and one.name == "call.body/"
            for one in self.pieces
        )

    def fill(self, scene: Scene) -> Any:
        """Return the text, or the value that it is nothing but."""
        if len(self.pieces) == 1:
            only = self.pieces[0]
            return only.value(scene) if isinstance(only, Expression) else only
        return self._joined(scene, _written)

    def fill_url(self, scene: Scene) -> str:
        """Return the text as part of a URL: no value adds a query or a header to it."""
        return self._joined(scene, lambda value: quote(_written(value), safe=_SAFE))

    def _joined(self, scene: Scene, write: Callable[[Any], str]) -> str:
        return "".join(
            one if isinstance(one, str) else write(one.value(scene))
            for one in self.pieces
        )


def compiled(raw: Any, place: Place) -> Any:
    """Return a value of a scenario with all texts that hold `${...}` as templates.

    Raises:
        ScenarioError: One of them names what there is not, or is not well formed.
    """
    if isinstance(raw, str):
        return _text(raw, place) if _OPEN in raw else raw
    if isinstance(raw, Mapping):
        return {name: compiled(one, place.at(name)) for name, one in raw.items()}
    if isinstance(raw, list | tuple):
        return [compiled(one, place.at(at)) for at, one in enumerate(raw)]
    return raw


def filled(value: Any, scene: Scene) -> Any:
    """Return what was compiled with the values of one scene in it."""
    if isinstance(value, Template):
        return value.fill(scene)
    if isinstance(value, Mapping):
        return {name: filled(one, scene) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, scene) for one in value]
    return value


def reads_body(value: Any) -> bool:
    """Say whether a template somewhere in a value shows part of the request's body."""
    if isinstance(value, Template):
        return value.reads_body
    return any(reads_body(one) for one in _parts_of(value))


def _parts_of(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return value.values()
    if isinstance(value, list | tuple):
        return value
    if is_dataclass(value):
        return [getattr(value, one.name) for one in fields(value)]
    return ()


def _text(raw: str, place: Place) -> str | Template:
    pieces: list[str | Expression] = []
    at = 0
    while (begin := raw.find(_OPEN, at)) >= 0:
        if raw.startswith(_ESCAPED, begin - 1) and begin > at:
            _add(pieces, raw[at : begin - 1] + _OPEN)
            at = begin + len(_OPEN)
            continue
        end = raw.find("}", begin)
        if end < 0:
            place.fail(raw[begin:], "'}' after it; $${ stands for ${ itself")
        _add(pieces, raw[at:begin])
        pieces.append(_expression(raw[begin : end + 1], place))
        at = end + 1
    _add(pieces, raw[at:])
    if len(pieces) == 1 and isinstance(pieces[0], str):
        return pieces[0]
    return Template(tuple(pieces))


def _add(pieces: list[str | Expression], text: str) -> None:
    if text and pieces and isinstance(pieces[-1], str):
        pieces[-1] += text
    elif text:
        pieces.append(text)


def _expression(raw: str, place: Place) -> Expression:
    asked, separator, literal = raw[len(_OPEN) : -1].partition(" or ")
    otherwise = _literal(literal.strip(), raw, place) if separator else None
    words = asked.split()
    if len(words) not in {1, 3}:
        place.fail(raw, _EXPECTED)
    name = words[0]
    for head in _KEYED:
        if name.startswith(head) and len(words) == 1 and name != head:
            return Expression(head, name.removeprefix(head), otherwise=otherwise)
    place.choose(name, [*_NAMES, *(f"{head}NAME" for head in _KEYED)])
    if len(words) == 1:
        return Expression(name, otherwise=otherwise)
    sign = {"+": 1, "-": -1}.get(words[1])
    if sign is None or not _NAMES[name].counts:
        place.fail(raw, _EXPECTED if sign is None else f"nothing added to {name}")
    return Expression(name, "", sign * _amount(words[2], raw, place), otherwise)


def _literal(text: str, raw: str, place: Place) -> Any:
    try:
        # Nothing nested gets as far as the parser, which would give up deep inside.
        value = json.loads(text) if text[:1] in _LITERAL and text else MISSING
    except ValueError:
        value = MISSING
    if value is MISSING or (isinstance(value, float) and not isfinite(value)):
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


def _written(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _template(raw: Any, place: Place) -> str | Template:
    if not isinstance(raw, str) or not raw:
        place.fail(raw, "a text")
    return _text(raw, place)


FILLED: Final = Shape({}, compiled)
"""The shape of JSON whose texts may hold values."""
TEMPLATE: Final = Shape({"type": "string", "minLength": 1}, _template)
"""The shape of a text that may hold values."""
