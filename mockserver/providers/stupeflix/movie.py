"""The language of definitions: what is checked, how long things take, what is seen."""

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from urllib.parse import urlsplit

from mockserver.media.sound.heard import decibels
from mockserver.providers.stupeflix.xmltree import Node

__all__ = ["Movie", "MovieError", "annotated", "check", "study"]

SERVICES: Final = ("craftsman-1.0", "stupeflix-1.0")
EFFECTS: Final = (
    "none", "kenburns", "flower", "panel", "explode", "rotator", "diving", "sliding",
    "square", "rectangles", "slice",
)  # fmt: skip
TRANSITIONS: Final = (
    "crossfade", "waterdrop", "circle", "radial", "swirl", "strip", "scan", "scans",
    "move", "over", "under", "cube", "spiral", "dualmove", "custom",
)  # fmt: skip
LEAF_S: Final = 5.0
TRANSITION_S: Final = 1.0
CARDS_MAX: Final = 60
LINES_MAX: Final = 6
SOUNDS_MAX: Final = 100
LINE_CHARS: Final = 200
LONGEST_S: Final = 1e6

_GROUPS = frozenset({"body", "sequence", "stack"})
# The size of text that nobody has chosen one for.
_USUAL_SIZE = 30.0
_LEAVES = frozenset({"effect", "text", "overlay", "sphere", "widget"})
_MODIFIERS = frozenset({"filter", "animator"})
_PARTS = _GROUPS - {"body"} | _LEAVES | _MODIFIERS | {"audio", "transition"}
_PICTURES = frozenset({"image", "video"})
_LINKS = ("http://", "https://")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?")
_ODD_FORMATS = {  # kinds of files that the service does not read
    "image": frozenset({"bmp", "tif", "tiff", "webp", "svg", "psd", "pdf"}),
    "audio": frozenset({"ogg", "oga", "flac", "aif", "aiff", "mid", "midi"}),
    "video": frozenset(),
}


class MovieError(ValueError):
    """A definition breaks the language; the text names the element."""


@dataclass(frozen=True, slots=True)
class Movie:
    """What there is to know about a definition.

    Attributes:
        duration_s: How long the video plays.
        cards: What is seen, in order: `{"title", "lines", "seconds"}`, and `color` or
            the `file` of a picture.
        heard: What is heard, as `music` reads it.
    """

    duration_s: float
    cards: tuple[Mapping[str, Any], ...]
    heard: tuple[Mapping[str, Any], ...] = ()


def check(root: Node, assets: Collection[str] = ()) -> None:
    """Hold a definition against the language.

    Args:
        root: The document.
        assets: Names of the files that came with it.

    Raises:
        MovieError: Something is wrong.

    Source: contract stupeflix, appendix A.
    """
    service = root.attributes.get("service")
    _one_of("movie", "service", service, SERVICES)
    bodies = [node for node in root.elements if node.name == "body"]
    if len(bodies) != 1:
        raise MovieError(f"movie: found {len(bodies)} elements body, expected 1")
    names = frozenset(assets)
    for node in root.elements:
        if node.name not in {"head", "body"}:
            raise MovieError(f"movie/{node.name}: unknown element")
    _check_group(bodies[0], "movie/body", names)


def study(root: Node) -> Movie:
    """Return length and looks of a definition that has been checked.

    Source: contract stupeflix, appendix A.
    """
    body = root.find("body") or Node("body")
    duration = _length(body) or LEAF_S
    sounds = tuple(islice(_sounds(body, 0.0, duration), SOUNDS_MAX))
    return Movie(duration, tuple(islice(_cards(body), CARDS_MAX)), sounds)


def annotated(root: Node) -> str:
    """Return the movie as XML, with its computed duration on every timed element."""
    body = root.find("body") or Node("body")
    duration = _length(body) or LEAF_S
    extra = {id(root): {"duration": f"{duration:g}"}}
    _annotate(body, duration, extra)
    return root.render(extra)


def _annotate(node: Node, parent_s: float, extra: dict[int, dict[str, str]]) -> None:
    is_timed = node.name in _GROUPS | _LEAVES | {"audio", "transition"}
    length = _length(node) or parent_s if is_timed else parent_s
    if is_timed:
        extra[id(node)] = {"duration": f"{length:g}"}
    for child in node.elements:
        _annotate(child, length, extra)


