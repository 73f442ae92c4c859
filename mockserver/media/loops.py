"""Loops: one is encoded for each card; a montage repeats them to a clip's length."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mockserver.media.spec import MediaSpec

__all__ = ["Montage", "montage_of"]

# A loop of 10 frames is quick to encode; at most 90 of them keep the file small.
_SHORTEST, _LONGEST, _REPEATS = 10, 250, 90
_ENCODED_IN_ALL: Final = 120
_PIXELS_PER_ENCODER: Final = 16_000_000
_SHORTEST_OF_MANY: Final = 4
# A minute of encoding; what is larger than 4K moves in fewer steps.
_PIXELS_IN_ALL: Final = 1_000_000_000
_SHORTEST_OF_LARGE: Final = 2


@dataclass(frozen=True, slots=True)
class Montage:
    """What is encoded, and which encoded frame is shown when.

    Attributes:
        loop: Frames per card that are encoded; the first is a key frame and none
            refers to another loop, so that any beginning of it can stand alone.
        shown: Indexes of the cards that are on screen for a frame or more.
        shares: Frames for each of those.
    """

    loop: int
    shown: tuple[int, ...]
    shares: tuple[int, ...]

    def batches(self, card_px: int) -> list[tuple[int, ...]]:
        """Return which cards one encoder takes, in order; encoders run side by side.

        The split depends on the clip alone, never on the machine.

        Args:
            card_px: Pixels of one card.
        """
        size = max(1, _PIXELS_PER_ENCODER // card_px)
        return [self.shown[i : i + size] for i in range(0, len(self.shown), size)]

    def sequence(self, start: int, stop: int) -> Iterator[int]:
        """Yield the index of the encoded frame for each frame of a stretch.

        The stretch begins with a key frame, as does each card in it.
        """
        end = 0
        for position, share in enumerate(self.shares):
            begin, end = end, end + share
            for place in range(min(end, stop) - max(begin, start)):
                yield position * self.loop + place % self.loop

    def phase_at(self, frame: int) -> int:
        """Return the place within its loop of a frame of the clip."""
        for share in self.shares:
            if frame < share:
                return frame % self.loop
            frame -= share
        return 0


def montage_of(spec: MediaSpec) -> Montage:
    """Return the montage of a clip."""
    pairs = [(i, share) for i, share in enumerate(spec.card_frames) if share]
    shares = tuple(share for _, share in pairs)
    loop = min(_LONGEST, max(_SHORTEST, -(-spec.frames // _REPEATS)), max(shares))
    if len(shares) > 1:
        loop = min(loop, max(_SHORTEST_OF_MANY, _ENCODED_IN_ALL // len(shares)))
    width, height = spec.encoded_px
    affordable = _PIXELS_IN_ALL // (width * height * len(shares))
    loop = min(loop, max(_SHORTEST_OF_LARGE, affordable))
    return Montage(loop, tuple(i for i, _ in pairs), shares)
