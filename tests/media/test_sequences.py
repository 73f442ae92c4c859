"""Frames of a clip in one archive: all of them, as pictures, and the same each time."""

import io
import zipfile

from PIL import Image

from mockserver.media.cards.painter import CardPainter
from mockserver.media.cards.shapes import PALETTE
from mockserver.media.formats import sequence
from mockserver.media.sequences import pieces
from mockserver.media.spec import Card, MediaSpec
from mockserver.media.studio import Studio

CARDS = (Card(("one",), "First"), Card(("two",), "Second"))
NOTE = ("note.txt", "What is beside.")
SPEC = sequence(321, 181, seconds=2, fps=24, cards=CARDS, beside=(NOTE,))


def packed(spec: MediaSpec, painter: CardPainter) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces(spec, painter))))


def test_each_frame_is_there_by_its_number_and_then_the_rest(
    painter: CardPainter,
) -> None:
    names = packed(SPEC, painter).namelist()

    assert len(names) == 49
    assert (names[0], names[47], names[48]) == (
        "frame.0001.png",
        "frame.0048.png",
        "note.txt",
    )


def test_a_frame_is_a_picture_of_its_moment(painter: CardPainter) -> None:
    archive = packed(SPEC, painter)

    first, last = [
        Image.open(io.BytesIO(archive.read(f"frame.{number:04}.png")))
        for number in (1, 48)
    ]

    assert (first.format, first.size) == ("PNG", (321, 181))
    assert [first.getpixel((0, 0)), last.getpixel((0, 0))] == [PALETTE[0], PALETTE[1]]
    assert archive.read("frame.0001.png") != archive.read("frame.0003.png")
    assert archive.read("note.txt") == b"What is beside."


def test_it_can_be_checked_and_is_the_same_each_time(painter: CardPainter) -> None:
    assert packed(SPEC, painter).testzip() is None
    assert [*pieces(SPEC, painter)] == [*pieces(SPEC, CardPainter())]


async def test_one_that_is_too_large_has_smaller_pictures() -> None:
    studio = Studio(10.0, file_max_bytes=70_000)

    (part,) = await studio.draw(SPEC)

    with zipfile.ZipFile(io.BytesIO(part.data)) as archive:
        frame = Image.open(io.BytesIO(archive.read("frame.0001.png")))
    assert frame.size == (80, 45)
