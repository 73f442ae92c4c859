"""Builds the one ffmpeg command that encodes a clip's loops of picture and sound."""

from pathlib import Path
from typing import Any, Final

import ffmpeg

from mockserver.media.cards.marker import Marker, marker_ink
from mockserver.media.sound.encoder import AAC
from mockserver.media.spec import AudioCodec, MediaSpec, VideoCodec

__all__ = ["encode_command", "sound_command"]

_Options = dict[str, Any]

_X264: Final[_Options] = {
    "c:v": "libx264",
    "preset": "superfast",
    "tune": "zerolatency",
    "x264-params": "scenecut=0:subme=0:me=dia:partitions=none",
    "flags:v": "+bitexact+global_header",
}
_VPX: Final[_Options] = {
    "deadline": "realtime",
    # Below 0 is a fixed speed; above, VP8 picks one by how long its frames take.
    "cpu-used": -8,
    "lag-in-frames": 0,
    "auto-alt-ref": 0,
    "error-resilient": 0,
    "b:v": "0",
    "flags:v": "+bitexact",
}
# Motion never exceeds a few pixels, so a change of scene is never worth a key frame.
_MPEG: Final[_Options] = {
    "q:v": 3,
    "sc_threshold": 1_000_000_000,
    "flags:v": "+bitexact",
}
_VIDEO: Final[dict[VideoCodec, _Options]] = {
    VideoCodec.H264: _X264,
    VideoCodec.MPEG4: {**_MPEG, "c:v": "mpeg4", "flags:v": "+bitexact+global_header"},
    VideoCodec.FLV1: {**_MPEG, "c:v": "flv"},
    VideoCodec.WMV1: {**_MPEG, "c:v": "wmv1"},
    VideoCodec.WMV2: {**_MPEG, "c:v": "wmv2"},
    VideoCodec.MPEG2: {**_MPEG, "c:v": "mpeg2video", "flags:v": "+bitexact+cgop"},
    VideoCodec.VP8: {**_VPX, "c:v": "libvpx", "b:v": "4M", "crf": 10},
    VideoCodec.VP9: {**_VPX, "c:v": "libvpx-vp9", "crf": 32},
    VideoCodec.PRORES: {
        "c:v": "prores",
        "profile:v": 0,
        "vendor": "apl0",
        "flags:v": "+bitexact",
    },
}
_AUDIO: Final[dict[AudioCodec, _Options]] = {
    AudioCodec.AAC: {**AAC, "c:a": "aac", "flags:a": "+bitexact+global_header"},
    # Without its reservoir each MP3 frame stands alone and can be repeated.
    AudioCodec.MP3: {"c:a": "libmp3lame", "reservoir": 0},
    AudioCodec.MP2: {"c:a": "mp2"},
    AudioCodec.WMA1: {"c:a": "wmav1"},
    AudioCodec.VORBIS: {
        "c:a": "libvorbis",
        "q:a": 3,
        "flags:a": "+bitexact+global_header",
    },
    AudioCodec.OPUS: {"c:a": "libopus", "flags:a": "+bitexact+global_header"},
    AudioCodec.PCM: {"c:a": "pcm_s16le"},
}
_OVERLAY: Final = {"yuv422p10le": "yuv422p10"}


def encode_command(
    program: Path, spec: MediaSpec, *, loop: int, turns: int, shots: int
) -> list[str]:
    """Return the command that turns pictures into loops.

    It reads `turns` RGB pictures per shot, without gaps, from its standard input and
    writes a NUT stream of `loop * shots` pictures, a key frame each `loop`.

    Args:
        program: The ffmpeg.
        spec: The clip.
        loop: Frames per shot.
        turns: How many pictures are sent for each.
        shots: How many there are.
    """
    width, height = spec.encoded_px
    pictures = ffmpeg.input(
        "pipe:0",
        format="rawvideo",
        pix_fmt="rgb24",
        s=f"{width}x{height}",
        framerate=str(spec.fps * turns / loop),
        probesize=32,
        analyzeduration=0,
    )
    options = {**_shared(), **_video_options(spec, loop, loop * shots)}
    stream = _repeated(pictures, spec, loop, turns)
    return _compiled(ffmpeg.output(stream, "pipe:1", **options), program)


