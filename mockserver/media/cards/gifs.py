"""Writes GIFs frame by frame: a whole picture per card, then only what changes."""

import struct
from collections.abc import Iterator
from fractions import Fraction
from math import sqrt
from typing import Final

from PIL import Image, ImageDraw
from PIL.GifImagePlugin import getdata

from mockserver.media.cards.colors import Color
from mockserver.media.cards.marker import Marker, marker_ink
from mockserver.media.cards.painter import CardPainter, mark
from mockserver.media.cards.reel import Reel
from mockserver.media.loops import montage_of
from mockserver.media.spec import MediaSpec

__all__ = ["blocks"]

# GIF counts time in hundredths of a second.
_TICKS_PER_S: Final = 100
_MOST_REPEATS: Final = 0xFFFF
# A part of a large card's pixels shows its colours; counting them all takes a lot.
_SAMPLED_PX: Final = 1_000_000

Box = tuple[int, int, int, int]


def blocks(spec: MediaSpec, painter: CardPainter) -> Iterator[bytes]:
    """Yield an animated GIF in pieces, of which repeated ones are the same object.

    Its frames end on the nearest hundredth of a second. One card is held at a time.
    """
    yield _header(spec)
    montage, delays = montage_of(spec), _delays(spec)
    marker = Marker.of(*spec.encoded_px, montage.loop, smooth=True)
    reel, ink = Reel(painter, spec, montage), marker_ink(spec.cards)
    for shot in montage.shots:
        turning = montage.turns > 1
        made = [
            _limited(reel.frame(shot, turn), marker, spec.colors, ink)
            for turn in range(montage.turns)
        ]
        whole = [
            _block(_marked(ground, (0, 0, *ground.size), marker, phase, square))
            for turn, (ground, square) in enumerate(made)
            for phase in [turn * montage.loop // montage.turns]
        ]
        changes = [
            _change(made[montage.turn_of(phase)], marker, phase)
            for phase in range(min(montage.loop, shot.frames))
        ]
        for number in range(shot.frames):
            phase = number % montage.loop
            turn = montage.turn_of(phase)
            is_new = phase == 0 or turn != montage.turn_of(phase - 1)
            yield _control(next(delays))
            if number == 0 or (turning and is_new):
                yield whole[turn]
            else:
                yield changes[phase]
    yield b";"


def _header(spec: MediaSpec) -> bytes:
    screen = struct.pack("<6sHHBBB", b"GIF89a", *spec.encoded_px, 0x70, 0, 0)
    if spec.loop < 0:
        return screen
    repeats = min(spec.loop, _MOST_REPEATS)
    return screen + struct.pack("<14sBBHB", b"!\xff\x0bNETSCAPE2.0", 3, 1, repeats, 0)


def _control(delay: int) -> bytes:
    """Return how long the next picture stays; the one after is drawn over it."""
    return struct.pack("<3sBHBB", b"!\xf9\x04", 1 << 2, delay, 0, 0)


def _delays(spec: MediaSpec) -> Iterator[int]:
    last = 0
    for number in range(1, spec.frames + 1):
        end = int(_TICKS_PER_S * number / spec.fps + Fraction(1, 2))
        yield end - last
        last = end


def _change(drawn: tuple[Image.Image, int], marker: Marker | None, phase: int) -> bytes:
    """Return the part of a frame of the loop that is not as before."""
    ground, square = drawn
    box = _changed(marker, phase)
    return _block(_marked(ground, box, marker, phase, square), box[:2])


def _limited(
    card: Image.Image, marker: Marker | None, colors: int, ink: Color
) -> tuple[Image.Image, int]:
    """Return a card in few colours, and which of them is the marker's."""
    sample = _sampled(card)
    mark(sample, marker and Marker.of(*sample.size, marker.loop), 0, ink)
    sample = sample.quantize(colors, dither=Image.Dither.NONE)
    ground = card.quantize(palette=sample, dither=Image.Dither.NONE)
    dot = Image.new("RGB", (1, 1), ink)
    square = dot.quantize(palette=sample, dither=Image.Dither.NONE).getpixel((0, 0))
    return ground, square if isinstance(square, int) else 0


def _sampled(card: Image.Image) -> Image.Image:
    """Return a copy that has at most a million of the card's pixels."""
    scale = sqrt(_SAMPLED_PX / (card.width * card.height))
    if scale >= 1:
        return card.copy()
    size = max(1, int(card.width * scale)), max(1, int(card.height * scale))
    return card.resize(size, Image.Resampling.NEAREST)


def _changed(marker: Marker | None, phase: int) -> Box:
    """Return the part that differs from the frame before; a dot if none does."""
    if marker is None:
        return 0, 0, 1, 1
    left, right = sorted((marker.x_at(phase - 1), marker.x_at(phase)))
    below = marker.y_px + marker.side_px
    return left, marker.y_px, right + marker.side_px, below


def _marked(
    ground: Image.Image, box: Box, marker: Marker | None, phase: int, square: int
) -> Image.Image:
    """Return a part of a frame of the loop."""
    part = ground.crop(box)
    if marker is not None:
        x, y = marker.x_at(phase) - box[0], marker.y_px - box[1]
        corner = (x + marker.side_px - 1, y + marker.side_px - 1)
        ImageDraw.Draw(part).rectangle((x, y, *corner), fill=square)
    return part


def _block(part: Image.Image, offset: tuple[int, int] = (0, 0)) -> bytes:
    """Return a picture as GIF holds it, with a palette of the colours it uses."""
    used = [index for _, index in part.getcolors(256) or []]
    compact = part.remap_palette(
        sorted(index for index in used if isinstance(index, int))
    )
    return b"".join(getdata(compact, offset, include_color_table=True))
