"""Which ffmpeg is used, and for what: the one on PATH, else imageio-ffmpeg's."""

import shutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final

from msgspec import Struct

from mockserver.errors import MediaError
from mockserver.media.process import run_process
from mockserver.media.spec import AudioCodec, Container, MediaSpec, VideoCodec

__all__ = [
    "ENCODERS",
    "FfmpegReport",
    "describe_ffmpeg",
    "find_ffmpeg",
    "is_drawn",
    "needs_ffmpeg",
]

# Encoder by the name ffmpeg gives it; the word after it is what it is needed for.
# H.264 and AAC are encoded by the libraries that come with PyAV.
ENCODERS: Final = {
    "mpeg4": "MP4 of MPEG-4 part 2",
    "libvpx": "WebM",
    "libvpx-vp9": "WebM with VP9",
    "libvorbis": "WebM",
    "libopus": "WebM with Opus",
    "flv": "FLV",
    "libmp3lame": "FLV, MP3",
    "wmv1": "WMV",
    "wmv2": "WMV",
    "wmav1": "WMV",
    "mpeg2video": "MPEG-2",
    "mp2": "MPEG-2",
    "prores": "MOV",
    "pcm_s16le": "MOV",
}
_ADVICE: Final = (
    "install ffmpeg, or `pip install imageio-ffmpeg`; only MP4 and HLS of H.264, GIF,"
    " WAV and stills need none"
)
_DRAWN: Final = frozenset({Container.GIF, Container.WAV, Container.ZIP})
_VIDEO_HERE: Final = frozenset({None, VideoCodec.H264})
_AUDIO_HERE: Final = frozenset({None, AudioCodec.AAC})
_LIMIT_S: Final = 20.0  # a busy machine takes its time


class FfmpegReport(Struct, frozen=True):
    """What `mockserver doctor` says about ffmpeg.

    Attributes:
        path: The program.
        source: `PATH` or `imageio-ffmpeg`.
        version: As the program says it, such as `7.1`.
        missing: Encoders it lacks, by ffmpeg's names.
    """

    path: Path
    source: str
    version: str
    missing: tuple[str, ...]


def _bundled() -> str:
    # Loaded when it is needed: 165 MB that an image with an ffmpeg may go without.
    return str(import_module("imageio_ffmpeg").get_ffmpeg_exe())


def is_drawn(spec: MediaSpec) -> bool:
    """Say whether a file is made without any encoder of films or sounds."""
    return spec.is_still or spec.container in _DRAWN


def needs_ffmpeg(spec: MediaSpec) -> bool:
    """Say whether a file needs an ffmpeg beside what comes with PyAV."""
    is_here = spec.video_codec in _VIDEO_HERE and spec.audio_codec in _AUDIO_HERE
    return not (is_drawn(spec) or is_here)


def find_ffmpeg(
    which: Callable[[str], str | None] = shutil.which,
    bundled: Callable[[], str] = _bundled,
) -> Path:
    """Return the ffmpeg to use.

    Args:
        which: Looks a program up on PATH.
        bundled: Names the one in the imageio-ffmpeg wheel.

    Raises:
        MediaError: There is none.
    """
    return _find(which, bundled)[0]


async def describe_ffmpeg(
    which: Callable[[str], str | None] = shutil.which,
    bundled: Callable[[], str] = _bundled,
) -> FfmpegReport:
    """Ask the ffmpeg in use for its version and encoders.

    Raises:
        MediaError: There is none, or it does not run.
    """
    path, source = _find(which, bundled)
    # One after the other: when the first fails there is no second to clear away.
    version = await run_process([str(path), "-version"], limit_s=_LIMIT_S)
    encoders = await run_process(
        [str(path), "-hide_banner", "-encoders"], limit_s=_LIMIT_S
    )
    names = {line.split()[1] for line in encoders.split(b"\n") if len(line.split()) > 1}
    missing = tuple(name for name in ENCODERS if name.encode() not in names)
    words = version.decode(errors="replace").split()
    return FfmpegReport(path, source, words[2] if len(words) > 2 else "?", missing)


def _find(
    which: Callable[[str], str | None], bundled: Callable[[], str]
) -> tuple[Path, str]:
    found = which("ffmpeg")
    if found:
        return Path(found), "PATH"
    try:
        return Path(bundled()), "imageio-ffmpeg"
    except (ImportError, RuntimeError) as error:
        raise MediaError(f"no ffmpeg found: {_ADVICE}") from error
