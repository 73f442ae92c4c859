"""Cuts a clip into the files it is delivered as, and packs each."""

from fractions import Fraction
from itertools import cycle, islice

from mockserver.media.assemble import Loop, Piece, assemble, sound_frames
from mockserver.media.loops import Montage
from mockserver.media.parts import Part, segment_frames
from mockserver.media.spec import MediaSpec

__all__ = ["measure", "pack"]


def measure(
    spec: MediaSpec, montage: Montage | None, pictures: Loop | None, sound: Loop | None
) -> int:
    """Return how many bytes of pictures and sound a clip consists of."""
    size = 0
    if montage is not None and pictures is not None:
        sizes = [len(packet) for packet in pictures.packets]
        size += sum(sizes[index] for index in montage.sequence(0, spec.frames))
    if sound is not None:
        count = sound_frames(spec.frames / spec.fps, sound)
        size += sum(islice(cycle(map(len, sound.packets)), count))
    return size


def pack(
    spec: MediaSpec, montage: Montage | None, pictures: Loop | None, sound: Loop | None
) -> tuple[Part, ...]:
    """Return the files of a clip: one, or each segment of an HLS clip.

    Raises:
        MediaError: The container refuses a codec.
    """
    parts, start = [], 0
    for frames in segment_frames(spec):
        piece = _piece(spec, montage, sound, start, start + frames)
        parts.append(Part(assemble(spec, piece, pictures, sound), frames))
        start += frames
    return tuple(parts)


def _piece(
    spec: MediaSpec, montage: Montage | None, sound: Loop | None, start: int, stop: int
) -> Piece:
    pictures = list(montage.sequence(start, stop)) if montage else []
    return Piece(
        pictures,
        montage.loop if montage else 1,
        start,
        _sounds(spec, sound, start, stop),
    )


def _sounds(spec: MediaSpec, sound: Loop | None, start: int, stop: int) -> range:
    if sound is None:
        return range(0)
    most = sound_frames(spec.frames / spec.fps, sound)
    first, last = (-(-Fraction(n) // (spec.fps * sound.tick)) for n in (start, stop))
    return range(min(int(first), most), most if stop == spec.frames else int(last))
