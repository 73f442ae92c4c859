"""What a task makes of its body: kind, size, length, form, and what that costs."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from mockserver.media.sound.heard import SEMITONES_MAX, decibels
from mockserver.providers.kinds import Thing
from mockserver.providers.models import picture, with_defaults
from mockserver.providers.runway.world import PRICE

__all__ = ["Film", "film_of"]

Film = dict[str, Any]

_PIXELS: Final = re.compile(r"(\d{2,4}):(\d{2,4})")
_LINES: Final = re.compile(r"auto_(\d{3,4})p")
_UPSCALED: Final = {"720p": 720, "1k": 1080, "2k": 1440, "4k": 2160}
_USUAL: Final = (1280, 720)
_USUAL_S: Final = 5.0
_LONGEST_S: Final = 600.0
_LARGE_PX: Final = 4_000_000
_SIDES_PX: Final = (64, 8192)
_LARGEST_PX: Final = 4096
_SURCHARGES: Final[Mapping[str, float]] = {"prores": 5.0, "png_sequence": 5.0}
_DEEP: Final = (20.0, 40.0)  # for formats of ten bits and more; for large pictures
_IMAGES: Final = frozenset({"text_to_image", "image_upscale"})
_SOUNDS: Final = frozenset(
    {"text_to_speech", "sound_effect", "speech_to_speech", "voice_dubbing"}
    | {"voice_isolation", "video_to_audio"}
)
_VOICES: Final = frozenset({"speech_to_speech", "voice_dubbing", "voice_isolation"})
_USUAL_HZ: Final = 48_000
_LETTERS_S: Final = 15  # letters that are spoken in a second


def film_of(
    model: Thing, body: Mapping[str, Any], source: Mapping[str, Any], *, small: bool
) -> Film:
    """Return what to remember of what a task makes, and what that costs.

    Args:
        model: The model.
        body: A body that fits it.
        source: What is known of the clip that it is made from: `size` and `seconds`.
        small: Where nothing says a size, a small one will do.

    Returns:
        `{"kind", "size", "seconds", "fps", "sound", "format", "count", "estimate",
        "cost"}`; of a sound also `"rate_hz"`, `"says"?` and `"voice"?`.

    Source: contract runway, sections 5 and 7.
    """
    endpoint = str(model["id"]).partition("/")[0]
    said = with_defaults(model, body)
    if endpoint in _IMAGES:
        return _image(model, said, small=small)
    if endpoint in _SOUNDS:
        return _sound(model, said, source)
    return _video(model, said, source, small=small)


def _video(
    model: Thing, said: Mapping[str, Any], source: Mapping[str, Any], *, small: bool
) -> Film:
    width, height = _size(model, said, source, small=small)
    seconds, longest = _seconds(model, said, source)
    has_sound = said.get("audio") is True
    form = str(said.get("outputFormat", "mp4"))
    price = _price(model, form, width * height, has_sound=has_sound)
    return {
        "kind": "video",
        "size": [width, height],
        "seconds": seconds,
        "fps": _fps(said),
        "sound": has_sound,
        "format": form,
        "count": 1,
        "estimate": _whole(price * longest),
        "cost": round(price * seconds),
    }


def _image(model: Thing, said: Mapping[str, Any], *, small: bool) -> Film:
    width, height = _size(model, said, {}, small=small)
    count = int(said.get("outputCount", 1))
    cost = float(model.get("price", PRICE)) * count
    return {
        "kind": "image",
        "size": [width, height],
        "seconds": 0.0,
        "fps": 1,
        "sound": False,
        "format": str(said.get("outputFormat", "png")),
        "count": count,
        "estimate": _whole(cost),
        "cost": round(cost),
    }


def _sound(model: Thing, said: Mapping[str, Any], source: Mapping[str, Any]) -> Film:
    count = int(said.get("numVariants", 1))
    endpoint, voice = str(model["id"]).partition("/")[0], _voice(said)
    letters = len(str(said.get("promptText", "")))
    spoken_s = max(1.0, letters / _LETTERS_S / voice["speed"])
    told = said.get("duration") or source.get("seconds") or spoken_s
    seconds = min(max(float(told), 0.1), _LONGEST_S)
    cost = float(model.get("price", PRICE)) * count
    return {
        "kind": "audio",
        "size": [1, 1],
        "seconds": seconds,
        "fps": 1,
        "sound": True,
        "format": str(said.get("outputFormat") or said.get("format") or "mp3"),
        "count": count,
        "rate_hz": said.get("sampleRate") or _USUAL_HZ,
        **_heard(endpoint, said, voice),
        "estimate": _whole(cost),
        "cost": round(cost),
    }


def _voice(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return who speaks, and how; rates are percents, and 0 is as usual."""
    voice = said.get("voice") or {}
    loudness, speed = (
        min(max(said.get(name, 0), -50), 100) / 100 + 1
        for name in ("loudnessRate", "speechRate")
    )
    name = voice.get("presetId") or voice.get("audioUri") or ""
    return {
        "voice": hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(),
        "language": str(said.get("languageCode") or said.get("targetLang") or ""),
        "speed": speed,
        "semitones": min(max(said.get("pitchRate", 0), -SEMITONES_MAX), SEMITONES_MAX),
        "volume_db": round(decibels(loudness) or 0.0, 2),
    }


