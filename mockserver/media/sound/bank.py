"""Bank: encoded cells, and the order in which a clip repeats them."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Final

from av.stream import Stream

from mockserver.errors import MediaError
from mockserver.media.sound.cells import samples_of, silence
from mockserver.media.sound.codecs import framing_of
from mockserver.media.sound.score import Cell, Score
from mockserver.media.spec import AudioCodec, MediaSpec

__all__ = ["Bank", "Sound", "laid", "raw", "read_bank"]

# Silence before the cells, while encoders settle, and after them, until all is out.
_LEAD, _TAIL = 8, 5
_QUIET: Final = 5  # which frame of the silence is the one that is repeated


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound of a clip: encoded frames, and their order.

    Attributes:
        template: The stream they came in, which describes the codec.
        packets: Encoded frames.
        ticks: How many samples each of them plays.
        rate_hz: Samples in a second.
        order: Which of them are heard, one after the other.
        starts: When each of these begins, in samples.
    """

    template: Stream
    packets: tuple[bytes, ...]
    ticks: tuple[int, ...]
    rate_hz: int
    order: "array[int]"
    starts: "array[int]"


@dataclass(frozen=True, slots=True)
class Bank:
    """Encoded cells.

    Attributes:
        template: The stream they came in, which describes the codec.
        packets: All frames; the first is silent.
        ticks: How many samples each of them plays.
        spans: Which frames each cell has: from, to.
        guard: How many silent frames each of them begins with.
    """

    template: Stream
    packets: tuple[bytes, ...]
    ticks: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    guard: int


def raw(cells: Sequence[Cell], spec: MediaSpec) -> Iterator[bytes]:
    """Yield what the encoder is given: silence, each cell, silence.

    Args:
        cells: The cells.
        spec: Whose codec, rate and channels they get.
    """
    codec, rate, channels = _facts(spec)
    framing = framing_of(codec, rate)
    # The delay is made whole, so that cells begin where decoded frames do.
    padded = _LEAD * framing.samples + -framing.delay % framing.samples
    yield silence(padded, channels)
    for cell in cells:
        yield samples_of(cell, rate, framing.samples, framing.guard, channels)
    yield silence(_TAIL * framing.samples, channels)


def read_bank(
    template: Stream,
    packets: Sequence[bytes],
    starts: Sequence[int],
    cells: Sequence[Cell],
    spec: MediaSpec,
) -> Bank:
    """Take the cells out of what has been encoded.

    Args:
        template: The stream.
        packets: Its frames.
        starts: When each of them begins, in samples; all equally long if there is none.
        cells: What was encoded, in order.
        spec: As `raw` had it.

    Raises:
        MediaError: There is too little of it.
    """
    codec, rate, channels = _facts(spec)
    framing = framing_of(codec, rate)
    if codec is AudioCodec.PCM:
        packets = _recut(packets, 2 * channels * framing.samples)
    if not starts:
        starts = range(0, len(packets) * framing.samples, framing.samples)
    base = _LEAD * framing.samples + framing.delay + -framing.delay % framing.samples
    marks = [
        base + framing.samples * frames
        for frames in accumulate((cell.frames for cell in cells), initial=0)
    ]
    if len(packets) <= _QUIET or starts[-1] < marks[-1]:
        raise MediaError("ffmpeg encoded too little sound")
    quiet = starts[_QUIET + 1] - starts[_QUIET]
    kept, ticks, spans = [packets[_QUIET]], [quiet], []
    for start, stop in pairwise(marks):
        inside = range(bisect_left(starts, start), bisect_left(starts, stop))
        spans.append((len(kept), len(kept) + len(inside)))
        kept += (packets[at] for at in inside)
        ticks += (starts[at + 1] - starts[at] for at in inside)
    return Bank(template, tuple(kept), tuple(ticks), tuple(spans), framing.guard)


def laid(score: Score, bank: Bank, seconds: Fraction, rate_hz: int) -> Sound:
    """Return the sound of a clip: at least one frame, and none past its end."""
    laying = _Laying(bank, int(seconds * rate_hz))
    for start_s, which in score.events:
        laying.put(start_s * rate_hz, *bank.spans[which])
    laying.wait(laying.samples)
    if not laying.order:
        laying.add(0)
    return Sound(
        bank.template, bank.packets, bank.ticks, rate_hz, laying.order, laying.starts
    )


class _Laying:
    """Sound that is put together.

    Args:
        bank: What it is made of.
        samples: How long it may become.
    """

    def __init__(self, bank: Bank, samples: int) -> None:
        self.order, self.starts = array("H"), array("q")
        self.samples = samples
        self._bank, self._at = bank, 0

    def add(self, place: int) -> None:
        """Add one frame."""
        self.order.append(place)
        self.starts.append(self._at)
        self._at += self._bank.ticks[place]

    def wait(self, until: float) -> None:
        """Add silence as long as it ends before that."""
        quiet = self._bank.ticks[0]
        while self._at + quiet <= until:
            self.add(0)

    def put(self, due: float, first: int, stop: int) -> None:
        """Add a cell when it is due, as far as there is room for it."""
        quiet = self._bank.ticks[0]
        # What is late leaves out silence that it begins with, but never all of it.
        spare = max(0, min(self._bank.guard - 1, round((self._at - due) / quiet)))
        if due + (spare + 1) * quiet < self._at:
            return  # too quick for this codec: the syllable is swallowed
        self.wait(min(due + quiet / 2, self.samples))
        for place in range(first + spare, stop):
            if self._at + self._bank.ticks[place] > self.samples:
                return
            self.add(place)


def _facts(spec: MediaSpec) -> tuple[AudioCodec, int, int]:
    return spec.audio_codec or AudioCodec.AAC, spec.sample_rate_hz, spec.channels


def _recut(packets: Sequence[bytes], size: int) -> list[bytes]:
    whole = b"".join(packets)
    return [whole[at : at + size] for at in range(0, len(whole) - size + 1, size)]
