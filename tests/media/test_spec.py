"""Specs are values: equal, hashable, bounded."""

import subprocess
import sys
from fractions import Fraction

import pytest
from msgspec.structs import replace

from mockserver.errors import MediaError
from mockserver.media.formats import gif, jpeg, mp4, png, wav
from mockserver.media.sound.heard import Music
from mockserver.media.spec import Card, Container, MediaSpec

CARDS = (Card(("a",), "A", seconds=2), Card(("b",), "B"), Card(("c",), "C"))


def test_equal_specs_are_equal_hash_equal_and_digest_equal() -> None:
    one, other = mp4(640, 360, cards=CARDS), mp4(640, 360, cards=CARDS)

    assert one == other
    assert hash(one) == hash(other)
    assert one.digest() == other.digest()


def test_a_digest_is_the_same_in_another_process() -> None:
    code = (
        "from mockserver.media.formats import mp4;"
        "from mockserver.media.spec import Card;"
        "print(mp4(640, 360, cards=(Card(('x',)),)).digest())"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == mp4(640, 360, cards=(Card(("x",)),)).digest()


@pytest.mark.parametrize(
    "change",
    [
        {"width_px": 642},
        {"fps": Fraction(24)},
        {"seconds": 11.0},
        {"cards": (Card(("\ud800",)),)},
        {"heard": (Music("a"),)},
        {"quality": 30},
        {"container": Container.MOV},
    ],
)
def test_every_difference_changes_the_digest(change: dict[str, object]) -> None:
    spec = mp4(640, 360)

    assert replace(spec, **change).digest() != spec.digest()


@pytest.mark.parametrize("size", [(0, 10), (10, 0), (9000, 10)])
def test_impossible_sizes_are_refused_in_one_line(size: tuple[int, int]) -> None:
    with pytest.raises(MediaError, match="sides are 1 to 8192 px"):
        mp4(*size)


@pytest.mark.parametrize("seconds", [-1.0, float("inf"), float("nan"), 1e9])
def test_impossible_lengths_are_refused(seconds: float) -> None:
    with pytest.raises(MediaError, match="frames"):
        mp4(640, 360, seconds=seconds)


def test_video_sizes_are_made_even_but_pictures_are_exact() -> None:
    assert mp4(641, 3).encoded_px == (642, 4)
    assert jpeg(641, 3).encoded_px == (641, 3)
    assert gif(641, 3).encoded_px == (641, 3)


def test_each_frame_belongs_to_the_card_on_screen() -> None:
    spec = mp4(640, 360, fps=10, seconds=10, cards=CARDS)

    assert spec.card_frames == (20, 40, 40)
    assert [spec.card_at(f) for f in (0, 19, 20, 59, 60, 99, 500)] == [
        0,
        0,
        1,
        1,
        2,
        2,
        2,
    ]


def test_a_still_of_a_clip_is_clamped_into_it() -> None:
    clip = mp4(640, 360, fps=10, seconds=10)

    assert clip.still(at_s=3.25).frame == 32
    assert clip.still(at_s=99).frame == 99
    assert clip.still(frame=-4).frame == 0
    assert clip.still(quality=500).quality == 100


def test_types_and_extensions_are_known() -> None:
    assert (mp4(2, 2).content_type, mp4(2, 2).extension) == ("video/mp4", "mp4")
    assert (wav(1).content_type, wav(1).extension) == ("audio/wav", "wav")
    assert (jpeg(2, 2).content_type, jpeg(2, 2).extension) == ("image/jpeg", "jpg")


def test_a_sound_counts_milliseconds() -> None:
    assert wav(1.2345).duration_s == 1.235


def test_too_many_cards_are_refused() -> None:
    with pytest.raises(MediaError, match="1001 cards"):
        MediaSpec(Container.MP4, cards=(Card(),) * 1001)


def test_a_picture_of_too_many_pixels_is_refused_in_one_line() -> None:
    """8K is the most: a picture is drawn as a whole."""
    with pytest.raises(MediaError, match="picture of 8192x8192: at most 35389440 px"):
        png(8192, 8192)


def test_a_halved_clip_differs_in_nothing_but_its_size() -> None:
    spec = mp4(640, 360, cards=CARDS)

    assert spec.halved() == replace(spec, width_px=320, height_px=180)
