"""Cards show any text without breaking, and inside the picture."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from mockserver.media.cards.fonts import Typeface, clean
from mockserver.media.cards.painter import CardPainter
from mockserver.media.formats import png
from mockserver.media.spec import Card

PAINTER = CardPainter()
ANY_TEXT = st.text(st.characters(), max_size=200)


def painted(card: Card, width: int = 640, height: int = 360) -> Image.Image:
    return PAINTER.paint(png(width, height, cards=(card,)), 0)


def ink_box(image: Image.Image) -> tuple[int, int, int, int] | None:
    ground = Image.new("RGB", image.size, image.getpixel((0, 0)))
    return ImageChops.difference(image, ground).getbbox()


@settings(deadline=None, max_examples=60)
@given(
    ANY_TEXT, st.lists(ANY_TEXT, max_size=4), st.integers(1, 400), st.integers(1, 400)
)
def test_any_text_in_any_size_is_drawn(
    title: str, lines: list[str], width: int, height: int
) -> None:
    image = painted(Card(tuple(lines), title), width, height)

    assert image.size == (width, height)


@pytest.mark.parametrize("size", [(320, 240), (1080, 1920), (1280, 720), (176, 144)])
@pytest.mark.parametrize("text", ["W" * 10_000, "word " * 2_000, "漢" * 500])
def test_long_texts_stay_inside_the_margins(text: str, size: tuple[int, int]) -> None:
    width, height = size
    box = ink_box(painted(Card((text, text), text), width, height))

    assert box is not None
    assert box[0] >= min(size) // 32
    assert box[1] >= min(size) // 32
    assert box[2] <= width - min(size) // 32
    assert box[3] <= height - min(size) // 16


@pytest.mark.parametrize(
    "text",
    [
        "100%",
        'it\'s "so"',
        "Ünïcode",
        "日本語",
        "ภาษาไทย",
        "مرحبا",
        "שלום",
        "🎬",
        "\x00\ud800",
    ],
)
def test_every_script_leaves_ink(text: str) -> None:
    assert ink_box(painted(Card((text,)))) is not None


@pytest.mark.parametrize("text", ["\x00", "\n\t ", "\u200d\ufe0f", ""])
def test_what_has_no_shape_leaves_no_ink(text: str) -> None:
    assert ink_box(painted(Card((text,)))) is None


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\nb\tc", "a b c"),
        ("a\x00b\x07", "ab"),
        ("x\ud800y", "x\ufffdy"),
        ("  a   b ", "a b"),
    ],
)
def test_text_is_cleaned_before_it_is_drawn(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_each_character_gets_the_first_font_that_has_it() -> None:
    face = Typeface()

    assert [face.choice(c) for c in "aЖש日\U0001f3ac"] == [0, 0, 0, 1, 2]
    assert face.choice("\U000e0fff") is None


def test_a_right_to_left_line_ends_with_what_it_begins_with() -> None:
    runs = Typeface().runs("שלום 日本", 20)

    assert [run.text.strip() for run in runs] == ["日本", "שלום"]


def test_different_texts_give_different_pictures() -> None:
    assert painted(Card(("one",))).tobytes() != painted(Card(("two",))).tobytes()


def test_each_position_has_its_own_colour() -> None:
    spec = png(64, 64, cards=(Card(), Card()))

    grounds = {PAINTER.paint(spec, i).getpixel((0, 0)) for i in (0, 1)}

    assert len(grounds) == 2


@pytest.mark.parametrize(
    ("color", "ground"),
    [("#ff8000", (255, 128, 0)), ("navy", (0, 0, 128)), ("#12", (30, 58, 95))],
)
def test_a_colour_is_used_if_it_is_one(
    color: str, ground: tuple[int, int, int]
) -> None:
    assert painted(Card(color=color)).getpixel((0, 0)) == ground


def test_the_number_is_drawn_if_asked_for() -> None:
    plain = PAINTER.paint(png(640, 360, cards=(Card(), Card())), 1)
    numbered = PAINTER.paint(png(640, 360, cards=(Card(), Card()), numbered=True), 1)

    assert ink_box(plain) is None
    assert ink_box(numbered) is not None
