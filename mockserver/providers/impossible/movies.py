"""Reading a stored movie's geometry out of its protobuf message, without a library."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

__all__ = ["fields_of", "geometry_of", "is_movie"]

VARINT: Final = 0
FIXED64: Final = 1
BYTES: Final = 2
FIXED32: Final = 5

SCENES: Final = 3
NUMFRAMES: Final = 2
PARAMS: Final = 15
VPARAMS: Final = 1
WIDTH: Final = 1
HEIGHT: Final = 2
FRAME_RATE: Final = 6
SIDE_MAX: Final = 4096
FRAMES_MAX: Final = 25 * 600


def geometry_of(data: bytes) -> Mapping[str, Any]:
    """Return what a movie says about itself, as far as it can be emulated.

    Args:
        data: A serialised `JetSDL.Proto.Movie`, or anything else.

    Returns:
        `{"width"?, "height"?, "fps"?: [num, den], "frames"?}`; empty for other bytes.

    Source: contract impossible, section 3.9.
    """
    try:
        return _read(data)
    except (IndexError, ValueError):
        return {}


def is_movie(data: bytes) -> bool:
    """Say whether bytes are a movie: a message with the members that it must have.

    Source: `Movie.proto` of the client `impossiblevideo-py`: parameters of the stream,
    in them those of the video, with a width and a height.
    """
    try:
        fields = dict(fields_of(data))
        video = dict(
            fields_of(_message(dict(fields_of(_message(fields, PARAMS))), VPARAMS))
        )
    except (IndexError, ValueError):
        return False
    return isinstance(video.get(WIDTH), int) and isinstance(video.get(HEIGHT), int)


def _message(fields: Mapping[int, int | bytes], number: int) -> bytes:
    found = fields.get(number)
    return found if isinstance(found, bytes) else b""


def _read(data: bytes) -> Mapping[str, Any]:
    frames, found = 0, {}
    for number, value in fields_of(data):
        if number == SCENES and isinstance(value, bytes):
            frames += next((v for n, v in fields_of(value)
                            if n == NUMFRAMES and isinstance(v, int)), 0)  # fmt: skip
        if number == PARAMS and isinstance(value, bytes):
            found = _video(value)
    if 0 < frames <= FRAMES_MAX:
        found["frames"] = frames
    return found


def _video(params: bytes) -> dict[str, Any]:
    video = next((v for n, v in fields_of(params)
                  if n == VPARAMS and isinstance(v, bytes)), b"")  # fmt: skip
    fields = dict(fields_of(video))
    found: dict[str, Any] = {}
    width, height = fields.get(WIDTH), fields.get(HEIGHT)
    if _is_side(width) and _is_side(height):
        found |= {"width": width, "height": height}
    rate = fields.get(FRAME_RATE)
    if isinstance(rate, bytes):
        parts = dict(fields_of(rate))
        num, den = parts.get(1, 30), parts.get(2, 1)
        if (
            isinstance(num, int)
            and isinstance(den, int)
            and 0 < den <= num <= 120 * den
        ):
            found["fps"] = [num, den]
    return found


def _is_side(value: int | bytes | None) -> bool:
    return isinstance(value, int) and 0 < value <= SIDE_MAX


def fields_of(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the number and value of each field.

    Raises:
        ValueError: These bytes are no message.
        IndexError: They end too early.
    """
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            value, at = _varint(data, at)
            yield number, value
            continue
        if kind == BYTES:
            size, at = _varint(data, at)
        else:
            size = {FIXED64: 8, FIXED32: 4}.get(kind, -1)
        if size < 0 or at + size > len(data) or number == 0:
            raise ValueError(f"field {number} of kind {kind} at {at}")
        yield number, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("a number of more than 64 bits")
