"""Mosaic: what changes in the pictures of a film, in tiles that are encoded once each.

A tile is a part of one row of macroblocks, and a slice of its own: so it may be encoded
among others, in a picture of tiles, and stand wherever it is needed; in the next film,
too, by what it looks like.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from PIL import Image

from mockserver.media.cards.boxes import Box
from mockserver.media.slices import MACROBLOCK_PX, Slice

__all__ = ["Mosaic", "Tile", "Tiles", "Tiling", "padded"]

_NARROWEST: Final = 8
# ffmpeg warns of more than 31 slices in a picture; one is above all tiles.
_TILES_MAX: Final = 30
_ROWS_MAX: Final = 64
_KEPT: Final = 4096
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


@dataclass(frozen=True, slots=True)
class Tile:
    """One encoded tile.

    Attributes:
        part: What was encoded.
    """

    part: Slice
    _written: dict[tuple[int, int, int], bytes] = field(default_factory=dict)

    def written(self, first: int, bits: int, key: int) -> bytes:
        """Return it as a part of a key frame; see `Slice.written`."""
        where = first, bits, key
        if where not in self._written:
            self._written[where] = self.part.written(first, 0, bits, key)
        return self._written[where]


@dataclass(frozen=True, slots=True)
class Tiles:
    """The tiles that were needed last; threads may share them."""

    _kept: OrderedDict[Hashable, Tile] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, look: Hashable) -> Tile | None:
        """Return the tile that looks so, if it is known."""
        with self._lock:
            found = self._kept.get(look)
            if found is not None:
                self._kept.move_to_end(look)
        return found

    def keep(self, look: Hashable, tile: Tile) -> None:
        """Keep a tile; what nobody has needed for long goes."""
        with self._lock:
            self._kept[look] = tile
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


_Known = Callable[[Hashable], Tile | None]


def _nothing(look: Hashable) -> None:
    del look


class Mosaic:
    """Tiles that differ, in the order in which they were first needed.

    Args:
        tiling: How large they are.
        known: Returns the tile that looks so, if another film had it.
    """

    def __init__(self, tiling: Tiling, known: _Known = _nothing) -> None:
        self.tiling, self._known = tiling, known
        self._numbers: dict[Hashable, int] = {}
        self._looks: dict[Hashable, int] = {}
        self._found: list[Tile | None] = []
        self._tiles: list[Image.Image] = []

    def number(
        self,
        key: Hashable,
        box: Box,
        draw: Callable[[], Image.Image],
        look: Callable[[], Hashable] | None = None,
    ) -> int:
        """Return the number of a tile, from 0.

        Args:
            key: What tells it from others of the film.
            box: Where it is.
            draw: Returns what it is a part of, if it has to be encoded.
            look: Returns what tells it from those of all films; the key if not given.
        """
        number = self._numbers.get(key)
        if number is None:
            looks = key if look is None else look()
            number = self._looks.get(looks)
            if number is None:
                number = self._looks[looks] = len(self._found)
                self._found.append(self._known(looks))
                if self._found[number] is None:
                    self._tiles.append(draw().crop(box))
            self._numbers[key] = number
        return number

    def looks(self) -> Iterator[tuple[Hashable, Tile | None]]:
        """Yield how each tile looks, and those that were known."""
        return zip(self._looks, self._found, strict=True)

    @property
    def sheet_px(self) -> _Size:
        """The size of the pictures that hold what has to be encoded.

        The last row has no tiles: where a picture ends, colours are rounded otherwise.
        """
        rows = -(-len(self._tiles) * self.tiling.wide // self.tiling.columns)
        held = min(max(1, rows), _ROWS_MAX)
        return self.tiling.size_px[0], (held + 1) * MACROBLOCK_PX

    def sheets(self) -> Iterator[Image.Image]:
        """Yield pictures that hold what has to be encoded; the last may have room."""
        across = self.tiling.columns // self.tiling.wide
        each = self._tiles_in_sheet
        for start in range(0, len(self._tiles), each):
            sheet = Image.new("RGB", self.sheet_px)
            for place, tile in enumerate(self._tiles[start : start + each]):
                row, column = divmod(place, across)
                corner = column * tile.width, row * MACROBLOCK_PX
                sheet.paste(tile, corner)
            yield sheet

    def cut(self, slices: Sequence[Slice]) -> Iterator[Slice]:
        """Yield the slices of all sheets that are tiles, or room for some."""
        each = self._tiles_in_sheet
        held = each + self.tiling.columns // self.tiling.wide
        return (part for at, part in enumerate(slices) if at % held < each)

    @property
    def _tiles_in_sheet(self) -> int:
        rows = self.sheet_px[1] // MACROBLOCK_PX - 1
        return self.tiling.columns // self.tiling.wide * rows


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
