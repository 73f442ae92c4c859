"""Formats have the defaults of the providers that offer them."""

import subprocess
import sys
from fractions import Fraction

import pytest

from mockserver.errors import MediaError
from mockserver.media.formats import FORMATS, gif, hls, media, mp4, mpeg_ps, webm
from mockserver.media.spec import AudioCodec, Container, VideoCodec


@pytest.mark.parametrize(
    ("extension", "content_type"),
    [
        ("mp4", "video/mp4"),
        ("webm", "video/webm"),
        ("flv", "video/x-flv"),
        ("wmv", "video/x-ms-wmv"),
        ("mpeg", "video/mpeg"),
        ("mov", "video/quicktime"),
        ("m3u8", "application/vnd.apple.mpegurl"),
        ("gif", "image/gif"),
        ("JPEG", "image/jpeg"),
        ("png", "image/png"),
        ("tif", "image/tiff"),
        ("webp", "image/webp"),
    ],
)
def test_an_extension_names_a_format(extension: str, content_type: str) -> None:
    assert media(extension, 64, 64).content_type == content_type


def test_every_format_can_be_made_of_the_same_clip() -> None:
    specs = [media(extension, 64, 64, seconds=2, fps=24) for extension in FORMATS]

    assert {spec.duration_s for spec in specs} == {2.0}


def test_an_unknown_extension_is_explained() -> None:
    with pytest.raises(MediaError, match="no format 'avi'; there are mp4, webm"):
        media("avi", 64, 64)


@pytest.mark.parametrize(
    ("asked", "taken"),
    [(12.5, Fraction(24000, 1001)), (29, Fraction(30000, 1001))],
)
def test_mpeg_2_takes_the_nearest_rate_it_knows(asked: float, taken: Fraction) -> None:
    assert mpeg_ps(720, 576, fps=asked).fps == taken


def test_opus_is_always_48_khz() -> None:
    spec = webm(64, 64, audio_codec=AudioCodec.OPUS, sample_rate_hz=22050)

    assert spec.sample_rate_hz == 48000


def test_a_gif_is_kept_within_what_gif_can() -> None:
    spec = gif(64, 64, fps=60, colors=9999, loop=-7)

    assert (float(spec.fps), spec.colors, spec.loop) == (50.0, 256, -1)


def test_an_mp4_is_h264_and_aac_with_the_index_first() -> None:
    spec = mp4(640, 360)

    assert spec.video_codec is VideoCodec.H264
    assert spec.audio_codec is AudioCodec.AAC
    assert spec.fast_start


def test_an_hls_clip_is_one_segment_unless_said_otherwise() -> None:
    assert hls(64, 64).segment_s is None
    assert hls(64, 64).container is Container.HLS


def test_describing_media_loads_no_heavy_library() -> None:
    code = (
        "import sys, mockserver.media.cache, mockserver.media.files, "
        "mockserver.media.formats\n"
        "print(sorted({'av', 'PIL', 'ffmpeg', 'imageio_ffmpeg'} & set(sys.modules)))"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert said.stdout == "[]\n"
