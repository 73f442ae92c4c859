"""Sets paragraphs into a box: wraps, shrinks, and cuts with an ellipsis."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from PIL import ImageDraw

from mockserver.media.cards.fonts import Typeface

__all__ = ["Paragraph", "typeset"]

Box = tuple[int, int, int, int]

_STEPS: Final = (1.0, 0.85, 0.72, 0.6)
_SMALLEST_PX: Final = 8
_LEADING: Final = 1.3
_GAP: Final = 0.35
_ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One text in one style.

    Attributes:
        text: Without line breaks.
        face: Its font.
        scale: Its size relative to plain text.
        ink: Its colour.
        most_lines: What does not fit into them is cut.
    """

    text: str
    face: Typeface
    scale: float
    ink: tuple[int, int, int]
    most_lines: int = 1000


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    paragraph: Paragraph
    size_px: int
    top_px: float


def typeset(
    draw: ImageDraw.ImageDraw,
    paragraphs: Sequence[Paragraph],
    box: Box,
    size_px: float,
    *,
    first_line_less: int = 0,
) -> None:
    """Draw paragraphs from the top of a box; nothing is drawn outside of it.

    Args:
        draw: The picture.
        paragraphs: Texts without line breaks, none empty.
        box: Left, top, right, bottom in pixels.
        size_px: Size of plain text; smaller sizes are tried before text is cut.
        first_line_less: Pixels taken at the right of the first paragraph.
    """
    left, top, right, bottom = box
    lines: list[_Line] = []
    for step in _STEPS:
        setter = _Setter(right - left, first_line_less, size_px * step)
        lines = list(setter.lines(paragraphs))
        if not lines or lines[-1].top_px + lines[-1].size_px * _LEADING <= bottom - top:
            break
    for line in _cut(lines, bottom - top, right - left - first_line_less):
        _draw_line(draw, line, left, top)


@dataclass(frozen=True, slots=True)
class _Setter:
    width_px: int
    first_less_px: int
    size_px: float

    def lines(self, paragraphs: Sequence[Paragraph]) -> Iterator[_Line]:
        top = 0.0
        for index, paragraph in enumerate(paragraphs):
            size = max(_SMALLEST_PX, round(self.size_px * paragraph.scale))
            width = self.width_px - (0 if index else self.first_less_px)
            for line in _set(paragraph, size, max(width, 1)):
                yield replace(line, top_px=top)
                top += size * _LEADING
            top += self.size_px * _GAP


def _set(paragraph: Paragraph, size: int, width: int) -> list[_Line]:
    texts = _wrapped(paragraph.text, paragraph.face, size, width)
    lines = [_Line(text, paragraph, size, 0) for text in texts]
    if len(lines) > paragraph.most_lines:
        del lines[paragraph.most_lines :]
        lines[-1] = _ended(lines[-1], width)
    return lines


def _wrapped(text: str, face: Typeface, size: int, width: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if face.width(longer, size) <= width:
            line = longer
            continue
        if line:
            yield line
        *full, line = _broken(word, face, size, width)
        yield from full
    if line:
        yield line


def _broken(word: str, face: Typeface, size: int, width: int) -> list[str]:
    parts, used = [""], 0.0
    for char in word:
        advance = face.width(char, size)
        if parts[-1] and used + advance > width:
            parts.append("")
            used = 0.0
        parts[-1] += char
        used += advance
    return parts


def _cut(lines: Sequence[_Line], height: int, width: int) -> list[_Line]:
    kept = [line for line in lines if line.top_px + line.size_px * _LEADING <= height]
    if len(kept) < len(lines) and kept:
        kept[-1] = _ended(kept[-1], width)
    return kept


def _ended(line: _Line, width: int) -> _Line:
    text, face = line.text, line.paragraph.face
    while text and face.width(text + _ELLIPSIS, line.size_px) > width:
        text = text[:-1]
    return replace(line, text=text + _ELLIPSIS)


def _draw_line(draw: ImageDraw.ImageDraw, line: _Line, left: int, top: int) -> None:
    x = float(left)
    baseline = top + line.top_px + line.size_px
    for run in line.paragraph.face.runs(line.text, line.size_px):
        draw.text(
            (x, baseline), run.text, font=run.font, fill=line.paragraph.ink, anchor="ls"
        )
        x += run.font.getlength(run.text)