def _heard(
    endpoint: str, said: Mapping[str, Any], voice: dict[str, Any]
) -> dict[str, Any]:
    """Return what is heard of a voice: a text, or the words of a recording."""
    if endpoint == "text_to_speech":
        return {"says": str(said.get("promptText", "")), "voice": voice}
    if endpoint not in _VOICES:
        return {}
    is_told = bool(said.get("voice") or said.get("disableVoiceCloning"))
    # Otherwise whoever speaks keeps their own.
    own = {name: value for name, value in voice.items() if name != "voice"}
    return {"voice": voice if is_told else own}


def _size(
    model: Thing, said: Mapping[str, Any], source: Mapping[str, Any], *, small: bool
) -> tuple[int, int]:
    """Return the exact pair of `ratio`, or what else says a size.

    Source: contract runway, section 5.
    """
    ratio = str(said.get("ratio", ""))
    pixels = _PIXELS.fullmatch(ratio)
    low, high = _SIDES_PX
    if pixels is not None:
        sides = int(pixels[1]), int(pixels[2])
        if all(low <= side <= high for side in sides):
            return sides
    lines = _LINES.fullmatch(ratio)
    resolution = f"{lines[1]}p" if lines else said.get("resolution")
    if str(model["id"]).startswith("video_upscale/") and resolution:
        return _lined(source, _UPSCALED[str(resolution)])
    shape = str(said.get("targetAspectRatio") or ratio)
    asked = {
        "aspect_ratio": shape,
        **({"resolution": resolution} if resolution else {}),
    }
    if resolution or shape.count(":") == 1:
        seen = picture({"input": {}}, asked, small=small and not resolution)
        return seen.width_px, seen.height_px
    if source.get("size"):
        width, height = source["size"]
        return _lined(source, min(width, height))
    return (256, 144) if small else _USUAL


def _lined(source: Mapping[str, Any], lines: int) -> tuple[int, int]:
    """Return the size of a clip that is made so many lines high, or wide if upright."""
    width, height = source.get("size") or _USUAL
    most = min(_LARGEST_PX / max(width, height), lines / min(width, height))
    return max(2, round(width * most)), max(2, round(height * most))


def _seconds(
    model: Thing, said: Mapping[str, Any], source: Mapping[str, Any]
) -> tuple[float, float]:
    """Return how long a clip is, and how long it might have been.

    Source: contract runway, section 5 and appendix A.
    """
    told = said.get("duration")
    if told == "auto":
        return _USUAL_S, _longest(model)
    if told is None:
        told = source.get("seconds") or _USUAL_S
    seconds = min(max(float(told), 0.1), _LONGEST_S)
    return seconds, seconds


def _longest(model: Thing) -> float:
    member = model["input"].get("properties", {}).get("duration", {})
    bounds = [one.get("maximum") for one in member.get("anyOf", ())]
    return float(next((one for one in bounds if one is not None), _USUAL_S))


def _price(model: Thing, form: str, area_px: int, *, has_sound: bool) -> float:
    """Return the credits for a second of a clip.

    Source: contract runway, section 7.
    """
    price = float(model.get("price", PRICE))
    usual, large = _DEEP
    if str(model["id"]).startswith("video_to_hdr/"):
        return price * (2 if area_px > _LARGE_PX else 1)
    if has_sound:
        price = float(model.get("price_with_audio", price))
    if form in {"mp4", "mov"}:
        return price
    deep = large if area_px > _LARGE_PX else usual
    return price + _SURCHARGES.get(form, deep)


def _fps(said: Mapping[str, Any]) -> str:
    told = str(said.get("targetFramerate", ""))
    return {"23_98": "24000/1001", "29_97": "30000/1001", "59_94": "60000/1001"}.get(
        told, told or ("48" if said.get("fpsBoost") is True else "24")
    )


def _whole(amount: float) -> int | float:
    return int(amount) if amount.is_integer() else round(amount, 2)
