"""Tables: names and values in two columns, each row as high as what is in it."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from mockserver.media.cards.boxes import Box
from mockserver.media.cards.card import Align
from mockserver.media.cards.colors import Color, contrast, mixed, parsed, readable
from mockserver.media.cards.fonts import clean
from mockserver.media.cards.scene import LARGE_CONTRAST, Scene
from mockserver.media.cards.typeset import SMALLEST_PX, Manner, Paragraph, typeset

__all__ = ["FACTS_MAX", "LONGEST_TEXT", "draw_table", "table_px"]

FACTS_MAX: Final = 14
"""So many of a card's facts are shown."""
LONGEST_TEXT: Final = 1200
"""So many characters of a text are."""
_SCALE: Final = 0.86
_SCALE_LEAST, _SCALE_MOST = 0.5, 3.0
_STEPS: Final = (1.0, 0.87, 0.76, 0.66)
# What is above and below a row's words, in sizes of a letter; the roomiest first.
_AIRS: Final = (1.0, 0.5, 0.15)
_LINES: Final = (8, 4, 2, 1)
_NAMES_LEAST, _NAMES_MOST = 0.2, 0.48
_ENDLESS_PX: Final = 1 << 20


class _Row(NamedTuple):
    """A name and its value.

    Attributes:
        name: The one.
        value: The other.
        ink: Colour of the value, if one was asked for.
        align: On which side of its column it stands.
        scale: How large the value is, beside its name.
    """

    name: str
    value: str
    ink: Color | None = None
    align: Align = Align.AUTO
    scale: float = 1.0


class _Plan(NamedTuple):
    """How a table fits into its place.

    Attributes:
        size_px: Size of its text.
        names_px: Width of the names' column.
        lines: How many lines each value may have.
        heights: Of its rows, in px; there may be fewer than there are facts.
    """

    size_px: float
    names_px: int
    lines: int
    heights: tuple[int, ...]


def table_px(scene: Scene, area: Box) -> int:
    """Return how high a card's table is in a place, at most as high as that."""
    return sum(_plan(scene, _rows(scene), area).heights)


def draw_table(scene: Scene, area: Box, *, sink: float = 0.5) -> None:
    """Draw a card's facts, with lines between them; what has no room is counted.

    Args:
        scene: The card that is drawn.
        area: Where.
        sink: Where what is left of the height goes: 0 below, 1 above.
    """
    rows = _rows(scene)
    plan = _plan(scene, rows, area)
    if 1 < len(plan.heights) < len(rows):
        left_out = len(rows) - len(plan.heights) + 1
        rows = [
            *rows[: len(plan.heights) - 1],
            _Row("\N{HORIZONTAL ELLIPSIS}", f"and {left_out} more"),
        ]
    top = area.top + round(max(0, area.height - sum(plan.heights)) * sink)
    hair = max(1, scene.gap // 16)
    for number, (row, height) in enumerate(zip(rows, plan.heights, strict=False)):
        cell = Box(area.left, top, area.right, top + height)
        _draw_row(scene, row, cell, plan)
        if number:
            line = (cell.left, cell.top, cell.right - 1, cell.top + hair - 1)
            scene.draw.rectangle(line, mixed(scene.ink, scene.ground, 0.25))
        top += height


def _draw_row(scene: Scene, row: _Row, cell: Box, plan: _Plan) -> None:
    left = cell._replace(right=cell.left + plan.names_px)
    right = cell._replace(left=left.right + scene.gap)
    ink = row.ink or scene.ink
    if row.ink and contrast(row.ink, scene.ground) < LARGE_CONTRAST:
        # It was asked for, and has to be seen on a ground that was not.
        plate = right.inset(max(1, round(plan.size_px * 0.15)))
        corner = plate.right - 1, plate.bottom - 1
        radius = max(1, round(plan.size_px * 0.25))
        scene.draw.rounded_rectangle((*plate[:2], *corner), radius, readable(row.ink))
        right = right._replace(
            left=right.left + radius * 2, right=right.right - radius * 2
        )
    name, value = _paragraphs(scene, row, plan.lines, ink)
    typeset(scene.draw, [name], left, Manner(plan.size_px, Align.AUTO, 0.5))
    typeset(scene.draw, [value], right, Manner(plan.size_px, row.align, 0.5))


def _paragraphs(
    scene: Scene, row: _Row, lines: int, ink: Color
) -> tuple[Paragraph, Paragraph]:
    regular, bold = scene.faces
    return (
        Paragraph(row.name, regular, 1.0, scene.soft, lines),
        Paragraph(row.value, bold, row.scale, ink, lines),
    )


def _rows(scene: Scene) -> list[_Row]:
    card = scene.card
    looks = (*card.fact_looks, *(("", Align.AUTO),) * len(card.facts))
    scales = (*card.fact_scales, *(1.0,) * len(card.facts))
    rows = [
        _Row(
            clean(name[:LONGEST_TEXT]),
            clean(value[:LONGEST_TEXT]),
            parsed(color),
            align,
            min(max(_SCALE_LEAST, scale), _SCALE_MOST),
        )
        for (name, value), (color, align), scale in zip(
            card.facts, looks, scales, strict=False
        )
    ]
    return rows[:FACTS_MAX]


def _plan(scene: Scene, rows: list[_Row], area: Box) -> _Plan:
    """Return the largest and roomiest table that fits; the last may leave out rows."""
    plan = _Plan(SMALLEST_PX, area.width, 1, ())
    if not rows:
        return plan
    for plan in _plans(scene, rows, area):
        if sum(plan.heights) <= area.height:
            return plan
    heights, room = list(plan.heights), area.height
    while len(heights) > 1 and sum(heights) > room:
        del heights[-1]
    return plan._replace(heights=tuple(heights))


def _plans(scene: Scene, rows: list[_Row], area: Box) -> Iterator[_Plan]:
    usual = scene.size_px * _SCALE
    sizes = [*dict.fromkeys(max(SMALLEST_PX, usual * step) for step in _STEPS)]
    for lines in _LINES:
        # Only what cannot be made small enough is cut.
        for size in sizes if lines == _LINES[0] else sizes[-1:]:
            names = _names_px(scene, rows, area, size)
            words = [
                _words_px(
                    scene, row, (names, area.width - names - scene.gap), size, lines
                )
                for row in rows
            ]
            for air in _AIRS:
                heights = tuple(px + round(air * size) for px in words)
                yield _Plan(size, names, lines, heights)


def _words_px(
    scene: Scene, row: _Row, widths: tuple[int, int], size_px: float, lines: int
) -> int:
    """Return how high a row's words are."""
    told = _paragraphs(scene, row, lines, scene.ink)
    manner = Manner(size_px, draws=False)
    return max(
        typeset(
            scene.draw, [text], Box(0, 0, max(1, width), _ENDLESS_PX), manner
        ).height
        for text, width in zip(told, widths, strict=True)
    )


def _names_px(scene: Scene, rows: list[_Row], area: Box, size_px: float) -> int:
    """Return how wide the column of names is."""
    room = area.width - scene.gap
    widest = max(scene.faces[0].width(row.name, round(size_px)) for row in rows)
    least, most = room * _NAMES_LEAST, room * _NAMES_MOST
    return round(min(most, max(least, widest + 2)))
