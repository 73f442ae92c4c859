"""The JSON Schema of world files: composed of what each provider says of its part."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.providers.facts import Setting
from mockserver.providers.kinds import Kind
from mockserver.providers.plugin import AnyPlugin
from mockserver.verdict.prices import SCHEMA as PRICES

__all__ = ["NOTHING", "world_schema"]

NOTHING: Final = "nothing"
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def world_schema(providers: Mapping[str, AnyPlugin]) -> Schema:
    """Return the schema of a world file for some providers."""
    sections = {slug: _section(one) for slug, one in sorted(providers.items())}
    return {
        "$schema": _DIALECT,
        "title": "A world: what the spaces of video-mockserver begin with",
        "type": "object",
        "properties": {
            "about": {"type": "string", "description": "What it is for."},
            "extends": {
                "enum": ["shipped", NOTHING],
                "description": "Whether it is laid over the world that is shipped, or"
                " stands in its place.",
            },
            **sections,
        },
        "additionalProperties": False,
        "$defs": {"prices": dict(PRICES)},
    }


def _section(provider: AnyPlugin) -> Schema:
    shared = {kind.name: _things(kind) for kind in provider.world.kinds}
    shared |= provider.world.details
    shared["settings"] = _settings(provider.settings)
    shared["prices"] = {"$ref": "#/$defs/prices"}
    account = {
        "label": {"type": "string", "description": "What people call it."},
        "keys": _keys(),
        "jobs": _jobs(provider),
        **shared,
    }
    return {
        "type": ["object", "null"],
        "description": f"What spaces of {provider.title} begin with.",
        "properties": {
            "catalogue": _record(shared, "What every space has."),
            "accounts": {
                "type": ["object", "null"],
                "description": "Accounts by name; each has a space of its own.",
                "additionalProperties": _record(account, "What one account has."),
            },
        },
        "additionalProperties": False,
    }


def _record(members: Mapping[str, Any], about: str) -> Schema:
    return {
        "type": ["object", "null"],
        "description": about,
        "properties": dict(members),
        "additionalProperties": False,
    }


def _things(kind: Kind) -> Schema:
    thing = {**kind.thing, "type": ["object", "null"]}
    return {
        "type": ["object", "null"],
        "description": f"{kind.about} By id; {kind.nowhere} is always unknown.",
        "propertyNames": {
            "pattern": f"^(?:{kind.ids})$",
            "not": {"const": kind.nowhere},
        },
        "additionalProperties": thing,
    }


def _settings(settings: tuple[Setting, ...]) -> Schema:
    return {
        "type": ["object", "null"],
        "description": "The provider's switches in these spaces.",
        # Names are checked apart, for an old name is answered with the new one.
        "properties": {
            one.name: {"description": one.about, "default": one.default}
            for one in settings
        },
    }


def _keys() -> Schema:
    text: Schema = {"type": ["string", "integer"]}
    pair = {
        "type": "object",
        "required": ["key"],
        "properties": {
            "key": {**text, "description": "API key, account id or access key."},
            "secret": {**text, "description": "What proves it, where that is asked."},
            "kind": {"type": "string", "description": "key, bearer, ..."},
            "label": {"type": "string", "description": "What people call it."},
        },
        "additionalProperties": False,
    }
    return {
        "type": ["array", "null"],
        "description": "Credentials that open its space.",
        "items": {"anyOf": [text, pair]},
    }


def _jobs(provider: AnyPlugin) -> Schema:
    job = {
        "type": "object",
        "required": ["id", "operation", "state"],
        "properties": {
            "id": {"type": ["string", "integer"]},
            "operation": {"enum": sorted(provider.timelines)},
            "state": {"enum": sorted(provider.states)},
            "error": {"type": ["string", "null"]},
            "data": {"type": ["object", "null"]},
        },
        "additionalProperties": False,
    }
    return {
        "type": ["array", "null"],
        "description": "Jobs that have come to a state, and stay there.",
        "items": job,
    }
