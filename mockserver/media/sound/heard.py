"""What is heard in a clip, as frozen values: spoken texts, recordings and music."""

import math
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, TypeAlias

from msgspec import Struct

from mockserver.errors import MediaError

__all__ = [
    "HEARD_MAX",
    "SEMITONES_MAX",
    "Heard",
    "Music",
    "Speech",
    "decibels",
    "music",
    "recording",
]

HEARD_MAX: Final = 1000
SEMITONES_MAX: Final = 12
_QUIETEST_DB, _LOUDEST_DB = -120.0, 24.0
_LONGEST_S: Final = 86_400.0
_BABBLE_S: Final = 30.0
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aiou"


class Speech(Struct, frozen=True):
    """A text that somebody speaks.

    Attributes:
        text: What is said; none is nothing to hear.
        voice: Whose voice it is, by any name; each has its own pitch and timbre.
        language: A code such as `en` or `pt-BR`; it sets the rate, and a colour.
        speed: 1 is as fast as people speak, 2 twice as fast.
        semitones: How much higher than usual the voice is.
        starts_s: When it begins within the clip.
        seconds: How long it may take; otherwise as long as the text does.
        volume_db: How much louder it is than usual.
    """

    text: str
    voice: str = ""
    language: str = ""
    speed: float = 1.0
    semitones: int = 0
    starts_s: float = 0.0
    seconds: float | None = None
    volume_db: float = 0.0

    def __post_init__(self) -> None:
        _check("speech", self.starts_s, self.seconds, self.volume_db)
        if not 0.05 <= self.speed <= 20:
            raise MediaError(f"speech at speed {self.speed:g}: 0.05 to 20")
        if not -SEMITONES_MAX <= self.semitones <= SEMITONES_MAX:
            most = f"-{SEMITONES_MAX} to {SEMITONES_MAX}"
            raise MediaError(f"speech {self.semitones} semitones higher: {most}")


class Music(Struct, frozen=True):
    """A track that is played: a tune of its own for each name.

    Attributes:
        name: Which track it is: what was sent, such as its URL.
        starts_s: When it begins within the clip.
        seconds: How long it plays; otherwise until the end of the clip.
        volume_db: How much louder it is than usual.
        fade_in_s: How long it swells at its beginning.
        fade_out_s: How long it fades away at its end.
        ducked_db: How much quieter it is while something ducks it.
        ducks: Whether it makes others quieter; what is spoken always does.
    """

    name: str
    starts_s: float = 0.0
    seconds: float | None = None
    volume_db: float = 0.0
    fade_in_s: float = 0.0
    fade_out_s: float = 0.0
    ducked_db: float = 0.0
    ducks: bool = False

    def __post_init__(self) -> None:
        _check("music", self.starts_s, self.seconds, self.volume_db)
        if not (0 <= self.fade_in_s < _FOREVER and 0 <= self.fade_out_s < _FOREVER):
            fades = f"{self.fade_in_s:g} and {self.fade_out_s:g}"
            raise MediaError(f"music that fades for {fades} s: 0 or more")


Heard: TypeAlias = Speech | Music
_FOREVER: Final = float("inf")


def music(told: Mapping[str, Any]) -> Music:
    """Return a track as a job remembers it: the fields of `Music`, by name.

    What somebody has sent may be any number; the nearest possible one is taken.
    """
    bounds = {"volume_db": _LOUDNESS, "ducked_db": _LOUDNESS}
    found: dict[str, Any] = {
        name: _clamped(value, *bounds.get(name, (0.0, _LONGEST_S)))
        if isinstance(value, int | float) and not isinstance(value, bool)
        else value
        for name, value in told.items()
    }
    return Music(**found)


def recording(name: str, **how: Any) -> Speech:
    """Return what somebody has recorded: in a voice of its own, and no words we know.

    Args:
        name: Which recording it is: what was sent, such as its URL.
        how: The rest of a `Speech`; `voice` if it is told.
    """
    wanted_s = how.get("seconds") or _BABBLE_S
    syllables, drawn = [], sha256(name.encode("utf-8", "surrogatepass")).digest()
    for place in range(max(3, int(min(wanted_s, _LONGEST_S) * 3.4))):
        byte = drawn[place % len(drawn)] + place // len(drawn)
        syllables.append(
            _CONSONANTS[byte % len(_CONSONANTS)] + _VOWELS[byte // 3 % len(_VOWELS)]
        )
    words = ["".join(syllables[at : at + 3]) for at in range(0, len(syllables), 3)]
    for place in range(5, len(words), 6):
        words[place] += "."
    return Speech(" ".join(words), **{"voice": name, **how})


def decibels(share: float) -> float | None:
    """Return a loudness that is told as a share of the usual one; None for silence."""
    return 20 * math.log10(share) if 0 < share < _FOREVER else None


_LOUDNESS: Final = (_QUIETEST_DB, _LOUDEST_DB)


def _clamped(value: float, least: float, most: float) -> float:
    # A whole number may be larger than any float.
    return float(min(max(value, least), most)) if value == value else least  # noqa: PLR0124 - no number


def _check(what: str, starts_s: float, seconds: float | None, volume_db: float) -> None:
    if not 0 <= starts_s < _FOREVER:
        raise MediaError(f"{what} that begins at {starts_s:g} s: 0 or more")
    if seconds is not None and not 0 <= seconds < _FOREVER:
        raise MediaError(f"{what} of {seconds:g} s: 0 or more")
    if not volume_db < _FOREVER:
        raise MediaError(f"{what} at {volume_db:g} dB: a number")
