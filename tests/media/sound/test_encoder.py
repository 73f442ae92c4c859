"""Sound that is encoded in this process is what was given, however it came in."""

from array import array
from math import pi, sin
from pathlib import Path

import pytest

from mockserver.errors import MediaError
from mockserver.media.formats import mp3, mp4, webm
from mockserver.media.render import FfmpegRenderer
from mockserver.media.sound import encoder
from mockserver.media.sound.heard import Music
from mockserver.media.spec import Card
from tests.media.sound.hearing import hear

MONO, STEREO = (mp4(64, 64, channels=channels) for channels in (1, 2))


def tone(seconds: float, channels: int) -> bytes:
    count = round(48_000 * seconds)
    wave = [round(9000 * sin(2 * pi * 440 * at / 48_000)) for at in range(count)]
    return array("h", [level for level in wave for _ in range(channels)]).tobytes()


@pytest.mark.parametrize("channels", [1, 2])
def test_what_is_given_is_heard(channels: int) -> None:
    spec = mp4(64, 64, channels=channels)

    heard = hear(encoder.encoded([tone(0.5, channels)], spec))

    assert len(heard.samples) == pytest.approx(24_000, abs=3 * 1024)
    assert heard.part(0.1, 0.4).pitch_hz() == pytest.approx(440, rel=0.02)
    assert heard.part(0.1, 0.4).peak == pytest.approx(9000 / 32768, rel=0.1)


def test_how_it_is_cut_makes_no_difference() -> None:
    whole = tone(0.2, 2)
    parts = [whole[at : at + 4 * 777] for at in range(0, len(whole), 4 * 777)]

    assert encoder.encoded([whole], STEREO) == encoder.encoded(parts, STEREO)


def test_whoever_does_not_wait_gets_no_more() -> None:
    asked: list[bool] = []

    def is_over() -> bool:
        asked.append(True)
        return len(asked) > 2

    with pytest.raises(MediaError, match="nobody waits"):
        encoder.encoded([tone(0.1, 1)] * 9, MONO, is_over=is_over)
    assert len(asked) == 3


def test_other_codecs_are_not_encoded_here() -> None:
    assert encoder.encodes_here(MONO)
    assert encoder.encodes_here(STEREO)
    assert not encoder.encodes_here(webm(64, 64))
    assert not encoder.encodes_here(mp3(1.0))


async def test_a_film_of_h264_and_aac_starts_no_program(tmp_path: Path) -> None:
    """Starting one took two thirds of the time of the first film of its kind."""
    renderer = FfmpegRenderer(tmp_path / "no-such-ffmpeg")
    spec = mp4(160, 90, seconds=1, cards=(Card(title="One"),), heard=(Music("a"),))

    (part,) = await renderer.render(spec)

    assert hear(part.data).peak > 0.05
