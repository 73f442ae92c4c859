"""Makes WAV files without ffmpeg."""

import io
import wave
from typing import Final

from mockserver.media.sound.cells import samples_of, silence
from mockserver.media.sound.score import Grid, score_of
from mockserver.media.spec import MediaSpec

__all__ = ["size_of", "wav"]

_FRAME: Final = 256
_GUARD: Final = 1
_PIECE: Final = 1 << 18


def wav(spec: MediaSpec) -> bytes:
    """Return 16-bit PCM sound of the spec's exact length."""
    rate, channels = spec.sample_rate_hz, spec.channels
    score = score_of(spec.heard, spec.duration_s, Grid(_FRAME / rate, _GUARD))
    cells = [samples_of(one, rate, _FRAME, _GUARD, channels) for one in score.cells]
    width = len(silence(1, channels))
    out, end = io.BytesIO(), size_of(spec) // width
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        at = 0
        for start_s, which in score.events:
            cell, due = cells[which], max(0, round(start_s * rate))
            if due < at - _FRAME:
                continue  # the syllable before it is not over
            at = _rest(file, at, min(due, end), channels)
            file.writeframesraw(cell[: (end - at) * width])
            at = min(end, at + len(cell) // width)
        _rest(file, at, end, channels)
    return out.getvalue()


def size_of(spec: MediaSpec) -> int:
    """Return how many bytes of samples a sound has."""
    return round(spec.duration_s * spec.sample_rate_hz) * spec.channels * 2


def _rest(file: wave.Wave_write, at: int, until: int, channels: int) -> int:
    """Write silence; return where the sound has come to."""
    while at < until:
        count = min(_PIECE, until - at)
        file.writeframesraw(silence(count, channels))
        at += count
    return at