def _check_group(node: Node, path: str, assets: frozenset[str]) -> None:
    _check_duration(node, path)
    seen: dict[str, int] = {}
    for child in node.elements:
        seen[child.name] = seen.get(child.name, 0) + 1
        _check_part(child, f"{path}/{child.name}[{seen[child.name]}]", node, assets)
    if not seen.keys() & (_PARTS - _MODIFIERS - {"transition"}):
        raise MovieError(f"{path}: has no element to show")


def _check_part(node: Node, path: str, parent: Node, assets: frozenset[str]) -> None:
    name = node.name
    if name not in _PARTS:
        raise MovieError(f"{path}: unknown element")
    if name in _GROUPS:
        _check_group(node, path, assets)
        return
    _check_duration(node, path)
    if name == "transition":
        if parent.name == "stack":
            raise MovieError(f"{path}: only inside a sequence or body")
        _one_of(path, "type", node.attributes.get("type"), TRANSITIONS)
    elif name == "effect":
        _one_of(path, "type", node.attributes.get("type"), EFFECTS)
        if not any(child.name in _PICTURES for child in node.elements):
            raise MovieError(f"{path}: needs an element image or video")
    if name in {"effect", "overlay", "sphere"}:
        _check_pictures(node, path, assets)
    elif name == "audio":
        _check_file(node, path, "audio", assets)


def _check_pictures(node: Node, path: str, assets: frozenset[str]) -> None:
    for child in node.elements:
        place = f"{path}/{child.name}"
        attributes = child.attributes
        if child.name == "video":
            _check_file(child, place, "video", assets)
        elif child.name != "image" or attributes.get("type") == "map":
            continue
        elif "filename" in attributes:
            _check_file(child, place, "image", assets)
        elif not _COLOR.fullmatch(attributes.get("color", "")):
            raise MovieError(f"{place}: needs a filename, or a color #RRGGBB")


def _check_file(node: Node, path: str, kind: str, assets: frozenset[str]) -> None:
    name = node.attributes.get("filename", "")
    if not name:
        raise MovieError(f"{path}: needs attribute filename")
    try:
        parts = urlsplit(name)
    except ValueError as error:
        raise MovieError(f"{path}: filename {name!r} is no URL") from error
    if parts.scheme and "://" in name:
        if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
            raise MovieError(f"{path}: filename {name!r} is not http or https")
    elif name not in assets:
        raise MovieError(f"{path}: file {name!r} is missing")
    extension = parts.path.rpartition(".")[2].lower()
    if extension in _ODD_FORMATS[kind]:
        raise MovieError(f"{path}: {extension} is not supported for {kind}")


def _check_duration(node: Node, path: str) -> None:
    raw = node.attributes.get("duration", "")
    if not raw or raw == "..":
        return
    value = _number(raw)
    if value is None or not 0 <= value <= LONGEST_S:
        raise MovieError(f"{path}: duration {raw!r} is no number of seconds")


def _one_of(path: str, name: str, found: str | None, right: tuple[str, ...]) -> None:
    if not found:
        raise MovieError(f"{path}: needs attribute {name}")
    if found not in right:
        raise MovieError(f"{path}: {name} {found!r} is not one of {', '.join(right)}")


def _number(raw: str) -> float | None:
    try:
        value = float(raw)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _length(node: Node) -> float:
    """Return the seconds that an element plays; 0 for as long as its parent."""
    raw = node.attributes.get("duration", "")
    own = None if not raw or raw == ".." else _number(raw)
    if own is not None:
        return own
    if raw == ".." or node.name == "audio":
        return 0.0
    if node.name == "transition":
        return TRANSITION_S
    if node.name in _LEAVES:
        return LEAF_S
    lengths = [(child.name, _length(child)) for child in node.elements]
    if node.name == "stack":
        return max((s for name, s in lengths if name != "transition"), default=0.0)
    return max(0.0, sum(-s if name == "transition" else s for name, s in lengths))


