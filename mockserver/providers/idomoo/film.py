"""What a render shows, and for how long: from a storyboard or from scenes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, Final

from mockserver.media.cards.prompts import named_in

__all__ = [
    "DURATION_MAX_S",
    "Film",
    "Shot",
    "color_of",
    "kind_of",
    "of_scenes",
    "of_storyboard",
]

DURATION_MAX_S: Final = 7200.0  # the reference has no bound, our machine has
SHOTS_MAX: Final = 60
LINES_MAX: Final = 6
LINE_MAX: Final = 100
FILES_MAX: Final = 4
_SEEN: Final = frozenset({"image", "video", "logo", "media"})
_SIDES: Final = frozenset({"left", "center", "right"})
SAID_MAX: Final = 2000
_USUAL_SHARE: Final = 0.057  # what plain text takes of a picture's height
_SCALE_MAX: Final = 10
_LEAST, _MOST = 0.1, 10.0
_FILMS: Final = (".mp4", ".mov", ".webm", ".m4v", ".avi")


@dataclass(frozen=True, slots=True)
class Shot:
    """One still stretch of a film.

    Attributes:
        title: The headline.
        lines: What else is seen.
        said: What captions say meanwhile.
        seconds: How long; None for an even share.
        color: Background as `#rrggbb`, or None.
        facts: Names and values of placeholders.
        looks: Colour and side of each of these values, as they were asked for.
        sizes: How large each of them is, as a multiple of the usual size.
        files: Names of pictures and films, which they are, and where.
    """

    title: str
    lines: tuple[str, ...] = ()
    said: str = ""
    seconds: float | None = None
    color: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    looks: tuple[tuple[str, str], ...] = ()
    sizes: tuple[float, ...] = ()
    files: tuple[tuple[str, str, str], ...] = ()

    def packed(self) -> list[Any]:
        """Return it as it is kept with a job."""
        facts, looks, files = (
            [list(one) for one in many] for many in (self.facts, self.looks, self.files)
        )
        shown = {
            "facts": facts,
            "looks": looks if any(map(any, self.looks)) else [],
            "sizes": list(self.sizes) if any(one != 1 for one in self.sizes) else [],
            "files": files,
        }
        told = {name: many for name, many in shown.items() if many}
        return [
            self.seconds, self.title, list(self.lines), self.color, told, self.said,
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Film:
    """Everything about the pictures of a render, whatever the outputs.

    Attributes:
        title: Name of the storyboard, or of the first scene.
        duration_s: Length in seconds.
        fps: Frames per second.
        ratio: Width and height that give the aspect ratio.
        shots: What is seen, in order.
        heard: What is heard, as `music` reads it.
        assets: URLs and asset paths that the real service would fetch.
    """

    title: str
    duration_s: float
    fps: float
    ratio: tuple[int, int]
    shots: tuple[Shot, ...]
    heard: tuple[Mapping[str, Any], ...]
    assets: tuple[str, ...]


def of_storyboard(storyboard: Mapping[str, Any], data: Iterable[Any]) -> Film:
    """Return the film of a storyboard with some of its placeholders filled."""
    given = {str(item["key"]): str(item["val"]) for item in data}
    title = _short(str(storyboard["name"]))
    values = [
        (item["key"], given.get(item["key"], item.get("val", "")), item.get("type"))
        for item in storyboard.get("data", ())
    ]
    known = {key for key, _, _ in values}
    values += [(key, val, "text") for key, val in given.items() if key not in known]
    shots = [
        _placeholder(title, str(key), str(val), str(kind))
        for key, val, kind in values[:SHOTS_MAX]
    ]
    return Film(
        title,
        float(storyboard["duration_in_seconds"]),
        storyboard["fps"],
        (storyboard["width"], storyboard["height"]),
        tuple(shots) or (Shot(title),),
        heard=tuple(_storyboard_sounds(storyboard, values)),
        assets=tuple(val for _, val, kind in values if kind != "text" and val),
    )


def of_scenes(timeline: Mapping[str, Any], known: Sequence[Mapping[str, Any]]) -> Film:
    """Return the film of a timeline.

    Args:
        timeline: As in the request.
        known: The world's scene for each one of the timeline.
    """
    uses = timeline["scenes"]
    lengths = [_length(use, scene) for use, scene in zip(uses, known, strict=True)]
    starts = _starts(timeline, lengths)
    ends = [start + length for start, length in zip(starts, lengths, strict=True)]
    duration = min(max(ends), DURATION_MAX_S)
    order = sorted(range(len(uses)), key=lambda index: (starts[index], index))
    order = order[:SHOTS_MAX]
    marks = [0.0, *(min(starts[index], duration) for index in order[1:]), duration]
    shots = [
        _shot(uses[index], known[index], max(0.0, stop - start))
        for index, (start, stop) in zip(order, pairwise(marks), strict=True)
    ]
    first = known[0]
    return Film(
        _short(str(first["scene_name"])),
        duration,
        first["fps"],
        (first["scene_width"], first["scene_height"]),
        tuple(shots),
        heard=tuple(_scene_sounds(timeline, [*zip(uses, starts, ends, strict=True)])),
        assets=tuple(_assets(timeline)),
    )


def _placeholder(title: str, key: str, value: str, kind: str) -> Shot:
    """Return the shot that shows one placeholder and what it was filled with."""
    if kind in _SEEN and value:
        return Shot(title, files=((_short(f"{key}: {named_in(value)}"), kind, value),))
    if kind == "audio" and value:
        return Shot(title, facts=((_short(key), _short(named_in(value))),))
    said = _said(value) if kind == "text" else ""
    return Shot(title, said=said, facts=((_short(key), _short(value)),))


def _storyboard_sounds(
    storyboard: Mapping[str, Any], values: Iterable[tuple[str, Any, Any]]
) -> Iterator[Mapping[str, Any]]:
    soundtrack = storyboard.get("soundtrack")
    if soundtrack:
        yield _track(soundtrack)
    for _, value, kind in values:
        if kind == "audio" and value:
            yield {"name": str(value), "ducks": True}


def _scene_sounds(
    timeline: Mapping[str, Any],
    uses: Iterable[tuple[Mapping[str, Any], float, float]],
) -> Iterator[Mapping[str, Any]]:
    """Yield the soundtrack, then what is heard in each scene while it is seen."""
    soundtrack = timeline.get("soundtrack")
    if soundtrack:
        yield _track(soundtrack)
    for use, start, end in uses:
        films = [one for one in use.get("media") or () if _is_film(one)]
        for item in (*films, *(use.get("audio") or ())):
            wait = min(max(item.get("start_time") or 0, 0), DURATION_MAX_S)
            begins = start + float(wait)
            if not item.get("mute") and begins < end:
                affects = bool(item.get("sidechain_compression_affect"))
                yield {
                    **_track(item),
                    "starts_s": begins,
                    "seconds": end - begins,
                    "ducks": affects,
                }


def _is_film(item: Mapping[str, Any]) -> bool:
    path = str(item["val"]).partition("?")[0].lower()
    return not item.get("is_hidden") and path.endswith(_FILMS)


def _track(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a sound with its volume and fades; volumes are told in dB.

    Source: contract idomoo, section 3.7.
    """
    told = {
        "volume_db": item.get("volume"),
        "fade_in_s": item.get("fade_start"),
        "fade_out_s": item.get("fade_end"),
    }
    quieter = item.get("sidechain_compression_amount")
    if quieter:
        told["ducked_db"] = -abs(quieter)
    known = {name: value for name, value in told.items() if value is not None}
    return {"name": str(item["val"]), **known}


