"""A clip is a montage of short loops that are repeated."""

import pytest

from mockserver.media.cards.card import Art
from mockserver.media.formats import mp4
from mockserver.media.loops import montage_of, told_frame
from mockserver.media.spec import Card, MediaSpec, Sign
from mockserver.media.timing import FrameRate


def test_a_montage_shows_every_frame_once() -> None:
    spec = mp4(64, 64, fps=25, seconds=3, cards=(Card(), Card(), Card()))
    montage = montage_of(spec)

    assert len(list(montage.sequence(0, spec.frames))) == 75


def test_each_card_begins_with_the_first_frame_of_its_loop() -> None:
    spec = mp4(64, 64, fps=10, seconds=5, cards=(Card(seconds=2.5), Card()))
    montage = montage_of(spec)

    sequence = list(montage.sequence(0, 50))

    assert montage.loop == 10
    assert sequence[:11] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]
    assert sequence[24:27] == [4, 10, 11]


def test_each_stretch_begins_with_the_first_frame_of_a_loop() -> None:
    montage = montage_of(mp4(64, 64, fps=10, seconds=5))

    assert list(montage.sequence(13, 16)) == [0, 1, 2]


def test_cards_without_a_frame_are_not_encoded() -> None:
    montage = montage_of(mp4(64, 64, fps=10, seconds=1, cards=(Card(),) * 30))

    assert len(montage.shots) == 10
    assert sum(shot.frames for shot in montage.shots) == 10


def test_an_hour_is_encoded_as_250_frames() -> None:
    assert montage_of(mp4(64, 64, fps=30, seconds=3600)).loop == 250


def test_large_cards_are_shared_out_to_several_encoders() -> None:
    montage = montage_of(mp4(1920, 1080, seconds=30, cards=(Card(),) * 20))

    assert [len(batch) for batch in montage.batches(1920 * 1080)] == [7, 7, 6]
    assert [len(batch) for batch in montage.batches(640 * 360)] == [10, 10]
    assert [len(batch) for batch in montage.batches(320 * 180)] == [20]


def test_a_large_clip_is_encoded_in_fewer_frames() -> None:
    """A billion pixels are a minute's work, whatever the size of the picture."""
    sizes = [(1920, 1080), (4096, 4096), (7680, 4320)]

    montages = [montage_of(mp4(*size, seconds=600, fps=25)) for size in sizes]

    assert [montage.loop for montage in montages] == [167, 59, 30]


def signed(
    seconds: float, size: tuple[int, int] = (1280, 720), count: int = 1
) -> MediaSpec:
    cards = tuple(Card(title=str(number)) for number in range(count))
    return mp4(*size, seconds=seconds, fps=30, cards=cards, sign=Sign("Maker", "job"))


def test_a_clip_that_tells_the_time_is_cut_into_shots() -> None:
    montage = montage_of(signed(30))

    assert [shot.start for shot in montage.shots] == [*range(0, 900, 30)]
    assert {shot.frames for shot in montage.shots} == {30}
    assert (montage.loop, montage.is_composed) == (30, True)


@pytest.mark.parametrize(
    ("seconds", "size", "times"),
    [
        (4, (320, 180), 8),
        (10, (1280, 720), 20),
        (10.5, (1280, 720), 11),
        (90, (320, 180), 90),
        (90, (1280, 720), 90),
        (180, (1280, 720), 90),  # that many of that size are not quick to make
        (9, (3840, 2160), 9),
    ],
)
def test_times_are_told_as_often_as_can_be_drawn(
    seconds: float, size: tuple[int, int], times: int
) -> None:
    assert len(montage_of(signed(seconds, size)).shots) == times


@pytest.mark.parametrize("fps", [24, 25, "30000/1001", 12.5])
def test_a_still_tells_the_time_that_its_film_tells_then(fps: FrameRate) -> None:
    cards = (Card(seconds=1.3), Card(seconds=0.2), Card())
    spec = mp4(320, 180, seconds=6, fps=fps, cards=cards, sign=Sign("Maker"))
    montage = montage_of(spec)

    told = [told_frame(spec, frame) for frame in range(spec.frames)]

    assert told == [montage.shot_at(frame).start for frame in range(spec.frames)]
    assert all(
        0 <= frame - told[frame] <= 0.5 * spec.fps for frame in range(spec.frames)
    )


def test_each_card_has_a_shot_of_its_own() -> None:
    montage = montage_of(signed(30, count=100))

    assert [shot.card for shot in montage.shots] == list(range(100))


def test_what_moves_is_seen_at_even_places_of_its_loop() -> None:
    card = Card(art=Art("a cat"))
    montage = montage_of(mp4(320, 180, seconds=8, fps=24, cards=(card,)))

    turns = [montage.turn_of(montage.phase_at(frame)) for frame in range(6)]

    assert montage.turns == 8
    assert turns == [0, 0, 1, 1, 2, 2]


def test_a_moment_belongs_to_the_shot_that_shows_it() -> None:
    montage = montage_of(signed(30))

    assert [montage.shot_at(frame).start for frame in (0, 299, 300, 899, 5000)] == [
        0, 270, 300, 870, 870,
    ]  # fmt: skip
