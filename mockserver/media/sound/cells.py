"""Draws cells as samples: for encoders, and for WAV files, which need none."""

import sys
from array import array

from mockserver.media.sound.score import LEVEL_DB, Cell
from mockserver.media.sound.waves import wave

__all__ = ["samples_of", "silence"]


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
    mono = _mixed(cell, rate_hz, cell.frames * frame - quiet)
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


def _mixed(cell: Cell, rate_hz: int, samples: int) -> "array[int]":
    waves = [
        wave(unit, rate_hz, samples, 10 ** (level * LEVEL_DB / 20))
        for unit, level in cell.parts
    ]
    return (
        waves[0] if len(waves) == 1 else array("h", map(sum, zip(*waves, strict=True)))
    )
