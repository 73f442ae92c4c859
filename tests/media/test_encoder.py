"""What is encoded in this process can be put together, and is what was drawn."""

import io
from collections.abc import Iterable
from random import Random
from typing import Any, cast

import av
import pytest
from PIL import Image, ImageChops, ImageStat

from mockserver.errors import MediaError
from mockserver.media import encoder
from mockserver.media.formats import mp4, webm
from mockserver.media.slices import slices_in

SPEC = mp4(320, 180, seconds=2, fps=24)


def picture(color: str) -> Image.Image:
    image = Image.new("RGB", (320, 180), "white")
    image.paste(color, (40, 30, 200, 150))
    return image


def noise(size: tuple[int, int]) -> Image.Image:
    data = Random(7).randbytes(3 * size[0] * size[1])
    return Image.frombytes("RGB", size, data)


def picture_of(frame: Any) -> Image.Image:
    return cast("Image.Image", frame.to_image())


def decoded(out: bytes) -> list[Image.Image]:
    with av.open(io.BytesIO(out), "r") as container:
        return [picture_of(frame) for frame in container.decode(video=0)]


def parsed(settings: bytes, packets: Iterable[bytes]) -> list[Image.Image]:
    context: Any = av.CodecContext.create("h264", "r")
    context.extradata = settings
    frames = [frame for one in packets for frame in context.decode(av.Packet(one))]
    return [picture_of(frame) for frame in [*frames, *context.decode(None)]]


def distance(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def test_key_frames_are_what_was_drawn() -> None:
    drawn = [picture("red"), picture("blue")]

    made = encoder.starts(SPEC, drawn, (320, 180))
    frames = parsed(made.settings, made.packets)

    assert len(frames) == 2
    assert distance(frames[0], drawn[0]) < 4
    assert distance(frames[1], drawn[1]) < 4


def test_tiles_are_slices_that_know_nothing_of_each_other() -> None:
    """So each is the same bytes, whatever is beside, above and below it."""
    tile = picture("red").crop((32, 32, 112, 48))
    sheets = []
    for ground in ("white", "black"):
        sheet = Image.new("RGB", (320, 48), ground)
        sheet.paste(tile, (80, 16))
        sheets.append(sheet)
    spec = mp4(320, 48, quality=20)

    made = [encoder.starts(spec, [one], (320, 48), slice_mbs=5) for one in sheets]
    parts = [slices_in(one.settings, one.packets) for one in made]

    assert [len(one) for one in parts] == [12, 12]
    frames = [parsed(one.settings, one.packets)[0] for one in made]
    cells = [frame.crop((80, 16, 160, 32)) for frame in frames]
    assert distance(cells[0], tile) < 3
    assert distance(cells[0], cells[1]) < 1


@pytest.mark.parametrize("quality", [10, 26, 40])
def test_a_tile_has_the_same_bytes_in_any_sheet(quality: int) -> None:
    tile = noise((80, 16))
    plain = Image.new("RGB", (320, 48), "white")
    busy = noise((320, 64))
    plain.paste(tile, (80, 16))
    busy.paste(tile, (240, 32))

    slices = []
    for sheets in ([plain], [plain, plain], [busy], [busy, busy]):
        spec = mp4(*sheets[0].size, quality=quality)
        made = encoder.starts(spec, sheets, spec.encoded_px, slice_mbs=5)
        slices.append(slices_in(made.settings, made.packets))

    assert slices[0][5] == slices[1][5] == slices[1][17]
    assert slices[0][5] == slices[2][11] == slices[3][27]


def test_steady_pictures_are_as_coarse_as_if_they_were_alone() -> None:
    drawn = [picture("red"), noise((320, 180)), picture("red")]

    made = encoder.starts(SPEC, drawn, (320, 180), is_steady=True)
    alone = encoder.starts(SPEC, drawn[1:2], (320, 180), is_steady=True)

    slices = slices_in(made.settings, made.packets)
    (other,) = slices_in(alone.settings, alone.packets)
    # The last byte has a bit that counts pictures.
    assert slices[0].data == slices[2].data
    assert slices[1].data[:-1] == other.data[:-1]


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
