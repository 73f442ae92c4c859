"""Tiles that are equal are drawn and encoded once, and stand where they belong."""

from functools import partial

import pytest
from PIL import Image

from mockserver.media.cards.boxes import Box
from mockserver.media.mosaic import Mosaic, Tiling, padded


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


def test_a_sheet_holds_tiles_row_by_row() -> None:
    mosaic = Mosaic(Tiling.of((1280, 720), 656))
    for number in range(6):
        color = "red" if number == 5 else "blue"
        mosaic.number(number, Box(0, 0, 256, 16), partial(tile, color))

    (sheet,) = mosaic.sheets()

    assert mosaic.sheet_px == sheet.size == (1280, 32)
    assert sheet.getpixel((1279, 15)) == (0, 0, 255)
    assert sheet.getpixel((0, 16)) == sheet.getpixel((255, 31)) == (255, 0, 0)
    assert sheet.getpixel((256, 16)) == (0, 0, 0)


def test_many_tiles_need_several_sheets() -> None:
    mosaic = Mosaic(Tiling.of((320, 180), 144))
    for number in range(200):
        mosaic.number(number, Box(0, 0, 160, 16), lambda: tile("red"))

    assert mosaic.sheet_px == (320, 64 * 16)
    assert [sheet.size for sheet in mosaic.sheets()] == [(320, 1024)] * 2


def test_what_lies_beyond_a_picture_is_as_its_edge() -> None:
    image = Image.new("RGB", (10, 10), "red")
    image.paste("blue", (0, 9, 10, 10))

    whole = padded(image, (16, 16))

    assert whole.size == (16, 16)
    assert whole.getpixel((15, 8)) == (255, 0, 0)
    assert whole.getpixel((15, 15)) == whole.getpixel((0, 12)) == (0, 0, 255)
