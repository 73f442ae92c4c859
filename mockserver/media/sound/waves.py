"""Waves: the samples of a syllable or a note, by voice and instrument.

Everything is put together from single periods, which begin and end at zero: a period is
computed once and repeated, louder or softer, so that a second of sound takes a few
milliseconds of plain Python, and the same bytes come out everywhere.
"""

import math
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final, TypeAlias

__all__ = ["PEAK", "Note", "Unit", "Vowel", "note_hz", "pitch_hz", "wave"]

PEAK: Final = {"vowel": 0.42, "note": 0.3}
"""How loud each kind is at 0 dB, to full scale."""
_LOWEST_HZ, _HIGHEST_HZ = 92.0, 248.0
# The first two resonances of a, e, i, o, u.
_FORMANTS: Final = ((800, 1250), (520, 1850), (310, 2250), (500, 950), (340, 750))
_HARMONICS_MAX: Final = 18
_STEPS: Final = 24
_FULL: Final = 32767
_ROOT_HZ: Final = 196.0
_INSTRUMENTS: Final = (
    (1.0, 0.35, 0.2, 0.0, 0.08),
    (1.0, 0.1, 0.45, 0.05, 0.15),
    (1.0, 0.6, 0.35, 0.25, 0.12),
)
_SEMITONE: Final = 2 ** (1 / 12)


@dataclass(frozen=True, slots=True, order=True)
class Vowel:
    """One syllable of a voice.

    Attributes:
        voice: Whose, by any name.
        language: In which language.
        vowel: Which of five.
        bend: Where its pitch goes: -1, 0 or 1.
        semitones: How much higher than usual it is.
    """

    voice: str
    language: str
    vowel: int
    bend: int
    semitones: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One note of an instrument.

    Attributes:
        instrument: Which of three.
        semitone: How far above the lowest.
    """

    instrument: int
    semitone: int


Unit: TypeAlias = Vowel | Note
_Period: TypeAlias = tuple[float, ...]
_Envelope: TypeAlias = Callable[[float], float]


def pitch_hz(voice: str, language: str) -> float:
    """Return how high a voice is, about: the wave has whole samples."""
    share = _drawn(voice, 0) / 0xFFFF
    colour = 0.96 + 0.08 * _drawn(language, 0) / 0xFFFF
    return float(_LOWEST_HZ * (_HIGHEST_HZ / _LOWEST_HZ) ** share * colour)


def note_hz(note: Note) -> float:
    """Return how high a note is, about."""
    return float(_ROOT_HZ * _SEMITONE**note.semitone)


def wave(unit: Unit, rate_hz: int, samples: int, gain: float = 1.0) -> "array[int]":
    """Return so many samples of 16 bits of a unit, from silence to silence.

    Args:
        unit: What sounds.
        rate_hz: Samples in a second.
        samples: How many.
        gain: How much louder than usual; all of it must stay within full scale.
    """
    if isinstance(unit, Note):
        period = _note_period(unit.instrument, round(rate_hz / note_hz(unit)))
        return _shaped([period], samples, _plucked, gain * PEAK["note"])
    pitch = pitch_hz(unit.voice, unit.language) * _SEMITONE**unit.semitones
    length = round(rate_hz / pitch)
    bent = [round(length * (1 - share * unit.bend)) for share in (0, 0.06, 0.14)]
    timbre = (_drawn(unit.voice, 1), _drawn(f"{unit.voice}/{unit.language}", 2))
    periods = [
        _vowel_period(unit.vowel, one, rate_hz, *timbre)
        for one in (bent if unit.bend else bent[:1])
    ]
    return _shaped(periods, samples, _spoken, gain * PEAK["vowel"])


def _shaped(
    periods: list[_Period], samples: int, envelope: _Envelope, peak: float
) -> "array[int]":
    """Repeat periods, one after the other, under an envelope."""
    out, louder = array("h"), dict[tuple[int, int], "array[int]"]()
    while True:
        at = len(out) / samples
        which = min(int(at * len(periods)), len(periods) - 1)
        period = periods[which]
        if len(out) + len(period) > samples:
            break
        step = round(_STEPS * envelope((len(out) + len(period) / 2) / samples))
        if (which, step) not in louder:
            top = _FULL * peak * step / _STEPS
            louder[which, step] = array("h", [round(top * value) for value in period])
        out.extend(louder[which, step])
    out.extend(array("h", bytes(2 * (samples - len(out)))))
    return out


def _spoken(at: float) -> float:
    """Return how loud a syllable is at a share of its time."""
    swell = min(1.0, at / 0.2, (1 - at) / 0.4)
    return math.sin(max(0.0, swell) * math.pi / 2)


def _plucked(at: float) -> float:
    """Return how loud a note is at a share of its time."""
    return min(1.0, at / 0.05) * math.exp(-2.6 * at) * min(1.0, (1 - at) / 0.25)


@lru_cache(maxsize=128)
def _note_period(instrument: int, length: int) -> _Period:
    return _period(_INSTRUMENTS[instrument], length)


@lru_cache(maxsize=256)
def _vowel_period(
    vowel: int, length: int, rate_hz: int, build: int, colour: int
) -> _Period:
    """Return one period of a vowel.

    Args:
        vowel: Which of five.
        length: Its samples.
        rate_hz: Samples in a second.
        build: How large the speaker's head is, so to say.
        colour: How dark the voice is.
    """
    size = 0.86 + 0.32 * build / 0xFFFF
    tilt = 0.7 + 0.8 * colour / 0xFFFF
    first, second = (size * one for one in _FORMANTS[vowel])
    count = max(1, min(_HARMONICS_MAX, int(3400 * length / rate_hz), length // 3))
    strengths = []
    for number in range(1, count + 1):
        hz = number * rate_hz / length
        body = 1 / (1 + ((hz - first) / 110) ** 2)
        body += 0.6 / (1 + ((hz - second) / 160) ** 2)
        strengths.append((body + 0.12) / number**tilt)
    return _period(tuple(strengths), length)


def _period(strengths: tuple[float, ...], length: int) -> _Period:
    sine = [math.sin(2 * math.pi * place / length) for place in range(length)]
    values = [0.0] * length
    for number, strength in enumerate(strengths, 1):
        if number * 2 >= length:
            break
        values = [
            value + strength * sine[place * number % length]
            for place, value in enumerate(values)
        ]
    most = max(map(abs, values)) or 1.0
    return tuple(value / most for value in values)


@lru_cache(maxsize=1024)
def _drawn(text: str, place: int) -> int:
    """Return a number of 16 bits that follows from a text."""
    digest = sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[2 * place : 2 * place + 2], "big")
