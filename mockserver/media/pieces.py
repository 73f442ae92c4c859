"""Cuts a clip into the files it is delivered as, and packs each."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from mockserver.media.assemble import Loop, Piece, assemble, sound_frames
from mockserver.media.loops import Plan
from mockserver.media.spec import Container, MediaSpec
from mockserver.media.timing import frame_count

__all__ = ["Part", "pack", "segment_frames"]


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a rendering.

    Attributes:
        data: Its bytes.
        frames: How many frames of the clip it holds.
    """

    data: bytes
    frames: int


def pack(
    spec: MediaSpec, plan: Plan | None, pictures: Loop | None, sound: Loop | None
) -> tuple[Part, ...]:
    """Return the files of a clip: one, or each segment of an HLS clip.

    Raises:
        MediaError: The container refuses a codec.
    """
    parts, start = [], 0
    for frames in segment_frames(spec):
        piece = _piece(spec, plan, sound, start, start + frames)
        parts.append(Part(assemble(spec, piece, pictures, sound), frames))
        start += frames
    return tuple(parts)


def segment_frames(spec: MediaSpec) -> tuple[int, ...]:
    """Return how many frames each file of a spec holds."""
    if spec.container is not Container.HLS or spec.segment_s is None:
        return (spec.frames,)
    each = frame_count(spec.segment_s, spec.fps)
    marks = [*range(0, spec.frames, each), spec.frames]
    return tuple(end - start for start, end in pairwise(marks))


def _piece(
    spec: MediaSpec, plan: Plan | None, sound: Loop | None, start: int, stop: int
) -> Piece:
    pictures = list(plan.sequence(start, stop)) if plan else []
    return Piece(
        pictures, plan.loop if plan else 1, start, _sounds(spec, sound, start, stop)
    )


def _sounds(spec: MediaSpec, sound: Loop | None, start: int, stop: int) -> range:
    if sound is None:
        return range(0)
    most = sound_frames(spec.frames / spec.fps, sound)
    first, last = (-(-Fraction(n) // (spec.fps * sound.tick)) for n in (start, stop))
    return range(min(int(first), most), most if stop == spec.frames else int(last))
