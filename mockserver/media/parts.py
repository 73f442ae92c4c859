"""Part: one of the files that a spec becomes."""

from itertools import pairwise

from msgspec import Struct

from mockserver.media.spec import Container, MediaSpec
from mockserver.media.timing import frame_count

__all__ = ["Part", "segment_frames"]


class Part(Struct, frozen=True):
    """One file of a rendering.

    Attributes:
        data: Its bytes.
        frames: How many frames of the clip it holds.
    """

    data: bytes
    frames: int


def segment_frames(spec: MediaSpec) -> tuple[int, ...]:
    """Return how many frames each file of a spec holds."""
    if spec.container is not Container.HLS or spec.segment_s is None:
        return (spec.frames,)
    each = frame_count(spec.segment_s, spec.fps)
    marks = [*range(0, spec.frames, each), spec.frames]
    return tuple(end - start for start, end in pairwise(marks))
