"""Clips are exactly what was asked for, in every container, and the same each time."""

import asyncio
import io
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import pytest

from mockserver.media.cache import MediaCache
from mockserver.media.cards.shapes import PALETTE
from mockserver.media.formats import (
    FORMATS,
    flv,
    hls,
    media,
    mov,
    mp3,
    mp4,
    mpeg_ps,
    mpeg_ts,
    webm,
    wmv,
)
from mockserver.media.render import FfmpegRenderer
from mockserver.media.sound.heard import Music
from mockserver.media.spec import AudioCodec, Card, MediaSpec, VideoCodec
from tests.deep import first
from tests.media.conftest import facts_of, pictures_of

pytestmark = pytest.mark.ffmpeg

CARDS = (Card(("line",), "One"), Card(("line",), "Two"), Card(("line",), "Three"))
Complaints = Callable[[bytes, str], str]


def said_by(command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True)


TUNE = (Music("a.mp3"),)
CLIPS = [
    (mp4(320, 240, fps=30, seconds=3), (320, 240, 30, 90), ("h264", "aac")),
    (
        mp4(320, 240, fps=29.97, seconds=2),
        (320, 240, "30000/1001", 60),
        ("h264", "aac"),
    ),
    (mp4(33, 17, fps=30, seconds=0.3), (34, 18, 30, 9), ("h264", "aac")),
    (flv(320, 240, seconds=2, heard=TUNE), (320, 240, 25, 50), ("flv1", "mp3")),
    (
        mpeg_ps(352, 240, fps=29.97, seconds=2, aspect=Fraction(16, 9)),
        (352, 240, "30000/1001", 60),
        ("mpeg2video", "mp2"),
    ),
    (webm(320, 240, seconds=2), (320, 240, 25, 50), ("vp8", "vorbis")),
    (mpeg_ts(320, 240, seconds=2), (320, 240, 25, 50), ("h264", "aac")),
    (
        webm(
            320,
            240,
            fps=24,
            seconds=2,
            video_codec=VideoCodec.VP9,
            audio_codec=AudioCodec.OPUS,
        ),
        (320, 240, 24, 48),
        ("vp9", "opus"),
    ),
    (mov(320, 240, seconds=2), (320, 240, 25, 50), ("prores", "pcm_s16le")),
    (mp4(64, 64, fps=12.5, seconds=2), (64, 64, "25/2", 25), ("h264", "aac")),
    (mp4(64, 64, fps=11.988, seconds=2), (64, 64, "12000/1001", 24), ("h264", "aac")),
    (mp4(1, 1, fps=25, seconds=0), (2, 2, 25, 1), ("h264", "aac")),
    (
        mp4(
            176,
            144,
            fps=15,
            seconds=2,
            video_codec=VideoCodec.MPEG4,
            sample_rate_hz=22050,
            channels=1,
            audio_bit_rate=32000,
        ),
        (176, 144, 15, 30),
        ("mpeg4", "aac"),
    ),
    (wmv(320, 240, seconds=2), (320, 240, 25, 50), ("wmv2", "wmav1")),
    (
        wmv(320, 240, seconds=2, video_codec=VideoCodec.WMV1),
        (320, 240, 25, 50),
        ("wmv1", "wmav1"),
    ),
]


@pytest.mark.parametrize(("spec", "shape", "codecs"), first(CLIPS, plain=3))
async def test_a_clip_is_exactly_what_was_asked_for(
    spec: MediaSpec,
    shape: tuple[int, int, int | str, int],
    codecs: tuple[str, str],
    renderer: FfmpegRenderer,
    complaints: Complaints,
) -> None:
    (part,) = await renderer.render(spec)

    facts = facts_of(part.data)
    width, height, rate, frames = shape
    assert (facts.width, facts.height, facts.frames) == (width, height, frames)
    assert facts.rate == Fraction(rate)
    assert facts.codecs == codecs
    assert abs(facts.sound_s - spec.duration_s) < 0.08
    assert complaints(part.data, spec.extension) == ""


async def test_an_mp4_is_as_long_as_its_frames(
    renderer: FfmpegRenderer, ffprobe: str, tmp_path: Path
) -> None:
    (part,) = await renderer.render(mp4(320, 240, fps=30, seconds=30, heard=TUNE))
    path = tmp_path / "clip.mp4"
    path.write_bytes(part.data)
    entries = "stream=codec_name,pix_fmt,r_frame_rate,nb_frames:format=duration"
    asked: list[str | Path] = [
        ffprobe,
        "-v",
        "error",
        "-show_entries",
        entries,
        "-of",
        "compact=p=0",
        path,
    ]

    said = await asyncio.to_thread(said_by, asked)

    assert said.stderr == ""
    assert said.stdout.split() == [
        "codec_name=h264|pix_fmt=yuv420p|r_frame_rate=30/1|nb_frames=900",
        "codec_name=aac|r_frame_rate=0/0|nb_frames=1406",
        "duration=30.000000",
    ]


