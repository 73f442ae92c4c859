"""Art: moving abstract pictures that differ by prompt and seed.

Each is a pattern that repeats itself, drawn at different places of one repetition: so a
short loop of it is seen as one long movement.
"""

import math
from collections.abc import Callable
from colorsys import hsv_to_rgb
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from mockserver.media.cards.card import Art
from mockserver.media.cards.colors import Color, mixed

__all__ = ["doubled", "is_doubled", "painted", "soft"]

_SIDE_PX: Final = 144
_DOUBLED_FROM_PX: Final = 4 * _SIDE_PX
_Draw = ImageDraw.ImageDraw
_Size = tuple[int, int]
_Seen = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Chance:
    """Numbers that belong to what was asked for."""

    data: bytes

    def at(self, place: int) -> float:
        """Return a number from 0 to 1."""
        return self.data[place % len(self.data)] / 255

    def between(self, place: int, low: float, high: float) -> float:
        """Return a number between two."""
        return low + (high - low) * self.at(place)


def painted(art: Art, size: tuple[int, int], turn: float) -> Image.Image:
    """Return the picture at a place of its repetition, from 0 to 1."""
    image = soft(art, size, turn)
    if is_doubled(size):
        return doubled(image, size)
    return image.resize(size, Image.Resampling.BILINEAR)


def is_doubled(size: tuple[int, int]) -> bool:
    """Say whether pictures of a size are drawn half as fine, and doubled."""
    return min(size) >= _DOUBLED_FROM_PX


