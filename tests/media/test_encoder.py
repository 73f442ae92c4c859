"""What is encoded in this process can be put together, and is what was drawn."""

import io
from typing import Any, cast

import av
import pytest
from PIL import Image, ImageChops, ImageStat

from mockserver.errors import MediaError
from mockserver.media import encoder
from mockserver.media.formats import mp4, webm

SPEC = mp4(320, 180, seconds=2, fps=24)


def picture(color: str) -> Image.Image:
    image = Image.new("RGB", (320, 180), "white")
    image.paste(color, (40, 30, 200, 150))
    return image


def picture_of(frame: Any) -> Image.Image:
    return cast("Image.Image", frame.to_image())


def decoded(out: bytes) -> list[Image.Image]:
    with av.open(io.BytesIO(out), "r") as container:
        return [picture_of(frame) for frame in container.decode(video=0)]


def distance(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def test_key_frames_are_what_was_drawn() -> None:
    drawn = [picture("red"), picture("blue")]

    frames = decoded(encoder.starts(SPEC, drawn, (320, 180)))

    assert len(frames) == 2
    assert distance(frames[0], drawn[0]) < 4
    assert distance(frames[1], drawn[1]) < 4


def test_what_follows_a_key_frame_leaves_it_as_it_is() -> None:
    frames = decoded(encoder.rests(SPEC, (320, 180)))

    assert len(frames) == 2
    assert frames[0].tobytes() == frames[1].tobytes()


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
        encoder.starts(SPEC, [picture("red")] * 9, (320, 180), is_over=is_over)
    assert len(asked) == 4


def test_other_codecs_are_not_encoded_here() -> None:
    assert encoder.encodes_here(SPEC)
    assert not encoder.encodes_here(webm(320, 180))
