"""Files that would be too large are made of smaller pictures."""

from pathlib import Path
from typing import Any

import pytest

from mockserver.errors import MediaError
from mockserver.media.formats import gif, hls, mov, mp3, mp4, png, wav
from mockserver.media.gate import Gate
from mockserver.media.spec import Card, MediaSpec
from mockserver.media.studio import Studio
from tests.media.conftest import facts_of, pictures_of

CARDS = tuple(Card((f"line {n}",), f"Card {n}") for n in range(4))


class NotingGate(Gate):
    """Remembers how large the pictures were that wanted to pass."""

    def __init__(self, pixels: int = 40_000_000, pictures: int = 4) -> None:
        super().__init__(pixels, pictures)
        self.asked: list[int] = []

    def passing(self, pixels: int) -> Any:
        self.asked.append(pixels)
        return super().passing(pixels)


async def test_a_gif_that_is_too_large_has_smaller_pictures() -> None:
    """Half the width and height, as often as it takes; length and rate stay."""
    studio = Studio(60.0, file_max_bytes=12_000)

    (part,) = await studio.draw(gif(1280, 720, seconds=2, fps=10, cards=CARDS))

    pictures = pictures_of(part.data)
    assert len(part.data) <= 12_000
    assert {picture.size for picture in pictures} == {(320, 180)}
    assert len(pictures) == 20


@pytest.mark.ffmpeg
async def test_a_clip_that_is_too_large_has_smaller_pictures(program: Path) -> None:
    """ProRes of a long film would be gigabytes."""
    studio = Studio(60.0, file_max_bytes=40_000)

    (part,) = await studio.encode(
        mov(640, 360, seconds=1, cards=CARDS, silent_track=False), lambda: program
    )

    facts = facts_of(part.data)
    assert (facts.width, facts.height, facts.frames) == (160, 90, 25)
    assert len(part.data) < 50_000


@pytest.mark.ffmpeg
async def test_the_segments_of_a_clip_count_together(program: Path) -> None:
    studio = Studio(60.0, file_max_bytes=26_000)
    whole = Studio(60.0)
    spec = hls(640, 360, seconds=4, segment_s=1, cards=CARDS, silent_track=False)

    small, large = (
        await studio.encode(spec, lambda: program),
        await whole.encode(spec, lambda: program),
    )

    assert len(small) == len(large) == 4
    assert facts_of(large[0].data).width == 640
    assert facts_of(small[0].data).width == 320


@pytest.mark.ffmpeg
@pytest.mark.parametrize("spec", [mp4(64, 64, seconds=60), mp3(60)])
async def test_a_clip_that_is_too_large_however_small_is_refused(
    spec: MediaSpec, program: Path
) -> None:
    """Sound cannot be made smaller; the message says what would be right."""
    with pytest.raises(MediaError, match=r"60 s of mp[34].*ask for a shorter one"):
        await Studio(60.0, file_max_bytes=1_000).encode(spec, lambda: program)


async def test_sound_without_ffmpeg_that_is_too_large_is_refused() -> None:
    with pytest.raises(MediaError, match=r"60 s of wav.*ask for a shorter one"):
        await Studio(60.0, file_max_bytes=1_000).draw(wav(60))


@pytest.mark.deep
@pytest.mark.ffmpeg
async def test_every_encoder_passes_the_gate(program: Path) -> None:
    """Each few large cards have an encoder of their own; all at once are too many."""
    gate = NotingGate(pixels=1, pictures=1)
    cards = tuple(Card(title=f"{n}") for n in range(24))

    await Studio(60.0, gate=gate).encode(
        mp4(1920, 1080, seconds=1, cards=cards), lambda: program
    )

    assert gate.asked == [1920 * 1080] * 4
    assert gate.inside == 0


async def test_every_drawing_passes_the_gate() -> None:
    gate = NotingGate()

    await Studio(60.0, gate=gate).draw(png(640, 360))

    assert gate.asked == [640 * 360]