def doubled(image: Image.Image, size: _Size, seen: _Seen | None = None) -> Image.Image:
    """Return what is drawn small, or one plane of it, in a size.

    Args:
        image: It; nothing in it is sharp, so half as fine looks the same.
        size: The width and height wanted.
        seen: Which part of it, in its own pixels: left, top, right and bottom.
    """
    half = -(-size[0] // 2), -(-size[1] // 2)
    drawn = image.resize(half, Image.Resampling.BILINEAR, box=seen)
    return drawn.resize(size, Image.Resampling.NEAREST)


def soft(art: Art, size: tuple[int, int], turn: float) -> Image.Image:
    """Return the picture of a size as small as it is drawn; see `painted`."""
    chance = _chance(art)
    scale = min(1.0, _SIDE_PX / min(size))
    small = max(2, round(size[0] * scale)), max(2, round(size[1] * scale))
    colors = _colors(chance)
    image = _sky(small, colors[0], colors[1], chance)
    style = _STYLES[int(chance.at(0) * 255) % len(_STYLES)]
    style(ImageDraw.Draw(image, "RGBA"), small, chance, (colors[2:], turn))
    return image.filter(ImageFilter.BoxBlur(max(0.5, min(small) / 58)))


def _chance(art: Art) -> _Chance:
    words = f"{art.prompt}\0{art.seed}".encode(errors="replace")
    return _Chance(sha256(words).digest())


def _colors(chance: _Chance) -> list[Color]:
    """Return two deep colours of a ground and three bright ones that suit them."""
    hue = chance.at(1)
    step = (0.08, 0.14, 0.33, 0.5)[int(chance.at(2) * 255) % 4]
    told = (
        (hue, 0.75, 0.22),
        (hue + step / 2, 0.7, 0.42),
        (hue + step, 0.62, 0.88),
        (hue - step / 2, 0.5, 0.95),
        (hue + step * 1.5, 0.8, 0.7),
    )
    return [_rgb(*one) for one in told]


def _rgb(hue: float, saturation: float, value: float) -> Color:
    red, green, blue = (
        round(255 * part) for part in hsv_to_rgb(hue % 1, saturation, value)
    )
    return red, green, blue


def _sky(size: _Size, one: Color, other: Color, chance: _Chance) -> Image.Image:
    corners = Image.new("RGB", (2, 2))
    for place in range(4):
        share = chance.between(3 + place, 0.0, 1.0)
        mix = tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
        corners.putpixel((place % 2, place // 2), mix)
    return corners.resize(size, Image.Resampling.BICUBIC)


_Motion = tuple[list[Color], float]


def _waves(draw: _Draw, size: _Size, chance: _Chance, motion: _Motion) -> None:
    colors, turn = motion
    width, height = size
    for layer in range(5):
        length = width * chance.between(8 + layer, 0.3, 0.6)
        high = height * chance.between(13 + layer, 0.03, 0.09)
        base = height * (0.28 + 0.15 * layer)
        way = 1 if layer % 2 else -1
        edge = [
            (
                x,
                base
                + high
                * math.sin(
                    math.tau * (x / length + way * turn + chance.at(18 + layer))
                ),
            )
            for x in range(0, width + 4, 4)
        ]
        color = *colors[layer % 3], 120
        draw.polygon([*edge, (width, height), (0, height)], color)


def _rings(draw: _Draw, size: _Size, chance: _Chance, motion: _Motion) -> None:
    colors, turn = motion
    width, height = size
    x, y = width * chance.between(8, 0.25, 0.75), height * chance.between(9, 0.2, 0.6)
    gap = min(size) * chance.between(10, 0.18, 0.3)
    far = math.hypot(*size)
    for ring in range(int(far / gap) + 1, -1, -1):
        reach = (ring + turn) * gap
        box = (x - reach, y - reach, x + reach, y + reach)
        color = *_between(colors, reach / far * 2), 130
        draw.ellipse(box, outline=color, width=max(2, int(gap * 0.45)))


def _rays(draw: _Draw, size: _Size, chance: _Chance, motion: _Motion) -> None:
    colors, turn = motion
    width, height = size
    x, y = width * chance.between(8, 0.2, 0.8), height * chance.between(9, 0.5, 1.0)
    count = 9 + int(chance.at(10) * 12)
    far = math.hypot(*size) * 1.3
    step = math.tau / count
    for ray in range(count):
        begin = step * (ray + turn)
        end = begin + step * chance.between(11, 0.4, 0.7)
        points = [(x + far * math.cos(a), y + far * math.sin(a)) for a in (begin, end)]
        color = *_between(colors, begin / math.tau * 2), 115
        draw.polygon([(x, y), *points], color)
    sun = min(size) * 0.14
    draw.ellipse((x - sun, y - sun, x + sun, y + sun), (*colors[1], 230))


def _orbs(draw: _Draw, size: _Size, chance: _Chance, motion: _Motion) -> None:
    colors, turn = motion
    width, height = size
    for orb in range(9):
        reach = min(size) * chance.between(8 + orb, 0.07, 0.24)
        angle = math.tau * (turn * (1 if orb % 2 else -1) + chance.at(17 + orb))
        sway = min(size) * 0.07
        x = width * chance.between(20 + orb, 0.05, 0.95) + sway * math.cos(angle)
        y = height * chance.between(26 + orb, 0.05, 0.85) + sway * math.sin(angle)
        draw.ellipse(
            (x - reach, y - reach, x + reach, y + reach), (*colors[orb % 3], 140)
        )


def _lattice(draw: _Draw, size: _Size, chance: _Chance, motion: _Motion) -> None:
    colors, turn = motion
    width, height = size
    cell = min(size) * chance.between(8, 0.16, 0.26)
    for row in range(-1, int(height / cell) + 2):
        reach = cell * (0.18 + 0.22 * chance.at(9 + row))
        y = row * cell
        for column in range(-2, int(width / cell) + 2):
            x = (column + turn + (row % 2) / 2) * cell
            corners = [(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)]
            draw.polygon(corners, (*_between(colors, x / width * 2), 160))


def _ribbons(draw: _Draw, size: _Size, chance: _Chance, motion: _Motion) -> None:
    colors, turn = motion
    width, height = size
    broad = min(size) * chance.between(8, 0.16, 0.3)
    lean = height * chance.between(9, -0.6, 0.6)
    for ribbon in range(-8, int((width + abs(lean)) / broad) + 8):
        x = (ribbon + turn) * broad
        end = x + broad * 0.6
        points = [(x, 0), (end, 0), (end - lean, height), (x - lean, height)]
        draw.polygon(points, (*_between(colors, x / width * 2), 125))


def _between(colors: list[Color], place: float) -> Color:
    """Return a colour of a scale that goes there and back in two."""
    place = abs((place % 2) - 1) * (len(colors) - 1)
    at = min(int(place), len(colors) - 2)
    return mixed(colors[at + 1], colors[at], place - at)


_STYLES: Final[tuple[Callable[[_Draw, _Size, _Chance, _Motion], None], ...]] = (
    _waves,
    _rings,
    _rays,
    _orbs,
    _lattice,
    _ribbons,
)
