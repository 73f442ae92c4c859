"""The square that tells how far a film is can be told from what is behind it."""

import pytest
from PIL import Image

from mockserver.media.cards.card import Art, Card
from mockserver.media.cards.colors import Color, difference
from mockserver.media.cards.marker import marker_ink
from mockserver.media.formats import gif, mp4, png, webm
from mockserver.media.render import FfmpegRenderer
from mockserver.media.spec import MediaSpec, Sign
from tests.media.conftest import pictures_of

AMBER, BLUE = (255, 176, 0), (24, 72, 232)
SIGN = Sign("Maker", "job")


def cards(*colors: str | None) -> tuple[Card, ...]:
    return tuple(Card(title="Word", color=color) for color in colors)


@pytest.mark.parametrize(
    ("colors", "ink"),
    [
        ((), AMBER),
        ((None,), AMBER),
        (("#1e3a5f",), AMBER),
        (("white",), AMBER),
        (("#777777",), AMBER),
        (("#ffd600",), BLUE),
        (("orange",), BLUE),
        (("goldenrod",), BLUE),
        (("#1e3a5f", "#ffd600"), BLUE),
        # Neither can be told from both; amber is a little further away.
        (("#f0a000", "#1848e8"), AMBER),
        (("no colour",), AMBER),
    ],
)
def test_the_square_is_blue_where_amber_were_lost(
    colors: tuple[str | None, ...], ink: Color
) -> None:
    assert marker_ink(cards(*colors)) == ink


def test_below_a_moving_picture_it_is_amber_whatever_was_asked() -> None:
    """What stands there is dark."""
    assert marker_ink((Card(color="orange", art=Art("a cat")),)) == AMBER


def bluish(image: Image.Image) -> int:
    """Return how many pixels look like the square in its other colour."""
    data = image.convert("RGB").tobytes()
    pixels = zip(data[::3], data[1::3], data[2::3], strict=True)
    return len([color for color in pixels if difference(color, BLUE) < 120])


YELLOW = cards("#ffd600")


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    "spec",
    [
        png(320, 180, cards=YELLOW),
        gif(320, 180, seconds=1, fps=4, cards=YELLOW),
        mp4(320, 180, seconds=1, fps=4, cards=YELLOW, sign=SIGN),
        mp4(320, 180, seconds=1, fps=4, cards=YELLOW),
        webm(320, 180, seconds=1, fps=4, cards=YELLOW),
    ],
    ids=["a still", "a GIF", "an MP4", "an MP4 without a time", "a WebM"],
)
async def test_all_that_is_made_has_it_in_that_colour(
    renderer: FfmpegRenderer, spec: MediaSpec
) -> None:
    """A square of 4 by 4 pixels, less what a codec takes from its rim."""
    (part,) = await renderer.render(spec)

    assert 8 <= bluish(pictures_of(part.data)[0]) <= 20
