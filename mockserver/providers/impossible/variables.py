"""Reading the variables that a stored movie asks for out of its protobuf message.

Source: `Movie.proto` of the client `impossiblevideo-py`; the words of `type` are ours.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from mockserver.providers.impossible.movies import fields_of

__all__ = ["FIELDS_MAX", "variables_of"]

FIELDS_MAX: Final = 200_000
DEPTH_MAX: Final = 64
VARIABLES_MAX: Final = 500
TEXT_CHARS: Final = 200

TYPE, KEY, DEFAULT, MAP = 1, 7, 8, 3
NUMFRAMES, SCENES, ENTRIES, ENTRY_KEY = 2, 3, 2, 2
_TRACK_FRAMES, _TRACK_OFFSET = 3, 4
_KINDS: Final = {"Text": "text", "Points": "points"}

# Which fields of a message lead to variables, and what they hold.
_INSIDE: Final[Mapping[str, Mapping[int, str]]] = MappingProxyType(
    {
        "Movie": {3: "Scene", 4: "Audio", 18: "Information", 21: "Scene"},
        "Scene": {4: "Image", 5: "Track", 6: "Audio", 7: "Subtitles", 8: "Information"},
        "Subtitles": {2: "Image"},
        "Track": {
            2: "Image", 9: "Image", 10: "Transformation", 20: "Text", 22: "Tracking",
            25: "Text",
        },
        "Image": {
            2: "File", 3: "Track", 7: "Tracking", 8: "Tracking", 9: "Tracking",
            18: "Text", 33: "View", 38: "Image", 48: "Image", 57: "Image",
            67: "Canvas",
        },
        "Canvas": {3: "Text", 4: "File"},
        "View": {2: "Scene", 4: "File", 19: "Variant", 20: "Text"},
        "Variant": {3: "Scene"},
        "File": {5: "Text"},
        "Audio": {2: "Sound"},
        "Sound": {
            4: "File", 5: "File", 12: "View", 17: "Synthesizer", 18: "Sound",
            20: "Audio",
        },
        "Synthesizer": {3: "File", 4: "Text"},
        "Transformation": {
            2: "Tracking", 3: "Image", 12: "Points", 13: "Points", 69: "Text",
            70: "Text", 79: "Text", 83: "Tracking", 84: "Tracking", 86: "File",
            88: "Tracking", 89: "Tracking", 90: "Tracking", 91: "Tracking",
            95: "Text", 97: "Text",
        },
        "Tracking": {2: "File", 8: "Points", 9: "Text"},
        "Text": {
            2: "File", 5: "Text", 6: "Text", 12: "Text", 13: "Text", 14: "Text",
            15: "Text", 19: "Text", 20: "Text", 23: "Text",
        },
        "Points": {2: "File", 5: "Points", 6: "Points"},
        "Information": {2: "Entry"},
    }
)  # fmt: skip


class _Place(NamedTuple):
    """Which frames of the movie something is in, and what it feeds."""

    offset: int
    frames: int
    kind: str = "text"


def variables_of(data: bytes) -> list[dict[str, Any]]:
    """Return the variables of a movie, as clients are told them.

    Args:
        data: A serialised movie.

    Returns:
        `{"name", "type", "offset", "numframes", "defaultvalue"?}`, by name; `type` is
        `text`, `image`, `audio` or `points`, by what the variable feeds.

    Raises:
        ValueError: It is no message, or one of very many fields.
        IndexError: It ends too early.

    Source: contract impossible, section 3.9.
    """
    reader = _Reader()
    start = 0
    length = sum(_frames(scene) for scene in _each(data, SCENES))
    for number, value in reader.fields(data):
        if isinstance(value, bytes) and number == SCENES:
            frames = _frames(value)
            reader.read("Scene", value, _Place(start, frames))
            start += frames
        elif isinstance(value, bytes) and number in _INSIDE["Movie"]:
            reader.read(_INSIDE["Movie"][number], value, _Place(0, length))
    return [reader.found[name] for name in sorted(reader.found)]


class _Reader:
    """Walks a movie and gathers its variables, the first of each name."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, Any]] = {}
        self._left = FIELDS_MAX

    def fields(self, data: bytes) -> Iterator[tuple[int, int | bytes]]:
        """Yield the fields of a message, as long as there are not too many in all."""
        for field in fields_of(data):
            self._left -= 1
            if self._left < 0:
                raise ValueError(f"more than {FIELDS_MAX} fields")
            yield field

    def read(self, kind: str, data: bytes, place: _Place, depth: int = 0) -> None:
        """Gather what a message of a kind asks for."""
        if depth > DEPTH_MAX:
            raise ValueError(f"deeper than {DEPTH_MAX} messages")
        fields = list(self.fields(data))
        if kind in _KINDS or kind == "Entry":
            self._keep(kind, fields, place)
        place = _within(kind, dict(fields), place)
        inside = _INSIDE.get(kind, {})
        for number, value in fields:
            if isinstance(value, bytes) and number in inside:
                self.read(inside[number], value, place, depth + 1)

    def _keep(
        self, kind: str, fields: list[tuple[int, int | bytes]], place: _Place
    ) -> None:
        known = dict(fields)
        key = known.get(ENTRY_KEY if kind == "Entry" else KEY)
        if not isinstance(key, bytes) or (kind != "Entry" and known.get(TYPE) != MAP):
            return
        name = key.decode("utf-8", "replace")[:TEXT_CHARS]
        if name in self.found or len(self.found) >= VARIABLES_MAX:
            return
        said = "points" if kind == "Points" else place.kind
        frames = {"offset": place.offset, "numframes": place.frames}
        self.found[name] = {"name": name, "type": said, **frames}
        default = known.get(DEFAULT)
        if kind == "Text" and isinstance(default, bytes):
            text = default.decode("utf-8", "replace")[:TEXT_CHARS]
            self.found[name]["defaultvalue"] = text


def _within(kind: str, known: Mapping[int, int | bytes], place: _Place) -> _Place:
    """Return the place of what is inside a message."""
    if kind == "Track":
        offset, frames = known.get(_TRACK_OFFSET, 0), known.get(_TRACK_FRAMES, 0)
        if isinstance(offset, int) and 0 < offset < place.frames:
            place = place._replace(
                offset=place.offset + offset, frames=place.frames - offset
            )
        if isinstance(frames, int) and 0 < frames < place.frames:
            place = place._replace(frames=frames)
    feeds = {"Audio": "audio", "Image": "text", "File": "image"}
    said = feeds.get(kind, place.kind)
    # A file inside of a sound track is a sound.
    is_sound = kind == "File" and place.kind == "audio"
    return place if is_sound else place._replace(kind=said)


def _each(data: bytes, wanted: int) -> Iterator[bytes]:
    for number, value in fields_of(data):
        if number == wanted and isinstance(value, bytes):
            yield value


def _frames(scene: bytes) -> int:
    """Return how many frames a scene says that it has; 0 if it leaves that open."""
    for number, value in fields_of(scene):
        if number == NUMFRAMES and isinstance(value, int) and value < 1 << 31:
            return value
    return 0
