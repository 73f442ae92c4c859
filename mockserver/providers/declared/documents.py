"""Documents: JSON with templates in it, lists made for each of several, and picks."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from mockserver.providers.declared.words import WORDS, Scene
from mockserver.scenarios.expressions import Template, as_text, compiled
from mockserver.scenarios.shapes import Shape
from mockserver.scenarios.source import Place

__all__ = ["DOCUMENT", "laid_over", "shape_of", "shown"]

_EACH: Final = frozenset({"$each", "$show"})
_PICK: Final = frozenset({"$pick", "$from", "$or"})
_EACH_MAX: Final = 1000
_TYPES: Final[Mapping[type, str]] = {
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
}


def shown(value: Any, scene: Scene) -> Any:
    """Return a compiled document with the values of one scene in it.

    A member whose name ends with `?` is left out when there is nothing to show.
    """
    if isinstance(value, Template):
        return value.fill(scene)
    if isinstance(value, list):
        return [shown(one, scene) for one in value]
    if not isinstance(value, Mapping):
        return value
    if "$each" in value:
        return _each(value, scene)
    if "$pick" in value:
        return _picked(value, scene)
    return dict(_members(value, scene))


def laid_over(below: Any, above: Any) -> Any:
    """Lay one document over another: objects member by member, all else replaced."""
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return above
    if "$each" in above or "$pick" in above:
        return above
    bare = {name.removesuffix("?"): name for name in below}
    told = dict(below)
    for name, value in above.items():
        old = bare.get(name.removesuffix("?"))
        if old is None:
            told[name] = value
        else:
            # The order of members is that of the document below.
            told = {
                (name if key == old else key): (
                    laid_over(one, value) if key == old else one
                )
                for key, one in told.items()
            }
    return told


def shape_of(value: Any) -> dict[str, Any]:
    """Return the JSON Schema of what a document can look like."""
    if isinstance(value, Template):
        return {"type": "string"} if len(value.pieces) > 1 else {}
    if isinstance(value, Mapping):
        return _shape_of_members(value)
    return {"type": _TYPES[type(value)]} if type(value) in _TYPES else {}


def _shape_of_members(value: Mapping[str, Any]) -> dict[str, Any]:
    if "$pick" in value:
        return {}
    if "$each" in value:
        return {"type": "array", "items": shape_of(value["$show"])}
    members = {name.removesuffix("?"): shape_of(one) for name, one in value.items()}
    needed = [name for name in value if not name.endswith("?")]
    return {"type": "object", "properties": members, "required": needed}


def _members(value: Mapping[str, Any], scene: Scene) -> Iterator[tuple[str, Any]]:
    for name, one in value.items():
        found = shown(one, scene)
        if not name.endswith("?"):
            yield name, found
        elif found is not None:
            yield name[:-1], found


def _each(value: Mapping[str, Any], scene: Scene) -> list[Any]:
    several = shown(value["$each"], scene)
    if not isinstance(several, list):
        several = [] if several is None else [several]
    return [
        shown(value["$show"], replace(scene, item=item, trail=(*scene.trail, at)))
        for at, item in enumerate(several[:_EACH_MAX])
    ]


def _picked(value: Mapping[str, Any], scene: Scene) -> Any:
    asked = as_text(shown(value["$pick"], scene))
    table = value["$from"]
    return shown(table[asked] if asked in table else value.get("$or"), scene)


def _read(raw: Any, place: Place) -> Any:
    _check(raw, place)
    return compiled(raw, place, WORDS)


def _check(raw: Any, place: Place) -> None:
    """Refuse special members that are not together."""
    if isinstance(raw, list):
        for at, one in enumerate(raw):
            _check(one, place.at(at))
    if not isinstance(raw, Mapping):
        return
    special = {name for name in raw if name.startswith("$")}
    if (
        special
        and special != _EACH
        and not (special <= _PICK and {"$pick", "$from"} <= special)
    ):
        place.fail([*raw], "$each with $show, or $pick with $from and maybe $or")
    if special and special != {*raw}:
        place.fail([*raw], f"nothing beside {', '.join(sorted(special))}")
    if "$pick" in raw and not isinstance(raw["$from"], Mapping):
        place.at("$from").fail(raw["$from"], "a mapping of what may be picked")
    for name, one in raw.items():
        _check(one, place.at(name))


DOCUMENT: Final = Shape({}, _read)
"""The shape of a document."""
