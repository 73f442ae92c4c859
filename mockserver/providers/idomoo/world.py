"""What a world may hold of Idomoo: libraries, scenes and storyboards."""

from typing import Any, Final

from mockserver.providers.kinds import Kind, Thing, WorldPart

__all__ = ["HOME", "PART", "UNKNOWN_KEY"]

HOME: Final = "501"
UNKNOWN_KEY: Final = "unknown_key"
"""The placeholder that is always unknown, so that the error can be had."""
_NOWHERE: Final = "404404404"
_IDS: Final = r"[1-9][0-9]{0,17}|0"
_MODIFIED_S: Final = 1543493394

_TEXT: Final = {"type": "string"}
_SIDE: Final = {"type": "integer", "minimum": 2, "maximum": 4320}
_LENGTH: Final = {
    "type": "number",
    "exclusiveMinimum": 0,
    "maximum": 7200,
    "description": "Length in seconds.",
}
_FPS: Final = {"type": "number", "minimum": 1, "maximum": 60}
_PLACEHOLDERS: Final = {
    "type": ["array", "null"],
    "description": "Placeholders: a bare name is a text with an empty default; one"
    " without `val` has to be given.",
    "items": {
        "anyOf": [
            _TEXT,
            {
                "type": "object",
                "required": ["key"],
                "properties": {
                    "key": _TEXT,
                    "val": _TEXT,
                    "type": {"enum": ["text", "media", "audio"]},
                    "description": _TEXT,
                },
                "additionalProperties": False,
            },
        ]
    },
}


def _library(key: str, thing: Thing) -> Thing:
    default = {"name": f"Library {key}", "description": ""}
    return {**default, **thing, "library_id": int(key)}


def _scene(key: str, thing: Thing) -> Thing:
    default = {
        "library_id": int(HOME),
        "scene_name": f"Scene {key}",
        "scene_width": 1280,
        "scene_height": 720,
        "duration_in_seconds": 10.0,
        "fps": 30,
        "media": [],
        "text": [],
        "audio": [],
    }
    kinds: dict[str, Any] = {
        kind: [
            _slot(kind, one, thing) if isinstance(one, str) else one
            for one in thing.get(kind) or ()
        ]
        for kind in ("media", "text", "audio")
    }
    return {**default, **thing, **kinds, "scene_id": int(key)}


def _slot(kind: str, name: str, thing: Thing) -> Thing:
    """Return a scene's placeholder of which only the name was declared.

    Source: contract idomoo, section 3.5.
    """
    if kind == "text":
        return {"key": name, "val": [{"text": ""}]}
    if kind == "audio":
        return {"key": name, "val": "", "start_time": 0}
    return {
        "key": name,
        "val": "",
        "height": thing.get("scene_height", 720),
        "width": thing.get("scene_width", 1280),
    }


def _storyboard(key: str, thing: Thing) -> Thing:
    default = {
        "name": f"Storyboard {key}",
        "width": 1280,
        "height": 720,
        "fps": 30,
        "duration_in_seconds": 10.0,
        "thumbnail_time": 0.0,
        "last_modified": _MODIFIED_S,
    }
    data = [
        {"key": one, "val": "", "type": "text", "description": ""}
        if isinstance(one, str)
        else {"type": "text", "description": "", **one}
        for one in thing.get("data") or ()
    ]
    return {**default, **thing, "data": data, "storyboard_id": int(key)}


def _slots(about: str) -> dict[str, Any]:
    return {
        "type": ["array", "null"],
        "description": about,
        "items": {"anyOf": [_TEXT, {"type": "object", "required": ["key"]}]},
    }


def _record(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members, "additionalProperties": False}


PART: Final = WorldPart(
    kinds=(
        Kind(
            name="libraries",
            table="library",
            about="Libraries of scenes.",
            thing=_record(name=_TEXT, description=_TEXT),
            complete=_library,
            nowhere=_NOWHERE,
            ids=_IDS,
        ),
        Kind(
            name="scenes",
            table="scene",
            about="Scenes that timelines are made of.",
            thing=_record(
                library_id={"type": "integer", "description": "Its library."},
                scene_name=_TEXT,
                scene_width=_SIDE,
                scene_height=_SIDE,
                duration_in_seconds=_LENGTH,
                fps=_FPS,
                media=_slots("Picture placeholders: names, or as on the wire."),
                text=_slots("Text placeholders: names, or as on the wire."),
                audio=_slots("Sound placeholders: names, or as on the wire."),
            ),
            complete=_scene,
            nowhere=_NOWHERE,
            ids=_IDS,
        ),
        Kind(
            name="storyboards",
            table="storyboard",
            about="Storyboards to render from.",
            thing=_record(
                name=_TEXT,
                width=_SIDE,
                height=_SIDE,
                fps=_FPS,
                duration_in_seconds=_LENGTH,
                thumbnail_time={"type": "number", "minimum": 0},
                last_modified={"type": "integer", "minimum": 0},
                soundtrack={"type": ["object", "null"]},
                data=_PLACEHOLDERS,
            ),
            complete=_storyboard,
            nowhere=_NOWHERE,
            ids=_IDS,
        ),
    ),
    details={
        "account": {
            "type": "object",
            "description": "What GET /accounts says.",
            "properties": {
                "email": _TEXT,
                "first_name": _TEXT,
                "last_name": _TEXT,
                "company": _TEXT,
                "credits": {
                    "type": "integer",
                    "minimum": 0,
                    "description": "Balance that renders are paid from.",
                },
            },
            "additionalProperties": False,
        }
    },
)
