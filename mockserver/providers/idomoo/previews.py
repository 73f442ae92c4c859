"""Previews: what a library, a scene or a storyboard looks like, and where that is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from mockserver.engine.spaces import Space
from mockserver.errors import NotFoundError
from mockserver.media import formats
from mockserver.media.cards.card import Layout, Sign, Slot
from mockserver.media.cards.prompts import named_in
from mockserver.media.sound.heard import Heard, Music
from mockserver.media.spec import Card, MediaSpec
from mockserver.providers import things
from mockserver.providers.call import Call
from mockserver.providers.idomoo import catalogue
from mockserver.providers.idomoo.film import color_of, kind_of

__all__ = ["link", "of_library", "of_scene", "of_storyboard", "owner", "shown"]

_SEALS: Final = "preview"
_SEAL_DIGITS: Final = 24
_LONGER_SIDE_PX: Final = 640
_SHOWN_MAX: Final = 12
_FILES_MAX: Final = 4
_LIBRARY_S: Final = 2.0


def link(call: Call, kind: str, number: int, extension: str) -> str:
    """Return the link to a preview, which needs no credentials."""
    file = f"{_seal(call)}/{kind}/{number}.{extension}"
    return call.url_for("preview", file=file)


def owner(call: Call) -> Space | None:
    """Return the space that has given a link away."""
    seal = call.parameters["file"].partition("/")[0]
    return call.services.owner(call.provider.slug, _SEALS, seal)


async def shown(call: Call) -> tuple[MediaSpec, str]:
    """Return what a link shows, and how its file ends.

    Raises:
        NotFoundError: Code `media`; there is no such thing any more, or not yet.
    """
    _, _, rest = call.parameters["file"].partition("/")
    kind, _, name = rest.partition("/")
    number, _, ending = name.partition(".")
    is_named = number.isdecimal() and kind in _ENDINGS
    if call.known_space is None or not is_named or ending not in _ENDINGS[kind]:
        raise NotFoundError("media")
    thing = things.find(call, kind, number)
    if thing is None:
        raise NotFoundError("media")
    if kind == "library":
        return of_library(thing, await catalogue.scenes_of(call, int(number))), ending
    if kind == "scene" and catalogue.scene_state(call, thing) != "Done":
        raise NotFoundError("media")
    return _SPECS[kind](thing), ending


def of_library(
    library: Mapping[str, Any], scenes: Sequence[Mapping[str, Any]]
) -> MediaSpec:
    """Return the spec of a library: its name, and its first scenes."""
    number = library["library_id"]
    count = f"{len(scenes)} scene{'' if len(scenes) == 1 else 's'}"
    card = Card(
        title=str(library["name"]),
        label=f"Library {number} · {count}",
        lines=_told(library.get("description")),
        slots=tuple(
            Slot(str(scene["scene_name"]), at, "video")
            for at, scene in enumerate(scenes[:_SHOWN_MAX], 1)
        ),
    )
    return _clip(card, (1280, 720), f"library {number}", seconds=_LIBRARY_S)


def of_scene(scene: Mapping[str, Any]) -> MediaSpec:
    """Return the spec of a scene with the values that its placeholders have.

    Source: contract idomoo, section 3.5.
    """
    number, size = scene["scene_id"], (scene["scene_width"], scene["scene_height"])
    media, texts = scene.get("media") or (), scene.get("text") or ()
    colors = [color_of(str(item.get("val", ""))) for item in media]
    files = [one for one, color in zip(media, colors, strict=True) if not color]
    facts = tuple(
        (str(item["key"]), _words(item.get("val"))) for item in texts[:_SHOWN_MAX]
    )
    sounds = [item for item in scene.get("audio") or () if item.get("val")]
    card = Card(
        title=str(scene["scene_name"]),
        label=f"Scene {number} · {size[0]} x {size[1]}",
        color=next((color for color in colors if color), None),
        facts=facts,
        slots=tuple(_slots(files)),
        lines=tuple(map(_sound, sounds)),
        layout=_layout(facts),
    )
    return _clip(
        card,
        size,
        f"scene {number}",
        seconds=float(scene["duration_in_seconds"]),
        fps=scene["fps"],
        heard=tuple(Music(str(item["val"])) for item in sounds),
    )


def of_storyboard(storyboard: Mapping[str, Any]) -> MediaSpec:
    """Return the spec of a storyboard: the moment of its thumbnail, and its keys.

    Source: contract idomoo, section 3.6.
    """
    number = storyboard["storyboard_id"]
    size = storyboard["width"], storyboard["height"]
    data = storyboard.get("data") or ()
    files = [item for item in data if item.get("type") not in {"text", "audio"}]
    facts = tuple(
        (str(item["key"]), str(item.get("val", "")))
        for item in data
        if item.get("type") == "text"
    )[:_SHOWN_MAX]
    sounds = [item for item in data if item.get("type") == "audio"]
    if storyboard.get("soundtrack"):
        sounds.append({"key": "soundtrack", **storyboard["soundtrack"]})
    card = Card(
        title=str(storyboard["name"]),
        label=f"Storyboard {number} · {size[0]} x {size[1]}",
        facts=facts,
        slots=tuple(_slots(files)),
        lines=tuple(map(_sound, sounds)),
        layout=_layout(facts),
    )
    clip = _clip(
        card,
        size,
        f"storyboard {number}",
        seconds=float(storyboard["duration_in_seconds"]),
        fps=storyboard["fps"],
    )
    return clip.still(at_s=float(storyboard.get("thumbnail_time") or 0.0))


_SPECS: Final[Mapping[str, Callable[[Mapping[str, Any]], MediaSpec]]] = (
    MappingProxyType({"scene": of_scene, "storyboard": of_storyboard})
)
_ENDINGS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "library": frozenset({"jpg"}),
        "scene": frozenset({"jpg", "mp4"}),
        "storyboard": frozenset({"jpg"}),
    }
)


def _seal(call: Call) -> str:
    """Return what only the links of one account have."""
    seals = call.table(_SEALS)
    known = seals.get("1")
    if known is None:
        known = call.chance.fork(_SEALS).hex("seal", _SEAL_DIGITS)
        seals.put("1", known)
        call.space.store.publish(call.provider.slug, _SEALS, known, call.space.id)
    return str(known)


def _clip(
    card: Card,
    size: tuple[int, int],
    name: str,
    *,
    seconds: float,
    fps: float = 25,
    heard: tuple[Heard, ...] = (),
) -> MediaSpec:
    width, height = size
    share = min(1.0, _LONGER_SIDE_PX / max(size))
    return formats.mp4(
        max(2, round(width * share / 2) * 2),
        max(2, round(height * share / 2) * 2),
        seconds=seconds,
        fps=fps,
        heard=heard,
        cards=(card,),
        sign=Sign("Idomoo", name),
    )


def _slots(files: Sequence[Mapping[str, Any]]) -> Iterator[Slot]:
    """Yield what stands in for pictures and films that fill placeholders."""
    for at, item in enumerate(files[:_FILES_MAX], 1):
        value = str(item.get("val") or "")
        name = f"{item['key']}: {named_in(value)}" if value else str(item["key"])
        yield Slot(name, at, kind_of({**item, "val": value}), url=value)


def _words(value: object) -> str:
    """Return what a text placeholder says: on the wire, a list of runs."""
    if not isinstance(value, list):
        return str(value or "")
    runs = (run.get("text", "") if isinstance(run, Mapping) else run for run in value)
    return " ".join(str(run) for run in runs)


def _sound(item: Mapping[str, Any]) -> str:
    return f"{item['key']}: {named_in(item.get('val') or '')}"


def _layout(facts: Sequence[object]) -> Layout:
    return Layout.LIST if facts else Layout.SLIDE


def _told(text: object) -> tuple[str, ...]:
    return (str(text),) if text else ()
