"""Every character gets a font that has it; lines run as their script does."""

import pytest
from PIL import ImageFont

from mockserver.media.cards.fonts import Typeface, clean


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


@pytest.mark.parametrize(
    ("char", "font"),
    [
        ("a", "DejaVuSans.ttf"),
        ("Ж", "DejaVuSans.ttf"),
        ("ש", "DejaVuSans.ttf"),
        ("ش", "DejaVuSans.ttf"),
        ("न", "NotoSansDevanagari-Regular.ttf"),
        ("ส", "NotoSansThai-Regular.ttf"),
    ],
)
def test_each_character_gets_the_first_font_that_has_it(char: str, font: str) -> None:
    assert Typeface().font_of(char) == font


@pytest.mark.parametrize("char", "日本한😀")
def test_what_is_not_shipped_in_a_fine_letter_has_a_coarse_one(char: str) -> None:
    assert Typeface().font_of(char) is not None


def test_what_no_font_has_is_known_as_such() -> None:
    assert Typeface().choice("\U000e0fff") is None


def test_a_right_to_left_line_ends_with_what_it_begins_with() -> None:
    runs = Typeface().runs("שלום 日本", 20)

    assert [run.text.strip() for run in runs] == ["日本", "שלום"]


def test_a_line_of_a_left_to_right_text_begins_at_the_left() -> None:
    runs = Typeface().runs("שלום 日本", 20, from_right=False)

    assert [run.text.strip() for run in runs] == ["שלום", "日本"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ab", ["a", "b"]),
        ("क्ष", ["क्ष"]),
        ("น้ำ", ["น้", "ำ"]),
        ("好。x", ["好。", "x"]),
        ("👍🏽!", ["👍🏽", "!"]),
    ],
)
def test_a_letter_is_not_cut_from_its_marks(text: str, parts: list[str]) -> None:
    assert Typeface().clusters(text) == parts


def test_letters_that_join_are_narrower_together() -> None:
    """That is how one can tell that Arabic is shaped."""
    face = Typeface()
    (run,) = face.runs("مرحبا", 40)

    assert run.font.layout_engine is ImageFont.Layout.RAQM
    assert run.width_px < 0.95 * sum(face.width(char, 40) for char in "مرحبا")
