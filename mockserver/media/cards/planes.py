"""Planes: what moves as encoders take it, brightness and colours apart.

What moves is soft: its brightness is drawn half as fine as it is shown, and its colours
half as fine as encoders take them. What stands over it is the same at all turns.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from PIL import Image, ImageChops

from mockserver.media.cards.art import doubled
from mockserver.media.cards.boxes import Box

__all__ = ["Planes", "Veil"]

# BT.709 in the range of television: brightness from 16 to 235, colours around 128.
_MATRIX: Final = (
    *(0.1826, 0.6142, 0.0620, 16.0),
    *(-0.1006, -0.3386, 0.4392, 128.0),
    *(0.4392, -0.3989, -0.0403, 128.0),
)
_Seen = tuple[float, float, float, float]
_BLACK: Final = 16
_GREY: Final = 128
_INVERSE: Final = [255 - value for value in range(256)]
_BLACK_SHARES: Final = [round(_BLACK * value / 255) for value in range(256)]
_GREY_SHARES: Final = [round(_GREY * value / 255) for value in range(256)]


class Planes(NamedTuple):
    """A picture: its brightness, and colours half as fine in both directions."""

    y: Image.Image
    u: Image.Image
    v: Image.Image


@dataclass(frozen=True, slots=True)
class Veil:
    """What stands over a picture.

    Attributes:
        size: Of the picture, both even.
        box: Which part of it has something over it, in even numbers.
        shades: How much is seen of what is behind, for each plane of that part.
        lights: What is added to that.
    """

    size: tuple[int, int]
    box: Box
    shades: Planes
    lights: Planes

    @classmethod
    def of(cls, drawn: Image.Image) -> "Veil":
        """Return what has been drawn on nothing.

        Args:
            drawn: RGBA with an even width and height; where it is half as thick, its
                colours are half as bright.
        """
        left, top, right, bottom = drawn.getbbox() or (0, 0, 2, 2)
        box = Box(left & ~1, top & ~1, -(-right // 2) * 2, -(-bottom // 2) * 2)
        part = drawn.crop(box)
        shade = part.getchannel("A").point(_INVERSE)
        coarse = shade.reduce(2)
        y, u, v = part.convert("RGB").convert("RGB", _MATRIX).split()
        lights = Planes(
            ImageChops.subtract(y, shade.point(_BLACK_SHARES)),
            ImageChops.subtract(u.reduce(2), coarse.point(_GREY_SHARES)),
            ImageChops.subtract(v.reduce(2), coarse.point(_GREY_SHARES)),
        )
        return cls(drawn.size, box, Planes(shade, coarse, coarse), lights)

    def over(self, soft: Image.Image, seen: _Seen) -> Planes:
        """Return a picture behind it.

        Args:
            soft: RGB, much smaller, and nothing in it is sharp.
            seen: Which part of it is to fill the picture: left, top, right and bottom.
        """
        width, height = self.size
        fine, coarse = (width, height), (width // 2, height // 2)
        drawn = soft.convert("RGB", _MATRIX).split()
        planes = Planes(
            *(
                doubled(plane, size, seen)
                for plane, size in zip(drawn, (fine, coarse, coarse), strict=True)
            )
        )
        half = Box(*(side // 2 for side in self.box))
        for plane, box, shade, light in zip(
            planes, (self.box, half, half), self.shades, self.lights, strict=True
        ):
            behind = ImageChops.multiply(plane.crop(box), shade)
            plane.paste(ImageChops.add(behind, light), box[:2])
        return planes
