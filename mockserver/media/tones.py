"""Makes WAV files without ffmpeg."""

import array
import io
import math
import sys
import wave
from typing import Final

from mockserver.media.spec import MediaSpec

__all__ = ["wav"]

_TONE_HZ: Final = 430
_LOUDNESS: Final = 32767 // 8


def wav(spec: MediaSpec) -> bytes:
    """Return 16-bit PCM sound of the spec's exact length."""
    samples = round(spec.duration_s * spec.sample_rate_hz)
    period = _period(spec)
    repeats = -(-samples * spec.channels * 2 // len(period))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(spec.channels)
        file.setsampwidth(2)
        file.setframerate(spec.sample_rate_hz)
        file.writeframes((period * repeats)[: samples * spec.channels * 2])
    return out.getvalue()


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
