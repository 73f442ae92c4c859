"""Reads a media file from standard input and tells its facts: `probe`'s own process."""

import io
import json
import sys
from fractions import Fraction
from typing import Any

import av

__all__ = ["look"]


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


if __name__ == "__main__":
    sys.stdout.write(json.dumps(look(sys.stdin.buffer.read())))
