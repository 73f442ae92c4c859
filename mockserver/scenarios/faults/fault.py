"""Fault: one way to misbehave, as data; and how its parameters are declared."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, field, fields
from typing import Any, ClassVar, Final, Protocol, cast

from mockserver.scenarios.faults.course import Course, Occasion
from mockserver.scenarios.written.shapes import Record, Shape
from mockserver.scenarios.written.source import Place

__all__ = ["Fault", "read", "said", "schema"]

_SAID: Final = "said"


class Fault(Protocol):
    """One way to misbehave; a frozen dataclass whose fields are its parameters.

    Attributes:
        kind: Its name in scenarios.
        about: One sentence for people.
        is_of_files: It changes files that are served, and no other answer.
    """

    kind: ClassVar[str]
    about: ClassVar[str]
    is_of_files: ClassVar[bool]

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Write on a call's course what becomes of it."""
        ...


def said(name: str, shape: Shape, about: str, *, default: Any = MISSING) -> Any:
    """Declare a parameter: its name in scenarios, what it may be, one sentence.

    Without a default it has to be given.
    """
    return field(default=default, metadata={_SAID: (name, shape, about)})


def _parameters(kind: type[Fault]) -> dict[str, Field[Any]]:
    found = fields(cast("Any", kind))
    return {one.metadata[_SAID][0]: one for one in found if _SAID in one.metadata}


def _record(kind: type[Fault]) -> Record:
    members = {
        name: (one.metadata[_SAID][1], one.metadata[_SAID][2])
        for name, one in _parameters(kind).items()
    }
    required = tuple(
        name for name, one in _parameters(kind).items() if one.default is MISSING
    )
    return Record(members, required, kind.about)


def schema(kind: type[Fault]) -> dict[str, Any]:
    """Return the JSON Schema of a kind as it stands in a scenario."""
    known = _record(kind).shape.schema
    return {
        **known,
        "properties": {"kind": {"const": kind.kind}, **known["properties"]},
        "required": ["kind", *known.get("required", ())],
    }


def read(kind: type[Fault], raw: Mapping[str, Any], place: Place) -> Fault:
    """Return a fault of a kind from its parameters.

    Raises:
        ScenarioError: One is unknown, missing or wrong, or they do not go together.
    """
    given = {name: value for name, value in raw.items() if name != "kind"}
    values = _record(kind).read(given, place)
    names = {name: one.name for name, one in _parameters(kind).items()}
    try:
        return kind(**{names[name]: value for name, value in values.items()})
    except ValueError as error:
        place.fail(dict(raw), str(error))
