"""Cuts a clip into the files it is delivered as, and packs each."""

import math
from bisect import bisect_left
from collections.abc import Callable
from fractions import Fraction

from mockserver.media.assemble import Loop, Piece, assemble
from mockserver.media.loops import Montage
from mockserver.media.parts import Part, segment_frames
from mockserver.media.sound.bank import Sound
from mockserver.media.spec import MediaSpec

__all__ = ["measure", "pack"]


def measure(
    spec: MediaSpec, montage: Montage | None, pictures: Loop | None, sound: Sound | None
) -> int:
    """Return how many bytes of pictures and sound a clip consists of."""
    size = 0
    if montage is not None and pictures is not None:
        sizes = [len(packet) for packet in pictures.packets]
        size += sum(sizes[index] for index in montage.sequence(0, spec.frames))
    if sound is not None:
        sizes = [len(packet) for packet in sound.packets]
        size += sum(sizes[place] for place in sound.order)
    return size


def pack(
    spec: MediaSpec,
    montage: Montage | None,
    pictures: Loop | None,
    sound: Sound | None,
    make: Callable[[MediaSpec, Piece, Loop | None, Sound | None], bytes] = assemble,
) -> tuple[Part, ...]:
    """Return the files of a clip: one, or each segment of an HLS clip.

    Args:
        spec: The clip.
        montage: Its montage, if it has pictures.
        pictures: Its encoded frames, if it has any.
        sound: Its encoded sound, if it has any.
        make: Packs one of them; see `assemble`.

    Raises:
        MediaError: The container refuses a codec.
    """
    parts, start = [], 0
    for frames in segment_frames(spec):
        piece = _piece(spec, montage, sound, start, start + frames)
        parts.append(Part(make(spec, piece, pictures, sound), frames))
        start += frames
    return tuple(parts)


def _piece(
    spec: MediaSpec, montage: Montage | None, sound: Sound | None, start: int, stop: int
) -> Piece:
    pictures = list(montage.sequence(start, stop)) if montage else []
    return Piece(
        pictures,
        montage.loop if montage else 1,
        start,
        _sounds(spec, sound, start, stop),
    )


def _sounds(spec: MediaSpec, sound: Sound | None, start: int, stop: int) -> range:
    if sound is None:
        return range(0)
    first, last = (
        bisect_left(sound.starts, math.ceil(Fraction(frame) / spec.fps * sound.rate_hz))
        for frame in (start, stop)
    )
    return range(first, len(sound.order) if stop == spec.frames else last)