def _length(use: Mapping[str, Any], scene: Mapping[str, Any]) -> float:
    length = use.get("duration_in_seconds")
    if length is not None:
        return float(length)
    trimmed = float(use.get("scene_start_in_seconds") or 0)
    return max(0.0, float(scene["duration_in_seconds"]) - max(0.0, trimmed))


def _starts(timeline: Mapping[str, Any], lengths: Sequence[float]) -> list[float]:
    """Return when each scene starts; those without a word follow the one before."""
    uses = timeline["scenes"]
    if timeline.get("scene_order") != "non-linear":
        return [*accumulate(lengths[:-1], initial=0.0)]
    starts, ends = [], dict[str, float]()
    last = 0.0
    for use, length in zip(uses, lengths, strict=True):
        anchor = ends.get(use.get("start_time_offset_unique_scene_id"), last)
        start = use.get("start_time_in_seconds")
        if start is None:
            start = anchor + float(use.get("start_time_offset_seconds") or 0)
        starts.append(max(0.0, float(start)))
        last = starts[-1] + length
        ends[str(use.get("unique_scene_id"))] = last
    return starts


def _shot(use: Mapping[str, Any], scene: Mapping[str, Any], seconds: float) -> Shot:
    media = [item for item in use.get("media") or () if not item.get("is_hidden")]
    shown = [item for item in use.get("text") or () if not item.get("is_hidden")]
    texts = [
        (item["key"], " ".join(run["text"] for run in item.get("val") or ()))
        for item in shown
    ]
    sounds = [
        (_short(item["key"]), _short(named_in(item["val"])))
        for item in use.get("audio") or ()
    ]
    colors = [color_of(item["val"]) for item in media]
    files = [
        (_short(f"{item['key']}: {named_in(item['val'])}"), kind_of(item), item["val"])
        for item, color in zip(media, colors, strict=True)
        if not color
    ]
    return Shot(
        _short(str(scene["scene_name"])),
        said=_said(" ".join(said for _, said in texts)),
        seconds=seconds,
        color=next((color for color in colors if color), None),
        facts=(
            *((_short(key), _short(said)) for key, said in texts[:LINES_MAX]),
            *sounds[:LINES_MAX],
        ),
        looks=tuple(map(_look, shown[:LINES_MAX])),
        sizes=tuple(_size(item, scene["scene_height"]) for item in shown[:LINES_MAX]),
        files=tuple(files[:FILES_MAX]),
    )


