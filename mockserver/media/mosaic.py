"""Mosaic: what changes in the pictures of a film, in tiles that are encoded once each.

A tile is a part of one row of macroblocks, and a slice of its own: so it may be encoded
among others, in a picture of tiles, and stand wherever it is needed.
"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Final

from PIL import Image

from mockserver.media.cards.boxes import Box
from mockserver.media.slices import MACROBLOCK_PX

__all__ = ["Mosaic", "Tiling", "padded"]

_NARROWEST: Final = 8
# ffmpeg warns of more than 31 slices in a picture; one is above all tiles.
_TILES_MAX: Final = 30
_ROWS_MAX: Final = 64
_Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tiling:
    """How the lower part of a picture is divided.

    Attributes:
        columns: Its width in macroblocks.
        wide: The width of a tile in macroblocks.
        top: The row of macroblocks of the picture in which it begins.
        rows: How many of them it has.
    """

    columns: int
    wide: int
    top: int
    rows: int

    @classmethod
    def of(cls, size_px: _Size, top_px: int) -> "Tiling":
        """Return the tiling of pictures of a size, from a row of pixels on.

        Tiles are as narrow as they may be, so that few of them change.
        """
        columns, whole = (-(-side // MACROBLOCK_PX) for side in size_px)
        top = top_px // MACROBLOCK_PX
        rows = whole - top
        widths = range(min(_NARROWEST, columns), columns)
        fit = (
            n for n in widths if columns % n == 0 and rows * columns <= _TILES_MAX * n
        )
        return cls(columns, next(fit, columns), top, rows)

    @property
    def size_px(self) -> _Size:
        """The size of all of it, with what lies outside of the picture."""
        return self.columns * MACROBLOCK_PX, self.rows * MACROBLOCK_PX

    def cells(self) -> list[Box]:
        """Return where its tiles are, in pixels, from its left upper corner."""
        count = self.columns // self.wide * self.rows
        width, height = self.size_px
        whole = Box(0, 0, width, height)
        return whole.grid(count, self.columns // self.wide, 0)

    def first(self, cell: int) -> int:
        """Return the number of a tile's first macroblock in the picture."""
        return self.top * self.columns + cell * self.wide


class Mosaic:
    """Tiles that differ, in the order in which they were first needed.

    Args:
        tiling: How large they are.
    """

    def __init__(self, tiling: Tiling) -> None:
        self.tiling = tiling
        self._numbers: dict[Hashable, int] = {}
        self._tiles: list[Image.Image] = []

    def number(self, key: Hashable, box: Box, draw: Callable[[], Image.Image]) -> int:
        """Return the number of a tile, from 0.

        Args:
            key: What tells it from others.
            box: Where it is.
            draw: Returns what it is a part of, if there is none yet.
        """
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self._tiles)
            self._tiles.append(draw().crop(box))
        return found

    @property
    def sheet_px(self) -> _Size:
        """The size of the pictures that hold the tiles."""
        rows = -(-len(self._tiles) * self.tiling.wide // self.tiling.columns)
        return self.tiling.size_px[0], min(max(1, rows), _ROWS_MAX) * MACROBLOCK_PX

    def sheets(self) -> Iterator[Image.Image]:
        """Yield pictures that hold all tiles, row by row; the last may have room."""
        width, height = self.sheet_px
        across = self.tiling.columns // self.tiling.wide
        each = across * (height // MACROBLOCK_PX)
        for start in range(0, len(self._tiles), each):
            sheet = Image.new("RGB", (width, height))
            for place, tile in enumerate(self._tiles[start : start + each]):
                row, column = divmod(place, across)
                corner = column * tile.width, row * MACROBLOCK_PX
                sheet.paste(tile, corner)
            yield sheet


def padded(image: Image.Image, size: _Size) -> Image.Image:
    """Return a picture with its last row and column repeated up to a size."""
    (width, height), (wide, high) = image.size, size
    if image.size == size:
        return image
    whole = image.crop((0, 0, *size))
    if wide > width:
        column = image.crop((width - 1, 0, width, height))
        whole.paste(column.resize((wide - width, height)), (width, 0))
    if high > height:
        row = whole.crop((0, height - 1, wide, height))
        whole.paste(row.resize((wide, high - height)), (0, height))
    return whole
