"""The ffmpeg on PATH is used, else the bundled one; a bad one is explained."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.errors import MediaError
from mockserver.media.binary import describe_ffmpeg, find_ffmpeg, needs_ffmpeg
from mockserver.media.cache import MediaCache
from mockserver.media.encoder import encodes_here
from mockserver.media.formats import (
    flv,
    gif,
    hls,
    jpeg,
    mov,
    mp3,
    mp4,
    mpeg_ts,
    wav,
    webm,
)
from mockserver.media.render import FfmpegRenderer
from mockserver.media.sound import encoder as sounds
from mockserver.media.spec import MediaSpec, VideoCodec


def nothing() -> str:
    raise RuntimeError


def not_installed() -> str:
    raise ModuleNotFoundError("imageio_ffmpeg")


def script(folder: Path, text: str) -> Path:
    path = folder / "ffmpeg"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_the_one_on_path_is_used() -> None:
    found = find_ffmpeg(lambda _: "/somewhere/ffmpeg", nothing)

    assert found == Path("/somewhere/ffmpeg")


def test_else_the_bundled_one_is_used() -> None:
    found = find_ffmpeg(lambda _: None, lambda: "/wheel/ffmpeg")

    assert found == Path("/wheel/ffmpeg")


@pytest.mark.parametrize("bundled", [nothing, not_installed])
def test_none_at_all_is_explained(bundled: Callable[[], str]) -> None:
    with pytest.raises(MediaError) as found:
        find_ffmpeg(lambda _: None, bundled)

    assert str(found.value) == (
        "no ffmpeg found: install ffmpeg, or `pip install imageio-ffmpeg`; only MP4 and"
        " HLS of H.264, GIF, WAV and stills need none"
    )


async def test_a_report_lists_missing_encoders(tmp_path: Path) -> None:
    path = script(
        tmp_path,
        'if [ "$1" = -version ]; then echo ffmpeg version 9.9 x; '
        "else echo ' V..... libx264 x'; echo ' A..... aac x'; fi",
    )

    report = await describe_ffmpeg(lambda _: str(path), nothing)

    assert (report.path, report.source, report.version) == (path, "PATH", "9.9")
    assert "libvpx" in report.missing
    assert "libx264" not in report.missing


async def test_a_report_that_fails_leaves_nothing_running(tmp_path: Path) -> None:
    path = script(tmp_path, "[ $1 = -version ] && exit 1; exec sleep 60")

    with pytest.raises(MediaError, match="failed with code 1"):
        await describe_ffmpeg(lambda _: str(path), nothing)

    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.ffmpeg
async def test_the_ffmpeg_here_lacks_nothing(program: Path) -> None:
    report = await describe_ffmpeg()

    assert report.path == program
    assert report.missing == ()


async def test_a_failing_ffmpeg_is_one_line(tmp_path: Path) -> None:
    path = script(tmp_path, "echo Unknown encoder libx264 >&2; echo more >&2; exit 1")

    with pytest.raises(
        MediaError, match=r"failed with code 1: Unknown encoder libx264$"
    ):
        await FfmpegRenderer(path).render(webm(64, 64))


async def test_garbage_from_ffmpeg_is_an_error(tmp_path: Path) -> None:
    path = script(tmp_path, "cat > /dev/null; echo this is not a stream")

    with pytest.raises(MediaError, match="output cannot be read"):
        await FfmpegRenderer(path).render(webm(64, 64))


async def test_a_hanging_ffmpeg_is_killed(tmp_path: Path) -> None:
    path = script(tmp_path, "exec sleep 60")

    with pytest.raises(MediaError, match="took longer than"):
        await FfmpegRenderer(path, limit_s=0.5).render(webm(64, 64))


async def test_a_missing_ffmpeg_is_named(tmp_path: Path) -> None:
    missing = FfmpegRenderer(tmp_path / "ffmpeg")

    with pytest.raises(MediaError, match="cannot be read: No such file"):
        missing.identity(webm(64, 64))
    with pytest.raises(MediaError, match="cannot be started: No such file"):
        await missing.render(webm(64, 64))


@pytest.mark.parametrize(
    "spec",
    [
        jpeg(64, 64),
        gif(64, 64, seconds=1),
        wav(1),
        mp4(64, 64, seconds=1),
        mpeg_ts(64, 64, seconds=1, silent_track=False),
    ],
)
async def test_usual_films_pictures_and_wavs_need_no_ffmpeg(
    spec: MediaSpec, tmp_path: Path
) -> None:
    file = await MediaCache(None, FfmpegRenderer(tmp_path / "ffmpeg")).get(spec)

    assert file.size_bytes > 44


async def test_hls_needs_no_ffmpeg(tmp_path: Path) -> None:
    cache = MediaCache(None, FfmpegRenderer(tmp_path / "ffmpeg"))

    files = await cache.get_bundle(hls(64, 64, seconds=2, segment_s=1))

    assert [file.size_bytes > 188 for file in files] == [True, True]


async def test_nobody_looks_for_an_ffmpeg_until_one_is_needed() -> None:
    asked: list[str] = []

    def find() -> Path:
        asked.append("for one")
        raise MediaError("no ffmpeg is here")

    cache = MediaCache(None, FfmpegRenderer(find=find))

    await cache.get(mp4(64, 64, seconds=1))
    assert asked == []
    with pytest.raises(MediaError, match=r"^no ffmpeg is here$"):
        await cache.get(webm(64, 64, seconds=1))
    assert asked == ["for one"]


@pytest.mark.parametrize(
    ("spec", "pictures", "sound"),
    [
        (mp4(64, 64), True, True),
        (mov(64, 64), False, False),
        (flv(64, 64, video_codec=VideoCodec.H264), True, False),
        (mp4(64, 64, video_codec=VideoCodec.MPEG4), False, True),
    ],
)
def test_what_is_known_before_pyav_is_loaded_is_what_the_encoders_say(
    spec: MediaSpec, *, pictures: bool, sound: bool
) -> None:
    assert (encodes_here(spec), sounds.encodes_here(spec)) == (pictures, sound)
    assert needs_ffmpeg(spec) is not (pictures and sound)


def test_mp3s_need_an_ffmpeg() -> None:
    assert needs_ffmpeg(mp3(1))
