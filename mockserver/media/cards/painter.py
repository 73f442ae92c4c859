"""Draws one card of a clip: background, number, title, lines."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from PIL import Image, ImageColor, ImageDraw

from mockserver.media.cards.fonts import Typeface, clean
from mockserver.media.cards.marker import Marker
from mockserver.media.cards.pictures import laid
from mockserver.media.cards.typeset import Paragraph, typeset
from mockserver.media.spec import Card, MediaSpec

__all__ = ["MARKER_INK", "CardPainter", "bands", "mark"]

Color = tuple[int, int, int]

# Deep enough for white text; neighbours differ in hue.
PALETTE: Final[tuple[Color, ...]] = (
    (30, 58, 95),
    (124, 45, 58),
    (22, 92, 75),
    (91, 52, 122),
    (146, 84, 22),
    (22, 88, 120),
    (110, 38, 96),
    (70, 92, 28),
    (52, 56, 130),
    (140, 56, 30),
    (18, 104, 104),
    (72, 72, 82),
)
_WHITE: Final[Color] = (255, 255, 255)
_INK: Final[Color] = (20, 22, 28)
MARKER_INK: Final[Color] = (255, 176, 0)
_SMALLEST_WITH_TEXT_PX: Final = 40
_LONGEST_TEXT: Final = 1200
_BAND_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class CardPainter:
    """Draws cards; keeps what it has learnt about fonts."""

    regular: Typeface = field(default_factory=Typeface)
    bold: Typeface = field(default_factory=lambda: Typeface(bold=True))

    def paint(self, spec: MediaSpec, index: int) -> Image.Image:
        """Return the picture of one card, RGB, in the size that is encoded."""
        card = spec.cards[index] if spec.cards else Card()
        ground = _ground(card, index)
        if card.picture is None:
            image = Image.new("RGB", spec.encoded_px, ground)
        else:
            image = laid(card.picture, spec.encoded_px)
            # Text has to be seen on what is the most of it.
            ground = _average(image)
        if min(spec.encoded_px) >= _SMALLEST_WITH_TEXT_PX:
            ink = _WHITE if _luminance(ground) < 150 else _INK
            number = f"{index + 1}/{len(spec.cards)}" if spec.numbered else ""
            self._write(image, card, number, ground, ink)
        return image

    def _write(
        self, image: Image.Image, card: Card, number: str, ground: Color, ink: Color
    ) -> None:
        soft = _mixed(ink, ground, 0.82)
        scale = _scale(image.size)
        title = Paragraph(clean(card.title[:_LONGEST_TEXT]), self.bold, 1.7, ink, 3)
        lines = [
            Paragraph(clean(text[:_LONGEST_TEXT]), self.regular, 1.0, soft)
            for text in card.lines[:60]
        ]
        badge = Paragraph(number, self.bold, 1.3, _mixed(ink, ground, 0.55))
        margin = max(3, round(min(image.size) / 16))
        draw = ImageDraw.Draw(image)
        width, height = image.size
        taken = _draw_badge(draw, badge, (width - margin, margin), scale)
        box = (margin, margin, width - margin, height - margin - margin // 2)
        typeset(draw, _used(title, lines), box, scale, first_line_less=taken)


def bands(image: Image.Image) -> Iterator[bytes]:
    """Yield a picture as rows of RGB bytes, about a megabyte at a time."""
    width, height = image.size
    rows = max(1, _BAND_BYTES // (3 * width))
    for top in range(0, height, rows):
        yield image.crop((0, top, width, min(top + rows, height))).tobytes()


def mark(image: Image.Image, marker: Marker | None, phase: int) -> None:
    """Draw the running square in its place of a frame of the loop."""
    if marker is not None:
        x, side = marker.x_at(phase), marker.side_px
        corner = (x + side - 1, marker.y_px + side - 1)
        ImageDraw.Draw(image).rectangle((x, marker.y_px, *corner), fill=MARKER_INK)


def _used(title: Paragraph, lines: Sequence[Paragraph]) -> list[Paragraph]:
    return [p for p in (title, *lines) if p.text]


def _draw_badge(
    draw: ImageDraw.ImageDraw, badge: Paragraph, corner: tuple[int, int], scale: float
) -> int:
    if not badge.text:
        return 0
    size = max(8, round(badge.scale * scale))
    run = badge.face.runs(badge.text, size)[0]
    draw.text(
        (corner[0], corner[1] + size),
        run.text,
        font=run.font,
        fill=badge.ink,
        anchor="rs",
    )
    return round(run.font.getlength(run.text)) + size // 2


def _scale(size: tuple[int, int]) -> float:
    """Return the size of plain text, in pixels."""
    width, height = size
    return max(8.0, min(height / 14, width / 18, math.sqrt(width * height) / 17))


def _ground(card: Card, index: int) -> Color:
    own = PALETTE[index % len(PALETTE)]
    if not card.color:
        return own
    try:
        return ImageColor.getrgb(card.color)[:3]
    except ValueError:
        # A colour comes from the request; what is no colour is no reason to fail.
        return own


def _average(image: Image.Image) -> Color:
    red, green, blue = image.resize((1, 1), Image.Resampling.BOX).tobytes()
    return red, green, blue


def _luminance(color: Color) -> float:
    red, green, blue = color
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _mixed(ink: Color, ground: Color, share: float) -> Color:
    red, green, blue = (
        round(i * share + g * (1 - share)) for i, g in zip(ink, ground, strict=True)
    )
    return red, green, blue
