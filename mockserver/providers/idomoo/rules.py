"""What no schema can express: rules across members, and placeholders of the world."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from mockserver.errors import InvalidPayloadError, Violation
from mockserver.providers.idomoo.violations import RULE

__all__ = [
    "check_keys",
    "check_output",
    "check_scene_keys",
    "check_timeline",
    "require_scenes",
]

NAMES_MAX: Final = 100
MEDIA: Final = re.compile(
    r"(http|ual|pal|rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\))"
)
ASSET: Final = re.compile(r"(http|ual|pal)")
KINDS: Final = ("media", "text", "audio")
OUTPUTS: Final = ("video", "gif", "jpg", "audio")

Path = tuple[str | int, ...]


def check_output(output: Mapping[str, Any]) -> list[Violation]:
    """Return how the outputs contradict each other.

    Source: contract idomoo, section 3.7.
    """
    spoken = output.get("accessibility") or {}
    if not any(output.get(kind) for kind in OUTPUTS) and not any(spoken.values()):
        return [Violation(("output",), "minProperties", 1, output)]
    found: list[Violation] = []
    for kind in OUTPUTS:
        items = output.get(kind) or []
        if len(items) > 1:
            found += _suffixes(items, ("output", kind))
    return found


def require_scenes(timeline: Mapping[str, Any]) -> None:
    """Refuse a timeline that leaves its scenes out; the default is none.

    Raises:
        InvalidPayloadError: There are no scenes.
    """
    if not timeline.get("scenes"):
        place = ("timeline", "scenes")
        raise InvalidPayloadError((Violation(place, "minItems", 1, []),))


def check_timeline(timeline: Mapping[str, Any]) -> list[Violation]:
    """Return how the scenes of a timeline contradict each other or themselves.

    Source: contract idomoo, section 3.7.
    """
    scenes = timeline["scenes"]
    names = [scene.get("unique_scene_id") for scene in scenes]
    counts = Counter(filter(None, names))
    found: list[Violation] = []
    for index, scene in enumerate(scenes):
        path: Path = ("timeline", "scenes", index)
        found += _times(scene, names, counts, path)
        found += _scales(scene, path)
        found += _referrers(scene, path)
    return found


def check_keys(storyboard: Mapping[str, Any], data: Iterable[Any]) -> None:
    """Check the placeholders of a storyboard.

    Raises:
        InvalidPayloadError: Code `key-unknown`, `key-type` or `key-missing`.

    Source: contract idomoo, sections 3.7 and 10.7.
    """
    if storyboard.get("takes_any_key"):
        return
    place = f"Storyboard: {storyboard['storyboard_id']}"
    known = {item["key"]: item for item in storyboard.get("data", ())}
    given = {str(item["key"]): str(item["val"]) for item in data}
    for key, value in given.items():
        if key not in known:
            raise InvalidPayloadError(
                code="key-unknown", key=key, place=place, known=[*known]
            )
        kind = str(known[key].get("type", "text"))
        pattern = {"media": MEDIA, "audio": ASSET}.get(kind)
        if pattern is not None and pattern.match(value) is None:
            raise InvalidPayloadError(code="key-type", key=key, place=place, kind=kind)
    for key, item in known.items():
        if key not in given and "val" not in item:
            raise InvalidPayloadError(code="key-missing", key=key, place=place)


def check_scene_keys(use: Mapping[str, Any], scene: Mapping[str, Any]) -> None:
    """Check the placeholders of one scene of a timeline.

    Raises:
        InvalidPayloadError: Code `key-unknown` or `key-type`.

    Source: contract idomoo, section 10.7 and appendix A.
    """
    if scene.get("takes_any_key"):
        return
    place = f"Scene: {scene['scene_id']}"
    known = [(item["key"], kind) for kind in KINDS for item in scene.get(kind) or ()]
    kinds = dict(known)
    for kind in KINDS:
        for item in use.get(kind) or ():
            key = item["key"]
            if key not in kinds:
                raise InvalidPayloadError(
                    code="key-unknown", key=key, place=place, known=[*kinds]
                )
            if (key, kind) not in known:
                raise InvalidPayloadError(
                    code="key-type", key=key, place=place, kind=kinds[key]
                )


def _suffixes(items: Sequence[Mapping[str, Any]], path: Path) -> Iterable[Violation]:
    seen = set()
    for index, item in enumerate(items):
        suffix = item.get("suffix")
        if not suffix:
            yield Violation((*path, index), "required", "suffix", item)
        elif suffix in seen:
            text = "is the suffix of another output of this kind"
            yield Violation((*path, index, "suffix"), RULE, text, suffix)
        seen.add(suffix)


def _times(
    scene: Mapping[str, Any],
    names: Sequence[str | None],
    counts: Mapping[str, int],
    path: Path,
) -> Iterable[Violation]:
    anchor = scene.get("start_time_offset_unique_scene_id")
    kinds = ("start_time_offset_unique_scene_id", "start_time_offset_seconds")
    offsets = [kind for kind in kinds if scene.get(kind) is not None]
    if scene.get("start_time_in_seconds") is not None and offsets:
        text = f"is not allowed together with {offsets[0]}"
        yield Violation((*path, "start_time_in_seconds"), RULE, text, scene)
    elif anchor is not None:
        is_own = anchor == scene.get("unique_scene_id")
        if counts.get(anchor, 0) <= is_own:
            index = int(path[-1])
            near = (
                names[: min(index, NAMES_MAX)],
                names[index + 1 : index + 1 + NAMES_MAX],
            )
            told = [name for part in near for name in part if name][:NAMES_MAX]
            yield Violation((*path, offsets[0]), "enum", told, anchor)


def _scales(scene: Mapping[str, Any], path: Path) -> Iterable[Violation]:
    for index, item in enumerate(scene.get("media") or ()):
        is_custom = item.get("alignment_scale_type") == "custom"
        if is_custom and item.get("alignment_scale") is None:
            place = (*path, "media", index)
            yield Violation(place, "required", "alignment_scale", item)


def _referrers(scene: Mapping[str, Any], path: Path) -> Iterable[Violation]:
    """Find what goes wrong with who tells a scene's length.

    Source: contract idomoo, section 3.7.
    """
    seen = 0
    for kind in ("media", "audio"):
        for index, item in enumerate(scene.get(kind) or ()):
            place = (*path, kind, index)
            if item.get("duration_referrer"):
                seen += 1
                if seen > 1:
                    text = "only one placeholder of a scene may have this"
                    yield Violation(
                        (*place, "duration_referrer"), RULE, text, found=True
                    )
            elif item.get("duration_addition") is not None:
                text = "is not allowed without duration_referrer"
                yield Violation((*place, "duration_addition"), RULE, text, item)
