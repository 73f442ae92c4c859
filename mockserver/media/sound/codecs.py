"""How each audio codec frames its samples, and so where encoded sound may be cut."""

from dataclasses import dataclass
from typing import Final

from mockserver.media.sound.score import Grid
from mockserver.media.spec import AudioCodec

__all__ = ["Framing", "framing_of"]

_LOW_HZ: Final = 32_000  # below it, MPEG audio has frames of half the length


@dataclass(frozen=True, slots=True)
class Framing:
    """The frames of a codec.

    Attributes:
        samples: How many one frame holds.
        delay: How many samples later the decoder gives what the encoder was given.
        guard: Frames of silence after which nothing is left of what was before.
    """

    samples: int
    delay: int
    guard: int = 1

    def grid(self, rate_hz: int) -> Grid:
        """Return how finely sounds can be placed."""
        return Grid(self.samples / rate_hz, self.guard)


def framing_of(codec: AudioCodec, rate_hz: int) -> Framing:
    """Return the framing of a codec at a rate."""
    if codec is AudioCodec.MP3:
        return Framing(1152 if rate_hz >= _LOW_HZ else 576, 1105, 2)
    if codec is AudioCodec.WMA1:
        return Framing(_wma_samples(rate_hz), _wma_samples(rate_hz))
    return _FRAMINGS[codec]


def _wma_samples(rate_hz: int) -> int:
    if rate_hz <= 16_000:
        return 512
    return 1024 if rate_hz <= _LOW_HZ else 2048


_FRAMINGS: Final = {
    AudioCodec.AAC: Framing(1024, 1024),
    AudioCodec.MP2: Framing(1152, 481),
    # Its frames shrink at an onset, so that a cell need not be a whole number of them.
    AudioCodec.VORBIS: Framing(1024, 0, 3),
    AudioCodec.OPUS: Framing(960, 312, 2),
    AudioCodec.PCM: Framing(1024, 0),
}
