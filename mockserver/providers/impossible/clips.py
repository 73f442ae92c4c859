"""What ImpossibleFX's media look like, and which formats there are."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from mockserver.engine.spaces import Space
from mockserver.media.cards.card import Layout, Sign, Slot
from mockserver.media.cards.prompts import named_in
from mockserver.media.formats import FORMATS as MAKERS
from mockserver.media.formats import mp3
from mockserver.media.sound.heard import Music
from mockserver.media.spec import Card, MediaSpec

__all__ = ["FORMATS", "MODES", "MOVING", "geometry", "spec"]

WIDTH_PX: Final = 640
HEIGHT_PX: Final = 360
FPS: Final = 25
FRAMES: Final = 250
LINES_MAX: Final = 10
SLOTS_MAX: Final = 4
SCENES: Final = 5
QUALITY: Final = (10, 99)

# Contract impossible, section 5.1; sound alone is the wish.
_VIDEOS: Final = {"mp4", "webm", "flv", "m3u8", "mpd", "mpeg", "mpg", "wmv", "mov"}
_STILLS: Final = frozenset({"jpg", "jpeg", "png", "tif", "tiff"})
FORMATS: Final = frozenset(_VIDEOS | _STILLS | {"gif", "mp3"})
MOVING: Final = frozenset((_VIDEOS | {"gif", "mp3"}) - {"m3u8", "mpd"})
_ANY: Final = frozenset({"render", "get", "play", "galaxy"})
MODES: Final[Mapping[str, frozenset[str]]] = {
    "mp4": frozenset({"render", "galaxy"}),
    "m3u8": _ANY - {"play"},
    "mpd": _ANY - {"play"},
    **dict.fromkeys(FORMATS - {"mp4", "m3u8", "mpd"}, _ANY),
}


def geometry(space: Space, project: str, movie: str) -> dict[str, Any]:
    """Return `{"width", "height", "fps": [num, den], "frames"}` of a movie.

    Source: contract impossible, section 5.1.
    """
    known = space.table("impossible", "sdl").get(f"{project}/{movie}") or {}
    found = known.get("geometry") or {}
    return {
        "width": found.get("width", WIDTH_PX),
        "height": found.get("height", HEIGHT_PX),
        "fps": found.get("fps", [FPS, 1]),
        "frames": found.get("frames", FRAMES),
    }


def spec(
    extension: str,
    shape: Mapping[str, Any],
    *,
    source: str,
    movie: str,
    params: Mapping[str, Any],
    query: Mapping[str, str],
) -> MediaSpec:
    """Return the file of a movie in a format.

    Args:
        extension: One of `FORMATS`, or `ts` for the segment of a playlist.
        shape: As `geometry` returns it.
        source: What made it, for the picture.
        movie: The movie's name.
        params: Its variables; `frame` selects the picture of a still.
        query: `frame` and `q`, which win over `params`.

    Source: contract impossible, sections 5.1 and 5.2.
    """
    fps = Fraction(*shape["fps"])
    seconds = float(shape["frames"] / fps)
    heard = (Music(movie),)
    if extension == "mp3":
        return mp3(seconds, heard=heard)
    options: dict[str, Any] = {
        "seconds": seconds,
        "fps": fps,
        "cards": _cards(movie, params, shape["frames"]),
        "sign": Sign("ImpossibleFX", source),
        "heard": heard,
    }
    if extension in _STILLS:
        options["frame"] = _number(query.get("frame", params.get("frame")), 0)
        if extension in {"jpg", "jpeg"} and "q" in query:
            low, high = QUALITY
            options["quality"] = min(max(low, _number(query["q"], high)), high)
    if extension == "gif":
        options["fps"] = min(fps, Fraction(10))
    maker = MAKERS["mp4" if extension == "mpd" else extension]
    return maker(shape["width"], shape["height"], **options)


def _cards(movie: str, params: Mapping[str, Any], frames: int) -> tuple[Card, ...]:
    """Return a few scenes with what was sent, so that frames can be told apart."""
    plain = {n: v for n, v in params.items() if isinstance(v, str | int | float)}
    links = {n: str(v) for n, v in plain.items() if "://" in str(v)}
    facts = tuple((n, str(v)) for n, v in plain.items() if n not in links)[:LINES_MAX]
    slots = tuple(
        Slot(f"{name}: {named_in(link)}", number, url=link)
        for number, (name, link) in enumerate(links.items(), 1)
    )[:SLOTS_MAX]
    count = min(SCENES, frames)
    return tuple(
        Card(
            title=movie,
            label=f"Scene {number} of {count}",
            facts=facts,
            slots=slots,
            layout=Layout.LIST if facts or slots else Layout.TITLE,
        )
        for number in range(1, count + 1)
    )


def _number(value: object, default: int) -> int:
    try:
        return max(0, int(float(str(value))))
    except (ValueError, OverflowError):
        return default
