"""Scene: a card that is being drawn, with the colours and sizes that suit it."""

import math
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw

from mockserver.media.cards.boxes import Box, Form, form_of
from mockserver.media.cards.card import Card
from mockserver.media.cards.colors import Color, contrast, softened
from mockserver.media.cards.fonts import Typeface, is_right_to_left

__all__ = ["LARGE_CONTRAST", "OVER_PICTURE", "Scene", "text_size"]

OVER_PICTURE: Final = 0.64
"""How much darker a picture gets where words stand: white can be read on white."""
LARGE_CONTRAST: Final = 3.0
"""What WCAG asks of large text, level AA."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A card that is being drawn.

    Attributes:
        card: What it shows.
        image: What it is drawn on.
        body: What is not the frame's edge.
        edge_px: Where the frame's edge begins.
        faces: The plain and the bold font.
        ink: Colour of the text.
        ground: What is behind it, more or less.
        accent: Colour of what decorates.
    """

    card: Card
    image: Image.Image
    body: Box
    edge_px: int
    faces: tuple[Typeface, Typeface]
    ink: Color
    ground: Color
    accent: Color

    @property
    def draw(self) -> ImageDraw.ImageDraw:
        """What draws on it."""
        return ImageDraw.Draw(self.image)

    @property
    def form(self) -> Form:
        """The form of the whole picture."""
        return form_of(*self.image.size)

    @property
    def soft(self) -> Color:
        """Colour of text that is not so important; still to be read."""
        return softened(self.ink, self.ground, 0.84)

    @property
    def label_ink(self) -> Color:
        """Colour of small words above the headline: the accent, if it can be read."""
        is_seen = contrast(self.accent, self.ground) >= LARGE_CONTRAST
        return self.accent if is_seen else self.soft

    @property
    def size_px(self) -> float:
        """Size of plain text."""
        return text_size(self.image.size) * min(max(self.card.scale, 0.3), 4.0)

    @property
    def is_over_picture(self) -> bool:
        """Whether there is a picture where others have a colour."""
        return self.card.art is not None or self.card.picture is not None

    @property
    def is_right_to_left(self) -> bool:
        """Whether its texts begin at the right."""
        return is_right_to_left(self.card.title or "".join(self.card.lines))

    @property
    def gap(self) -> int:
        """Pixels between one thing and the next."""
        return max(3, round(min(self.image.size) / 24))


def text_size(size: tuple[int, int]) -> float:
    """Return the size of plain text in a picture, in pixels."""
    width, height = size
    return max(9.0, min(height / 15, width / 17, math.sqrt(width * height) / 19))
