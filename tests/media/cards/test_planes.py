"""What moves is, brightness and colours apart, what it is as RGB."""

from typing import Any, cast

import av
import pytest
from PIL import Image, ImageChops, ImageStat

from mockserver.media import encoder
from mockserver.media.cards.art import painted, soft
from mockserver.media.cards.card import Art
from mockserver.media.cards.layers import Layer
from mockserver.media.cards.painter import CardPainter
from mockserver.media.cards.planes import Planes, Veil
from mockserver.media.cards.prompts import prompt_card
from mockserver.media.formats import mp4
from mockserver.media.spec import Sign

ALL = 0, 0, 4, 4


def told(planes: Planes, x: int, y: int) -> tuple[Any, ...]:
    """Return what a picture shows at a place: brightness, and both colours."""
    half = x // 2, y // 2
    return planes.y.getpixel((x, y)), planes.u.getpixel(half), planes.v.getpixel(half)


def test_colours_are_those_of_television() -> None:
    drawn = Image.new("RGBA", (8, 8))
    drawn.paste((255, 255, 255, 255), (0, 4, 8, 8))

    over_red = Veil.of(drawn).over(Image.new("RGB", (4, 4), (255, 0, 0)), ALL)

    assert told(over_red, 7, 3) == (63, 102, 240)
    assert told(over_red, 7, 4) == (235, 128, 128)


def test_what_is_half_as_thick_lets_half_of_the_picture_through() -> None:
    drawn = Image.new("RGBA", (8, 8))
    drawn.paste((0, 0, 0, 128), (0, 4, 8, 8))

    over_red = Veil.of(drawn).over(Image.new("RGB", (4, 4), (255, 0, 0)), ALL)

    assert told(over_red, 0, 0) == (63, 102, 240)
    y, u, v = told(over_red, 0, 4)
    assert y == pytest.approx((63 + 16) / 2, abs=1)
    assert u == pytest.approx((102 + 128) / 2, abs=1)
    assert v == pytest.approx((240 + 128) / 2, abs=1)


def test_nothing_covers_nothing() -> None:
    nothing, white = Image.new("RGBA", (8, 8)), Image.new("RGB", (4, 4), "white")

    y, u, v = Veil.of(nothing).over(white, ALL)

    assert set(y.tobytes()) == {235}
    assert set(u.tobytes()) == set(v.tobytes()) == {128}


@pytest.mark.parametrize("size", [(1280, 640), (576, 1024)])
def test_a_film_shows_what_its_stills_show(size: tuple[int, int]) -> None:
    """Its pictures are put together otherwise, and look the same."""
    card = prompt_card("two cats, ¡olé!", "a-model", size, lines=("More",))
    spec = mp4(*size, cards=(card,), sign=Sign("Maker", "job-1"), quality=1)
    art = card.art or Art("")
    drawn = CardPainter().laid(spec, 0)
    still = Layer.of(drawn).over(painted(art, size, 0.25))

    small = soft(art, size, 0.25)
    planes = Veil.of(drawn).over(small, (0, 0, *small.size))
    made = encoder.starts(spec, [planes], size)

    context: Any = av.CodecContext.create("h264", "r")
    context.extradata = made.settings
    shown = [*context.decode(av.Packet(made.packets[0])), *context.decode(None)]
    image = cast("Image.Image", shown[0].to_image())
    assert max(ImageStat.Stat(ImageChops.difference(image, still)).mean) < 2
