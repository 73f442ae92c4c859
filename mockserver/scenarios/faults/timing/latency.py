"""Fault: an answer that takes its time."""

from dataclasses import dataclass
from math import exp, inf
from statistics import NormalDist
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.faults.timing.measured import PERCENTILES, SAMPLES
from mockserver.scenarios.written.shapes import DURATION, NUMBER, choice

__all__ = ["Latency"]

_LEAST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Delays the answer in real time; the request has been carried out before."""

    kind: ClassVar[str] = "latency"
    about: ClassVar[str] = "The answer is ready at once, but goes out late."
    is_of_files: ClassVar[bool] = False

    delay_s: float | None = said(
        "delay", DURATION, "Real time; the middle of what is drawn.", default=None
    )
    percentiles: tuple[tuple[float, float], ...] = said(
        "percentiles",
        PERCENTILES,
        "Measured delays instead: `p50: 80ms` for what half of the calls take at most.",
        default=(),
    )
    samples: tuple[float, ...] = said(
        "samples",
        SAMPLES,
        "Measured delays instead: a list, or a file with one on each line.",
        default=(),
    )
    distribution: str = said(
        "distribution",
        choice("fixed", "uniform", "normal", "log-normal"),
        "How the delays of several calls differ; drawn from the seed.",
        default="fixed",
    )
    spread_s: float = said(
        "spread",
        DURATION,
        "For uniform: most difference from `delay`; for normal: standard deviation.",
        default=0.0,
    )
    sigma: float = said(
        "sigma",
        NUMBER,
        "For log-normal: its shape; `delay` is the median.",
        default=0.5,
    )
    cap_s: float = said("cap", DURATION, "The longest delay.", default=inf)

    def __post_init__(self) -> None:
        """Check that it says how long in one way.

        Raises:
            ValueError: It does not.
        """
        said_so = (self.delay_s is not None, self.percentiles != (), self.samples != ())
        if sum(said_so) != 1:
            raise ValueError("one of 'delay', 'percentiles' and 'samples'")

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Add the delay."""
        share = occasion.chance.number("latency")
        course.wait_s += self.draw_s(share)

    def draw_s(self, share: float) -> float:
        """Return the delay that a share of all delays is shorter than, 0 to 1."""
        within = min(max(share, _LEAST), 1 - _LEAST)
        deviation = NormalDist().inv_cdf(within)
        delay_s = self._measured_s(share) if self.delay_s is None else self.delay_s
        drawn = {
            "fixed": delay_s,
            "uniform": delay_s + self.spread_s * (2 * share - 1),
            "normal": delay_s + self.spread_s * deviation,
            "log-normal": delay_s * exp(self.sigma * deviation),
        }[self.distribution]
        return min(max(0.0, drawn), self.cap_s)

    def _measured_s(self, share: float) -> float:
        """Return the delay below which a share of what was measured lies."""
        if self.samples:
            last = len(self.samples) - 1
            return self.samples[min(int(share * len(self.samples)), last)]
        low, low_s = 0.0, 0.0
        for high, high_s in self.percentiles:
            if share * 100 <= high:
                return low_s + (high_s - low_s) * (share * 100 - low) / (high - low)
            low, low_s = high, high_s
        return low_s
