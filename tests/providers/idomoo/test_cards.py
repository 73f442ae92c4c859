"""A film shows placeholders with values, files, crop, quality and overlays."""

from mockserver.media.cards.card import Align
from mockserver.providers.idomoo import clips
from mockserver.providers.idomoo.film import Shot, of_scenes, of_storyboard
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


SCENE = {
    "scene_name": "Intro",
    "duration_in_seconds": 5,
    "fps": 25,
    "scene_width": 1280,
    "scene_height": 720,
}


def test_texts_have_the_colours_and_sides_that_were_asked_for() -> None:
    texts = [
        {"key": "a", "val": [{"text": "A", "color": "rgb(1,2,255)"}]},
        {"key": "b", "val": [{"text": "B"}], "text_color": "rgb(9, 8, 7)"},
        {"key": "c", "val": [{"text": "C"}], "alignment": ["right", "top"]},
        {"key": "d", "val": [{"text": "D"}]},
    ]
    film = of_scenes({"scenes": [{"scene_id": 1, "text": texts}]}, [SCENE])
    data = {"ratio": [16, 9], "duration": 5, "cards": [film.shots[0].packed()]}

    (card,) = clips._cards(data, {"height": 360})

    assert card.fact_looks == (
        ("#0102ff", Align.AUTO),
        ("#090807", Align.AUTO),
        ("", Align.RIGHT),
        ("", Align.AUTO),
    )


def test_texts_have_the_sizes_that_were_asked_for() -> None:
    texts = [
        {"key": "a", "val": [{"text": "A"}], "font_size": 82},
        {"key": "b", "val": [{"text": "B", "scale": 0.5}, {"text": "C", "scale": 9}]},
        {"key": "c", "val": [{"text": "C", "scale": 150}], "font_size": None},
        {"key": "d", "val": [{"text": "D", "scale": 2}], "font_size": 82},
        {"key": "e", "val": []},
    ]
    film = of_scenes({"scenes": [{"scene_id": 1, "text": texts}]}, [SCENE])
    data = {"ratio": [16, 9], "duration": 5, "cards": [film.shots[0].packed()]}

    (card,) = clips._cards(data, {"height": 360})

    assert card.fact_scales == (2.0, 0.5, 1.5, 4.0, 1.0)


def test_texts_of_the_usual_size_are_kept_as_before() -> None:
    texts = [{"key": "a", "val": [{"text": "A"}]}]
    film = of_scenes({"scenes": [{"scene_id": 1, "text": texts}]}, [SCENE])

    assert film.shots[0].packed()[4] == {"facts": [["a", "A"]]}


def test_sounds_of_a_scene_are_named_beside_its_texts() -> None:
    use = {
        "scene_id": 1,
        "text": [{"key": "name", "val": [{"text": "Ann"}]}],
        "audio": [{"key": "voice", "val": "https://example.com/a/greeting.mp3?x=1"}],
    }

    (shot,) = of_scenes({"scenes": [use]}, [SCENE]).shots

    assert shot.facts == (("name", "Ann"), ("voice", "greeting.mp3"))
    assert shot.said == "Ann"


def test_a_sound_of_a_storyboard_is_told_by_its_name() -> None:
    board = {
        "name": "Demo",
        "duration_in_seconds": 5,
        "fps": 25,
        "width": 640,
        "height": 360,
        "data": [{"key": "jingle", "val": "", "type": "audio"}],
    }
    given = [{"key": "jingle", "val": "https://example.com/sounds/jingle.mp3"}]

    (shot,) = of_storyboard(board, given).shots

    assert shot.facts == (("jingle", "jingle.mp3"),)
