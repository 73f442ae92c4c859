"""OpenAPI: how a model's version describes what it takes and makes."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.providers.kinds import Thing

__all__ = ["described"]

_LINK: Final[Mapping[str, Any]] = {"type": "string", "title": "Output", "format": "uri"}
_TYPES: Final = {str: "string", int: "integer", float: "number", bool: "boolean"}
_SCHEMAS: Final = "#/components/schemas/"


def described(model: Thing) -> dict[str, Any]:
    """Return the description of a model: schemas of its input and its output.

    Choices are schemas of their own, which the input refers to.

    Source: contract replicate, section 3.7.
    """
    asked = {"type": "object", "title": "Input", **model["input"]}
    known: Mapping[str, Any] = asked.get("properties", {})
    choices = {name: one for name, one in known.items() if "enum" in one}
    asked["properties"] = {
        name: _referred(name, one, number)
        if name in choices
        else _titled(name, one, number)
        for number, (name, one) in enumerate(known.items())
    }
    schemas = {name: _choice(name, one) for name, one in choices.items()}
    return {
        "openapi": "3.0.2",
        "info": {"title": "Cog", "version": "0.1.0"},
        "paths": {},
        "components": {
            "schemas": {"Input": asked, "Output": _output(model), **schemas}
        },
    }


def _output(model: Thing) -> dict[str, Any]:
    if model.get("lists") or model["outputs"] != 1:
        item = {"type": "string", "format": "uri"}
        return {"type": "array", "title": "Output", "items": item}
    return dict(_LINK)


def _titled(name: str, said: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {"title": name.replace("_", " ").title(), "x-order": number, **said}


def _referred(name: str, said: Mapping[str, Any], number: int) -> dict[str, Any]:
    kept = {key: value for key, value in said.items() if key not in {"enum", "type"}}
    return {"x-order": number, **kept, "allOf": [{"$ref": f"{_SCHEMAS}{name}"}]}


def _choice(name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    usual = _TYPES.get(type(said["enum"][0]), "string") if said["enum"] else "string"
    return {
        "enum": said["enum"],
        "type": said.get("type", usual),
        "title": name,
        "description": "An enumeration.",
    }
