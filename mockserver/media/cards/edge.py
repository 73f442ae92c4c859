"""Edge: the lower part of one card's pictures, which tells how far the film is."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from PIL import Image

from mockserver.media.cards.boxes import Box
from mockserver.media.cards.colors import Color, average, readable, softened
from mockserver.media.cards.fonts import Typeface
from mockserver.media.cards.footer import Footer
from mockserver.media.cards.marker import Marker
from mockserver.media.slices import MACROBLOCK_PX
from mockserver.media.spec import MediaSpec

__all__ = ["Edge", "Shown", "edge_colors"]


class Shown(NamedTuple):
    """What an edge shows at a time; equal values are equal pictures.

    Attributes:
        told: The time as text.
        grown_px: Where the line ends that grows.
        square_px: Where the square begins.
    """

    told: str
    grown_px: int
    square_px: int


@dataclass(frozen=True, slots=True)
class Edge:
    """What is below a card's picture.

    Attributes:
        image: All of it that is the same at all times.
        top: In which row of the picture it begins, between two rows of macroblocks.
        footer: Where in the image what tells the time is; None if nothing does.
        marker: Where in the whole picture the square may be.
        fps: Frames of the clip in a second.
        frames: How many it has.
        face: The font.
        inks: Colours of the text and of the ground under the line.
    """

    image: Image.Image
    top: int
    footer: Footer | None
    marker: Marker | None
    fps: Fraction
    frames: int
    face: Typeface
    inks: tuple[Color, Color]

    @classmethod
    def of(cls, picture: Image.Image, spec: MediaSpec, face: Typeface) -> "Edge":
        """Return the edge of a card's picture.

        Args:
            picture: It, without a time.
            spec: The clip.
            face: The font.
        """
        footer, top = _told(spec), Edge.top_px(spec)
        inks = edge_colors(picture, footer) if footer else ((0, 0, 0), (0, 0, 0))
        image = picture.crop((0, top, *picture.size))
        lowered = footer.lowered(-top) if footer else None
        marker = Marker.of(*picture.size, 2)
        return cls(image, top, lowered, marker, spec.fps, spec.frames, face, inks)

    @staticmethod
    def top_px(spec: MediaSpec) -> int:
        """Return the row in which the edge of a clip begins, above what changes."""
        footer = _told(spec)
        if footer is not None:
            return footer.told_px
        marker, (_, height) = Marker.of(*spec.encoded_px, 2), spec.encoded_px
        below_px = marker.y_px if marker is not None else height - 1
        return below_px // MACROBLOCK_PX * MACROBLOCK_PX

    @property
    def scene(self) -> str:
        """What decides, with what is shown and the image, how an edge looks."""
        return f"{self.top} {self.footer} {self.marker} {self.inks}"

    def at(self, start: int) -> Image.Image:
        """Return it with the time of a frame."""
        drawn = self.image.copy()
        self.draw(drawn, start)
        return drawn

    def draw(self, image: Image.Image, start: int) -> None:
        """Draw the time of a frame upon it; another time on it is gone then.

        Args:
            image: A copy, with any time.
            start: The frame.
        """
        if self.footer is None:
            image.paste(self.image, (0, 0))
            return
        image.paste(self.image.crop(self.footer.time), self.footer.time)
        self.footer.draw_time(image, self._moment(start), self.face, self.inks)

    def shown(self, start: int) -> Shown:
        """Return what it shows at a frame, with the square."""
        told, grown, square = "", 0, 0
        if self.footer is not None:
            moment = self._moment(start)
            told = self.footer.told(moment)
            grown = self.footer.line.left + self.footer.grown_px(moment)
        if self.marker is not None:
            square = self.marker.at(start / self.frames)
        return Shown(told, grown, square)

    def changing(self, part: Box) -> Callable[[Shown], Shown] | None:
        """Return what tells what a part shows of all; None if that never changes."""
        is_told, is_line, is_square = (
            place is not None and place.meets(part) for place in self._places()
        )
        if not (is_told or is_line or is_square):
            return None
        left, right = part.left, part.right
        begin = left - (self.marker.side_px if self.marker else 0)

        def within(shown: Shown) -> Shown:
            grown = min(max(left, shown.grown_px), right) if is_line else 0
            is_there = is_square and begin < shown.square_px < right
            return Shown(
                shown.told if is_told else "",
                grown,
                shown.square_px if is_there else -1,
            )

        return within

    def _places(self) -> tuple[Box | None, Box | None, Box | None]:
        """Return where the time, the line and the square may be."""
        square = None
        if self.marker is not None:
            left, top = self.marker.left_px, self.marker.y_px - self.top
            side, span = self.marker.side_px, self.marker.span_px
            square = Box(left, top, left + span + side, top + side)
        if self.footer is None:
            return None, None, square
        return self.footer.time, self.footer.line, square

    def _moment(self, start: int) -> tuple[float, float]:
        return float(start / self.fps), float(self.frames / self.fps)


def _told(spec: MediaSpec) -> Footer | None:
    """Return the footer of a clip that tells the time; None if it does not."""
    return Footer.of(*spec.encoded_px) if spec.sign and spec.frames > 1 else None


def edge_colors(image: Image.Image, footer: Footer) -> tuple[Color, Color]:
    """Return colours of the edge's text and of what is behind it."""
    left, top = footer.line.left, footer.line.bottom
    ground = average(image.crop((left, top, left + 8, min(image.height, top + 4))))
    return softened(readable(ground), ground, 0.78), ground
