"""What storyboards and scenes learn from requests: placeholders nobody has declared.

What is learned is the same whichever request came first: placeholders are joined, not
replaced, and stand behind the declared ones in the order of their names.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mockserver.providers.idomoo.rules import KINDS, MEDIA
from mockserver.providers.idomoo.world import UNKNOWN_KEY
from mockserver.providers.kinds import Thing

__all__ = ["joined", "with_keys", "with_uses"]

KEPT_MAX: Final = 500
_SOUNDS: Final = (".mp3", ".wav", ".aac", ".m4a", ".ogg")


def with_keys(storyboard: Thing, data: Iterable[Mapping[str, Any]]) -> Thing:
    """Return a storyboard that has the placeholders of a request, too."""
    learned = dict(storyboard.get("learned", {}))
    declared = {one["key"] for one in storyboard["data"]} - learned.keys()
    for item in data:
        key = str(item["key"])
        if key not in declared and key != UNKNOWN_KEY:
            learned[key] = _common(_type(str(item["val"])), learned.get(key))
    return _storyboard(storyboard, learned)


def with_uses(scene: Thing, uses: Iterable[Mapping[str, Any]]) -> Thing:
    """Return a scene that has the placeholders of a request's scenes, too.

    One that was learned may be of several kinds, as requests have it.
    """
    learned = _pairs(scene)
    declared = {one["key"] for kind in KINDS for one in scene[kind] or ()}
    declared -= {key for _, key in learned}
    for use in uses:
        for kind in KINDS:
            keys = {str(item["key"]) for item in use.get(kind) or ()}
            learned |= {(kind, key) for key in keys - declared - {UNKNOWN_KEY}}
    return _scene(scene, learned)


def joined(known: Thing, taught: Thing) -> Thing:
    """Return a thing that knows what either has learned, as much as is kept."""
    if "data" not in known:
        pairs = sorted(_pairs(known) | _pairs(taught))
        return _scene(known, set(pairs[:KEPT_MAX]))
    learned = dict(known.get("learned", {}))
    for key, kind in taught.get("learned", {}).items():
        learned[key] = _common(kind, learned.get(key))
    return _storyboard(known, dict(sorted(learned.items())[:KEPT_MAX]))


def _storyboard(storyboard: Thing, learned: Mapping[str, str]) -> Thing:
    old = storyboard.get("learned", {})
    declared = [one for one in storyboard["data"] if one["key"] not in old]
    if not learned:
        return storyboard
    new = [
        {"key": key, "val": "", "type": kind, "description": "Learned from a request"}
        for key, kind in sorted(learned.items())
    ]
    return {**storyboard, "data": [*declared, *new], "learned": dict(learned)}


def _scene(scene: Thing, learned: set[tuple[str, str]]) -> Thing:
    old = _pairs(scene)
    if not learned:
        return scene
    kinds = {
        kind: [
            *(one for one in scene[kind] or () if (kind, one["key"]) not in old),
            *(_slot(kind, key, scene) for of, key in sorted(learned) if of == kind),
        ]
        for kind in KINDS
    }
    return {**scene, **kinds, "learned": sorted(learned)}


def _pairs(scene: Thing) -> set[tuple[str, str]]:
    return {(kind, key) for kind, key in scene.get("learned", ())}


def _slot(kind: str, key: str, scene: Thing) -> dict[str, Any]:
    if kind == "text":
        return {"key": key, "val": [{"text": ""}]}
    if kind == "audio":
        return {"key": key, "val": "", "start_time": 0}
    size = {"height": scene["scene_height"], "width": scene["scene_width"]}
    return {"key": key, "val": "", **size}


def _common(kind: str, other: str | None) -> str:
    """Return what two values have in common: a text may be anything."""
    return kind if other in {None, kind} else "text"


def _type(value: str) -> str:
    if MEDIA.match(value) is None:
        return "text"
    path = value.partition("?")[0].lower()
    return "audio" if path.endswith(_SOUNDS) else "media"
