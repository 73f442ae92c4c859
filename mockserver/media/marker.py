"""The little square that runs along the bottom edge and shows that a clip plays."""

from dataclasses import dataclass
from typing import Self

__all__ = ["Marker"]


@dataclass(frozen=True, slots=True)
class Marker:
    """Where the square is, in pixels; all even, because video halves its colours.

    Attributes:
        side_px: Its width and height.
        left_px: Its x in the first frame of a loop.
        span_px: How far it runs.
        y_px: Its upper edge.
        loop: Frames until it starts again.
    """

    side_px: int
    left_px: int
    span_px: int
    y_px: int
    loop: int

    @classmethod
    def of(cls, width_px: int, height_px: int, loop: int) -> Self | None:
        """Return the marker of a picture; `None` if that is too small for one."""
        small = min(width_px, height_px)
        if small < 32 or loop < 2:
            return None
        side = max(2, small // 60 // 2 * 2)
        margin = small // 16 // 2 * 2
        return cls(
            side_px=side,
            left_px=margin,
            span_px=width_px - 2 * margin - side,
            y_px=(height_px - margin // 2 - side) // 2 * 2,
            loop=loop,
        )

    def x_at(self, phase: int) -> int:
        """Return its left edge in a frame of the loop, from 0."""
        return self.left_px + self.span_px * (phase % self.loop) // (self.loop * 2) * 2

    def expression(self) -> str:
        """Return the same for ffmpeg's overlay, which counts frames in `n`."""
        phase = f"mod(n,{self.loop})"
        return f"{self.left_px}+2*floor({self.span_px}*{phase}/{self.loop * 2})"
