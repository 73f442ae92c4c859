"""What a file says about itself is told; what cannot be read tells nothing."""

from fractions import Fraction

import pytest

from mockserver.media.formats import mp3, mp4
from mockserver.media.look import look
from mockserver.media.probe import is_known, probe
from mockserver.media.render import FfmpegRenderer
from mockserver.media.spec import MediaSpec

CLIP = mp4(64, 36, seconds=1, fps=Fraction(30000, 1001), sample_rate_hz=44100)


async def made(spec: MediaSpec) -> bytes:
    (part,) = await FfmpegRenderer().render(spec)
    return part.data


@pytest.mark.ffmpeg
async def test_a_video_tells_its_sound_and_its_rates() -> None:
    found = await probe(await made(CLIP))

    assert 40_000 < found.pop("numsamples") <= 44_100
    assert found.pop("seconds") == pytest.approx(1.0, abs=0.05)
    assert found == {
        "acodec": "aac",
        "channels": 2,
        "framesize": 1024,
        "samplefmt": "fltp",
        "samplerate": 44100,
        "size": [64, 36],
        "fps": [30000, 1001],
        "avg_fps": [30000, 1001],
        "par": [1, 1],
        "dar": [16, 9],
        "tbn": [1, 30000],
        "tbc": None,
    }


@pytest.mark.ffmpeg
async def test_a_sound_tells_no_rates_of_pictures() -> None:
    found = look(await made(mp3(1)))

    assert (found["acodec"], found["framesize"]) == ("mp3", 1152)
    assert "fps" not in found


@pytest.mark.parametrize(
    "data", [b"", b"plain text", b"\0\0\0\x20ftypisom", b"ID3" + b"\xff" * 100]
)
async def test_what_cannot_be_read_tells_nothing(data: bytes) -> None:
    assert await probe(data) == {}


def test_only_known_beginnings_are_looked_into() -> None:
    assert is_known(b"RIFF....WAVE")
    assert not is_known(b"<svg/>")