def _cards(node: Node) -> Iterator[Mapping[str, Any]]:
    """Walk a body or sequence: one card for each thing that is on screen alone."""
    overlap = 0.0
    for child in node.elements:
        if child.name == "transition":
            overlap = _length(child)
        elif child.name == "sequence" and "duration" not in child.attributes:
            yield from _cards(child)
        elif child.name in _LEAVES | _GROUPS:
            seconds = max(0.0, _length(child) - overlap)
            overlap = 0.0
            if seconds > 0:
                yield _card(child, seconds)


def _sounds(node: Node, start_s: float, seconds: float) -> Iterator[Mapping[str, Any]]:
    """Yield what is heard in an element that begins then and lasts so long."""
    at = start_s
    for child in node.elements:
        if child.name == "transition":
            at -= _length(child) if node.name != "stack" else 0.0
            continue
        length = _length(child)
        lasts = length or max(0.0, start_s + seconds - at)
        if child.name in {"audio", "video"}:
            heard = _heard(child.attributes, max(0.0, at), lasts)
            yield from () if heard is None else (heard,)
        else:
            yield from _sounds(child, max(0.0, at), lasts)
        at += 0.0 if node.name == "stack" else length


def _heard(
    attributes: Mapping[str, str], start_s: float, seconds: float
) -> Mapping[str, Any] | None:
    """Return what an audio or video plays; volumes are told as shares.

    Source: contract stupeflix, appendix A.
    """
    volume = _number(attributes.get("volume", "1"))
    loud_db = decibels(1.0 if volume is None else volume)
    if loud_db is None:
        return None
    fades = {"fadein": "fade_in_s", "fadeout": "fade_out_s"}
    told = {own: _number(attributes.get(name, "")) for name, own in fades.items()}
    return {
        "name": attributes.get("filename", ""),
        "starts_s": start_s,
        "seconds": seconds,
        "volume_db": round(loud_db, 2),
        **{own: value for own, value in told.items() if value},
    }


def _card(node: Node, seconds: float) -> Mapping[str, Any]:
    """Return what is seen of an element: texts, colours, files and effects."""
    texts, slots, effects, file = list[str](), list[list[str]](), list[str](), None
    seen: dict[str, Any] = {}
    for part in _walk(node):
        if part.name == "text" and part.text:
            texts.append(part.text[:LINE_CHARS])
            seen |= {k: v for k, v in _styled(part.attributes).items() if k not in seen}
        elif part.name in _PICTURES:
            found = part.attributes.get("color", "")
            if _COLOR.fullmatch(found):
                seen.setdefault("color", found[:7])
            whole = part.attributes.get("filename", "")
            is_sent = part.name == "image" and "://" not in whole
            file = file or (whole if is_sent else None)
            name = whole.rpartition("/")[2][:LINE_CHARS]
            link = [whole] if whole.startswith(_LINKS) else []
            slots += [[name, part.name, *link]] if name else []
        elif part.name == "effect" and part.attributes.get("type"):
            effects.append(part.attributes["type"])
    lines = texts[1:][:LINES_MAX]
    card = {"title": texts[0] if texts else "", "lines": lines, "seconds": seconds}
    told = {"slots": slots[:LINES_MAX], "effects": [*dict.fromkeys(effects)]}
    if file:
        seen["file"] = file
    return {**card, **{key: value for key, value in told.items() if value}, **seen}


def _styled(attributes: Mapping[str, str]) -> dict[str, Any]:
    """Return how a text is to look, as far as that was said.

    That `fontcolor`, `align` and `fontsize` say it is a guess: of a text's attributes
    the contract (stupeflix, appendix A) has its `type` only, and unknown ones are no
    mistakes.
    """
    told: dict[str, Any] = {}
    if _COLOR.fullmatch(attributes.get("fontcolor", "")):
        told["ink"] = attributes["fontcolor"][:7]
    align = attributes.get("align", "").partition(",")[0]
    if align in {"left", "center", "right"}:
        told["align"] = align
    size = _number(attributes.get("fontsize", ""))
    if size is not None and size > 0:
        told["scale"] = round(min(max(size / _USUAL_SIZE, 0.4), 2.5), 3)
    return told


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.elements:
        yield from _walk(child)
