"""The little square that runs along the bottom edge and shows that a clip plays."""

from dataclasses import dataclass
from typing import Final, Self

from mockserver.media.cards.card import Card
from mockserver.media.cards.colors import Color, difference, parsed

__all__ = ["AMBER", "BLUE", "Marker", "marker_ink"]

AMBER: Final[Color] = (255, 176, 0)
BLUE: Final[Color] = (24, 72, 232)
_TOLD_APART: Final = 200

# Each step is a whole new picture for the encoder.
_MOST_STEPS: Final = 6


@dataclass(frozen=True, slots=True)
class Marker:
    """Where the square is, in pixels; all even, because video halves its colours.

    Attributes:
        side_px: Its width and height.
        left_px: Its x in the first frame of a loop.
        span_px: How far it runs.
        y_px: Its upper edge.
        loop: Frames until it starts again.
        steps: How many places it takes in that time.
    """

    side_px: int
    left_px: int
    span_px: int
    y_px: int
    loop: int
    steps: int

    @classmethod
    def of(
        cls,
        width_px: int,
        height_px: int,
        loop: int,
        *,
        smooth: bool = False,
        turns: int = 1,
    ) -> Self | None:
        """Return the marker of a picture; `None` if that is too small for one.

        A smooth one takes a step each frame, others as few as can be drawn quickly, or
        as many as the loop has pictures.
        """
        small = min(width_px, height_px)
        if small < 32 or loop < 2:
            return None
        side = max(4 if small >= 96 else 2, small // 60 // 2 * 2)
        margin = small // 16 // 2 * 2
        return cls(
            side_px=side,
            left_px=margin,
            span_px=width_px - 2 * margin - side,
            y_px=(height_px - margin // 2 - side) // 2 * 2,
            loop=loop,
            steps=loop if smooth else turns if turns > 1 else _steps(loop),
        )

    def x_at(self, phase: int) -> int:
        """Return its left edge in a frame of the loop, from 0."""
        step = phase % self.loop * self.steps // self.loop
        return self.left_px + self.span_px * step // (self.steps * 2) * 2

    def at(self, share: float) -> int:
        """Return its left edge when a share of the way is done."""
        return self.left_px + int(self.span_px * share / 2) * 2

    def expression(self) -> str:
        """Return its left edge for ffmpeg's overlay, which counts steps in `n`."""
        step = f"mod(n,{self.steps})"
        return f"{self.left_px}+2*floor({self.span_px}*{step}/{self.steps * 2})"


def _steps(loop: int) -> int:
    """Return the largest of its divisors that is small; every step is equally long."""
    return next(n for n in range(_MOST_STEPS, 0, -1) if loop % n == 0)


def marker_ink(cards: tuple[Card, ...]) -> Color:
    """Return the square's colour in a film: amber, or blue where that were lost.

    All of a film has one, because encoders draw it over all cards alike.
    """
    # What stands over a picture has a dark ground, and so has each usual colour.
    grounds = [
        ground
        for card in cards
        if card.art is None and card.picture is None
        for ground in [parsed(card.color)]
        if ground is not None
    ]

    def least(ink: Color) -> float:
        return min((difference(ink, ground) for ground in grounds), default=_TOLD_APART)

    return AMBER if least(AMBER) >= min(_TOLD_APART, least(BLUE)) else BLUE
