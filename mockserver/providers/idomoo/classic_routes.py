"""Version 1: one call, credentials in the body, the file there with the answer."""

import re
from collections.abc import Mapping
from typing import Any, Final

from mockserver.engine.jobs import MediaLife
from mockserver.errors import InvalidPayloadError, UnauthorizedError
from mockserver.providers.call import Call
from mockserver.providers.idomoo import outputs, renders, requests
from mockserver.providers.idomoo.access import php_text
from mockserver.providers.idomoo.answers import classic_reply
from mockserver.providers.idomoo.film import Film
from mockserver.providers.reply import Reply

__all__ = ["generate"]

SIDES: Final = range(2, 4321)
_FORMAT: Final = re.compile(
    r"(?:VIDEO_MP4_V_X264_(?P<video>\d{1,4}X\d{1,4})_\d+_A_AAC_\d+"
    r"|IMAGE_JPG_(?P<image>\d{1,4}X\d{1,4}))"
)


async def generate(call: Call) -> Reply:
    """Render from a storyboard: `{"status", "video": {"output_formats": [...]}}`."""
    payload = await requests.payload(call)
    if call.known_space is None:
        raise UnauthorizedError("body")
    requests.count_generate(call)
    video = payload["video"]
    data = [{**item, "val": php_text(item["val"])} for item in video["data"]]
    film = await renders.film_of_storyboard(call, {**video, "data": data})
    formats = _formats(call, video["output_formats"])
    kept = [_kept(name, index) for index, name in enumerate(formats)]
    unique_id = renders.name(call, {})
    links = renders.links(call, unique_id)
    life = MediaLife(issued_at_submit=True)
    renders.accept(call, film, kept, payload, unique_id=unique_id, media=life)
    renders.spend(call, _cost(film, kept))
    page_id = video.get("landing_page_id")
    entries = [
        _entry(name, item, links, page_id)
        for name, item in zip(formats, kept, strict=True)
    ]
    return classic_reply(
        call, {"status": "SUCCESS", "video": {"output_formats": entries}}
    )


def _formats(call: Call, asked: Any) -> list[str]:
    names = [str(item["format"]) for item in asked]
    if not call.setting("v1_thumbnails"):
        return names
    sizes = ["{}X{}".format(*_size(n)) for n in names if not n.startswith("IMAGE_")]
    return [*names, *(f"IMAGE_JPG_{size}" for size in sizes)]


def _size(name: str) -> tuple[int, int]:
    """Return width and height of a format, from its name.

    Raises:
        InvalidPayloadError: Code `format-unknown`; there is no such format.
    """
    found = _FORMAT.fullmatch(name)
    size = "" if found is None else found["video"] or found["image"]
    width, height = (int(side or 0) for side in size.partition("X")[::2])
    if width not in SIDES or height not in SIDES:
        raise InvalidPayloadError(code="format-unknown", format=name)
    return width, height


def _kept(name: str, index: int) -> dict[str, Any]:
    width, height = _size(name)
    is_image = name.startswith("IMAGE_")
    kept = {
        "kind": "jpg" if is_image else "mp4",
        "width": width,
        "height": height,
        **({"time": 0.0} if is_image else {}),
    }
    return {**kept, "suffix": str(index + 1)} if index else kept


def _entry(
    name: str, item: Mapping[str, Any], links: outputs.Links, page_id: object
) -> dict[str, Any]:
    """Return one format of the answer; `links` is an array here.

    Source: contract idomoo, section 3.9.
    """
    suffix = item.get("suffix")
    page = {}
    if page_id and item["kind"] == "mp4":
        page = {"landing_page_url": links.landing(str(page_id), suffix)}
    url = links.file(suffix, item["kind"])
    return {"format": name, "links": [{"url": url, **page}]}


def _cost(film: Film, kept: list[dict[str, Any]]) -> int:
    videos = sum(1 for item in kept if item["kind"] == "mp4")
    return videos * outputs.video_cost(film) if videos else len(kept)
