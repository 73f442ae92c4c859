"""Draws the frames of a clip: background, card, overlays, edge."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from PIL import Image, ImageDraw

from mockserver.media.cards.art import painted
from mockserver.media.cards.boxes import Box
from mockserver.media.cards.card import Align, Card, Layout
from mockserver.media.cards.colors import (
    DARK,
    Color,
    average,
    mixed,
    parsed,
    readable,
)
from mockserver.media.cards.edge import Edge, edge_colors
from mockserver.media.cards.fonts import Typeface, clean
from mockserver.media.cards.footer import Footer
from mockserver.media.cards.layers import Layer
from mockserver.media.cards.layouts import arrange
from mockserver.media.cards.marker import Marker
from mockserver.media.cards.pictures import laid
from mockserver.media.cards.scene import OVER_PICTURE, Scene, text_size
from mockserver.media.cards.shapes import PALETTE, darkened, draw_overlay
from mockserver.media.cards.typeset import Manner, Paragraph, typeset
from mockserver.media.spec import MediaSpec

__all__ = ["CardPainter", "bands", "mark", "place"]

_SMALLEST_WITH_TEXT_PX: Final = 40
_BAND_BYTES: Final = 1 << 20
_AMBER: Final[Color] = (255, 200, 87)
_RUST: Final[Color] = (140, 58, 20)


@dataclass(frozen=True, slots=True)
class CardPainter:
    """Draws cards; keeps what it has learnt about fonts."""

    regular: Typeface = field(default_factory=Typeface)
    bold: Typeface = field(default_factory=lambda: Typeface(bold=True))

    def paint(
        self,
        spec: MediaSpec,
        index: int,
        turn: float = 0.0,
        layer: Layer | None = None,
    ) -> Image.Image:
        """Return the picture of one card, RGB, in the size that is encoded.

        Args:
            spec: The clip.
            index: Which of its cards.
            turn: The place in the repetition of what moves, from 0 to 1.
            layer: What stands over what moves; drawn if not given.
        """
        card = spec.cards[index] if spec.cards else Card()
        if card.art is not None:
            layer = layer or Layer.of(self.laid(spec, index))
            return layer.over(painted(card.art, spec.encoded_px, turn))
        image, ground = _background(card, index, spec.encoded_px)
        self._draw(spec, index, image, ground)
        return image

    def laid(self, spec: MediaSpec, index: int) -> Image.Image:
        """Return what stands over what moves on a card, the same at all turns.

        Args:
            spec: The clip.
            index: Which of its cards.

        Returns:
            RGBA; where it is half as thick, its colours are half as bright.
        """
        drawn = Image.new("RGBA", spec.encoded_px)
        self._draw(spec, index, drawn, DARK)
        return drawn

    def _draw(
        self, spec: MediaSpec, index: int, image: Image.Image, ground: Color
    ) -> None:
        """Draw all of a card but what is behind it."""
        if min(spec.encoded_px) < _SMALLEST_WITH_TEXT_PX:
            return
        card = spec.cards[index] if spec.cards else Card()
        ink = parsed(card.ink) or readable(ground)
        accent = parsed(card.accent) or readable(ground, wished=(_AMBER, _RUST))
        footer = Footer.of(*image.size) if spec.sign else None
        body = _body(image.size, footer, is_banded=card.art is not None)
        if spec.numbered:
            body = self._number(
                image, f"{index + 1}/{len(spec.cards)}", body, mixed(ink, ground, 0.6)
            )
        edge = image.height
        if footer is not None:
            edge = footer.seam_px if card.art is not None else footer.top
        faces = self.regular, self.bold
        scene = Scene(card, image, body, edge, faces, ink, ground, accent)
        arrange(scene)
        room = body.inset(scene.gap // 2) if card.layout is Layout.END else body
        for overlay in card.overlays:
            draw_overlay(image, overlay, room, scene.faces)
        if footer is not None and spec.sign is not None:
            strip = Box(0, min(edge, image.height), *image.size)
            if card.art is not None:
                # What moves would end at a line: so a band without anything that does.
                image.paste(DARK, strip)
            elif scene.is_over_picture:
                darkened(image, strip, OVER_PICTURE)
            ink, _ = edge_colors(image, footer)
            footer.draw_sign(image, spec.sign, self.regular, ink)

    def timed(self, image: Image.Image, spec: MediaSpec, start: int) -> Image.Image:
        """Return a card's picture with how far the film is; the card stays as it is.

        Args:
            image: The picture.
            spec: The clip.
            start: The frame whose time is told.
        """
        edge = self.edge(image, spec)
        frame = image.copy()
        if edge.footer is not None:
            frame.paste(edge.at(start), (0, edge.top))
        return frame

    def edge(self, image: Image.Image, spec: MediaSpec) -> Edge:
        """Return what is below a card's picture, where the time is told.

        Args:
            image: The picture.
            spec: The clip.
        """
        return Edge.of(image, spec, self.regular)

    def _number(self, image: Image.Image, number: str, body: Box, ink: Color) -> Box:
        size = text_size(image.size) * 0.8
        row = body._replace(bottom=body.top + round(size * 1.4))
        told = [Paragraph(clean(number), self.bold, 1.0, ink, 1)]
        typeset(ImageDraw.Draw(image), told, row, Manner(size, Align.RIGHT))
        return body._replace(top=row.bottom)


def _background(
    card: Card, index: int, size: tuple[int, int]
) -> tuple[Image.Image, Color]:
    own = parsed(card.color) or PALETTE[index % len(PALETTE)]
    if card.picture is None:
        return Image.new("RGB", size, own), own
    image = laid(card.picture, size)
    # Text has to be seen on what is the most of it.
    return image, average(image)


def _body(size: tuple[int, int], footer: Footer | None, *, is_banded: bool) -> Box:
    """Return what is not the edge of a frame."""
    width, height = size
    margin = max(3, round(min(size) / 16))
    bottom = height - margin - margin // 2
    if footer is not None:
        bottom = (footer.seam_px if is_banded else footer.top) - margin // 5
    return Box(margin, margin, width - margin, max(margin + 1, bottom))


def bands(image: Image.Image) -> Iterator[bytes]:
    """Yield a picture as rows of RGB bytes, about a megabyte at a time."""
    width, height = image.size
    rows = max(1, _BAND_BYTES // (3 * width))
    for top in range(0, height, rows):
        yield image.crop((0, top, width, min(top + rows, height))).tobytes()


def place(
    image: Image.Image, marker: Marker | None, done: float, ink: Color, top: int = 0
) -> None:
    """Draw the square where a share of a film is over.

    Args:
        image: The frame, or its lower part.
        marker: Where the square may be.
        done: The share, from 0 to 1.
        ink: Its colour.
        top: In which row of the frame the image begins.
    """
    if marker is not None:
        x, y = marker.at(done), marker.y_px - top
        corner = (x + marker.side_px - 1, y + marker.side_px - 1)
        ImageDraw.Draw(image).rectangle((x, y, *corner), fill=ink)


def mark(image: Image.Image, marker: Marker | None, phase: int, ink: Color) -> None:
    """Draw the running square in its place of a frame of the loop."""
    if marker is not None:
        x, side = marker.x_at(phase), marker.side_px
        corner = (x + side - 1, marker.y_px + side - 1)
        ImageDraw.Draw(image).rectangle((x, marker.y_px, *corner), fill=ink)
