"""Shapes: what stands in for a picture, a film, a logo or a person."""

from functools import lru_cache
from hashlib import sha256
from typing import Final

from PIL import Image, ImageDraw

from mockserver.media.cards.boxes import Box
from mockserver.media.cards.card import Align, Overlay, Picture, Presenter, Slot
from mockserver.media.cards.colors import DARK, WHITE, Color, mixed, readable
from mockserver.media.cards.fonts import Typeface, clean
from mockserver.media.cards.pictures import laid
from mockserver.media.cards.typeset import Manner, Paragraph, typeset

__all__ = [
    "PALETTE",
    "darkened",
    "draw_overlay",
    "draw_presenter",
    "draw_slot",
    "overlay_box",
    "own_color",
]

# Deep enough for white text; neighbours differ in hue.
PALETTE: Final[tuple[Color, ...]] = (
    (30, 58, 95),
    (124, 45, 58),
    (22, 92, 75),
    (91, 52, 122),
    (134, 76, 20),
    (22, 88, 120),
    (110, 38, 96),
    (66, 88, 26),
    (52, 56, 130),
    (140, 56, 30),
    (18, 98, 98),
    (72, 72, 82),
)
_NAME_PX: Final = 44
_LOUDNESS: Final = (0.3, 0.55, 0.85, 0.45, 0.7, 0.95, 0.6, 0.35, 0.5)
Faces = tuple[Typeface, Typeface]
_PICTURES_KEPT: Final = 8


def own_color(name: str) -> Color:
    """Return a colour that belongs to a name."""
    return PALETTE[sha256(name.encode(errors="replace")).digest()[0] % len(PALETTE)]


def darkened(image: Image.Image, box: Box, share: float) -> None:
    """Make a part of a picture darker, so that white can be read on it."""
    part = image.crop(box)
    black = Image.new(part.mode, part.size, (0, 0, 0))
    image.paste(Image.blend(part, black, share), box[:2])


