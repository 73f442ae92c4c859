"""Listens to what is served: samples, how loud they are, and how high."""

import io
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import av


@dataclass(frozen=True)
class Heard:
    """The first channel of a file's sound.

    Attributes:
        samples: From -1 to 1; silence where a file begins late.
        rate_hz: How many are one second.
    """

    samples: Sequence[float]
    rate_hz: int

    @property
    def peak(self) -> float:
        return max(map(abs, self.samples), default=0.0)

    def part(self, start_s: float, end_s: float) -> "Heard":
        first, last = (round(at * self.rate_hz) for at in (start_s, end_s))
        return Heard(self.samples[first:last], self.rate_hz)

    def loudness(self, step_s: float = 0.01) -> list[float]:
        """Return the peak of each hundredth of a second."""
        step = round(step_s * self.rate_hz)
        return [
            max(map(abs, self.samples[at : at + step]))
            for at in range(0, len(self.samples), step)
        ]

    def onsets(self, loud: float = 0.08, quiet: float = 0.03) -> list[float]:
        """Return when sounds begin, each after silence, in seconds."""
        found, is_quiet = [], True
        for place, level in enumerate(self.loudness(0.005)):
            if is_quiet and level > loud:
                found.append(place * 0.005)
                is_quiet = False
            is_quiet = is_quiet or level < quiet
        return found

    def pitch_hz(self) -> float:
        """Return how high a sound is: the lag at which it is most like itself."""
        middle = len(self.samples) // 2
        window = self.samples[middle - self.rate_hz // 40 : middle + self.rate_hz // 40]
        lags = range(self.rate_hz // 700, self.rate_hz // 80)
        likeness = {lag: _likeness(window, lag) for lag in lags}
        best = max(likeness.values())
        # Two periods are as like as one: the shortest of the best is the pitch.
        lag = next(lag for lag in lags if likeness[lag] > 0.95 * best)
        while likeness.get(lag + 1, -1.0) > likeness[lag]:
            lag += 1
        return self.rate_hz / lag


def hear(data: bytes) -> Heard:
    """Decode a file, each sample where a player would play it."""
    found = array("f")
    with av.open(io.BytesIO(data), "r") as file:
        stream = file.streams.audio[0]
        rate = stream.rate
        pictures = file.streams.video[0] if file.streams.video else stream
        base_s = float((pictures.start_time or 0) * (pictures.time_base or 0))
        alike = av.AudioResampler(format="fltp", layout=stream.layout.name, rate=rate)
        for frame in file.decode(stream):
            if not found:
                late_s = float((frame.pts or 0) * (frame.time_base or 0)) - base_s
                found.extend([0.0] * round(late_s * rate))
            for plain in alike.resample(frame):
                found.frombytes(bytes(plain.planes[0])[: 4 * plain.samples])
    return Heard(found, rate)


def _likeness(window: Sequence[float], lag: int) -> float:
    first, second = window[:-lag], window[lag:]
    power = sum(a * a for a in first) * sum(b * b for b in second)
    joint = sum(a * b for a, b in zip(first, second, strict=True))
    return joint / power**0.5 if power else 0.0
