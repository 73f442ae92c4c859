"""Models: what generative providers run, as data in their worlds."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Any, Final

import orjson

from mockserver.engine.packing import pack
from mockserver.errors import ConfigError, SchemaError, Violation
from mockserver.providers.kinds import Kind, Thing
from mockserver.validation import SchemaSet

__all__ = [
    "ANY_INPUT",
    "Picture",
    "check",
    "film",
    "models_kind",
    "picture",
    "with_defaults",
]

ANY_INPUT: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {"prompt": {"type": "string"}},
}
"""Input schema of a model that nobody has declared."""

_SHORT_PX: Final = {"4k": 2160, "2k": 1440, "8k": 4320}
_SMALL_PX: Final = 144
_WIDE: Final = 16 / 9
_SIDE_STEP_PX: Final = 2
_SIDE_MAX_PX: Final = 8192
_LONGEST_S: Final = 600.0
_RATIO: Final = re.compile(r"(\d{1,4}):(\d{1,4})")
_LINES: Final = re.compile(r"(\d{3,4})[pP]")
_SECONDS: Final = re.compile(r"(\d{1,4}(?:\.\d+)?)s?")
_SIZES: Final = ("resolution", "quality", "size", "width", "height", "target_size")


def models_kind(
    *,
    nowhere: str,
    ids: str,
    complete: Callable[[str, Thing], Thing] | None = None,
    **members: Mapping[str, Any],
) -> Kind:
    """Return the kind of a provider's models: adding one touches no Python.

    Args:
        nowhere: The id that is always unknown.
        ids: Regular expression of the ids that can come to be.
        complete: Completes what was declared of an id, beyond what all models have.
        members: JSON Schemas of what else may be said about one.
    """

    def completed(key: str, thing: Thing) -> Thing:
        whole = {"input": ANY_INPUT, "seconds": 60.0, **thing}
        try:
            _compiled(pack(whole["input"]))
        except SchemaError as error:
            reason = str(error).removeprefix("schemas/input.json: ")
            raise ConfigError(f"models/{key}/input: {reason}") from error
        return whole if complete is None else complete(key, whole)

    return Kind(
        name="models",
        table="model",
        about="Models to run, by name.",
        thing={
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "input": {
                    "type": "object",
                    "description": "JSON Schema (draft 2020-12) of the input.",
                },
                "seconds": {
                    "type": "number",
                    "minimum": 0,
                    "description": "How long it really takes.",
                },
                **members,
            },
        },
        complete=completed,
        nowhere=nowhere,
        ids=ids,
    )


def check(model: Thing, payload: object) -> tuple[Violation, ...]:
    """Return how an input breaks a model's schema; nothing if it fits."""
    return _compiled(pack(model["input"])).check("input", payload)


def with_defaults(model: Thing, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return an input with what its model takes when nothing is said."""
    known: Mapping[str, Any] = model["input"].get("properties", {})
    usual = {key: one["default"] for key, one in known.items() if "default" in one}
    return {**usual, **payload}


@dataclass(frozen=True, slots=True)
class Picture:
    """What a video is to look like.

    Attributes:
        width_px: Its width.
        height_px: Its height.
        seconds: Its length.
        fps: Frames per second.
        has_sound: It has a sound track.
    """

    width_px: int
    height_px: int
    seconds: float
    fps: int
    has_sound: bool


def picture(model: Thing, payload: Mapping[str, Any], *, small: bool) -> Picture:
    """Return what a model makes of an input, by the words that most models share.

    Those are `resolution` or `quality` (`720p`, `4k`), `aspect_ratio` (`16:9`; the
    number of pixels stays that of a wide picture), `width` and `height`, `duration`
    or `seconds` (`8`, `"8"`, `"8s"`) or a number of frames, `fps`, and whether there
    is sound. What is not understood is as by default.

    Args:
        model: The model.
        payload: An input that fits it.
        small: Where the input does not ask for a size, a small one will do.
    """
    said = with_defaults(model, payload)
    fps = _number(said, ("fps", "frames_per_second"), 24.0)
    frames = _number(said, ("num_frames", "video_length", "length"), 0.0)
    usual_s = frames / fps if frames else 5.0
    seconds = _number(said, ("duration", "seconds"), usual_s)
    asked = any(word in payload for word in _SIZES)
    width, height = _size(said, _SMALL_PX if small and not asked else None)
    sound = ("generate_audio", "audio", "generate_audio_switch")
    return Picture(
        width,
        height,
        min(max(seconds, 0.2), _LONGEST_S),
        round(min(max(fps, 1.0), 60.0)),
        has_sound=any(said.get(word) is True for word in sound),
    )


def film(model: Thing, payload: Mapping[str, Any], *, small: bool) -> dict[str, Any]:
    """Return what `picture` does as JSON, for a job to keep."""
    told = picture(model, payload, small=small)
    return {
        "size": [told.width_px, told.height_px],
        "seconds": told.seconds,
        "fps": told.fps,
        "sound": told.has_sound,
    }


def _size(said: Mapping[str, Any], short_px: int | None) -> tuple[int, int]:
    wide, high = said.get("width"), said.get("height")
    if isinstance(wide, int) and isinstance(high, int) and wide > 0 and high > 0:
        ratio, area = wide / high, float(wide * high)
        if short_px is None:
            return _side(wide, 2), _side(high, 2)
    else:
        ratio, area = _ratio(said), 0.0
    lines = short_px or _lines(said)
    if short_px is not None or not area:
        area = lines * lines * _WIDE
    width = sqrt(area * ratio)
    return _side(width, _SIDE_STEP_PX), _side(width / ratio, _SIDE_STEP_PX)


def _ratio(said: Mapping[str, Any]) -> float:
    named = {"portrait": 1 / _WIDE, "landscape": _WIDE, "square": 1.0}
    told = str(said.get("aspect_ratio", ""))
    found = _RATIO.fullmatch(told)
    if found is None or not int(found[1]) or not int(found[2]):
        return named.get(told, _WIDE)
    return min(max(int(found[1]) / int(found[2]), 0.1), 10.0)


def _lines(said: Mapping[str, Any]) -> int:
    """Return the height of a wide picture of the size that is asked for."""
    told = str(said.get("resolution") or said.get("quality") or "")
    found = _LINES.fullmatch(told)
    return int(found[1]) if found else _SHORT_PX.get(told.lower(), 720)


def _side(px: float, step_px: int) -> int:
    return min(max(step_px, round(px / step_px) * step_px), _SIDE_MAX_PX)


def _number(said: Mapping[str, Any], words: tuple[str, ...], usual: float) -> float:
    for word in words:
        value = said.get(word)
        if isinstance(value, str):
            found = _SECONDS.fullmatch(value)
            value = float(found[1]) if found else None
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            return float(value)
    return usual


@lru_cache(maxsize=1024)
def _compiled(schema: bytes) -> SchemaSet:
    return SchemaSet({"input": orjson.loads(schema)})
