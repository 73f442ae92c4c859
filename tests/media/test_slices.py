"""Parts of pictures that were encoded apart are one picture to whoever decodes it."""

from typing import Any, cast

import av
import pytest
from PIL import Image

from mockserver.errors import MediaError
from mockserver.media import encoder
from mockserver.media.assemble import Loop, read_pictures
from mockserver.media.formats import mp4
from mockserver.media.slices import Slice, number_bits, picture, slices_in

SPEC = mp4(320, 176, seconds=2, fps=24)
SEAM = 128
FIRST = 20 * 8  # macroblocks above the seam, 16 x 16 px each


def drawn(color: str, height: int) -> Image.Image:
    image = Image.new("RGB", (320, height), "white")
    for place in range(0, 300, 30):
        image.paste(color, (place, 10, place + 17, height - 5))
    return image


def encoded(colors: list[str], height: int) -> encoder.Starts:
    pictures = [drawn(color, height) for color in colors]
    return encoder.starts(SPEC, pictures, (320, height))


def rest(height: int) -> tuple[Loop, Slice]:
    out = encoder.rests(SPEC, (320, height))
    loop = read_pictures(out, SPEC.fps, loop=2, count=2)
    return loop, slices_in(loop.settings, loop.packets)[1]


def decoded(settings: bytes, packets: list[bytes]) -> list[Image.Image]:
    context = av.CodecContext.create("h264", "r")
    context.extradata = settings
    frames: list[Any] = [f for one in packets for f in context.decode(av.Packet(one))]
    frames += context.decode(None)
    return [cast("Image.Image", frame.to_image()) for frame in frames]


def above(upper: Image.Image, lower: Image.Image) -> bytes:
    whole = Image.new("RGB", (320, 176))
    whole.paste(upper, (0, 0))
    whole.paste(lower, (0, SEAM))
    return whole.tobytes()


def test_every_part_looks_as_it_does_alone() -> None:
    """Also where one goes on while the other is as it was, and in another order."""
    whole, still = rest(176)
    upper, lower = encoded(["red", "blue"], SEAM), encoded(["green", "black"], 48)
    one, other = slices_in(upper.settings, upper.packets)
    edge, next_edge = slices_in(lower.settings, lower.packets)
    below = rest(48)[1]
    bits = number_bits(whole.settings)

    frames = decoded(
        whole.settings,
        [
            picture([(one, 0), (edge, FIRST)], number=0, bits=bits, key=0),
            picture([(still, 0)], number=1, bits=bits),
            picture([(other, 0), (below, FIRST)], number=2, bits=bits),
            picture([(other, 0), (next_edge, FIRST)], number=0, bits=bits, key=1),
        ],
    )

    red, blue = decoded(upper.settings, list(upper.packets))
    green, black = decoded(lower.settings, list(lower.packets))
    assert [frame.tobytes() for frame in frames] == [
        above(red, green), above(red, green), above(blue, green), above(blue, black),
    ]  # fmt: skip


def test_a_slice_that_stays_where_it_is_stays_what_it_is() -> None:
    loop = encoded(["red"], 176)
    one = slices_in(loop.settings, loop.packets)[0]
    bits = number_bits(loop.settings)

    again = slices_in(loop.settings, [picture([(one, 0)], number=0, bits=bits, key=0)])

    assert again == [one]


@pytest.mark.parametrize("settings", [b"", b"\x00\x00\x00\x01\x68\xff", b"\x67\x00"])
def test_other_streams_are_refused(settings: bytes) -> None:
    with pytest.raises(MediaError, match="settings are not those it was given"):
        number_bits(settings)


def test_a_slice_that_ends_in_its_header_is_refused() -> None:
    settings = encoded(["red"], 176).settings

    with pytest.raises(MediaError, match="slices end in their headers"):
        slices_in(settings, [b"\x00\x00\x00\x01\x65\x00"])
