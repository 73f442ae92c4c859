"""Reads a media file from standard input and tells its facts: `probe`'s own process."""

import io
import json
import sys
from fractions import Fraction
from typing import Any, Final

import av

__all__ = ["first_picture", "look"]

_SIDE_PX: Final = 1280


def look(data: bytes) -> dict[str, Any]:
    """Return what a file says about its streams, as `probe` tells it.

    Raises:
        av.FFmpegError: It cannot be read.
    """
    with av.open(io.BytesIO(data), "r") as file:
        found: dict[str, Any] = {}
        if file.duration:
            found["seconds"] = file.duration / av.time_base
        for sound in file.streams.audio[:1]:
            found |= _sound(sound)
        for pictures in file.streams.video[:1]:
            found |= _pictures(pictures)
        return found


def _sound(stream: Any) -> dict[str, Any]:
    codec = stream.codec_context
    seconds = (stream.duration or 0) * (stream.time_base or 0)
    return {
        "acodec": codec.codec.canonical_name,
        "channels": codec.layout.nb_channels,
        "framesize": codec.frame_size or 1,
        "numsamples": int(seconds * codec.sample_rate),
        "samplefmt": codec.format.name if codec.format else "",
        "samplerate": codec.sample_rate,
    }


def _pictures(stream: Any) -> dict[str, Any]:
    codec = stream.codec_context
    return {
        "size": [codec.width, codec.height],
        "fps": _pair(stream.base_rate),
        "avg_fps": _pair(stream.average_rate),
        "par": _pair(stream.sample_aspect_ratio) or [1, 1],
        "dar": _pair(stream.display_aspect_ratio) or _pair(_shape(codec)),
        "tbn": _pair(stream.time_base),
        "tbc": None,
    }


def _shape(codec: Any) -> Fraction | None:
    return Fraction(codec.width, codec.height) if codec.height else None


def _pair(rate: Fraction | None) -> list[int] | None:
    return [rate.numerator, rate.denominator] if rate else None


def first_picture(data: bytes) -> bytes:
    """Return the first picture of a film as PNG; empty if there is none.

    Raises:
        av.FFmpegError: It cannot be read.
    """
    with av.open(io.BytesIO(data), "r") as file:
        if not file.streams.video:
            return b""
        for frame in file.decode(file.streams.video[0]):
            image = frame.to_image()  # type: ignore[no-untyped-call]  # PyAV's
            image.thumbnail((_SIDE_PX, _SIDE_PX))
            written = io.BytesIO()
            image.save(written, "PNG", compress_level=1)
            return written.getvalue()
        return b""


if __name__ == "__main__":
    sent = sys.stdin.buffer.read()
    if sys.argv[1:] == ["--picture"]:
        sys.stdout.buffer.write(first_picture(sent))
    else:
        sys.stdout.write(json.dumps(look(sent)))
