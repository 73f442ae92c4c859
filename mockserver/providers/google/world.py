"""What a world may hold of Google: models, files that are there, webhooks."""

from typing import Any, Final

from mockserver.providers.kinds import Kind, Thing, WorldPart

__all__ = ["FILES", "PART", "PROJECTS", "WEBHOOKS"]

FILES: Final = "fixture file"
WEBHOOKS: Final = "webhook"
PROJECTS: Final = "project"
_TEXT: Final = {"type": "string"}
_OMNI: Final = "gemini-omni-"
_BEGUN: Final = "2026-04-01T00:00:00Z"


def _usual(key: str) -> dict[str, Any]:
    """Return what a model of a name is that nobody has declared.

    Source: contract google, appendix A.
    """
    if key.startswith(_OMNI):
        return {
            "doors": ["interactions"],
            "seconds": [*range(3, 11)],
            "resolutions": ["360p", "720p", "1080p", "4k"],
            "takes": 60.0,
        }
    is_old = key.startswith("veo-2")
    return {
        "doors": ["gemini", "vertex"],
        "seconds": [5, 6, 7, 8] if is_old else [4, 6, 8],
        "resolutions": ["720p"] if is_old else ["720p", "1080p", "4k"],
        "takes": 25.0 if "-lite" in key else 40.0 if "-fast" in key else 75.0,
    }


def _model(key: str, thing: Thing) -> dict[str, Any]:
    usual = {
        **_usual(key),
        "sound": True,
        "samples": 1,
        "references": True,
        "extends": True,
        "version": "-".join(key.split("-")[1:2]),
        "title": key,
        "about": f"Makes videos: {key}",
    }
    return {**usual, **thing, "id": key}


_WHOLE: Final = {"type": "integer", "minimum": 1, "maximum": 60}

PART: Final = WorldPart(
    kinds=(
        Kind(
            name="models",
            table="model",
            about="Models to make videos with, by name.",
            thing={
                "additionalProperties": False,
                "properties": {
                    "doors": {
                        "type": "array",
                        "items": {"enum": ["gemini", "vertex", "interactions"]},
                        "description": "Where it can be had.",
                    },
                    "seconds": {
                        "type": "array",
                        "items": _WHOLE,
                        "description": "The lengths that it makes.",
                    },
                    "gemini_seconds": {
                        "type": "array",
                        "items": _WHOLE,
                        "description": "Those on the Gemini API, if fewer.",
                    },
                    "resolutions": {
                        "type": "array",
                        "items": {"enum": ["360p", "720p", "1080p", "4k"]},
                    },
                    "takes": {
                        "type": "number",
                        "minimum": 0,
                        "description": "How many seconds it really takes.",
                    },
                    "takes_by_size": {
                        "type": "object",
                        "additionalProperties": {"type": "number", "minimum": 0},
                        "description": "Seconds by resolution, where those are known.",
                    },
                    "sound": {"type": "boolean"},
                    "samples": {
                        "type": "integer",
                        "minimum": 1,
                        "maximum": 4,
                        "description": "Videos in one order on the Gemini API.",
                    },
                    "references": {
                        "type": "boolean",
                        "description": "It takes pictures to follow.",
                    },
                    "extends": {
                        "type": "boolean",
                        "description": "It makes videos longer.",
                    },
                    "version": _TEXT,
                    "title": _TEXT,
                    "about": _TEXT,
                },
            },
            complete=_model,
            nowhere="veo-nowhere",
            ids=r"(?:veo|gemini-omni)-[a-z0-9.-]{1,80}",
        ),
    ),
    details={
        "projects": {
            "type": "array",
            "items": _TEXT,
            "description": "Projects on Vertex; any other will do as well.",
        },
        "service_accounts": {
            "type": "array",
            "items": _TEXT,
            "description": "Whose tokens open the space: addresses that sign for them.",
        },
        "files": {
            "type": "object",
            "description": "Files that are there from the start and never expire.",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["mime_type"],
                "properties": {
                    "mime_type": _TEXT,
                    "display_name": _TEXT,
                    "state": {"enum": ["PROCESSING", "ACTIVE", "FAILED"]},
                    "size_bytes": {"type": "integer", "minimum": 0},
                    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                },
            },
        },
        "webhooks": {
            "type": "object",
            "description": "Addresses that are told of its videos, by id.",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["uri", "secret"],
                "properties": {
                    "uri": _TEXT,
                    "name": _TEXT,
                    "secret": {"type": "string", "pattern": "^whsec_[A-Za-z0-9+/]+=*$"},
                    "subscribed_events": {"type": "array", "items": _TEXT},
                    "state": {"enum": ["enabled", "disabled"]},
                },
            },
        },
    },
)
