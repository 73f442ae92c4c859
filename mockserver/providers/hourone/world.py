"""What a world may hold of Hour One: what the studio makes and videos are made of."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from mockserver.providers.kinds import Kind, Thing, WorldPart

__all__ = ["NOWHERE", "PART", "USUAL", "scenes"]

NOWHERE: Final = "000000000000000000000000"
USUAL: Final[Mapping[str, str]] = {
    "palette_id": "64f0c0de00000000000000c1",
    "character_id": "character-studio-a",
    "voice_id": "voice-en-us-1",
}

_TEXT: Final = {"type": "string"}
_TEXTS: Final = {"type": "array", "items": _TEXT}
_LAYOUT: Final = "64669fd265d3927ea592dd25"
_COLORS: Final = ("#1B3A57", "#2E6F95", "#E07A5F")


def scenes(count: int) -> list[Thing]:
    """Return that many scenes of a draft about which nothing else is known."""
    return [_scene({}, number) for number in range(1, count + 1)]


def _scene(declared: Thing, number: int) -> Thing:
    default = {
        "name": f"Scene {number}",
        "layout_id": _LAYOUT,
        "media": [],
        "texts": [],
    }
    return {**default, **declared}


def _draft(key: str, thing: Thing) -> Thing:
    del key
    default = {"name": "Untitled", "template_id": "64f0c0de00000000000000a1", **USUAL}
    declared = thing.get("scenes") or [{}]
    numbered = [_scene(one or {}, at) for at, one in enumerate(declared, 1)]
    return {**default, **thing, "scenes": numbered}


def _workflow(key: str, thing: Thing) -> Thing:
    del key
    variables = [
        {"name": name, "variable_id": f"v{number}", "value": "", **one}
        for number, one in enumerate(thing.get("variables") or (), 1)
        for name in (one.get("name", f"variable-{number}"),)
    ]
    usual = [{"name": one["name"], "says": one["name"]} for one in variables]
    default = {"name": "Untitled", **USUAL, "scenes": usual}
    return {**default, **thing, "variables": variables}


def _with(**default: Any) -> Callable[[str, Thing], Thing]:
    def complete(key: str, thing: Thing) -> Thing:
        del key
        return {**default, **thing}

    return complete


def _record(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members, "additionalProperties": False}


def _list(about: str, **members: Any) -> dict[str, Any]:
    return {
        "type": ["array", "null"],
        "description": about,
        "items": {**_record(**members), "type": ["object", "null"]},
    }


def _kind(
    kind: str, about: str, complete: Callable[[str, Thing], Thing], **members: Any
) -> Kind:
    return Kind(
        name=kind,
        table=kind.removesuffix("s"),
        about=about,
        thing=_record(**members),
        complete=complete,
        nowhere=NOWHERE,
    )


_DRAFT: Final = {
    "name": _TEXT,
    "template_id": _TEXT,
    "palette_id": _TEXT,
    "character_id": _TEXT,
    "voice_id": _TEXT,
    "is_broken": {"type": "boolean", "description": "Every video made of it fails."},
    "scenes": _list(
        "Its scenes: requests that override some have to send as many.",
        name=_TEXT,
        layout_id=_TEXT,
        media=_TEXTS,
        texts=_TEXTS,
        transcript=_TEXT,
    ),
}
PART: Final = WorldPart(
    kinds=(
        _kind("drafts", "Drafts to make videos of.", _draft, **_DRAFT),
        _kind("recipes", "Recipes to make videos of.", _draft, **_DRAFT),
        _kind(
            "templates",
            "Templates to make videos of.",
            _with(name="Untitled"),
            name=_TEXT,
            palette_id=_TEXT,
            palette_size={"type": "integer", "minimum": 1},
            layouts=_TEXTS,
            is_broken=_DRAFT["is_broken"],
        ),
        _kind(
            "layouts",
            "Layouts of scenes: their slots.",
            _with(media=(), texts=()),
            media=_TEXTS,
            texts=_TEXTS,
        ),
        _kind(
            "palettes",
            "Palettes of colours.",
            _with(colors=_COLORS),
            colors=_TEXTS,
        ),
        _kind("characters", "Presenters.", _with(name="Unnamed"), name=_TEXT),
        _kind("voices", "Voices.", _with(name="Unnamed"), name=_TEXT),
        _kind("folders", "Folders of projects.", _with(name="Unnamed"), name=_TEXT),
        _kind(
            "workflows",
            "Workflows to make videos of.",
            _workflow,
            name=_TEXT,
            palette_id=_TEXT,
            character_id=_TEXT,
            voice_id=_TEXT,
            is_broken=_DRAFT["is_broken"],
            variables=_list(
                "What requests fill in.", name=_TEXT, variable_id=_TEXT, value=_TEXT
            ),
            scenes=_list(
                "Its scenes, and the variable that each says.", name=_TEXT, says=_TEXT
            ),
        ),
    )
)
