"""What is encoded in this process can be put together, and is what was drawn."""

from typing import Any, cast

import av
import pytest
from PIL import Image, ImageChops, ImageStat

from mockserver.errors import MediaError
from mockserver.media import encoder
from mockserver.media.assemble import followed, read_pictures
from mockserver.media.formats import mp4, webm
from mockserver.media.spec import MediaSpec

SPEC = mp4(320, 180, seconds=2, fps=24)


def picture(color: str) -> Image.Image:
    image = Image.new("RGB", (320, 180), "white")
    image.paste(color, (40, 30, 200, 150))
    return image


def picture_of(frame: Any) -> Image.Image:
    return cast("Image.Image", frame.to_image())


def decoded(spec: MediaSpec, colors: list[str], loop: int) -> list[Image.Image]:
    """Return the frames of key frames, each with what may follow any of them."""
    drawn = [(picture(color), 0) for color in colors]
    firsts = read_pictures(
        encoder.starts(spec, drawn), spec.fps, loop=1, count=len(colors)
    )
    rest = read_pictures(encoder.rests(spec, loop), spec.fps, loop=loop, count=loop)
    whole = followed(firsts, rest.packets[1:])
    context = av.CodecContext.create("h264", "r")
    context.extradata = firsts.template.codec_context.extradata
    frames = [one for data in whole.packets for one in context.decode(av.Packet(data))]
    return [picture_of(one) for one in (*frames, *context.decode(None))]


def distance(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def test_what_follows_a_key_frame_leaves_it_as_it_is() -> None:
    frames = decoded(SPEC, ["red", "blue", "red"], 12)

    assert len(frames) == 36
    assert all(
        frames[at].tobytes() == frames[at // 12 * 12].tobytes() for at in range(36)
    )
    assert distance(frames[0], picture("red")) < 4
    assert distance(frames[12], picture("blue")) < 4


def test_what_is_new_of_a_picture_comes_into_its_rows() -> None:
    strip = Image.new("RGB", (320, 30), "green")
    out = encoder.starts(SPEC, [(picture("red"), 0), (strip, 150)])
    loop = read_pictures(out, SPEC.fps, loop=1, count=2)
    context = av.CodecContext.create("h264", "r")
    context.extradata = loop.template.codec_context.extradata
    frames = [f for data in loop.packets for f in context.decode(av.Packet(data))]
    frames += context.decode(None)
    wanted = picture("red")
    wanted.paste(strip, (0, 150))

    assert distance(picture_of(frames[1]), wanted) < 4


def test_equal_clips_have_equal_bytes() -> None:
    one, other = (
        encoder.loops(SPEC, [picture("red"), picture("blue")], loop=6, turns=2)
        for _ in range(2)
    )

    assert one == other


def test_whoever_does_not_wait_gets_no_more() -> None:
    asked: list[bool] = []

    def is_over() -> bool:
        asked.append(True)
        return len(asked) > 3

    with pytest.raises(MediaError, match="nobody waits"):
        encoder.rests(SPEC, 250, is_over=is_over)
    assert len(asked) == 4


def test_other_codecs_are_not_encoded_here() -> None:
    assert encoder.encodes_here(SPEC)
    assert not encoder.encodes_here(webm(320, 180))
