"""A slide shows its texts as they were styled, its files, effects and length."""

from mockserver.media.cards.card import Align, Layout
from mockserver.providers.stupeflix import clips

SLIDES = (
    {"title": "One", "lines": ["more"], "seconds": 2.0, "slots": [["a.jpg", "image"]],
     "effects": ["kenburns"], "ink": "#ff0000", "align": "right"},
    {"title": "Two", "lines": [], "seconds": 2.5},
)  # fmt: skip


def test_slides_tell_their_place_length_effects_and_files() -> None:
    made = clips._cards(SLIDES, lambda _: None)

    assert [card.label for card in made] == [
        "Slide 1 of 2 · 2 s · kenburns",
        "Slide 2 of 2 · 2.5 s",
    ]
    assert made[0].slots[0].name == "a.jpg"
    assert (made[0].ink, made[0].align) == ("#ff0000", Align.RIGHT)
    assert [card.layout for card in made] == [Layout.PHOTO, Layout.TITLE]


def test_a_slide_without_an_effect_says_so_in_words() -> None:
    slide = {"title": "", "lines": [], "seconds": 5.0, "effects": ["none", "panscan"]}

    (card,) = clips._cards((slide,), lambda _: None)

    assert card.label == "Slide 1 of 1 · 5 s · no effect · panscan"
