"""Pictures that somebody has sent: made small once, whatever they are."""

import io

import pytest
from PIL import Image

from mockserver.media.cards.painter import CardPainter
from mockserver.media.cards.pictures import laid, small
from mockserver.media.formats import png
from mockserver.media.spec import Card, Picture

RED, BLUE = (200, 20, 20), (20, 20, 200)


def halves(
    kind: str = "PNG", size: tuple[int, int] = (400, 200), mode: str = "RGB"
) -> bytes:
    """Return the file of a picture: red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    written = io.BytesIO()
    image.convert(mode).save(written, kind)
    return written.getvalue()


def near(found: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(one - other) < 24 for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "RGB"), ("JPEG", "CMYK"),
     ("GIF", "P")],
)  # fmt: skip
def test_a_picture_of_each_kind_is_taken(kind: str, mode: str) -> None:
    picture = small(halves(kind, mode=mode))

    assert picture is not None
    image = laid(picture, (100, 100))
    assert near(image.getpixel((5, 50)), RED)
    assert near(image.getpixel((95, 50)), BLUE)


def test_a_large_picture_is_kept_small() -> None:
    picture = small(halves("JPEG", (6000, 3000)))

    assert picture is not None
    assert Image.open(io.BytesIO(picture.data)).size == (1280, 640)
    assert len(picture.data) < 100_000


def test_what_stands_over_is_cut_off() -> None:
    picture = small(halves(size=(400, 200)))

    assert picture is not None
    assert laid(picture, (64, 256)).size == (64, 256)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\xd8\xff", b"GIF89a", b"<svg/>", halves()[:60], halves()[:-30],
        halves("BMP"), halves("TIFF"), b"\x89PNG\r\n\x1a\n" + bytes(64),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_none(data: bytes) -> None:
    assert small(data) is None


def test_a_picture_of_too_many_pixels_is_not_looked_at() -> None:
    written = io.BytesIO()
    Image.new("1", (6000, 5000)).save(written, "PNG")

    assert len(written.getvalue()) < 10_000
    assert small(written.getvalue()) is None


def test_pictures_are_compared_by_what_they_are() -> None:
    one, other = small(halves()), small(halves())

    assert one == other
    assert one != small(halves(size=(200, 200)))


def test_a_card_shows_its_picture_and_its_text() -> None:
    picture = small(halves())
    spec = png(640, 360, cards=(Card(title="Hello", picture=picture),))
    plain = png(640, 360, cards=(Card(picture=picture),))

    image, bare = CardPainter().paint(spec, 0), CardPainter().paint(plain, 0)

    assert near(image.getpixel((5, 5)), RED)
    assert near(image.getpixel((634, 5)), BLUE)
    assert image.tobytes() != bare.tobytes()


def test_another_picture_is_another_file() -> None:
    cards = [Card(picture=Picture(digest, b"")) for digest in ("a", "b")]

    digests = {png(64, 64, cards=(card,)).digest() for card in (*cards, Card())}

    assert len(digests) == 3