def _look(item: Mapping[str, Any]) -> tuple[str, str]:
    """Return colour and side of a text: of its first run, or of all of it.

    Source: contract idomoo, section 3.7.
    """
    runs = [run.get("color") for run in item.get("val") or ()]
    asked = next(filter(None, [*runs, item.get("text_color")]), "")
    sides = (side for side in item.get("alignment") or () if side in _SIDES)
    return color_of(asked) or "", next(sides, "")


def _size(item: Mapping[str, Any], height_px: float) -> float:
    """Return how large a text is, beside one that nobody asked a size for.

    `font_size` is taken as pixels of the scene, `scale` of the first run as a multiple,
    above 10 as a percentage; the reference gives no units.

    Source: contract idomoo, section 3.7.
    """
    asked, size = item.get("font_size"), 1.0
    if asked is not None and asked > 0:
        size = asked / height_px / _USUAL_SHARE
    scale = next((run.get("scale") for run in item.get("val") or ()), None)
    if scale is not None:
        size *= scale / 100 if scale > _SCALE_MAX else scale
    return round(min(max(_LEAST, size), _MOST), 2)


def kind_of(item: Mapping[str, Any]) -> str:
    """Return what stands in for the file of a placeholder."""
    return "video" if _is_film(item) else "image"


def _assets(timeline: Mapping[str, Any]) -> Iterable[str]:
    soundtrack = timeline.get("soundtrack")
    if soundtrack:
        yield soundtrack["val"]
    for use in timeline["scenes"]:
        for item in (*(use.get("media") or ()), *(use.get("audio") or ())):
            yield item["val"]
        for text in use.get("text") or ():
            yield text.get("asset_path") or ""
            yield from (run.get("font_path") or "" for run in text.get("val") or ())


def color_of(value: str) -> str | None:
    """Return `rgb(1, 2, 3)` as `#010203`, as far as it is a colour."""
    if not value.startswith("rgb("):
        return None
    parts = value[4:].partition(")")[0].split(",")
    return "#" + "".join(f"{min(int(part), 255):02x}" for part in parts)


def _said(text: str) -> str:
    return text[:SAID_MAX]


def _short(text: str) -> str:
    return text if len(text) <= LINE_MAX else text[: LINE_MAX - 1] + "…"
