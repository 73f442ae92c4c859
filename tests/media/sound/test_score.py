"""A score is made of few cells, however long a clip is and whatever is in it."""

import pytest

from mockserver.media.sound.codecs import framing_of
from mockserver.media.sound.heard import Heard, Music, Speech
from mockserver.media.sound.score import Grid, score_of
from mockserver.media.sound.waves import Note, Vowel
from mockserver.media.spec import AudioCodec
from tests.deep import some

GRID = Grid(1024 / 48000, 1)


def test_another_text_of_a_voice_needs_no_other_cells() -> None:
    one = score_of((Speech("Hello there.", "anna", "en"),), 9.0, GRID)
    other = score_of((Speech("What? Not at all, no.", "anna", "en"),), 60.0, GRID)

    assert one.cells == other.cells
    assert len(one.cells) == 7


def test_syllables_come_in_order_and_not_too_close() -> None:
    speeches = tuple(
        Speech("word " * 40, "anna", "en", starts_s=at, seconds=4.0) for at in (4.0, 0)
    )

    score = score_of(speeches, 8.0, GRID)

    starts = [at for at, _ in score.events]
    assert starts == sorted(starts)
    assert len(starts) == 80


@pytest.mark.parametrize(
    "heard",
    some(
        map(
            pytest.param,
            [
                tuple(Speech("a b", f"voice {n}", starts_s=n) for n in range(900)),
                tuple(Music(str(n), fade_in_s=99, fade_out_s=99) for n in range(900)),
                tuple(Music(str(n), n * 1.0, 1.5, fade_in_s=0.7) for n in range(900)),
                (Music("a", fade_in_s=3600, fade_out_s=3600, volume_db=24),),
                (
                    Music("a"),
                    *(Speech("a " * 99, str(n), starts_s=n * 30) for n in range(9)),
                ),
            ],
        ),
        of=2,
    ),
    ids=["voices", "tracks at once", "tracks in a row", "a long fade", "both"],
)
def test_what_is_encoded_is_bounded(heard: tuple[Heard, ...]) -> None:
    score = score_of(heard, 7200.0, GRID)

    assert 0 < len(score.cells) <= 200
    assert max(cell.peak for cell in score.cells) <= 0.7


def test_what_plays_at_once_is_heard_at_once() -> None:
    score = score_of((Music("a"), Music("b", volume_db=-6)), 4.0, GRID)

    both = [cell for cell in score.cells if len(cell.parts) == 2]
    assert both
    assert all(a[1] == 0 and b[1] == -4 for a, b in (cell.parts for cell in both))


def test_words_fall_on_the_beat_of_music() -> None:
    score = score_of((Music("a"), Speech("Hello there.", "anna", "en")), 4.0, GRID)

    kinds = {tuple(type(unit) for unit, _ in cell.parts) for cell in score.cells}
    assert (Vowel, Note) in kinds
    assert (Note,) in kinds


def test_only_what_ducks_makes_music_quieter() -> None:
    bed = Music("a", ducked_db=-12)
    loud = score_of((bed, Music("b", 0.0, 2.0)), 4.0, GRID)
    quiet = score_of((bed, Music("b", 0.0, 2.0, ducks=True)), 4.0, GRID)

    levels = [
        {level for cell in score.cells for _, level in cell.parts}
        for score in (loud, quiet)
    ]
    assert levels == [{0}, {0, -8}]


def test_nothing_is_silence() -> None:
    assert score_of((), 9.0, GRID).cells == ()
    assert score_of((Speech("…"), Speech("")), 9.0, GRID).events == ()
    assert score_of((Music("a", volume_db=-90),), 9.0, GRID).events == ()


@pytest.mark.parametrize("codec", AudioCodec)
@pytest.mark.parametrize("rate_hz", [8000, 22050, 44100, 48000])
def test_every_codec_has_a_grid(codec: AudioCodec, rate_hz: int) -> None:
    score = score_of(
        (Speech("Hello there.", "anna"),), 9.0, framing_of(codec, rate_hz).grid(rate_hz)
    )

    assert all(cell.frames > framing_of(codec, rate_hz).guard for cell in score.cells)


def test_a_track_of_each_scene_is_heard() -> None:
    tracks = tuple(Music(str(place), place * 5.0, 5.0) for place in range(60))

    score = score_of(tracks, 300.0, GRID)

    beats = {int(at_s // 5) for at_s, _ in score.events}
    assert beats == {*range(60)}


def test_many_tracks_at_once_are_bounded() -> None:
    tracks = tuple(Music(str(place)) for place in range(100))

    score = score_of(tracks, 300.0, GRID)

    assert max(len(cell.parts) for cell in score.cells) <= 8


def test_another_track_of_an_instrument_needs_no_other_cells() -> None:
    scores = [score_of((Music(f"tune {n}"),), 30.0, GRID) for n in range(100)]

    assert len({score.events for score in scores}) == 100
    assert len({score.cells for score in scores}) <= 12