def draw_slot(image: Image.Image, slot: Slot, box: Box, faces: Faces) -> None:
    """Fill a box with a picture that was sent, or with what stands in for it."""
    regular, bold = faces
    draw = ImageDraw.Draw(image)
    if slot.picture is not None:
        image.paste(_fitted(slot.picture, (box.width, box.height)), box[:2])
        return
    ground = own_color(slot.name or str(slot.number))
    edge = max(1, min(box.width, box.height) // 90)
    draw.rectangle((*box[:2], box.right - 1, box.bottom - 1), ground,
                   mixed(WHITE, ground, 0.35), edge)  # fmt: skip
    ink = readable(ground)
    if min(box.width, box.height) < _NAME_PX:
        return
    inner = box.inset(max(4, min(box.width, box.height) // 14))
    size = max(9.0, min(inner.height / 9, inner.width / 13))
    name = [Paragraph(clean(slot.name), regular, 1.0, ink, 2)]
    below = typeset(draw, name, inner, Manner(size, Align.CENTER, 1.0))
    above = Box(inner.left, inner.top, inner.right, below.top - edge)
    if above.height > size:
        _draw_icon(draw, slot, above, mixed(ink, ground, 0.3), (bold, ink))


def _draw_icon(
    draw: ImageDraw.ImageDraw,
    slot: Slot,
    box: Box,
    soft: Color,
    text: tuple[Typeface, Color],
) -> None:
    """Draw hills and a sun, or the triangle of a film, with the number over it."""
    side = min(box.height, round(box.width * 0.75))
    at = box.middle(round(side * 4 / 3), side)
    if slot.kind == "video":
        left, middle = at.left + at.width * 0.3, (at.top + at.bottom) / 2
        reach = at.height * 0.36
        draw.polygon(((left, middle - reach), (left, middle + reach),
                      (left + reach * 1.6, middle)), soft)  # fmt: skip
    elif slot.kind == "audio":
        _draw_bars(draw, at, soft)
    elif slot.kind == "logo":
        draw.ellipse(at.middle(round(side * 0.86), round(side * 0.86)), soft)
    else:
        _draw_hills(draw, at, soft)
    if slot.number:
        face, ink = text
        number = [Paragraph(str(slot.number), face, 1.0, ink, 1)]
        typeset(draw, number, box, Manner(side * 0.5, Align.CENTER, 0.5))


def _draw_bars(draw: ImageDraw.ImageDraw, at: Box, soft: Color) -> None:
    """Draw a sound: bars about a line."""
    step, middle = at.width / (len(_LOUDNESS) + 2), (at.top + at.bottom) / 2
    for number, share in enumerate(_LOUDNESS):
        left, reach = at.left + step * (number + 1.25), at.height * share / 2
        draw.rectangle((left, middle - reach, left + step / 2, middle + reach), soft)


def _draw_hills(draw: ImageDraw.ImageDraw, at: Box, soft: Color) -> None:
    width, height = at.width, at.height
    sun = height * 0.1
    center = at.left + width * 0.78, at.top + height * 0.22
    draw.ellipse(
        (center[0] - sun, center[1] - sun, center[0] + sun, center[1] + sun), soft
    )
    for left, top, right in ((0.02, 0.28, 0.66), (0.46, 0.5, 0.98)):
        peak = at.left + width * (left + right) / 2, at.top + height * top
        foot = at.bottom - height * 0.08
        draw.polygon(((at.left + width * left, foot), peak,
                      (at.left + width * right, foot)), soft)  # fmt: skip


def draw_presenter(
    image: Image.Image, presenter: Presenter, area: Box, ground: Color
) -> Box:
    """Draw a person on their side of an area, and return where."""
    height = min(
        area.height, max(12, round(area.height * min(max(presenter.share, 0.05), 1)))
    )
    width = min(area.width, height if presenter.is_round else round(height * 0.82))
    left = {
        "left": area.left,
        "center": area.left + (area.width - width) // 2,
    }.get(presenter.side, area.right - width)
    top = area.bottom - height
    box = Box(left, top, left + width, area.bottom)
    scale = 2
    figure = Image.new("L", (width * scale, height * scale))
    draw = ImageDraw.Draw(figure)
    _draw_person(draw, figure.size)
    if presenter.is_round:
        disc = Image.new("L", figure.size)
        ImageDraw.Draw(disc).ellipse((0, 0, figure.width - 1, figure.height - 1), 255)
        image.paste(
            mixed(readable(ground), ground, 0.16), box[:2], disc.resize((width, height))
        )
        figure.paste(0, mask=disc.point(lambda value: 255 - value))
    image.paste(
        mixed(readable(ground), ground, 0.45), box[:2], figure.resize((width, height))
    )
    return box


def _draw_person(draw: ImageDraw.ImageDraw, size: tuple[int, int]) -> None:
    width, height = size
    middle, head = width / 2, min(width, height) * 0.2
    chin = height * 0.12 + head * 2.3
    draw.ellipse((middle - head, height * 0.1, middle + head, chin), 255)
    draw.rectangle(
        (middle - head * 0.4, chin - head * 0.4, middle + head * 0.4, height), 255
    )
    shoulder = width * 0.46
    top = chin + head * 0.22
    draw.rounded_rectangle(
        (middle - shoulder, top, middle + shoulder, height * 1.6), width * 0.24, 255
    )


def overlay_box(overlay: Overlay, size: tuple[int, int], area: Box) -> Box:
    """Return where a logo lies over a card of a size, inside an area."""
    width = max(16, min(area.width, round(size[0] * overlay.share)))
    height = max(12, min(area.height, round(width * 0.5)))
    left = round(size[0] * overlay.x - width / 2)
    top = round(size[1] * overlay.y - height / 2)
    left = min(max(area.left, left), area.right - width)
    top = min(max(area.top, top), area.bottom - height)
    return Box(left, top, left + width, top + height)


def draw_overlay(image: Image.Image, overlay: Overlay, area: Box, faces: Faces) -> Box:
    """Lay a logo over a card, inside an area, and return where."""
    box = overlay_box(overlay, image.size, area)
    left, top, height = box.left, box.top, box.height
    if overlay.slot.picture is not None:
        draw_slot(image, overlay.slot, box, faces)
        return box
    draw = ImageDraw.Draw(image)
    ground = mixed(WHITE, own_color(overlay.slot.name), 0.86)
    draw.rounded_rectangle(
        (left, top, box.right - 1, box.bottom - 1), height // 5, ground
    )
    name = [
        Paragraph(
            clean(overlay.slot.name), faces[1], 1.0, readable(ground, wished=[DARK]), 2
        )
    ]
    inner = box.inset(max(2, height // 8))
    typeset(draw, name, inner, Manner(max(9.0, height / 4), Align.CENTER, 0.5))
    return box


@lru_cache(maxsize=_PICTURES_KEPT)
def _fitted(picture: Picture, size: tuple[int, int]) -> Image.Image:
    return laid(picture, size)
