"""What Luma's files look like: cards that tell what a generation was asked for."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import orjson
from msgspec.structs import replace

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.media.cards.card import Layout, Sign, Slot
from mockserver.media.cards.prompts import prompt_card
from mockserver.media.formats import jpeg, mp4, png
from mockserver.media.sound.heard import Music
from mockserver.media.spec import Card, MediaSpec
from mockserver.providers.luma import wire
from mockserver.providers.luma.requests import REQUESTS
from mockserver.providers.services import Services

__all__ = ["FPS", "PICTURES_PX", "PROGRESS", "file_id", "files_of", "film_of",
           "lines_px", "makes", "spec", "video_px"]  # fmt: skip

FPS: Final = 24
USUAL: Final[Mapping[str, Any]] = {"size": [1280, 720], "seconds": 5.0}
PICTURES_PX: Final[Mapping[str, tuple[int, int]]] = {  # contract luma, section 5
    "1:1": (1536, 1536),
    "4:3": (1792, 1344),
    "3:4": (1344, 1792),
    "16:9": (2048, 1152),
    "9:16": (1152, 2048),
    "21:9": (2432, 1024),
    "9:21": (1024, 2432),
}
PROGRESS: Final = {"progress_video": ("progress", "mp4")}
"""The file of a video that is not there yet."""
_LINES: Final = re.compile(r"(\d{3,4})p")
_4K_PX: Final = 2160
_LINES_PX: Final = (144, _4K_PX)
_FRAME_S: Final = 0.5
_TITLE_MAX, _LINE_MAX, _LINES_MAX = 200, 120, 6


def lines_px(resolution: str) -> int | None:
    """Return how many lines a resolution has, such as `720p` or `4k`."""
    found = _LINES.fullmatch(resolution)
    lines = _4K_PX if resolution == "4k" else int(found[1]) if found else 0
    return lines if _LINES_PX[0] <= lines <= _LINES_PX[1] else None


def video_px(ratio: str, lines: int) -> tuple[int, int]:
    """Return width and height of a video; its shorter side has the lines.

    Source: contract luma, section 5.
    """
    wide, high = map(int, ratio.split(":"))
    longer = round(lines * max(wide, high) / min(wide, high) / 2) * 2
    return (longer, lines) if wide >= high else (lines, longer)


def film_of(job: Job) -> tuple[int, int, float]:
    """Return width, height and length of what a generation makes."""
    film = job.data.get("film") or USUAL
    width, height = film["size"]
    return width, height, film["seconds"]


def file_id(space: Space, job: Job) -> str:
    """Return what only a link that we gave knows of a generation's files."""
    return space.jobs(wire.SLUG).chance(job.ordinal).uuid("file")


def files_of(job: Job) -> dict[str, tuple[str, str]]:
    """Return the files of a finished generation: name and ending, by asset."""
    if job.operation in wire.PICTURES:
        return {"image": ("image", _format(job.data.get("request") or {}))}
    return {"video": ("video", "mp4"), "image": ("thumb", "jpg")}


def spec(job: Job, name: str) -> MediaSpec:
    """Return the spec of one of a generation's files.

    Source: contract luma, section 5.
    """
    return _spec(job.id, job.operation, job.packed, name)


def makes(services: Services, space: Space, job: Job) -> list[MediaSpec]:  # noqa: ARG001 - one of many
    """Return the clip or the picture of a generation."""
    return [spec(job, "image" if job.operation in wire.PICTURES else "video")]


# A player asks for a clip in many small parts.
@lru_cache(maxsize=256)
def _spec(job_id: str, operation: str, packed: bytes, name: str) -> MediaSpec:
    data = orjson.loads(packed)
    film = data.get("film") or USUAL
    width, height = film["size"]
    cards, sign = _cards(operation, data, (width, height)), Sign("Luma", job_id)
    if operation in wire.PICTURES:
        make = png if _format(data.get("request") or {}) == "png" else jpeg
        return make(width, height, cards=cards, sign=sign)
    clip = mp4(
        width,
        height,
        seconds=film["seconds"],
        fps=FPS,
        heard=(Music(_sound_of(operation, data)),) if data.get("sound") else (),
        silent_track=False,
        cards=cards,
        sign=sign,
    )
    if name == "progress":
        early = replace(cards[0], label="dreaming")
        return replace(clip, width_px=width // 2, height_px=height // 2, cards=(early,))
    return clip.still(frame=0) if name == "thumb" else clip


def _sound_of(operation: str, data: Mapping[str, Any]) -> str:
    """Return what names the sound of a generation: its own prompt, or the source's."""
    prompt = (data.get("request") or {}).get("prompt", "")
    return str(prompt if operation == "add-audio" else data.get("of") or prompt)


def _format(said: Mapping[str, Any]) -> str:
    return "png" if said.get("format") == "png" else "jpg"


def _cards(
    operation: str, data: Mapping[str, Any], size: tuple[int, int]
) -> tuple[Card, ...]:
    """Return what is seen: the keyframes, before and after what goes between them."""
    said = data.get("request") or {}
    # What is to be heard is not what is to be seen.
    prompt = None if operation == "add-audio" else said.get("prompt")
    title = str(prompt or data.get("title") or operation)[:_TITLE_MAX]
    told = [line[:_LINE_MAX] for line in _told(operation, data, said)][:_LINES_MAX]
    frames = said.get("keyframes") or {}
    inputs = [(*one, at) for at, one in enumerate(_links(said), 1)]
    card = prompt_card(
        title,
        str(data.get("model", "ray-2")),
        size,
        inputs=(
            Slot(f"{name}: {_shown(link)}", at, url=str(link))
            for name, link, at in inputs
        ),
        lines=tuple(told),
    )
    before, after = (_frame(name, frames.get(name)) for name in ("frame0", "frame1"))
    return (*before, card, *after)


def _frame(name: str, frame: Mapping[str, Any] | None) -> tuple[Card, ...]:
    if frame is None:
        return ()
    link = str(frame.get("url") or frame.get("id") or "")
    kind = "video" if frame["type"] == "generation" else "image"
    slot = Slot(_shown(link), int(name[-1]) + 1, kind, url=link)
    return (Card(title=name, slots=(slot,), layout=Layout.PHOTO, seconds=_FRAME_S),)


def _told(
    operation: str, data: Mapping[str, Any], said: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what else was asked for, one line each."""
    if data.get("of"):
        yield f"{REQUESTS[operation]['generation_type']} of {data['of']}"
    if operation == "add-audio":
        yield f"sound: {said.get('prompt', 'any')}"
    if said.get("concepts"):
        yield f"concepts: {', '.join(one['key'] for one in said['concepts'])}"
    if said.get("mode"):
        yield f"mode: {said['mode']}"
    if said.get("loop"):
        yield "loop"


def _links(said: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Yield the names and addresses of all that was sent along."""
    for frame, one in (said.get("keyframes") or {}).items():
        if one is not None:
            yield frame, one.get("url") or one.get("id")
    yield from _references(said)


def _references(said: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Yield the addresses that a request gives, with what they are for."""
    for name in ("media", "first_frame", "modify_image_ref"):
        if said.get(name):
            yield name, said[name].get("url")
    for name in ("image_ref", "style_ref"):
        yield from ((name, one.get("url")) for one in said.get(name) or ())
    face = (said.get("character_ref") or {}).get("identity0") or {}
    yield from (("character_ref", url) for url in face.get("images") or ())


def _shown(link: object) -> str:
    """Return what names a file in its link."""
    text = str(link or "")
    if text.startswith("data:"):
        return "data:"
    return text.split("?", 1)[0].rpartition("/")[2] or text
