"""Encodes sound in this process, with the libraries that come with PyAV.

An ffmpeg needs a tenth of a second until it has begun; this begins at once.
"""

import io
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, Final

import av

from mockserver.errors import MediaError
from mockserver.media.spec import AudioCodec, MediaSpec

__all__ = ["AAC", "encoded", "encodes_here"]

AAC: Final = {
    # What looks ahead or draws noise costs twice the time, and is not heard here.
    "aac_coder": "fast",
    "aac_is": "0",
    "aac_pns": "0",
    "aac_tns": "0",
}
"""What the encoder of AAC is told, here and in an ffmpeg."""
_MOST_BITS: Final = 512_000
_FRAME: Final = 1024
_SAMPLE_BYTES: Final = 2
_LAYOUTS: Final = {1: "mono", 2: "stereo"}


def encodes_here(spec: MediaSpec) -> bool:
    """Say whether a clip's sound is encoded here, without an ffmpeg."""
    return spec.audio_codec is AudioCodec.AAC and spec.channels in _LAYOUTS


def encoded(
    pieces: Iterable[bytes], spec: MediaSpec, is_over: Callable[[], bool] = bool
) -> bytes:
    """Return sound as a NUT stream.

    Args:
        pieces: Its samples: 16 bits each, little-endian, in the rate and channels of
            the clip.
        spec: The clip.
        is_over: Asked before each piece; nobody wants the rest.

    Raises:
        MediaError: It cannot be encoded.
    """
    out = io.BytesIO()
    options = {"fflags": "+bitexact"}
    try:
        with av.open(out, "w", format="nut", container_options=options) as container:
            rate, layout = spec.sample_rate_hz, _LAYOUTS[spec.channels]
            stream: Any = container.add_stream("aac", rate=rate)
            stream.options = {**AAC, "flags": "+bitexact+global_header"}
            stream.layout, stream.bit_rate = (
                layout,
                min(spec.audio_bit_rate, _MOST_BITS),
            )
            framed = av.AudioResampler("fltp", layout, rate, frame_size=_FRAME)
            at = 0
            for piece in pieces:
                if is_over():
                    raise MediaError("nobody waits for this clip any more")
                count = len(piece) // (_SAMPLE_BYTES * spec.channels)
                frame: Any = av.AudioFrame("s16", layout, count)
                frame.planes[0].update(piece)
                frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
                frame.pts, at = at, at + count
                for one in framed.resample(frame):
                    container.mux(stream.encode(one))
            for one in framed.resample(None):
                container.mux(stream.encode(one))
            container.mux(stream.encode(None))
    except (av.FFmpegError, ValueError) as error:
        raise MediaError(f"{spec.audio_codec} cannot be encoded: {error}") from error
    return out.getvalue()
