"""Boxes: parts of a picture in pixels, and how they are cut."""

from enum import StrEnum
from typing import NamedTuple

__all__ = ["Box", "Form", "form_of"]


class Form(StrEnum):
    """What shape a picture has."""

    WIDE = "wide"
    SQUARE = "square"
    UPRIGHT = "upright"


class Box(NamedTuple):
    """A part of a picture; right and bottom are outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels from left to right, at least 1."""
        return max(1, self.right - self.left)

    @property
    def height(self) -> int:
        """Pixels from top to bottom, at least 1."""
        return max(1, self.bottom - self.top)

    def meets(self, other: "Box") -> bool:
        """Say whether two boxes have a part in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def inset(self, by: int) -> "Box":
        """Return what is left without an edge on all sides."""
        return Box(self.left + by, self.top + by, self.right - by, self.bottom - by)

    def columns(self, share: float, gap: int) -> "tuple[Box, Box]":
        """Return the left part and the rest."""
        at = self.left + round((self.width - gap) * share)
        return self._replace(right=at), self._replace(left=at + gap)

    def rows(self, share: float, gap: int) -> "tuple[Box, Box]":
        """Return the upper part and the rest."""
        at = self.top + round((self.height - gap) * share)
        return self._replace(bottom=at), self._replace(top=at + gap)

    def grid(self, count: int, columns: int, gap: int) -> "list[Box]":
        """Return cells of one size, in rows from the top left."""
        rows = -(-count // columns)
        width = (self.width - gap * (columns - 1)) // columns
        height = (self.height - gap * (rows - 1)) // rows
        found = []
        for number in range(count):
            row, column = divmod(number, columns)
            left = self.left + column * (width + gap)
            top = self.top + row * (height + gap)
            found.append(Box(left, top, left + max(1, width), top + max(1, height)))
        return found

    def middle(self, width: int, height: int) -> "Box":
        """Return a box of a size around the same centre."""
        left = self.left + (self.width - width) // 2
        top = self.top + (self.height - height) // 2
        return Box(left, top, left + width, top + height)


def form_of(width_px: int, height_px: int) -> Form:
    """Return the form of a picture."""
    if width_px >= height_px * 1.2:
        return Form.WIDE
    return Form.UPRIGHT if height_px >= width_px * 1.15 else Form.SQUARE
