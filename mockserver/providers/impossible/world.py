"""What a world may hold of ImpossibleFX: projects with their movies and files."""

from typing import Final

from mockserver.providers.kinds import Kind, Thing, WorldPart

__all__ = ["NO_MOVIE", "PART"]

NO_MOVIE: Final = "no-such-movie"
"""The movie that is always unknown, so that the error can be had."""

_TEXT: Final = {"type": "string"}
_SIDE: Final = {"type": "integer", "minimum": 2, "maximum": 4096}
_FILE: Final = {
    "type": ["object", "null"],
    "properties": {"content_type": _TEXT, "base64": _TEXT},
    "additionalProperties": False,
}
_MOVIE: Final = {
    "type": ["object", "null"],
    "properties": {
        "render_time_s": {"type": "number", "exclusiveMinimum": 0},
        "geometry": {
            "type": "object",
            "properties": {
                "width": _SIDE,
                "height": _SIDE,
                "fps": {
                    "type": "array",
                    "items": {"type": "integer", "minimum": 1},
                    "minItems": 2,
                    "maxItems": 2,
                    "description": "Frames per second as a fraction: [25, 1].",
                },
                "frames": {"type": "integer", "minimum": 1, "maximum": 15000},
            },
            "additionalProperties": False,
        },
        "variables": {
            "type": ["array", "null"],
            "description": "As GET /v1/sdlvariables tells them.",
            "items": {"type": "object", "required": ["name"]},
        },
        "errors": {"type": "array"},
    },
    "additionalProperties": False,
}


def _project(key: str, thing: Thing) -> Thing:
    default = {"name": key, "date_created": "2017-01-02 03:04:05"}
    return {**default, **thing, "uid": key}


PART: Final = WorldPart(
    kinds=(
        Kind(
            name="projects",
            table="project",
            about="Projects with their movies, files and application data.",
            thing={
                "properties": {
                    "name": _TEXT,
                    "date_created": _TEXT,
                    "private": {
                        "type": "boolean",
                        "description": "Only its own account may render it.",
                    },
                    "closed": {
                        "type": "boolean",
                        "description": "Only the movies that it has render.",
                    },
                    "render_time_s": {"type": "number", "exclusiveMinimum": 0},
                    "movies": {
                        "type": ["object", "null"],
                        "description": f"By name; {NO_MOVIE} is always unknown.",
                        "propertyNames": {"not": {"const": NO_MOVIE}},
                        "additionalProperties": _MOVIE,
                    },
                    "data": {"type": ["object", "null"], "additionalProperties": _FILE},
                    "appdata": {
                        "type": ["object", "null"],
                        "additionalProperties": _FILE,
                    },
                },
                "additionalProperties": False,
            },
            complete=_project,
            nowhere="no-such-project",
            ids=r"[^/\u0000-\u001f\u007f]{1,128}",
            parts={"movies": "sdl", "data": "data", "appdata": "appdata"},
            is_public=True,
        ),
    )
)