@pytest.mark.parametrize("aspect", [Fraction(4, 3), Fraction(16, 9)])
async def test_a_dvd_says_its_aspect(
    aspect: Fraction, renderer: FfmpegRenderer
) -> None:
    (part,) = await renderer.render(mpeg_ps(720, 576, seconds=1, aspect=aspect))

    with av.open(io.BytesIO(part.data), "r") as file:
        assert file.streams.video[0].display_aspect_ratio == aspect


@pytest.mark.parametrize(("fast_start", "order"), [(True, -1), (False, 1)])
async def test_the_index_is_where_it_was_asked(
    fast_start: bool, order: int, renderer: FfmpegRenderer
) -> None:
    (part,) = await renderer.render(mp4(64, 64, seconds=1, fast_start=fast_start))

    moov, mdat = part.data.index(b"moov"), part.data.index(b"mdat")
    assert (moov > mdat) - (moov < mdat) == order


async def test_a_clip_without_sound_has_no_sound_track(
    renderer: FfmpegRenderer,
) -> None:
    (part,) = await renderer.render(mp4(64, 64, seconds=1, silent_track=False))

    assert facts_of(part.data).codecs == ("h264",)


@pytest.mark.parametrize(("heard", "loud"), [(TUNE, True), ((), False)])
async def test_a_tune_is_heard_and_silence_is_not(
    heard: tuple[Music, ...], loud: bool, renderer: FfmpegRenderer
) -> None:
    (part,) = await renderer.render(mp4(64, 64, seconds=1, heard=heard))

    with av.open(io.BytesIO(part.data), "r") as file:
        peaks = [
            bytes(frame.planes[0]).count(0) == frame.planes[0].buffer_size
            for frame in file.decode(audio=0)
        ]
    assert (not all(peaks)) is loud


async def test_each_card_is_on_screen_in_its_time(renderer: FfmpegRenderer) -> None:
    spec = mp4(320, 240, fps=10, seconds=3, cards=CARDS, quality=10)
    (clip,) = await renderer.render(spec)
    distances = []

    for frame, card in ((0, 0), (9, 0), (10, 1), (19, 1), (20, 2), (29, 2)):
        pixel = pictures_of(clip.data)[frame].getpixel((160, 200))
        distances.append(_distance(pixel, PALETTE[card]))

    assert max(distances) <= 12


@pytest.mark.deep
async def test_cards_of_several_encoders_make_one_clip(
    renderer: FfmpegRenderer, complaints: Complaints
) -> None:
    spec = mp4(3840, 2160, fps=2, seconds=2, cards=CARDS[:2], silent_track=False)

    (clip,) = await renderer.render(spec)

    pictures = pictures_of(clip.data)
    grounds = [picture.getpixel((3000, 1800)) for picture in pictures]
    assert _distance(grounds[1], PALETTE[0]) <= 12
    assert _distance(grounds[2], PALETTE[1]) <= 12
    assert complaints(clip.data, "mp4") == ""


@pytest.mark.parametrize("frame", first([14, 25, 0, 7], plain=2))
async def test_a_still_shows_what_the_clip_shows(
    frame: int, renderer: FfmpegRenderer
) -> None:
    spec = mp4(320, 240, fps=10, seconds=3, cards=CARDS, quality=5)
    (clip,) = await renderer.render(spec)
    (still,) = await renderer.render(spec.still(frame=frame, quality=95))

    moving = pictures_of(clip.data)[frame].tobytes()
    standing = pictures_of(still.data)[0].tobytes()

    differences = [abs(a - b) for a, b in zip(moving, standing, strict=True)]
    assert sum(differences) / len(differences) < 3


async def test_the_square_moves(renderer: FfmpegRenderer) -> None:
    (clip,) = await renderer.render(mp4(320, 240, fps=10, seconds=1))

    assert pictures_of(clip.data)[0].tobytes() != pictures_of(clip.data)[5].tobytes()


async def test_hls_segments_are_exact_and_continue(
    renderer: FfmpegRenderer, complaints: Complaints
) -> None:
    spec = hls(320, 240, fps=25, seconds=5, segment_s=2, cards=CARDS, heard=TUNE)

    parts = await renderer.render(spec)

    assert [part.frames for part in parts] == [50, 50, 25]
    assert [facts_of(part.data).frames for part in parts] == [50, 50, 25]
    starts = []
    for part in parts:
        with av.open(io.BytesIO(part.data), "r") as file:
            starts.append(file.streams.video[0].start_time)
    assert starts == [0, 180_000, 360_000]
    assert complaints(b"".join(part.data for part in parts), "ts") == ""


