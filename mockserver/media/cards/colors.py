"""Colours: as they were asked for, or so that they can be read on their ground."""

import math
from collections.abc import Iterable
from typing import Final

from PIL import Image, ImageColor

__all__ = [
    "DARK",
    "WHITE",
    "Color",
    "average",
    "contrast",
    "difference",
    "mixed",
    "parsed",
    "readable",
    "softened",
]

Color = tuple[int, int, int]

WHITE: Final[Color] = (255, 255, 255)
DARK: Final[Color] = (20, 22, 28)
_BLACK: Final[Color] = (0, 0, 0)
TEXT_CONTRAST: Final = 4.5
"""What WCAG asks of text, level AA."""


def parsed(text: str | None) -> Color | None:
    """Return a colour that somebody has sent; None if it is none."""
    if not text:
        return None
    try:
        return ImageColor.getrgb(text)[:3]
    except ValueError:
        # What is no colour is no reason to fail.
        return None


def contrast(one: Color, other: Color) -> float:
    """Return the ratio of two colours' luminances, 1 to 21.

    Source: WCAG 2.1, relative luminance and contrast ratio.
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def difference(one: Color, other: Color) -> float:
    """Return how far apart two colours look, from 0 to about 765.

    Unlike their contrast it tells a red from a green that is as bright.

    Source: the "redmean" approximation of how people see colours.
    """
    red = (one[0] + other[0]) / 2
    weights = 2 + red / 256, 4, 2 + (255 - red) / 256
    parts = zip(weights, one, other, strict=True)
    return math.sqrt(sum(weight * (a - b) ** 2 for weight, a, b in parts))


def readable(ground: Color, *, wished: Iterable[Color] = ()) -> Color:
    """Return the first wish that can be read on a ground, else white or a dark."""
    for color in wished:
        if contrast(color, ground) >= TEXT_CONTRAST:
            return color
    best = max((WHITE, DARK), key=lambda color: contrast(color, ground))
    # On some greys nothing but black will do.
    return best if contrast(best, ground) >= TEXT_CONTRAST else _BLACK


def softened(ink: Color, ground: Color, share: float) -> Color:
    """Return an ink that is less loud, but can be read if the ink can."""
    soft = mixed(ink, ground, share)
    return soft if contrast(soft, ground) >= TEXT_CONTRAST else ink


def mixed(ink: Color, ground: Color, share: float) -> Color:
    """Return a colour between two; 1 is the ink."""
    red, green, blue = (
        round(i * share + g * (1 - share)) for i, g in zip(ink, ground, strict=True)
    )
    return red, green, blue


def average(image: Image.Image) -> Color:
    """Return what a picture looks like from far away."""
    red, green, blue = image.resize((1, 1), Image.Resampling.BOX).tobytes()[:3]
    return red, green, blue


def _luminance(color: Color) -> float:
    red, green, blue = (_linear(part / 255) for part in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    if part <= 0.04045:
        return part / 12.92
    return float(((part + 0.055) / 1.055) ** 2.4)
