"""Layers: what stands still over a picture that moves, drawn once for all its turns."""

from dataclasses import dataclass

from PIL import Image, ImageChops

from mockserver.media.cards.boxes import Box

__all__ = ["Layer"]

_SHADE = [255 - value for value in range(256)]


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a picture that has something over it.

    Attributes:
        box: Where it is.
        shade: How much is seen of what is behind.
        light: What is added to that.
    """

    box: Box
    shade: Image.Image
    light: Image.Image


@dataclass(frozen=True, slots=True)
class Layer:
    """What stands over a picture.

    Attributes:
        parts: Those of the picture that it covers.
    """

    parts: tuple[_Part, ...]

    @classmethod
    def of(cls, drawn: Image.Image) -> "Layer":
        """Return what has been drawn on nothing.

        Args:
            drawn: RGBA; where it is half as thick, its colours are half as bright.
        """
        width, height = drawn.size
        # What was sent is shown above, and words below: seldom between.
        halves = Box(0, 0, width, height // 2), Box(0, height // 2, width, height)
        parts = []
        for half in halves:
            found = drawn.crop(half).getbbox()
            if found is not None:
                left, top, right, bottom = found
                box = Box(left, half.top + top, right, half.top + bottom)
                parts.append(_part(drawn.crop(box), box))
        return cls(tuple(parts))

    def over(self, image: Image.Image) -> Image.Image:
        """Lay it over a picture, and return that."""
        for part in self.parts:
            behind = ImageChops.multiply(image.crop(part.box), part.shade)
            image.paste(ImageChops.add(behind, part.light), part.box[:2])
        return image


def _part(drawn: Image.Image, box: Box) -> _Part:
    red, green, blue, alpha = drawn.split()
    shade = alpha.point(_SHADE)
    return _Part(
        box,
        Image.merge("RGB", (shade, shade, shade)),
        Image.merge("RGB", (red, green, blue)),
    )
