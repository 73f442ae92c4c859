"""Includes: a scenario that is made of others becomes the parts that it has."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Protocol

from msgspec.structs import replace

from mockserver.errors import Mistake, ScenarioError
from mockserver.scenarios.written.mistakes import Mistakes
from mockserver.scenarios.written.parameters import fill, parameters_of, settle, split
from mockserver.scenarios.written.shapes import ANY, TEXT, Record, Shape, mapping_of
from mockserver.scenarios.written.source import Place, Source

__all__ = ["INCLUDE", "Finder", "Include", "Kept", "Part", "Parts", "told_by"]

_PARTS_MAX: Final = 100
_CALLED: Final = re.compile(r"[\w.-]+")


class Finder(Protocol):
    """Where the scenarios are that others include."""

    def names(self) -> Iterable[str]:
        """Return the names of all."""
        ...

    def named(self, name: str) -> Source:
        """Return one as it was written.

        Raises:
            ScenarioError: There is none, or it cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """Scenarios as they were when another one that includes them was loaded."""

    sources: Mapping[str, Source] = field(default_factory=lambda: MappingProxyType({}))

    def names(self) -> Iterable[str]:
        """Return the names of all."""
        return self.sources

    def named(self, name: str) -> Source:
        """Return one as it was written."""
        return self.sources[name]


@dataclass(frozen=True, slots=True)
class Include:
    """One scenario that another one includes.

    Attributes:
        scenario: Its name.
        called: What its rules are called by.
        given: What is chosen, by parameter.
    """

    scenario: str
    called: str
    given: Any


_SAID: Final = Record(
    {
        "scenario": (TEXT, "Its name, as for `mockserver fault apply`."),
        "with": (mapping_of(ANY), "Values of its parameters."),
        "as": (TEXT, "What its rules are called by, if not by its name."),
    },
    ("scenario",),
)


def _include(raw: Any, place: Place) -> Include:
    if isinstance(raw, str):
        name, given = split(raw, place)
        return Include(name, name, given)
    said = _SAID.read(raw, place)
    called = said.get("as", said["scenario"])
    if "as" in said and _CALLED.fullmatch(called) is None:
        place.at("as").fail(called, "letters, digits, dots and dashes")
    return Include(said["scenario"], called, said.get("with", {}))


INCLUDE: Final = Shape({"anyOf": [TEXT.schema, _SAID.shape.schema]}, _include)


@dataclass(frozen=True, slots=True)
class Part:
    """A scenario that another one is made of, or itself.

    Attributes:
        source: Where it stands, with all values in it.
        said: It, as it was read.
        path: What it is called by, from the outermost inwards; empty for that one.
        provider: Slug of the provider that it is for; None for all.
        by: Where it is included, from the innermost outwards.
    """

    source: Source
    said: Mapping[str, Any]
    path: tuple[str, ...] = ()
    provider: str | None = None
    by: tuple[Place, ...] = ()

    @property
    def name(self) -> str:
        """What its rules are called by."""
        return "/".join(self.path) or str(self.said["scenario"])


class Parts:
    """Reads a scenario and all that it includes, in the order in which rules are asked.

    Args:
        shape: What one file may hold.
        find: Where other scenarios are.
        slugs: The providers that there are.

    Attributes:
        found: The other scenarios, as they were written.
    """

    def __init__(self, shape: Record, find: Finder, slugs: Iterable[str]) -> None:
        self._shape, self._find, self._slugs = shape, find, [*slugs]
        self._count = 0
        self.found: dict[str, Source] = {}

    def read(self, source: Source, given: Mapping[str, Any]) -> list[Part]:
        """Return the parts; the scenario itself comes last.

        Raises:
            ScenarioError: One is not as it should be, or includes itself.
        """
        place = Source.of({"with": given}, source.name).root.at("with")
        values = settle(parameters_of(source), given, place)
        return [*self._parts(source, values, _Trail())]

    def _parts(
        self, source: Source, values: Mapping[str, Any], trail: "_Trail"
    ) -> Iterator[Part]:
        with told_by(trail.by):
            full = fill(source, values)
            said = self._shape.read(full.document, full.root)
            if not {"includes", "rules"} & {*said}:
                full.root.fail([*said], "also 'rules' or 'includes'")
            provider = self._provider(said, full.root, trail.provider)
        names = (*trail.names, said["scenario"])
        mistakes, called = Mistakes(), set[str]()
        for at, one in enumerate(said.get("includes", ())):
            place = full.root.at("includes", at)
            path, by = (*trail.path, one.called), (place, *trail.by)
            with mistakes:
                with told_by(trail.by):
                    self._check(one, place, names, called)
                yield from self._included(one, _Trail(path, names, provider, by))
        mistakes.tell()
        yield Part(full, said, trail.path, provider, trail.by)

    def _check(
        self, one: Include, place: Place, names: tuple[str, ...], called: set[str]
    ) -> None:
        """Refuse what is unknown, or would never end, or has another one's name."""
        if one.scenario in names:
            circle = " > ".join([*names, one.scenario])
            place.fail(one.scenario, f"none that goes in a circle: {circle}")
        self._count += 1
        if self._count > _PARTS_MAX:
            place.fail(one.scenario, f"at most {_PARTS_MAX} scenarios in one")
        place.choose(one.scenario, self._find.names(), "the name of a scenario")
        if one.called in called:
            right = "'as' with another name: what is called so is included already"
            place.fail(one.called, right)
        called.add(one.called)

    def _included(self, one: Include, trail: "_Trail") -> Iterator[Part]:
        with told_by(trail.by):
            source = self._source(one.scenario)
            parameters = parameters_of(source)
        with told_by(trail.by[1:]):
            values = settle(parameters, one.given, trail.by[0].at("with"))
        yield from self._parts(source, values, trail)

    def _source(self, name: str) -> Source:
        if name not in self.found:
            self.found[name] = self._find.named(name)
        return self.found[name]

    def _provider(
        self, said: Mapping[str, Any], place: Place, outer: str | None
    ) -> str | None:
        own: str | None = said.get("provider")
        if own is None:
            return outer
        place.at("provider").choose(own, self._slugs)
        if outer not in {None, own}:
            right = f"one for {outer}, or for all: so is what includes it"
            place.at("provider").fail(own, right)
        return own


@dataclass(frozen=True, slots=True)
class _Trail:
    """How a scenario has been come to.

    Attributes:
        path: What the included ones are called by, from the outermost inwards.
        names: The scenarios themselves, with the outermost one.
        provider: Whom they are for.
        by: Where they are included, from the innermost outwards.
    """

    path: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    provider: str | None = None
    by: tuple[Place, ...] = ()


@contextmanager
def told_by(by: tuple[Place, ...]) -> Iterator[None]:
    """Add to each mistake where the scenario is included that has it."""
    try:
        yield
    except ScenarioError as error:
        if not by:
            raise
        way = tuple(map(str, by))
        raise ScenarioError(*(_by(one, way) for one in error.mistakes)) from error


def _by(mistake: Mistake | str, way: tuple[str, ...]) -> Mistake | str:
    if isinstance(mistake, str):
        return mistake + "".join(f", included by {place}" for place in way)
    return replace(mistake, by=(*mistake.by, *way))
