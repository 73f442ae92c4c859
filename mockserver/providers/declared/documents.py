"""Documents: JSON with templates in it, lists made for each of several, and picks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from mockserver.providers.declared.words import WORDS, Scene
from mockserver.scenarios.written.expressions import (
    Expression,
    Template,
    as_text,
    compiled,
)
from mockserver.scenarios.written.shapes import Shape
from mockserver.scenarios.written.source import Place

__all__ = ["DOCUMENT", "laid_over", "shape_of", "shown"]

_PICK: Final = frozenset({"$pick", "$from", "$or"})
_SPECIAL: Final = (
    "$each with $show, $pick with $from and maybe $or, $join, $merge or $python"
)
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
    for word, make in _MAKERS.items():
        if word in value:
            return make(value, scene)
    return dict(_members(value, scene))


def laid_over(below: Any, above: Any) -> Any:
    """Lay one document over another: objects member by member, all else replaced."""
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return above
    if any(name.startswith("$") for name in above):
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


def shape_of(value: Any, view: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the JSON Schema of what a document can look like.

    Args:
        value: The document.
        view: That of what `${view}`, or each of `${page.items}`, stands for.
    """
    if isinstance(value, Template):
        return _shape_of_template(value, view or {})
    if isinstance(value, Mapping):
        return _shape_of_members(value, view)
    return {"type": _TYPES[type(value)]} if type(value) in _TYPES else {}


def _shape_of_template(value: Template[Any], view: Mapping[str, Any]) -> dict[str, Any]:
    if len(value.pieces) > 1:
        return {"type": "string"}
    only = value.pieces[0]
    name = only.name if isinstance(only, Expression) and not only.forms else ""
    if name == "page.items":
        return {"type": "array", "items": {**view}}
    return {**view} if name == "view" else {}


def _shape_of_members(
    value: Mapping[str, Any], view: Mapping[str, Any] | None
) -> dict[str, Any]:
    if {"$pick", "$python", "$merge"} & {*value}:
        return {}
    if "$join" in value:
        return {"type": "array"}
    if "$each" in value:
        return {"type": "array", "items": shape_of(value["$show"], view)}
    members = {
        name.removesuffix("?"): shape_of(one, view) for name, one in value.items()
    }
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


def _joined(value: Mapping[str, Any], scene: Scene) -> list[Any]:
    several = (shown(one, scene) for one in value["$join"])
    return [
        item
        for one in several
        for item in (one if isinstance(one, list) else [one])
        if one is not None
    ]


def _merged(value: Mapping[str, Any], scene: Scene) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for one in value["$merge"]:
        part = shown(one, scene)
        told |= part if isinstance(part, dict) else {}
    return told


def _worked_out(value: Mapping[str, Any], scene: Scene) -> Any:
    return scene.functions[value["$python"]](scene)


_MAKERS: Final[Mapping[str, Callable[[Mapping[str, Any], Scene], Any]]] = {
    "$each": _each,
    "$pick": _picked,
    "$join": _joined,
    "$merge": _merged,
    "$python": _worked_out,
}


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
    if special:
        _check_special(raw, special, place)
    for name, one in raw.items():
        _check(one, place.at(name))


def _check_special(raw: Mapping[str, Any], special: set[str], place: Place) -> None:
    if not _is_known(special):
        place.fail([*raw], _SPECIAL)
    if special != {*raw}:
        place.fail([*raw], f"nothing beside {', '.join(sorted(special))}")
    for word, kind, right in _KINDS:
        if word in raw and not isinstance(raw[word], kind):
            place.at(word).fail(raw[word], right)


_KINDS: Final = (
    ("$join", list, "a list of what is joined"),
    ("$merge", list, "a list of what is merged"),
    ("$from", Mapping, "a mapping of what may be picked"),
    ("$python", str, "the name of a function"),
)


def _is_known(special: set[str]) -> bool:
    if special in ({"$each", "$show"}, {"$join"}, {"$merge"}, {"$python"}):
        return True
    return special <= _PICK and {"$pick", "$from"} <= special


DOCUMENT: Final = Shape({}, _read)
"""The shape of a document."""
