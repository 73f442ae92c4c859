"""Encodes H.264 in this process, with the libraries that come with PyAV.

An ffmpeg needs a tenth of a second until it has begun; this begins at once.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import cache
from typing import Any, Final, NamedTuple

import av
from av.video.frame import PictureType
from av.video.reformatter import (
    ColorRange,
    Colorspace,
    Interpolation,
    VideoReformatter,
)
from PIL import Image

from mockserver.errors import MediaError
from mockserver.media.cards.marker import Marker, marker_ink
from mockserver.media.cards.planes import Planes
from mockserver.media.spec import MediaSpec, VideoCodec

__all__ = ["Starts", "encodes_here", "loops", "rests", "starts"]

Frames = Iterator[tuple[Any, bool]]
Size = tuple[int, int]

_NUT: Final = {"fflags": "+bitexact"}
_BT709: Final = 1
_X264: Final = {
    "preset": "superfast",
    "tune": "zerolatency",
    "x264-params": "scenecut=0:subme=0:me=dia:partitions=none:weightp=0",
    "flags": "+bitexact+global_header",
    "bf": "0",
    "forced-idr": "1",
}
_KEYS_APART: Final = 250
_BLACK, _GREY = 16, 128
_SMOOTH, _APART = Interpolation.BILINEAR, Interpolation.AREA


class Starts(NamedTuple):
    """Key frames.

    Attributes:
        settings: What their stream says of all of them.
        packets: One for each.
    """

    settings: bytes
    packets: tuple[bytes, ...]


def encodes_here(spec: MediaSpec) -> bool:
    """Say whether the pictures of a clip are encoded here, without an ffmpeg."""
    return spec.video_codec is VideoCodec.H264 and _has("libx264")


def loops(
    spec: MediaSpec,
    drawn: Iterable[Image.Image],
    *,
    loop: int,
    turns: int,
    is_over: Callable[[], bool] = bool,
) -> bytes:
    """Return loops as a NUT stream: a key frame, then what moves until the next.

    Args:
        spec: The clip.
        drawn: `turns` pictures for each loop.
        loop: Frames of each.
        turns: How many pictures it has.
        is_over: Asked before each frame; nobody wants the rest.

    Raises:
        MediaError: It cannot be encoded.
    """
    return _encoded(spec, _moving(spec, drawn, loop, turns), is_over, spec.encoded_px)


def starts(
    spec: MediaSpec,
    drawn: Iterable[Image.Image | Planes],
    size_px: Size,
    *,
    is_over: Callable[[], bool] = bool,
    slice_mbs: int = 0,
    is_steady: bool = False,
) -> Starts:
    """Return key frames, one for each picture.

    Args:
        spec: The clip; its quality decides.
        drawn: A picture for each, or the same part of it.
        size_px: Width and height of each.
        is_over: Asked before each frame; nobody wants the rest.
        slice_mbs: How many macroblocks are a slice; 0 makes one of each picture. Such
            slices need not stay beside each other, share no colours, and are the same
            whatever is beside and before them.
        is_steady: All are equally coarse, so that what moves through them does not
            flicker.

    Raises:
        MediaError: It cannot be encoded.
    """
    by, how = VideoReformatter(), _APART if slice_mbs else _SMOOTH
    # What is coded ends in a bit that differs by its number within an encoder.
    groups = ([image] for image in drawn) if slice_mbs else [drawn]
    settings, packets = b"", list[bytes]()
    try:
        for group in groups:
            context: Any = av.CodecContext.create("libx264", "w")
            context.options = _options(spec)
            if is_steady:
                context.options["x264-params"] += ":qcomp=1:zones=0,99,b=0.8"
            if slice_mbs:
                # So the quality alone says how coarse it is, not what is beside it;
                # where tiles meet it would be seen that each is coarse by itself.
                alone = f":slice-max-mbs={slice_mbs}:qcomp=1:zones=0,0,b=1.5"
                context.options["x264-params"] += alone
            context.framerate = spec.fps
            _describe(context, spec, size_px)
            # No picture refers to another: so none has to be made ready for that.
            context.gop_size = 1
            for number, image in enumerate(group):
                _go_on(is_over)
                frame = _converted(image, by, how)
                frame.pts, frame.time_base = number, 1 / spec.fps
                frame.pict_type = PictureType.I
                packets += map(bytes, context.encode(frame))
            packets += map(bytes, context.encode(None))
            settings = bytes(context.extradata or b"")
    except (av.FFmpegError, ValueError) as error:
        raise MediaError(f"{spec.container} cannot be encoded: {error}") from error
    return Starts(settings, tuple(packets))


def rests(
    spec: MediaSpec, size_px: Size, *, is_over: Callable[[], bool] = bool
) -> bytes:
    """Return a key frame, and after it what leaves a picture as it is, as a NUT stream.

    Nothing of that is about a picture, only that all of it is as it was; so it may
    follow each that is set up alike.

    Args:
        spec: The clip; its quality decides.
        size_px: Width and height.
        is_over: Asked before each frame; nobody wants the rest.

    Raises:
        MediaError: It cannot be encoded.
    """
    half = -(-size_px[0] // 2), -(-size_px[1] // 2)
    grey = Image.new("L", half, _GREY)
    black = _framed(Planes(Image.new("L", size_px, _BLACK), grey, grey))
    return _encoded(spec, ((black, key) for key in (True, False)), is_over, size_px)


def _encoded(
    spec: MediaSpec, frames: Frames, is_over: Callable[[], bool], size_px: Size
) -> bytes:
    out = io.BytesIO()
    try:
        with av.open(out, "w", format="nut", container_options=_NUT) as container:
            options = _options(spec)
            stream = container.add_stream("libx264", rate=spec.fps, options=options)
            _describe(stream.codec_context, spec, size_px)
            for number, (frame, is_first) in enumerate(frames):
                _go_on(is_over)
                frame.pts, frame.time_base = number, 1 / spec.fps
                frame.pict_type = PictureType.I if is_first else PictureType.P
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
    except (av.FFmpegError, ValueError) as error:
        raise MediaError(f"{spec.container} cannot be encoded: {error}") from error
    return out.getvalue()


def _options(spec: MediaSpec) -> dict[str, str]:
    return {**_X264, "crf": str(min(max(1, spec.quality or 26), 51))}


def _go_on(is_over: Callable[[], bool]) -> None:
    if is_over():
        raise MediaError("nobody waits for this clip any more")


def _describe(context: Any, spec: MediaSpec, size_px: Size) -> None:
    context.width, context.height = size_px
    context.pix_fmt = "yuv420p"
    context.thread_count = 1
    # Which frames are key frames is told with each; encoders are set up alike.
    context.gop_size = _KEYS_APART
    context.time_base = 1 / spec.fps
    context.color_range = ColorRange.MPEG
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    if spec.aspect is not None:
        width, height = spec.encoded_px
        context.sample_aspect_ratio = spec.aspect * Fraction(height, width)


def _converted(
    image: Image.Image | Planes, by: VideoReformatter, how: Interpolation = _SMOOTH
) -> Any:
    """Return a picture as it is encoded, by what has got ready for its size."""
    if isinstance(image, Planes):
        return _framed(image)
    frame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]  # PyAV's
    return by.reformat(
        frame,
        format="yuv420p",
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        interpolation=how,
        threads=1,
    )


def _framed(planes: Planes) -> Any:
    """Return a picture that is as it is encoded."""
    frame: Any = av.VideoFrame(*planes.y.size, "yuv420p")
    for plane, image in zip(frame.planes, planes, strict=True):
        room = plane.line_size - image.width
        whole = image.crop((0, 0, plane.line_size, image.height)) if room else image
        data = whole.tobytes()
        plane.update(data + bytes(plane.buffer_size - len(data)))
    return frame


def _moving(
    spec: MediaSpec, drawn: Iterable[Image.Image], loop: int, turns: int
) -> Frames:
    """Yield each frame of loops, and whether it begins one."""
    marker = Marker.of(*spec.encoded_px, loop, turns=turns)
    by = VideoReformatter()
    dot = Image.new("RGB", (2, 2), marker_ink(spec.cards))
    ink = [bytes(plane)[0] for plane in _converted(dot, VideoReformatter()).planes]
    for number, image in enumerate(drawn):
        frame, turn = _converted(image, by), number % turns
        start, stop = (-(-loop * at // turns) for at in (turn, turn + 1))
        for phase in range(start, stop):
            kept = [] if marker is None else _stamp(frame, marker, phase, ink)
            yield frame, phase == 0
            _restore(kept)


def _stamp(
    frame: Any, marker: Marker, phase: int, ink: list[int]
) -> list[tuple[Any, int, bytes]]:
    """Draw the square, and return what was there."""
    kept, x = [], marker.x_at(phase)
    for place, value in enumerate(ink):
        share = 2 if place else 1
        side, plane = marker.side_px // share, frame.planes[place]
        view = memoryview(plane)
        for row in range(side):
            at = (marker.y_px // share + row) * plane.line_size + x // share
            kept.append((view, at, bytes(view[at : at + side])))
            view[at : at + side] = bytes([value]) * side
    return kept


def _restore(kept: list[tuple[Any, int, bytes]]) -> None:
    for view, at, data in kept:
        view[at : at + len(data)] = data


@cache
def _has(codec: str) -> bool:
    try:
        av.codec.Codec(codec, "w")
    except av.codec.codec.UnknownCodecError:
        return False
    return True
