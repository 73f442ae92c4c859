"""Tiles that are equal are drawn and encoded once, and stand where they belong."""

from functools import partial

import pytest
from PIL import Image

from mockserver.media.cards.boxes import Box
from mockserver.media.mosaic import Mosaic, Tile, Tiles, Tiling, padded
from mockserver.media.slices import Slice

PART = Slice(is_intra=True, quant=1, start=0, strength=(), data=b"\x12\x34")


def tile(color: str) -> Image.Image:
    return Image.new("RGB", (1280, 64), color)


def test_tiles_are_parts_of_rows_of_macroblocks() -> None:
    tiling = Tiling.of((1280, 720), 656)

    assert (tiling.columns, tiling.wide, tiling.top, tiling.rows) == (80, 16, 41, 4)
    assert len(tiling.cells()) == 20
    assert tiling.cells()[6] == Box(256, 16, 512, 32)
    assert tiling.first(6) == 42 * 80 + 16
    assert tiling.size_px == (1280, 64)


def test_a_width_without_divisors_is_one_tile() -> None:
    tiling = Tiling.of((360, 640), 592)

    assert (tiling.columns, tiling.wide, tiling.rows) == (23, 23, 3)
    assert tiling.cells()[1] == Box(0, 16, 368, 32)


@pytest.mark.parametrize(
    "size", [(1280, 720), (1920, 1080), (3840, 2160), (1080, 1920)]
)
def test_there_are_never_more_slices_than_decoders_expect(
    size: tuple[int, int],
) -> None:
    tiling = Tiling.of(size, size[1] - size[1] // 9)

    assert 8 <= len(tiling.cells()) <= 30


def test_equal_tiles_are_drawn_once() -> None:
    mosaic = Mosaic(Tiling.of((1280, 720), 656))
    box = Box(0, 0, 160, 16)
    drawn = []

    def draw() -> Image.Image:
        drawn.append(1)
        return tile("red")

    numbers = [mosaic.number(key, box, draw) for key in ("a", "b", "a", "c", "b")]

    assert numbers == [0, 1, 0, 2, 1]
    assert len(drawn) == 3


def test_what_looks_alike_is_one_tile() -> None:
    mosaic = Mosaic(Tiling.of((1280, 720), 656))
    box, draw = Box(0, 0, 160, 16), partial(tile, "red")

    numbers = [
        mosaic.number(key, box, draw, partial(str, look))
        for key, look in (("a", "red"), ("b", "red"), ("c", "blue"))
    ]

    assert numbers == [0, 0, 1]
    assert [look for look, _ in mosaic.looks()] == ["red", "blue"]


def test_what_other_films_had_is_neither_drawn_nor_encoded() -> None:
    known = Tile(PART)
    others = Tiles()
    others.keep("red", known)
    mosaic = Mosaic(Tiling.of((1280, 720), 656), others.get)
    box, drawn = Box(0, 0, 256, 16), []

    def draw() -> Image.Image:
        drawn.append(1)
        return tile("blue")

    numbers = [mosaic.number(key, box, draw) for key in ("red", "blue", "red")]

    assert numbers == [0, 1, 0]
    assert list(mosaic.looks()) == [("red", known), ("blue", None)]
    assert len(drawn) == 1
    (sheet,) = mosaic.sheets()
    assert sheet.getpixel((0, 0)) == (0, 0, 255)
    assert sheet.getpixel((256, 0)) == (0, 0, 0)


def test_a_sheet_holds_tiles_row_by_row() -> None:
    mosaic = Mosaic(Tiling.of((1280, 720), 656))
    for number in range(6):
        color = "red" if number == 5 else "blue"
        mosaic.number(number, Box(0, 0, 256, 16), partial(tile, color))

    (sheet,) = mosaic.sheets()

    assert mosaic.sheet_px == sheet.size == (1280, 48)
    assert sheet.getpixel((1279, 15)) == (0, 0, 255)
    assert sheet.getpixel((0, 16)) == sheet.getpixel((255, 31)) == (255, 0, 0)
    assert sheet.getpixel((256, 16)) == (0, 0, 0)


def test_many_tiles_need_several_sheets() -> None:
    mosaic = Mosaic(Tiling.of((320, 180), 144))
    for number in range(200):
        mosaic.number(number, Box(0, 0, 160, 16), lambda: tile("red"))

    assert mosaic.sheet_px == (320, 65 * 16)
    assert [sheet.size for sheet in mosaic.sheets()] == [(320, 1040)] * 2


def test_the_last_row_of_each_sheet_has_no_tiles() -> None:
    mosaic = Mosaic(Tiling.of((320, 180), 144))
    for number in range(130):
        mosaic.number(number, Box(0, 0, 160, 16), lambda: tile("red"))
    slices = [Slice(True, at, 0, (), b"") for at in range(2 * 130)]

    held = [part.quant for part in mosaic.cut(slices)]

    assert held == [*range(128), *range(130, 258)]


def test_what_lies_beyond_a_picture_is_as_its_edge() -> None:
    image = Image.new("RGB", (10, 10), "red")
    image.paste("blue", (0, 9, 10, 10))

    whole = padded(image, (16, 16))

    assert whole.size == (16, 16)
    assert whole.getpixel((15, 8)) == (255, 0, 0)
    assert whole.getpixel((15, 15)) == whole.getpixel((0, 12)) == (0, 0, 255)


def test_a_tile_is_found_by_its_look() -> None:
    tiles, tile = Tiles(), Tile(PART)

    tiles.keep(("a", 1), tile)

    assert tiles.get(("a", 1)) is tile
    assert tiles.get(("a", 2)) is None


def test_what_nobody_has_needed_for_long_goes() -> None:
    tiles, tile = Tiles(), Tile(PART)
    for look in range(4096):
        tiles.keep(look, tile)
    tiles.get(0)

    tiles.keep("one more", tile)

    assert tiles.get(0) is tiles.get("one more") is tile
    assert tiles.get(1) is None


def test_a_tile_is_written_once_for_each_place() -> None:
    tile = Tile(PART)

    one, again, other = (tile.written(first, 4, 0) for first in (16, 16, 32))

    assert one is again
    assert one[:5] == other[:5] == b"\x00\x00\x00\x01\x65"
    assert one != other
    assert one.endswith(b"\x12\x34")
