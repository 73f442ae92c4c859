"""Tables show names and values whole where they have room, as they were asked for."""

from itertools import pairwise

import pytest
from PIL import Image, ImageChops

from mockserver.media.cards.card import Align, Layout, Slot
from mockserver.media.cards.painter import CardPainter
from mockserver.media.formats import png
from mockserver.media.spec import Card, Sign

PAINTER = CardPainter()
SIGN = Sign("Maker", "job")
LONG = "Your personal summary of the year, with everything that has happened in its"
SLOTS = (Slot("agent.png", 1), Slot("beach.mp4", 2, "video"))
Color = tuple[int, int, int]


def painted(card: Card, width: int, height: int) -> Image.Image:
    return PAINTER.paint(png(width, height, cards=(card,), sign=SIGN), 0)


def listed(*facts: tuple[str, str], **more: object) -> Card:
    return Card(title="welcome", layout=Layout.LIST, facts=facts, **more)  # type: ignore[arg-type]  # any of its fields


def differing(one: Card, other: Card, width: int, height: int) -> bool:
    pictures = [painted(card, width, height) for card in (one, other)]
    return ImageChops.difference(*pictures).getbbox() is not None


def colors(image: Image.Image) -> dict[Color, int]:
    data = image.tobytes()
    found = dict[Color, int]()
    for color in zip(data[::3], data[1::3], data[2::3], strict=True):
        found[color] = found.get(color, 0) + 1
    return found


@pytest.mark.parametrize("size", [(640, 360), (480, 480), (404, 720)])
def test_a_long_value_is_seen_to_its_last_word(size: tuple[int, int]) -> None:
    """It was cut after two lines, also where the picture had room for ten."""
    one, other = (listed(("text", f"{LONG} {word}")) for word in ("spring", "autumn"))

    assert differing(one, other, *size)


@pytest.mark.parametrize("place", range(5))
def test_values_beside_pictures_are_seen_in_the_smallest_usual_size(
    place: int,
) -> None:
    """Of 320 by 180 the table got so little that nothing was left but its lines."""
    facts = [(f"name {number}", f"value {number}") for number in range(8)]
    changed = [*facts]
    changed[place] = facts[place][0], "another"

    one, other = (listed(*some, slots=SLOTS) for some in (facts, changed))

    assert differing(one, other, 320, 180)


def test_what_has_no_room_is_counted() -> None:
    one, other = (
        listed(*((f"name {number}", "value") for number in range(count)), slots=SLOTS)
        for count in (12, 13)
    )

    assert differing(one, other, 320, 180)


def test_a_value_has_the_colour_that_was_asked_for() -> None:
    card = listed(("text", "Hello"), fact_looks=(("#ff8c00", Align.AUTO),))

    found = colors(painted(card, 640, 360))

    assert found[255, 140, 0] > 100


def test_a_colour_that_would_not_be_seen_stands_on_a_plate() -> None:
    """Blue on the blue that we have chosen ourselves cannot be read."""
    plain, asked = (
        listed(("text", "Hello"), color="#1e3a5f", fact_looks=looks)
        for looks in ((), (("#1e3a6f", Align.AUTO),))
    )

    before, after = (colors(painted(card, 640, 360)) for card in (plain, asked))

    assert after[30, 58, 111] > 100
    assert after[255, 255, 255] > before[255, 255, 255] + 5000


@pytest.mark.parametrize(("side", "half"), [(Align.LEFT, 0), (Align.RIGHT, 1)])
def test_a_value_stands_on_the_side_that_was_asked_for(side: Align, half: int) -> None:
    card = Card(facts=(("", "Hello"),), fact_looks=(("#ff0000", side),), color="black")
    image = painted(card, 640, 360)

    halves = image.crop((0, 0, 320, 300)), image.crop((320, 0, 640, 300))
    reddest = [part.getchannel("R").getextrema()[1] for part in halves]

    assert reddest[half] == 255
    assert reddest[1 - half] == 0


def test_a_value_has_the_size_that_was_asked_for() -> None:
    looks = (("#ff0000", Align.AUTO),)
    heights = []
    for scale in (0.5, 1.0, 2.0, 3.0, 50.0):
        card = listed(
            ("text", "Hello"), fact_looks=looks, fact_scales=(scale,), color="#000000"
        )
        image = painted(card, 640, 360)
        red = image.getchannel("R").point(lambda value: 255 if value > 200 else 0)
        green = image.getchannel("G").point(lambda value: 255 if value < 60 else 0)
        box = ImageChops.multiply(red, green).getbbox()
        heights.append(box[3] - box[1] if box else 0)

    usual = heights[1]
    assert heights[0] == pytest.approx(usual / 2, abs=2)
    assert heights[2] == pytest.approx(usual * 2, abs=2)
    # Three times as large is the most.
    assert heights[3] == heights[4] == pytest.approx(usual * 3, abs=3)


def test_names_are_measured_in_the_letters_that_are_drawn() -> None:
    """Where letters get no smaller, `headline` was parted before its last letter."""
    image = painted(listed(("headline", LONG), ("subtitle", LONG)), 134, 240)

    left = image.crop((0, 0, 54, 215)).convert("L")
    rows = [left.crop((0, y, 54, y + 1)).getextrema() for y in range(215)]
    with_ink = [low != high for low, high in rows]
    lines = sum(1 for one, other in pairwise(with_ink) if other and not one)

    # The title, two names, and the line between these.
    assert lines == 4
