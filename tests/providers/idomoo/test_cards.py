"""A film shows placeholders with values, files, crop, quality and overlays."""

from mockserver.providers.idomoo import clips
from mockserver.providers.idomoo.film import Shot
from mockserver.providers.idomoo.outputs import _crop

SHOTS = [
    Shot("Demo", facts=(("name", "Ann"),)).packed(),
    Shot(
        "Demo", seconds=2.0, color="#112233", files=(("pic: a.jpg", "image", ""),)
    ).packed(),
]
OUTPUT = {"height": 360, "quality": 23, "crop": [1, 1], "overlay": "/o/logo.png (fit)"}
DATA = {"ratio": [16, 9], "duration": 4.0, "cards": SHOTS}


def test_placeholders_and_files_are_seen_with_what_was_asked_of_the_file() -> None:
    first, second = clips._cards(DATA, OUTPUT)

    assert first.facts == (("name", "Ann"),)
    assert first.label == "Scene 1 of 2 · crop 1:1 · quality 23 · height 360"
    assert second.slots[0].name == "pic: a.jpg"
    assert (second.color, second.seconds) == ("#112233", 2.0)
    assert second.overlays[0].slot.name == "logo.png (fit)"


def test_a_file_is_cropped_to_the_ratio_that_was_asked_for() -> None:
    assert clips._size(DATA, OUTPUT) == (360, 360)
    assert clips._size(DATA, {"height": 360}) == (640, 360)


def test_what_is_no_ratio_crops_nothing() -> None:
    assert _crop([9, 16]) == [9, 16]
    assert [_crop(one) for one in (None, [1], [0, 1], ["a", 1], [1, 100])] == [None] * 5


def test_jobs_of_older_stores_are_still_shown() -> None:
    (card,) = clips._cards({"cards": [[None, "Old", ["a"], None, "said"]]}, {})

    assert (card.title, card.lines, card.slots) == ("Old", ("a",), ())
