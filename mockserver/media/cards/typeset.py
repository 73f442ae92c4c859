"""Sets paragraphs into a box: the largest size that fits, wrapped, cut at the end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from PIL import ImageDraw

from mockserver.media.cards.boxes import Box
from mockserver.media.cards.card import Align
from mockserver.media.cards.fonts import Run, Typeface, has_no_spaces, is_right_to_left

__all__ = ["LEADING", "SMALLEST_PX", "Manner", "Paragraph", "typeset"]

_STEPS: Final = (1.0, 0.87, 0.76, 0.66, 0.57, 0.5, 0.43)
SMALLEST_PX: Final = 9
"""No letters are smaller."""
_LONGEST_WORD: Final = 24
_BALANCED_LINES: Final = 3
_SHARES: Final = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
LEADING: Final = 1.28
"""From one line to the next, in sizes of their letters."""
_GAP: Final = 0.45
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
        is_even: Its lines are about equally long, as those of what is large are.
    """

    text: str
    face: Typeface
    scale: float
    ink: tuple[int, int, int]
    most_lines: int = 1000
    is_even: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """How paragraphs stand in their box.

    Attributes:
        size_px: Size of plain text; smaller sizes are tried before text is cut.
        align: On which side lines stand; if not said, where their text begins.
        sink: Where what is left of the height goes: 0 below, 1 above.
        draws: Whether anything is drawn, or only measured.
    """

    size_px: float
    align: Align = Align.AUTO
    sink: float = 0.0
    draws: bool = True


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    paragraph: Paragraph
    size_px: int
    top_px: float

    @property
    def end_px(self) -> float:
        return self.top_px + self.size_px * LEADING

    @property
    def width_px(self) -> float:
        return sum(run.width_px for run in self.runs())

    @property
    def is_right_to_left(self) -> bool:
        # It is the paragraph that has a direction, not each of its lines.
        return is_right_to_left(self.paragraph.text)

    def runs(self) -> list[Run]:
        face, from_right = self.paragraph.face, self.is_right_to_left
        return face.runs(self.text, self.size_px, from_right=from_right)


def typeset(
    draw: ImageDraw.ImageDraw, paragraphs: Sequence[Paragraph], box: Box, manner: Manner
) -> Box:
    """Draw paragraphs into a box; nothing is drawn outside of it.

    Args:
        draw: The picture.
        paragraphs: Texts without line breaks; empty ones are left out.
        box: Where they go.
        manner: How they stand there.

    Returns:
        The part of the box that they take, in its full width.
    """
    told = [paragraph for paragraph in paragraphs if paragraph.text]
    lines: list[_Line] = []
    for step in _STEPS:
        size = manner.size_px * step
        lines = list(_lines(told, box.width, size))
        fits = not lines or lines[-1].end_px <= box.height
        if fits and not _breaks_words(told, box.width, size):
            break
    lines = _balanced(_cut(lines, box.height, box.width), box.width)
    used = lines[-1].end_px if lines else 0.0
    top = box.top + round((box.height - used) * manner.sink)
    if manner.draws:
        for line in lines:
            _draw_line(draw, line, box, top, manner.align)
    return Box(box.left, top, box.right, min(box.bottom, top + round(used)))


def _lines(
    paragraphs: Sequence[Paragraph], width: int, size_px: float
) -> Iterator[_Line]:
    top = 0.0
    for paragraph in paragraphs:
        size = _size(paragraph, size_px)
        for line in _set(paragraph, size, width):
            yield replace(line, top_px=top)
            top += size * LEADING
        top += size * _GAP


def _breaks_words(paragraphs: Sequence[Paragraph], width: int, size_px: float) -> bool:
    """Say whether a word would not fit into a line; where words are short, that is."""
    return any(
        paragraph.face.width(word, _size(paragraph, size_px)) > width
        for paragraph in paragraphs
        for word in paragraph.text.split(" ")
        if len(word) <= _LONGEST_WORD and paragraph.most_lines > 1
        if word.isascii() or not has_no_spaces(word)
    )


def _size(paragraph: Paragraph, size_px: float) -> int:
    return max(SMALLEST_PX, round(size_px * paragraph.scale))


def _set(paragraph: Paragraph, size: int, width: int) -> list[_Line]:
    if paragraph.most_lines == 1:
        line = _Line(paragraph.text, paragraph, size, 0)
        is_short = paragraph.face.width(line.text, size) <= width
        return [line if is_short else _ended(line, width)]
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
    for cluster in face.clusters(word):
        advance = face.width(cluster, size)
        if parts[-1] and used + advance > width:
            parts.append("")
            used = 0.0
        parts[-1] += cluster
        used += advance
    return parts


def _cut(lines: Sequence[_Line], height: int, width: int) -> list[_Line]:
    kept = [line for line in lines if line.end_px <= height]
    if len(kept) < len(lines) and kept:
        kept[-1] = _ended(kept[-1], width)
    return kept


def _balanced(lines: list[_Line], width: int) -> list[_Line]:
    """Return lines of which no headline or caption ends in a word alone."""
    made: list[_Line] = []
    for _, same in groupby(lines, key=lambda line: id(line.paragraph)):
        whole = list(same)
        paragraph, size = whole[0].paragraph, whole[0].size_px
        is_whole = " ".join(line.text for line in whole) == paragraph.text
        is_even = paragraph.is_even or paragraph.scale > 1
        if is_even and 1 < len(whole) <= _BALANCED_LINES and is_whole:
            texts = _even(paragraph, size, width, len(whole))
            whole = [
                replace(line, text=text)
                for line, text in zip(whole, texts, strict=True)
            ]
        made += whole
    return made


def _even(paragraph: Paragraph, size: int, width: int, count: int) -> list[str]:
    """Return a text in so many lines, the longest of which is as short as can be."""
    texts: list[str] = []
    for share in _SHARES:
        texts = list(
            _wrapped(paragraph.text, paragraph.face, size, round(width * share))
        )
        if len(texts) == count and " ".join(texts) == paragraph.text:
            break
    return texts


def _ended(line: _Line, width: int) -> _Line:
    face = line.paragraph.face
    parts = face.clusters(line.text)
    while parts and face.width("".join(parts) + _ELLIPSIS, line.size_px) > width:
        del parts[-1]
    return replace(line, text="".join(parts) + _ELLIPSIS)


def _draw_line(
    draw: ImageDraw.ImageDraw, line: _Line, box: Box, top: int, align: Align
) -> None:
    free = max(0.0, box.width - line.width_px)
    if align is Align.AUTO and line.is_right_to_left:
        align = Align.RIGHT
    shift = {Align.CENTER: free / 2, Align.RIGHT: free}.get(align, 0.0)
    x = box.left + shift
    baseline = top + line.top_px + line.size_px
    for run in line.runs():
        run.draw(draw, (x, baseline), line.paragraph.ink)
        x += run.width_px
