"""Outputs: what version 2 asks for, what it answers, and what is kept of them."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mockserver.providers.idomoo import sounds
from mockserver.providers.idomoo.film import Film

__all__ = [
    "QUALITY",
    "Links",
    "answer",
    "credits_of",
    "extension",
    "file_stem",
    "kept",
    "spoken",
    "total_cost",
    "video_cost",
]

QUALITY: Final = 26
GIF_FPS_MAX: Final = 30
GIF_FPS_MIN: Final = 0.1
CREDIT_S: Final = 30
LOOP_MAX: Final = 65_535  # what a GIF can say

Answer = dict[str, Any]
# Wider or higher ones are thinner than a picture can be.
_CROP_MAX: Final = 8


@dataclass(frozen=True, slots=True)
class Links:
    """Makes the links of a render.

    Attributes:
        file: Returns a file's link by suffix and extension.
        landing: Returns a landing page's link by its identifier and suffix.
        status: The status link.
    """

    file: Callable[[str | None, str], str]
    landing: Callable[[str, str | None], str]
    status: str


def extension(kind: str) -> str:
    """Return the file extension of an output."""
    return "m3u8" if kind == "hls" else kind


def file_stem(unique_id: str, suffix: str | None) -> str:
    """Return the path of a file without its extension.

    Source: contract idomoo, section 5.
    """
    return f"{unique_id}_{suffix}" if suffix else unique_id


def video_cost(film: Film) -> int:
    """Return the credits that a video costs: one for each 30 s or less."""
    return credits_of(film.duration_s)


def credits_of(duration_s: float) -> int:
    """Return the credits that a video of some length costs."""
    return max(1, math.ceil(duration_s / CREDIT_S))


def kept(output: Mapping[str, Any], film: Film) -> list[dict[str, Any]]:
    """Return what to remember of each output of version 2."""
    found = [_kept_video(item) for item in output.get("video") or ()]
    found += [_kept_gif(item, film) for item in output.get("gif") or ()]
    found += [
        {**_kept(item, "jpg"), "time": item["time"]} for item in output.get("jpg") or ()
    ]
    found += map(sounds.kept, output.get("audio") or ())
    return [
        {name: value for name, value in item.items() if value is not None}
        for item in found
    ]


def answer(output: Mapping[str, Any], film: Film, links: Links) -> Answer:
    """Return `output` of the answer to a generate call of version 2.

    Source: contract idomoo, section 3.7.
    """
    cheap = 0 if output.get("video") else 1
    found: Answer = {
        "video": [_video(item, film, links) for item in output.get("video") or ()],
        "gif": [_gif(item, film, links, cheap) for item in output.get("gif") or ()],
        "jpg": [_jpg(item, links, cheap) for item in output.get("jpg") or ()],
        "audio": [_sound(item, links, cheap) for item in output.get("audio") or ()],
        "accessibility": spoken(output, links),
    }
    return {kind: items for kind, items in found.items() if items}


def spoken(output: Mapping[str, Any], links: Links) -> Answer:
    """Return the links of captions and transcripts."""
    asked = output.get("accessibility") or {}
    found = {
        "caption_links": [
            {"language": language, "url": links.file(language, "vtt")}
            for language in asked.get("caption_languages") or ()
        ],
        "transcript_links": [
            {"language": language, "url": links.file(language, "txt")}
            for language in asked.get("transcript_languages") or ()
        ],
    }
    return {name: entries for name, entries in found.items() if entries}


def total_cost(found: Mapping[str, Any]) -> int:
    """Return the sum of what the outputs of an answer cost."""
    kinds: Sequence[Any] = [
        items for items in found.values() if isinstance(items, list)
    ]
    return sum(item["cost"] for items in kinds for item in items)


def _video(item: Mapping[str, Any], film: Film, links: Links) -> Answer:
    quality = _quality(item)
    landing = item.get("landing_page_id")
    suffix = item.get("suffix")
    url = links.file(suffix, extension(item["video_type"]))
    page = {"landing_page_url": links.landing(str(landing), suffix)} if landing else {}
    return {
        "video_type": item["video_type"],
        "Quality": quality,  # the SDK reads this one, later programs the other
        "quality": quality,
        "height": int(item["height"]),
        **_names(item),
        "duration": film.duration_s,
        "cost": video_cost(film),
        "links": {"url": url, **page, "check_status_url": links.status},
    }


def _gif(item: Mapping[str, Any], film: Film, links: Links, cost: int) -> Answer:
    known = _kept_gif(item, film)
    return {
        "height": int(item["height"]),
        "start": item["start"],
        "gif_fps": known["fps"],
        **_names(item),
        "duration": known["seconds"],
        "cost": cost,
        "links": _links(item, "gif", links),
    }


def _jpg(item: Mapping[str, Any], links: Links, cost: int) -> Answer:
    return {
        "height": int(item["height"]),
        "time": item["time"],
        **_names(item),
        "cost": cost,
        "links": _links(item, "jpg", links),
    }


def _sound(item: Mapping[str, Any], links: Links, cost: int) -> Answer:
    known = sounds.kept(item)
    is_mp3 = item["file_type"] == "mp3"
    return {
        "file_type": item["file_type"],
        "sample_rate": known["sample_rate"],
        "bit_depth": sounds.BIT_DEPTH,
        **({"mp3_bitrate": sounds.kilobits(known)} if is_mp3 else {}),
        "channels": known["channels"],
        **_names(item),
        "cost": cost,
        "links": _links(item, item["file_type"], links),
    }


def _links(item: Mapping[str, Any], kind: str, links: Links) -> Answer:
    url = links.file(item.get("suffix"), extension(kind))
    return {"url": url, "check_status_url": links.status}


def _names(item: Mapping[str, Any]) -> Answer:
    return {name: item[name] for name in ("suffix", "label") if item.get(name)}


def _quality(item: Mapping[str, Any]) -> int:
    quality = _asked_quality(item)
    return QUALITY if quality is None else int(quality)


def _asked_quality(item: Mapping[str, Any]) -> Any:
    """Return the quality; public programs spell it as answers do."""
    quality = item.get("quality")
    return item.get("Quality") if quality is None else quality


def _kept(item: Mapping[str, Any], kind: str) -> Answer:
    overlay = item.get("overlay")
    return {
        "kind": kind,
        "height": int(item["height"]),
        "suffix": item.get("suffix") or None,
        "crop": _crop(item.get("crop_to_ratio")),
        "overlay": overlay and f"{overlay[:80]} ({item.get('overlay_scale') or 'fit'})",
    }


def _crop(sides: object) -> list[float] | None:
    """Return the form that a file is cropped to, if that can be one."""
    if not isinstance(sides, list) or len(sides) != 2:
        return None
    if not all(isinstance(one, int | float) and one > 0 for one in sides):
        return None
    return sides if max(sides) <= _CROP_MAX * min(sides) else None


def _kept_video(item: Mapping[str, Any]) -> Answer:
    return {**_kept(item, item["video_type"]), "quality": _asked_quality(item)}


def _kept_gif(item: Mapping[str, Any], film: Film) -> Answer:
    start = min(max(0.0, float(item["start"])), film.duration_s)
    rest = film.duration_s - start
    asked = item.get("duration")
    fps = item.get("gif_fps") or film.fps
    return {
        **_kept(item, "gif"),
        "start": start,
        "seconds": rest if asked is None else min(max(0.0, float(asked)), rest),
        "fps": min(max(fps, GIF_FPS_MIN), GIF_FPS_MAX),
        "colors": _colors(item.get("color_depth")),
        "loop": _loop(item.get("gif_loop")),
    }


def _loop(count: float | None) -> int | None:
    return None if count is None else int(min(count, LOOP_MAX))


def _colors(depth: float | None) -> int | None:
    """Return the size of a palette; up to 8 is a number of bits."""
    if depth is None:
        return None
    bits = int(min(max(depth, 1), 256))
    return 2**bits if bits <= 8 else bits