def sound_command(program: Path, spec: MediaSpec) -> list[str]:
    """Return the command that encodes the samples that it reads.

    Args:
        program: The ffmpeg.
        spec: What they are for: 16 bits each, little-endian, in its rate and channels.
    """
    codec = spec.audio_codec or AudioCodec.AAC
    rate = spec.sample_rate_hz
    sound = ffmpeg.input(
        "pipe:0", format="s16le", ar=rate, ac=spec.channels, probesize=32
    )
    options = {**_shared(), **_AUDIO[codec], "ac": spec.channels, "ar": rate}
    if codec is AudioCodec.WMA1:
        # NUT forgets the number of channels of this one.
        options["f"] = "asf"
    if codec not in {AudioCodec.PCM, AudioCodec.VORBIS}:
        options["b:a"] = min(spec.audio_bit_rate, _most_bits(spec, codec))
    return _compiled(ffmpeg.output(sound.audio, "pipe:1", **options), program)


def _most_bits(spec: MediaSpec, codec: AudioCodec) -> int:
    """Return the highest bit rate that the codec allows."""
    if codec not in {AudioCodec.MP2, AudioCodec.MP3}:
        return 512_000
    if spec.sample_rate_hz < 32_000:
        return 160_000
    return 320_000 if codec is AudioCodec.MP3 else 192_000 * spec.channels


def _shared() -> _Options:
    return {"f": "nut", "fflags": "+bitexact", "map_metadata": -1, "threads": 1}


def _compiled(output: Any, program: Path) -> list[str]:
    command: list[str] = ffmpeg.compile(
        output.global_args("-v", "error", "-nostdin", "-filter_threads", "1"),
        cmd=str(program),
    )
    return command


def _repeated(pictures: Any, spec: MediaSpec, loop: int, turns: int) -> Any:
    width, height = spec.encoded_px
    matrix = {"out_color_matrix": "bt709"} if _is_modern(spec) else {}
    still = pictures.filter("scale", out_range="tv", flags="bilinear", **matrix)
    still = still.filter("format", _pixels(spec))
    marker = Marker.of(width, height, loop, turns=turns)
    if marker is None:
        return still.filter("fps", fps=str(spec.fps))
    steps = still.filter("fps", fps=str(spec.fps * marker.steps / loop))
    # ffmpeg-python knows no source filters, so the square is cut from the picture.
    halves = steps.filter_multi_output("split")
    square = halves[1].filter("crop", marker.side_px, marker.side_px, 0, 0)
    marked = halves[0].overlay(
        square.filter(
            "drawbox",
            color="0x{:02X}{:02X}{:02X}".format(*marker_ink(spec.cards)),
            t="fill",
        ),
        x=marker.expression(),
        y=marker.y_px,
        format=_OVERLAY.get(_pixels(spec), "yuv420"),
    )
    # Without one more picture after it, the last would not be held for its whole time.
    held = marked.filter("tpad", stop_mode="clone", stop=1)
    return held.filter("fps", fps=str(spec.fps))


def _video_options(spec: MediaSpec, loop: int, frames: int) -> _Options:
    codec = spec.video_codec or VideoCodec.H264
    options = {
        **_VIDEO[codec],
        "g": loop,
        "keyint_min": loop,
        "bf": 0,
        "frames:v": frames,
    }
    if codec is VideoCodec.H264:
        options["crf"] = min(max(1, spec.quality or 26), 51)
    if spec.aspect is not None:
        options["aspect"] = f"{spec.aspect.numerator}:{spec.aspect.denominator}"
    if _is_modern(spec):
        options |= dict.fromkeys(
            ("colorspace", "color_primaries", "color_trc"), "bt709"
        )
    return options


def _is_modern(spec: MediaSpec) -> bool:
    # The older codecs cannot say which matrix they use; players assume BT.601.
    return spec.video_codec in {VideoCodec.H264, VideoCodec.VP9}


def _pixels(spec: MediaSpec) -> str:
    return "yuv422p10le" if spec.video_codec is VideoCodec.PRORES else "yuv420p"
