"""Draws cells as samples: for encoders, and for WAV files, which need none."""

import sys
from array import array
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Final

from mockserver.media.sound.score import LEVEL_DB, Cell
from mockserver.media.sound.waves import Unit, wave

__all__ = ["samples_of", "silence"]

_FULL: Final = 32767


def samples_of(
    cell: Cell, rate_hz: int, frame: int, guard: int, channels: int
) -> bytes:
    """Return a cell as 16-bit samples, little-endian, all channels alike.

    Args:
        cell: The cell.
        rate_hz: Samples in a second.
        frame: Samples of one frame.
        guard: Frames of silence that it begins with.
        channels: How many.
    """
    quiet = guard * frame
    heard = _mixed(cell, rate_hz, cell.frames * frame - quiet)
    mono = array("h", [round(_FULL * value) for value in heard])
    if sys.byteorder == "big":
        mono.byteswap()
    many = mono
    if channels > 1:
        many = array("h", bytes(2 * channels * len(mono)))
        for channel in range(channels):
            many[channel::channels] = mono
    return silence(quiet, channels) + many.tobytes()


def silence(samples: int, channels: int) -> bytes:
    """Return so many samples of nothing."""
    return bytes(2 * channels * samples)


def _mixed(cell: Cell, rate_hz: int, samples: int) -> Sequence[float]:
    waves = [
        [gain * value for value in wave(unit, rate_hz, samples)]
        for unit, gain in _gains(cell)
    ]
    if not waves:
        return [*repeat(0.0, samples)]
    return waves[0] if len(waves) == 1 else [*map(sum, zip(*waves, strict=True))]


def _gains(cell: Cell) -> Iterator[tuple[Unit, float]]:
    for unit, level in cell.parts:
        yield unit, 10 ** (level * LEVEL_DB / 20)
