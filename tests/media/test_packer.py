"""What is packed by its index alone has the bytes that PyAV gives it."""

from fractions import Fraction
from typing import Any

import pytest

from mockserver.media.assemble import Loop, Piece, assemble
from mockserver.media.cards.painter import CardPainter
from mockserver.media.cards.reel import Reel
from mockserver.media.composer import Composer
from mockserver.media.formats import mov, mp4
from mockserver.media.loops import montage_of
from mockserver.media.packer import Packer
from mockserver.media.pieces import pack
from mockserver.media.sound.bank import Sound
from mockserver.media.spec import Card, MediaSpec, Sign
from tests.deep import first
from tests.media.test_assemble import AAC, H264, repeated


def made(spec: MediaSpec) -> tuple[Loop, Sound | None]:
    montage = montage_of(spec)
    reel = Reel(CardPainter(), spec, montage)
    pictures = Composer().loops(spec, montage, montage.shots, reel, bool)
    return pictures, None if spec.audio_codec is None else repeated(spec)


def film(words: str, **more: Any) -> MediaSpec:
    said: dict[str, Any] = {"seconds": 3, "fps": 12, "channels": 1, **more}
    sign = Sign("Maker", words)
    return mp4(320, 180, cards=(Card(title=words),), sign=sign, **said)


def files(packer: Packer, spec: MediaSpec) -> tuple[bytes, bytes]:
    montage, (pictures, sound) = montage_of(spec), made(spec)
    one, other = (
        pack(spec, montage, pictures, sound, make)[0].data
        for make in (packer.assemble, assemble)
    )
    return one, other


@pytest.mark.parametrize(
    "more",
    first(
        [
            {},
            {"fast_start": False},
            {"silent_track": False},
            {"video_bit_rate": 2_000_000},
            {"fps": Fraction(30000, 1001)},
            {"aspect": Fraction(4, 3)},
        ],
        plain=3,
    ),
)
def test_the_next_film_has_the_bytes_that_it_had(more: dict[str, Any]) -> None:
    packer = Packer()

    one, as_it_was = files(packer, film("One", **more))
    next_one, as_it_would_be = files(packer, film("Quite another one", **more))

    assert one == as_it_was
    assert next_one == as_it_would_be
    assert one != next_one
    assert [index is not None for index in packer._indexes.values()] == [True]


def test_films_of_other_lengths_have_indexes_of_their_own() -> None:
    packer = Packer()

    for seconds in (2, 3, 2):
        one, other = files(packer, film("One", seconds=seconds))
        assert one == other

    assert len(packer._indexes) == 2


def test_what_is_no_usual_mp4_is_left_to_pyav() -> None:
    packer = Packer()
    spec = mov(32, 32, seconds=3, video_codec=H264, audio_codec=AAC, channels=1)

    one, other = files(packer, spec)

    assert one == other
    assert not packer._indexes


def test_what_is_longer_than_others_is_left_to_pyav() -> None:
    packer, spec = Packer(), film("One", silent_track=False)
    pictures, _ = made(spec)
    piece = Piece([0] * 48_001, 1, 0, range(0))

    assert packer.assemble(spec, piece, pictures, None)[4:8] == b"ftyp"
    assert not packer._indexes


def test_few_indexes_are_kept() -> None:
    packer, spec = Packer(), film("One", silent_track=False)
    pictures, _ = made(spec)

    for frames in range(2, 36):
        packer.assemble(spec, Piece([0] * frames, 1, 0, range(0)), pictures, None)

    assert len(packer._indexes) == 32
