"""The quiet edge of each frame: who made it, for which job, and how far the film is."""

from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from PIL import Image, ImageDraw

from mockserver.media.cards.boxes import Box
from mockserver.media.cards.card import Sign
from mockserver.media.cards.colors import Color, mixed
from mockserver.media.cards.fonts import Typeface, clean
from mockserver.media.cards.marker import Marker
from mockserver.media.cards.typeset import Manner, Paragraph, typeset
from mockserver.media.slices import MACROBLOCK_PX

__all__ = ["Footer", "told_time"]

_SMALLEST_PX: Final = 96
_SHORT_S: Final = 10
# How wide the longest times are, in letters as wide as they are high: one of them, and
# with the length of the film.
_TIME_EMS, _BOTH_EMS = 4.6, 9.2
# From which width on there is room for them beside the provider's name.
_ROOM_FOR_TIME_EMS, _ROOM_FOR_BOTH_EMS = 14, 26
_LONGEST_JOB, _FEWEST = 120, 6
_ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"
_SMALLEST_TEXT_PX: Final = 9


@dataclass(frozen=True, slots=True)
class Footer:
    """Where the edge's text and its line lie; the marker runs along that line.

    Attributes:
        text: Where the text is.
        line: Where the line is that grows.
        size_px: Size of the text.
    """

    text: Box
    line: Box
    size_px: float

    @classmethod
    def of(cls, width_px: int, height_px: int) -> "Footer | None":
        """Return the footer of a picture; None if that is too small for one."""
        small = min(width_px, height_px)
        marker = Marker.of(width_px, height_px, 2)
        if small < _SMALLEST_PX or marker is None:
            return None
        left, right = marker.left_px, marker.left_px + marker.span_px + marker.side_px
        size = max(_SMALLEST_TEXT_PX, small / 34)
        below = marker.y_px - max(1, round(size * 0.2))
        return cls(
            text=Box(
                left, below - ceil(max(size * 1.3, round(size) * 1.3)), right, below
            ),
            line=Box(left, marker.y_px, right, marker.y_px + marker.side_px),
            size_px=size,
        )

    @property
    def top(self) -> int:
        """Where it begins; what is above is the card's."""
        return self.text.top - max(2, round(self.size_px * 0.6))

    @property
    def seam_px(self) -> int:
        """The row above it that lies between two rows of macroblocks."""
        return max(0, self.top) // MACROBLOCK_PX * MACROBLOCK_PX

    @property
    def told_px(self) -> int:
        """The same row below which what tells the time is: it and below change."""
        return (
            max(0, min(self.time.top, self.line.top)) // MACROBLOCK_PX * MACROBLOCK_PX
        )

    def lowered(self, by_px: int) -> "Footer":
        """Return it as far below where it is."""
        text, line = (
            box._replace(top=box.top + by_px, bottom=box.bottom + by_px)
            for box in (self.text, self.line)
        )
        return replace(self, text=text, line=line)

    @property
    def time(self) -> Box:
        """Where the time is told."""
        width = round(self.size_px * self._time_ems)
        return self.text._replace(left=max(self.text.left, self.text.right - width))

    @property
    def _time_ems(self) -> float:
        room = self.text.width / self.size_px
        if room < _ROOM_FOR_TIME_EMS:
            return 0
        return _TIME_EMS if room < _ROOM_FOR_BOTH_EMS else _BOTH_EMS

    def draw_sign(
        self, image: Image.Image, sign: Sign, face: Typeface, ink: Color
    ) -> None:
        """Draw what stays the same in all frames: the provider and the job."""
        gap = round(self.size_px) if self._time_ems else 0
        left = self.text._replace(right=self.time.left - gap)
        maker, job = clean(sign.maker), clean(sign.job)[:_LONGEST_JOB]
        told = " · ".join(part for part in (maker, job) if part)
        kept = len(job)
        while kept > _FEWEST and face.width(told, round(self.size_px)) > left.width:
            # Both ends of an identifier tell more than its beginning alone.
            kept -= 1
            head, tail = job[: kept - kept // 2], job[len(job) - kept // 2 :]
            told = f"{maker} · {head}{_ELLIPSIS}{tail}"
        if maker and face.width(told, round(self.size_px)) > left.width:
            told = maker
        who = [Paragraph(told, face, 1.0, ink, 1)]
        typeset(ImageDraw.Draw(image), who, left, Manner(self.size_px))

    def draw_time(
        self,
        image: Image.Image,
        moment: tuple[float, float],
        face: Typeface,
        inks: tuple[Color, Color],
    ) -> None:
        """Draw how far the film is, as text and as a line.

        Args:
            image: The frame.
            moment: Where it is, and how long the film is, in seconds.
            face: The font.
            inks: Colours of the text and of the ground under the line.
        """
        ink, ground = inks
        draw = ImageDraw.Draw(image)
        told, size = self.told(moment), round(self.size_px)
        x, y = self.time.right - face.width(told, size), self.time.top + size
        for run in face.runs(told, size, from_right=False):
            run.draw(draw, (x, y), ink)
            x += run.width_px
        grown = self.line._replace(right=self.line.left + self.grown_px(moment))
        for line, share in ((self.line, 0.22), (grown, 0.62)):
            if line.right > line.left:
                corner = line.right - 1, line.bottom - 1
                draw.rectangle((*line[:2], *corner), mixed(ink, ground, share))

    def told(self, moment: tuple[float, float]) -> str:
        """Return what is told of a moment, and of how long the film is.

        In a narrow picture that is the moment alone, in a still narrower one nothing:
        the line tells it, too, and the provider's name cannot be told otherwise.
        """
        at_s, length_s = moment
        now = told_time(at_s, length_s)
        if self._time_ems < _BOTH_EMS:
            return now if self._time_ems else ""
        return f"{now} / {told_time(length_s, length_s)}"

    def grown_px(self, moment: tuple[float, float]) -> int:
        """Return how far the line has grown at a moment."""
        at_s, length_s = moment
        return round(self.line.width * min(1.0, at_s / length_s)) if length_s else 0


def told_time(seconds: float, length_s: float) -> str:
    """Return a moment of a film; short films are told in tenths."""
    is_short = length_s <= _SHORT_S
    tenths = int(seconds * 10 + 0.5) if is_short else int(seconds) * 10
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    whole = f"{rest // 10:02}" + (f".{rest % 10}" if is_short else "")
    return f"{hours}:{minutes:02}:{whole}" if hours else f"{minutes}:{whole}"
