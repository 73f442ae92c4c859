"""Makes pictures without ffmpeg."""

import io
from typing import Any, Final

from PIL import Image

from mockserver.media.cards.marker import Marker, marker_ink
from mockserver.media.cards.painter import CardPainter, mark, place
from mockserver.media.cards.reel import Reel
from mockserver.media.loops import montage_of, told_frame
from mockserver.media.spec import Container, MediaSpec, Sheet

__all__ = ["still"]

_OPTIONS: Final[dict[Container, dict[str, Any]]] = {
    Container.JPEG: {"format": "JPEG", "quality": 85},
    Container.PNG: {"format": "PNG", "compress_level": 6},
    Container.TIFF: {"format": "TIFF", "compression": "tiff_lzw"},
    Container.WEBP: {"format": "WEBP", "quality": 85},
}


def still(spec: MediaSpec, painter: CardPainter) -> bytes:
    """Return one frame of a clip, or a grid of many, as JPEG, PNG, TIFF or WebP."""
    options = dict(_OPTIONS[spec.container])
    if "quality" in options and spec.quality is not None:
        options["quality"] = spec.quality
    out = io.BytesIO()
    frames = _Frames(spec, painter)
    if spec.sheet is None:
        image = frames.at(spec.frame)
    else:
        image = _spread(spec.sheet, frames, spec.frames)
    image.save(out, **options)
    return out.getvalue()


class _Frames:
    """The frames of one clip; each picture is drawn once.

    Args:
        spec: The clip.
        painter: Draws its cards.
    """

    def __init__(self, spec: MediaSpec, painter: CardPainter) -> None:
        self._spec, self._montage = spec, montage_of(spec)
        moves = any(card.art for card in spec.cards)
        self._is_told = spec.sign is not None and (
            self._montage.is_composed or not moves
        )
        self._reel = Reel(painter, spec, self._montage)
        loop, turns = self._montage.loop, self._montage.turns
        self._marker = Marker.of(*spec.encoded_px, loop, turns=turns)
        self._ink = marker_ink(spec.cards)

    def at(self, frame: int) -> Image.Image:
        """Return one frame, from 0."""
        phase = self._montage.phase_at(frame)
        turn = self._montage.turn_of(phase)
        shot = self._montage.shot_at(frame)
        if self._spec.sign is not None:
            shot = shot._replace(start=told_frame(self._spec, frame))
        image = self._reel.frame(shot, turn).copy()
        if self._is_told:
            done = shot.start / self._spec.frames
            place(image, self._marker, done, self._ink)
        else:
            mark(image, self._marker, phase, self._ink)
        return image


def _spread(sheet: Sheet, frames: _Frames, count: int) -> Image.Image:
    """Return a grid of frames; what is left of the last row is black."""
    whole = Image.new("RGB", sheet.size_px)
    size = sheet.width_px, sheet.height_px
    for number in range(sheet.tiles):
        row, column = divmod(number, sheet.columns)
        tile = frames.at(number * count // sheet.tiles).resize(size)
        whole.paste(tile, (column * sheet.width_px, row * sheet.height_px))
    return whole