async def test_a_playlist_can_be_played(
    renderer: FfmpegRenderer, program: Path, tmp_path: Path
) -> None:
    bundle = await MediaCache(None, renderer).get_bundle(
        hls(64, 64, seconds=3, segment_s=1)
    )
    (tmp_path / "clip.m3u8").write_text(bundle.playlist())
    for index, file in enumerate(bundle):
        (tmp_path / f"{index}.ts").write_bytes(file.read())

    played = await asyncio.to_thread(
        said_by,
        [program, "-v", "error", "-i", tmp_path / "clip.m3u8", "-f", "null", "-"],
    )

    assert played.stderr == ""


async def test_an_mp3_has_its_length(renderer: FfmpegRenderer) -> None:
    (part,) = await renderer.render(mp3(3, heard=TUNE))

    assert abs(facts_of(part.data).sound_s - 3) < 0.05


@pytest.mark.parametrize(
    "spec",
    first(
        [
            media("mp4", 128, 96, seconds=1, heard=TUNE),
            webm(128, 96, seconds=1, cards=CARDS),
            hls(128, 96, seconds=1, cards=CARDS, segment_s=1),
            mp3(1, heard=TUNE),
            media("gif", 128, 96, seconds=1, cards=CARDS),
            media("wmv", 128, 96, seconds=1, cards=CARDS),
            *(
                media(name, 128, 96, seconds=1, cards=CARDS)
                for name in FORMATS
                if name not in {"webm", "gif", "wmv"}
            ),
            media("flv", 128, 96, seconds=1, heard=TUNE),
            webm(
                128, 96, seconds=1, cards=CARDS, video_codec=VideoCodec.VP9, heard=TUNE
            ),
        ],
        plain=2,
    ),
)
async def test_the_same_spec_gives_the_same_bytes(
    spec: MediaSpec, program: Path
) -> None:
    one, other = await asyncio.gather(
        FfmpegRenderer(program).render(spec), FfmpegRenderer(program).render(spec)
    )

    assert one == other


@pytest.mark.deep
async def test_a_busy_machine_makes_the_same_webm(program: Path) -> None:
    """libvpx does not choose its effort by how long its last pictures took."""
    spec = webm(1280, 720, fps=30, seconds=3, cards=CARDS)
    crowd = FfmpegRenderer(program)

    made = await asyncio.gather(*(crowd.render(spec) for _ in range(4)))

    assert len(set(made)) == 1


RENDER = """
import asyncio, hashlib, os, sys
from pathlib import Path
from mockserver.media.formats import mp4
from mockserver.media.render import FfmpegRenderer
from mockserver.media.sound.heard import Music, Speech
from mockserver.media.spec import Card
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}) if sys.argv[2] == "1" else None
spec = mp4(640, 360, fps=30, seconds=5, cards=(Card(("text",), "Title"),),
    heard=(Music("x"), Speech("Hello there.", "anna", "en")))
(part,) = asyncio.run(FfmpegRenderer(Path(sys.argv[1])).render(spec))
print(hashlib.sha256(part.data).hexdigest())
"""


@pytest.mark.deep
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs CPU affinity")
def test_neither_cores_nor_directory_change_the_bytes(
    program: Path, tmp_path: Path
) -> None:
    root = str(Path(__file__).parents[2])
    said = [
        subprocess.run(
            [sys.executable, "-c", RENDER, program, cores],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": root},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for cores, folder in (("0", root), ("1", tmp_path))
    ]

    assert said[0] == said[1]
    assert len(said[0].strip()) == 64


def _distance(pixel: object, color: tuple[int, int, int]) -> int:
    assert isinstance(pixel, tuple)
    distance: int = max(abs(a - b) for a, b in zip(pixel, color, strict=True))
    return distance


async def test_a_transport_stream_tells_its_clock_with_each_frame() -> None:
    """How often it does so is not left to the version of the muxer (docs/time.md)."""
    (part,) = await FfmpegRenderer().render(mpeg_ts(320, 180, seconds=2))
    packets = [part.data[at : at + 188] for at in range(0, len(part.data), 188)]

    of_pictures = [packet for packet in packets if packet[1:3] in {b"\x41\0", b"\1\0"}]
    timed = [p for p in of_pictures if p[3] & 0x20 and p[4] and p[5] & 0x10]

    assert len(timed) == 50
