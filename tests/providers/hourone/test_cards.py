"""A scene shows who speaks, what is said, what was sent, in the palette's colours."""

import pytest

from mockserver.providers.hourone import clips

SCENES = [
    {"title": "Intro", "said": "Welcome.", "seconds": 2.0, "layout": "a",
     "media": ["pet.jpg"]},
    {"title": "Outro", "lines": ["Bye"], "seconds": 5.0},
]  # fmt: skip
DATA = {"answer": {"character_id": "ann"}, "colors": ["112233", "#AABBCCFF"]}


def test_a_scene_has_presenter_transcript_pictures_and_colours() -> None:
    first, second = clips._cards(DATA, SCENES)

    assert (first.caption, first.slots[0].name) == ("Welcome.", "pet.jpg")
    assert (first.color, first.accent, second.color) == (
        "#112233",
        "#aabbcc",
        "#aabbcc",
    )
    assert first.presenter is not None
    assert first.presenter.name == "ann"
    assert (second.caption, second.lines) == ("", ("Bye",))


def test_a_long_transcript_is_burnt_in_a_sentence_at_a_time() -> None:
    said = (
        "This is the first sentence of it. And here comes another one. The end is near."
    )
    scene = {"title": "Long", "said": said, "seconds": 12.0}

    cards = [*clips._cards(DATA, [scene])]

    assert " ".join(card.caption for card in cards) == said
    assert cards[0].caption == "This is the first sentence of it."
    assert sum(card.seconds or 0 for card in cards) == pytest.approx(12.0, abs=0.01)


def test_each_layout_has_a_stage_of_its_own() -> None:
    stages = {clips._presenter("ann", str(number)) for number in range(40)}

    assert {(one.side, one.share, one.is_round) for one in stages} == {
        ("right", 0.85, False),
        ("left", 0.85, False),
        ("right", 0.5, True),
        ("left", 0.5, True),
        ("right", 1.0, False),
    }
    assert clips._presenter("ann", "x") == clips._presenter("ann", "x")
