"""Makes WAV files without ffmpeg."""

import array
import io
import math
import sys
import wave
from typing import Final

from mockserver.media.spec import MediaSpec

__all__ = ["size_of", "wav"]

_TONE_HZ: Final = 430
_LOUDNESS: Final = 32767 // 8
_PIECE_BYTES: Final = 1 << 20


def wav(spec: MediaSpec) -> bytes:
    """Return 16-bit PCM sound of the spec's exact length."""
    period = _period(spec)
    many = period * max(1, _PIECE_BYTES // len(period))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(spec.channels)
        file.setsampwidth(2)
        file.setframerate(spec.sample_rate_hz)
        for left in range(size_of(spec), 0, -len(many)):
            file.writeframesraw(many[:left])
    return out.getvalue()


def size_of(spec: MediaSpec) -> int:
    """Return how many bytes of samples a sound has."""
    return round(spec.duration_s * spec.sample_rate_hz) * spec.channels * 2


def _period(spec: MediaSpec) -> bytes:
    """Return one wave of the tone, or as many zeros."""
    length = max(2, round(spec.sample_rate_hz / _TONE_HZ))
    loudness = _LOUDNESS if spec.tone else 0
    wave_form = array.array("h")
    for i in range(length):
        value = round(loudness * math.sin(2 * math.pi * i / length))
        wave_form.extend([value] * spec.channels)
    if sys.byteorder == "big":
        wave_form.byteswap()
    return wave_form.tobytes()
