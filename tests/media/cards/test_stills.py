"""Pictures, GIFs and WAVs are made without ffmpeg, exactly."""

import io
import wave
from collections.abc import Callable

import pytest
from PIL import Image

from mockserver.errors import MediaError
from mockserver.media.cards.gifs import blocks
from mockserver.media.cards.painter import CardPainter
from mockserver.media.cards.shapes import PALETTE
from mockserver.media.cards.stills import still
from mockserver.media.formats import gif, jpeg, mp4, png, tiff, wav, webp
from mockserver.media.sound.heard import Music
from mockserver.media.sound.wav import wav as play
from mockserver.media.spec import Card, Container, MediaSpec, Sheet

CARDS = (Card(("one",), "First"), Card(("two",), "Second"))


def draw_gif(spec: MediaSpec, painter: CardPainter) -> bytes:
    return b"".join(blocks(spec, painter))


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        (jpeg(641, 361), "JPEG"),
        (png(1, 1), "PNG"),
        (tiff(33, 17), "TIFF"),
        (webp(321, 181), "WEBP"),
        (jpeg(1080, 1920), "JPEG"),
    ],
)
def test_a_still_has_its_format_and_exact_size(
    spec: MediaSpec, kind: str, painter: CardPainter
) -> None:
    image = opened(still(spec, painter))

    assert image.format == kind
    assert image.size == (spec.width_px, spec.height_px)


def test_a_sheet_shows_frames_at_even_distances(painter: CardPainter) -> None:
    """Two cards of 5 s, in four tiles of three columns: the last row has one."""
    clip = mp4(320, 180, seconds=10, cards=CARDS)
    sheet = Sheet(tiles=4, columns=3, width_px=32, height_px=18)

    image = opened(still(clip.spread(Container.PNG, sheet), painter))

    corners = [
        image.getpixel((column * 32 + 31, row * 18))
        for row in range(2)
        for column in range(3)
    ]
    assert image.size == (96, 36)
    assert corners == [
        PALETTE[0], PALETTE[0], PALETTE[1], PALETTE[1], (0, 0, 0), (0, 0, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((0, 10, 160, 90), "everything is 1 or more"),
        ((10, 10, 1000, 90), "sheet of 10000x90: sides are 1 to 8192 px"),
    ],
)
def test_a_sheet_that_cannot_be_is_refused(
    sizes: tuple[int, int, int, int], message: str
) -> None:
    with pytest.raises(MediaError, match=message):
        Sheet(*sizes)


def test_sheets_of_other_grids_are_other_files() -> None:
    clip = mp4(320, 180)
    grids = [Sheet(4, 2, 32, 18), Sheet(4, 4, 32, 18), Sheet(8, 4, 32, 18)]

    digests = {clip.spread(Container.PNG, one).digest() for one in grids}

    assert len(digests) == 3


@pytest.mark.parametrize(("at_s", "card"), [(0, 0), (4.9, 0), (5, 1), (60, 1)])
def test_a_still_shows_the_card_on_screen(
    at_s: float, card: int, painter: CardPainter
) -> None:
    image = opened(still(png(320, 180, cards=CARDS, at_s=at_s), painter))

    assert image.getpixel((0, 0)) == PALETTE[card]


@pytest.mark.parametrize("make", [jpeg, webp])
def test_quality_decides_the_size_of_a_picture(
    make: Callable[..., MediaSpec], painter: CardPainter
) -> None:
    low = still(make(640, 360, cards=CARDS, quality=10), painter)
    high = still(make(640, 360, cards=CARDS, quality=95), painter)

    assert len(low) < len(high) * 0.7


@pytest.mark.parametrize("make", [jpeg, png, tiff, webp])
def test_a_still_is_the_same_twice(
    make: Callable[..., MediaSpec], painter: CardPainter
) -> None:
    spec = make(640, 360, cards=CARDS)

    assert still(spec, painter) == still(spec, CardPainter())


@pytest.mark.parametrize(
    ("fps", "frames"), [(10, 20), (12.5, 25), (24, 48), (30, 60), (50, 100)]
)
def test_a_gif_has_every_frame_and_its_length(
    fps: float, frames: int, painter: CardPainter
) -> None:
    image = opened(draw_gif(gif(320, 180, fps=fps, seconds=2, cards=CARDS), painter))
    lengths = []
    for index in range(image.n_frames):  # type: ignore[attr-defined]  # a GIF has it
        image.seek(index)
        lengths.append(image.info["duration"])

    assert len(lengths) == frames
    assert sum(lengths) == 2000


def test_a_gif_shows_each_card_in_its_time(painter: CardPainter) -> None:
    image = opened(draw_gif(gif(320, 180, fps=10, seconds=2, cards=CARDS), painter))

    image.seek(9)
    first = image.convert("RGB").getpixel((0, 0))
    image.seek(10)
    second = image.convert("RGB").getpixel((0, 0))

    assert (first, second) == PALETTE[:2]


@pytest.mark.parametrize(("asked", "found"), [(0, 0), (3, 3), (-1, None)])
def test_a_gif_loops_as_asked(
    asked: int, found: int | None, painter: CardPainter
) -> None:
    image = opened(draw_gif(gif(64, 64, seconds=1, loop=asked), painter))

    assert image.info.get("loop") == found


def test_a_gif_has_no_more_colours_than_asked(painter: CardPainter) -> None:
    image = opened(draw_gif(gif(320, 180, seconds=1, colors=8, cards=CARDS), painter))

    assert len(image.convert("RGB").getcolors(256) or []) <= 8


@pytest.mark.parametrize("heard", [(Music("a.mp3"),), ()])
def test_a_wav_has_the_exact_length(heard: tuple[Music, ...]) -> None:
    spec = wav(2.5, heard=heard, sample_rate_hz=24000, channels=1)

    with wave.open(io.BytesIO(play(spec))) as file:
        assert file.getnframes() == 60000
        assert file.getframerate() == 24000
        assert file.getnchannels() == 1
        assert any(file.readframes(60000)) is bool(heard)
