"""What packs a clip changes no byte of it, whatever its version and that of Python."""

import base64
import json
import zlib
from array import array
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from av.packet import Packet

from mockserver.errors import MediaError
from mockserver.media.assemble import (
    Loop,
    _interleaved,
    read_pictures,
    read_sound,
)
from mockserver.media.loops import montage_of
from mockserver.media.pieces import pack
from mockserver.media.sound.bank import Sound
from mockserver.media.spec import AudioCodec, Container, MediaSpec, VideoCodec

# What ffmpeg has once encoded: another one would encode other bytes.
ENCODED = json.loads(Path(__file__).with_name("encoded.json").read_text("utf-8"))
TICKS = {"mp3": 1152, "mp2": 1152, "wmav1": 2048}
RATES = {AudioCodec.MP3: 44100, AudioCodec.WMA1: 44100}


def encoded(codec: str) -> bytes:
    return zlib.decompress(base64.b64decode(ENCODED[codec]))


def clip(
    container: Container, video: VideoCodec, audio: AudioCodec | None, **more: Any
) -> MediaSpec:
    said: dict[str, Any] = {
        "width_px": 32,
        "height_px": 32,
        "seconds": 3.0,
        "video_codec": video,
        "audio_codec": audio,
        "channels": 1,
        "sample_rate_hz": 48000 if audio is None else RATES.get(audio, 48000),
    }
    return MediaSpec(container, **{**said, **more})


def packed(spec: MediaSpec) -> bytes:
    montage = montage_of(spec)
    pictures: Loop = read_pictures(
        encoded(str(spec.video_codec)), spec.fps, loop=montage.loop, count=montage.loop
    )
    sound = None if spec.audio_codec is None else repeated(spec)
    return b"".join(part.data for part in pack(spec, montage, pictures, sound))


def repeated(spec: MediaSpec) -> Sound:
    """Return the steady middle of what has been recorded, over and over."""
    rate, name = spec.sample_rate_hz, str(spec.audio_codec)
    template, packets, _ = read_sound(encoded(name), rate)
    middle, tick = packets[8:-4], TICKS.get(name, 1024)
    count = int(spec.seconds * rate) // tick
    order = array("H", (number % len(middle) for number in range(count)))
    starts = array("q", range(0, count * tick, tick))
    return Sound(template, middle, (tick,) * len(middle), rate, order, starts)


H264, FLV1, VP8 = VideoCodec.H264, VideoCodec.FLV1, VideoCodec.VP8
WMV2, MPEG2, MPEG4 = VideoCodec.WMV2, VideoCodec.MPEG2, VideoCodec.MPEG4
AAC, MP3, MP2 = AudioCodec.AAC, AudioCodec.MP3, AudioCodec.MP2
FILES: dict[str, tuple[MediaSpec, str]] = {
    "mp4": (clip(Container.MP4, H264, AAC), "eedadfe141122c5a"),
    "mp4 without sound": (clip(Container.MP4, H264, None), "0745db9ecaf0b581"),
    "mp4 with its index last": (
        clip(Container.MP4, H264, AAC, fast_start=False),
        "b5cb83ebd37e3016",
    ),
    "mp4 of an old codec": (clip(Container.MP4, MPEG4, AAC), "8b78c507b4872b43"),
    "mov": (clip(Container.MOV, H264, AAC), "24666d025a7401e9"),
    "flv": (clip(Container.FLV, FLV1, MP3), "2a8652851cee6178"),
    "webm": (clip(Container.WEBM, VP8, AudioCodec.VORBIS), "c6f6d9de8d295ffb"),
    "wmv": (clip(Container.WMV, WMV2, AudioCodec.WMA1), "ba3ab8448401fa23"),
    "mpg": (clip(Container.MPEG_PS, MPEG2, MP2), "3715bb5d335d274e"),
    "ts": (clip(Container.MPEG_TS, H264, AAC), "a0679bf4280d532c"),
    "hls": (clip(Container.HLS, H264, AAC, segment_s=1.0), "ca9a28da6f09cce5"),
}


@pytest.mark.parametrize("name", FILES)
def test_equal_packets_are_equal_files(name: str) -> None:
    spec, digest = FILES[name]

    assert sha256(packed(spec)).hexdigest()[:16] == digest


def test_a_loop_that_is_too_short_is_refused() -> None:
    with pytest.raises(MediaError, match="ffmpeg encoded"):
        read_pictures(encoded("h264"), Fraction(25), loop=12, count=10_000)


@pytest.mark.parametrize("count", [7, 50_001])
def test_samples_are_in_order_however_many_there_are(count: int) -> None:
    """Few are sorted, many are merged; at the same time pictures come first."""
    picture, sound = Packet(b"picture"), Packet(b"sound")
    pictures = ((at / 10, picture, at) for at in range(4))
    sounds = ((at, sound, round(at * 100)) for at in (0.0, 0.15, 0.3))

    mixed = _interleaved([pictures, sounds], count)

    order = [(at, packet is picture) for at, packet, _ in mixed]

    assert order == [
        (0.0, True),
        (0.0, False),
        (0.1, True),
        (0.15, False),
        (0.2, True),
        (0.3, True),
        (0.3, False),
    ]
