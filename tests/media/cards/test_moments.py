"""A still is the frame of its moment: what moves is where it is in the film."""

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from mockserver.media.cards.painter import CardPainter
from mockserver.media.cards.prompts import prompt_card
from mockserver.media.cards.stills import still
from mockserver.media.formats import mp4
from mockserver.media.render import FfmpegRenderer
from mockserver.media.spec import Card, Container, Sign
from tests.media.conftest import pictures_of

SIGN = Sign("Maker", "job-1")
MOVING = (prompt_card("A lighthouse at dusk", "m", (320, 180), seed=3),)
STANDING = (Card(title="One", seconds=1.5), Card(title="Two"))


def distance(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.mark.ffmpeg
@pytest.mark.parametrize("cards", [MOVING, STANDING], ids=["moving", "standing"])
async def test_stills_are_frames_of_the_film(
    cards: tuple[Card, ...], renderer: FfmpegRenderer, painter: CardPainter
) -> None:
    clip = mp4(320, 180, seconds=4, fps=24, cards=cards, sign=SIGN)
    (part,) = await renderer.render(clip)
    film = pictures_of(part.data)

    for number in (0, 7, 37, 60, 95):
        data = still(clip.still(Container.PNG, frame=number), painter)
        with Image.open(io.BytesIO(data)) as image:
            assert distance(film[number], image.convert("RGB")) < 5


@pytest.mark.ffmpeg
async def test_the_edge_of_a_short_film_changes_each_half_second(
    renderer: FfmpegRenderer,
) -> None:
    clip = mp4(320, 180, seconds=4, fps=24, cards=STANDING, sign=SIGN)
    (part,) = await renderer.render(clip)
    film = [picture.crop((0, 150, 320, 180)) for picture in pictures_of(part.data)]

    changes = [
        number
        for number in range(1, 96)
        if distance(film[number - 1], film[number]) > 0.2
    ]

    assert changes == [12, 24, 36, 48, 60, 72, 84]


@pytest.mark.ffmpeg
async def test_nothing_but_the_edge_changes_in_a_card_that_stands(
    renderer: FfmpegRenderer,
) -> None:
    clip = mp4(320, 180, seconds=4, fps=24, cards=STANDING[:1], sign=SIGN)
    (part,) = await renderer.render(clip)
    film = [picture.crop((0, 0, 320, 140)) for picture in pictures_of(part.data)]

    # Each half second begins with a key frame of its own.
    assert max(distance(film[0], picture) for picture in film) < 0.5


@pytest.mark.ffmpeg
async def test_a_moving_film_is_not_the_same_picture_all_the_time(
    renderer: FfmpegRenderer,
) -> None:
    clip = mp4(320, 180, seconds=2, fps=24, cards=MOVING, sign=SIGN)
    (part,) = await renderer.render(clip)
    film = pictures_of(part.data)

    assert distance(film[0], film[8]) > 5
