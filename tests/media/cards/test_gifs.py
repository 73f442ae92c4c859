"""A GIF holds whole cards once and then only what moves; memory stays small."""

import subprocess
import sys
from itertools import pairwise
from typing import Any

import pytest
from PIL import Image

from mockserver.media.cards.gifs import blocks
from mockserver.media.cards.painter import CardPainter
from mockserver.media.formats import gif
from mockserver.media.spec import Card
from tests.deep import first
from tests.media.conftest import pictures_of

CARDS = (Card(("one",), "First"), Card(("two",), "Second"))
PEAK = """
import asyncio
from pathlib import Path
from mockserver.media.formats import gif
from mockserver.media.render import FfmpegRenderer
asyncio.run(FfmpegRenderer().render(gif({width}, {height}, seconds={seconds})))
status = Path("/proc/self/status").read_text()
print(next(l.split()[1] for l in status.splitlines() if l.startswith("VmHWM")))
"""


class CountingPainter(CardPainter):
    """Counts what it draws."""

    drawn = 0

    def paint(self, *asked: Any, **more: Any) -> Image.Image:
        type(self).drawn += 1
        return super().paint(*asked, **more)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("width", "height", "seconds"), first([(3840, 2160, 12), (640, 360, 3600)])
)
def test_a_large_or_long_gif_takes_little_memory(
    width: int, height: int, seconds: int
) -> None:
    """With all frames at once, 12 s of 4K took 1.1 GB."""
    script = PEAK.format(width=width, height=height, seconds=seconds)

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, timeout=60
    )

    assert int(done.stdout) < 200 * 1024


def test_what_repeats_is_made_once(painter: CardPainter) -> None:
    """Ten thousand frames are one picture and the marker's few places."""
    made = list(blocks(gif(1280, 720, seconds=1000, fps=10), painter))

    pictures = made[2::2]
    assert len(pictures) == 10_000
    assert len({id(picture) for picture in pictures}) <= 1 + 250
    assert max(map(len, pictures[1:])) < 2_000


def test_a_card_is_drawn_once_and_only_when_its_time_comes() -> None:
    """A clip of many cards costs no more than one at a time."""
    painter = CountingPainter()

    drawn = [
        painter.drawn
        for _ in blocks(gif(320, 180, seconds=2, fps=10, cards=CARDS), painter)
    ]

    assert drawn == [0, *[1] * 20, *[2] * 21]


def test_pieces_over_each_other_show_whole_frames(painter: CardPainter) -> None:
    """The marker runs, the card changes once, and nothing else does."""
    data = b"".join(blocks(gif(320, 180, seconds=2, fps=10, cards=CARDS), painter))

    frames = pictures_of(data)
    cards = [frame.crop((0, 0, 320, 160)).tobytes() for frame in frames]
    edges = {frame.crop((0, 160, 320, 180)).tobytes() for frame in frames}

    assert len(frames) == 20
    assert [n for n, (a, b) in enumerate(pairwise(cards), 1) if a != b] == [10]
    assert len(edges) == 20


def test_a_picture_too_small_for_a_marker_still_has_every_frame(
    painter: CardPainter,
) -> None:
    """A frame in which nothing changes repeats one pixel."""
    frames = pictures_of(b"".join(blocks(gif(8, 8, seconds=1, fps=10), painter)))

    assert len(frames) == 10
    assert len({frame.tobytes() for frame in frames}) == 1
