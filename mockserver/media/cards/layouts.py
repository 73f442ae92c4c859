"""Layouts: where a card's texts, pictures and people stand, by kind and by form."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from mockserver.media.cards.boxes import Box, Form
from mockserver.media.cards.card import Align, Layout
from mockserver.media.cards.colors import Color, mixed, parsed
from mockserver.media.cards.fonts import clean
from mockserver.media.cards.scene import OVER_PICTURE, Scene
from mockserver.media.cards.shapes import (
    darkened,
    draw_presenter,
    draw_slot,
    overlay_box,
)
from mockserver.media.cards.tables import (
    FACTS_MAX,
    LONGEST_TEXT,
    draw_table,
    table_px,
)
from mockserver.media.cards.typeset import (
    LEADING,
    SMALLEST_PX,
    Manner,
    Paragraph,
    typeset,
)

__all__ = ["arrange"]

_LINES_MAX: Final = 60
_SLOTS_MAX: Final = 12
_WIDE: Final = 1.6
_SHORT: Final = 18
_NO_BREAK: Final = "\N{NO-BREAK SPACE}"
_CAPTION_LINES: Final = 2
_STAGE: Final = 0.58
_THUMBNAILS_MAX: Final = 4
_WHITE: Final[Color] = (255, 255, 255)
_PALE: Final[Color] = (214, 216, 222)


def arrange(scene: Scene) -> None:
    """Draw all of a card but its background, its overlays and the frame's edge."""
    card = scene.card
    if scene.is_over_picture:
        _over(scene)
        return
    area = _above_caption(scene)
    area = _beside_presenter(scene, area)
    layout = card.layout
    if layout is Layout.PRESENTER:
        layout = Layout.SLIDE
    _LAYOUTS[layout](scene, area)


def _above_caption(scene: Scene) -> Box:
    """Burn in what is said, and return what is left above."""
    said = clean(scene.card.caption[:LONGEST_TEXT])
    if not said:
        return scene.body
    body, size = scene.body, scene.size_px * 0.92
    band = Box(
        body.left, body.bottom - round(body.height * 0.3), body.right, body.bottom
    )
    told = [Paragraph(said, scene.faces[0], 1.0, _WHITE, 3, is_even=True)]
    manner = Manner(size, Align.CENTER, 1.0, draws=False)
    pad = max(2, round(size * 0.3))
    inner = band.inset(pad)
    used = typeset(scene.draw, told, inner, manner)
    darkened(
        scene.image, Box(body.left, used.top - pad, body.right, used.bottom + pad), 0.62
    )
    typeset(scene.draw, told, inner, Manner(size, Align.CENTER, 1.0))
    # What is above stays where it is while sentences of one and two lines take turns.
    usual = inner.bottom - round(size) * _CAPTION_LINES * LEADING
    top = min(used.top, max(inner.top, round(usual)))
    return body._replace(bottom=top - pad - scene.gap // 2)


def _beside_presenter(scene: Scene, area: Box) -> Box:
    presenter = scene.card.presenter
    if presenter is None:
        return area
    upright = scene.form is Form.UPRIGHT
    stage = area
    if upright and not presenter.is_round:
        # There is no room beside somebody: text stands above.
        share = min(0.62, max(0.2, presenter.share * 0.72))
        area, stage = area.rows(1 - share, scene.gap)
    elif scene.form is Form.SQUARE:
        # Beside somebody as tall as asked, words would be half as large as others.
        stage = stage._replace(
            top=max(stage.top, stage.bottom - round(stage.width * _STAGE))
        )
    box = draw_presenter(scene.image, presenter, stage, scene.ground)
    if presenter.name:
        _name_tag(scene, presenter.name, box)
    if upright:
        return area._replace(bottom=min(area.bottom, box.top - scene.gap))
    if presenter.side == "left":
        return area._replace(left=box.right + scene.gap)
    return area._replace(right=box.left - scene.gap)


def _name_tag(scene: Scene, name: str, box: Box) -> None:
    face, text = scene.faces[0], clean(name)
    size = max(SMALLEST_PX, scene.size_px * 0.62)
    pad = round(size * 0.4)
    tag = Box(box.left, box.bottom - round(size * 1.3) - 2 * pad, box.right, box.bottom)
    darkened(scene.image, tag, 0.6)
    while size > SMALLEST_PX and face.width(text, round(size)) > tag.width - 2 * pad:
        size = max(SMALLEST_PX, size - 1)
    told = [Paragraph(text, face, 1.0, _WHITE, 1)]
    typeset(scene.draw, told, tag.inset(pad), Manner(size, Align.CENTER, 0.5))


def _heading(scene: Scene, title_scale: float = 1.75) -> list[Paragraph]:
    card, (_, bold) = scene.card, scene.faces
    return [
        Paragraph(
            clean(card.label[:LONGEST_TEXT]),
            bold,
            0.72,
            scene.label_ink,
            2,
            is_even=True,
        ),
        Paragraph(clean(card.title[:LONGEST_TEXT]), bold, title_scale, scene.ink, 6),
    ]


def _lines(scene: Scene, scale: float = 1.0) -> list[Paragraph]:
    told = scene.card.lines[:_LINES_MAX]
    return [
        Paragraph(clean(text[:LONGEST_TEXT]), scene.faces[0], scale, scene.soft)
        for text in told
    ]


def _align(scene: Scene, usual: Align) -> Align:
    """Return the side that was asked for; if none was, where the card's text begins."""
    if scene.card.align is not Align.AUTO:
        return scene.card.align
    if usual is Align.LEFT and scene.is_right_to_left:
        return Align.RIGHT
    return usual


def _clear_of_overlays(
    scene: Scene, told: list[Paragraph], area: Box, manner: Manner
) -> Box:
    """Return the part of an area in which texts do not run below a logo."""
    for overlay in scene.card.overlays:
        measured = replace(manner, draws=False)
        used = typeset(scene.draw, told, area, measured)
        box = overlay_box(overlay, scene.image.size, scene.body)
        if not used.meets(box):
            continue
        gap = scene.gap // 2
        if (box.left + box.right) > (area.left + area.right):
            area = area._replace(right=max(area.left + gap, box.left - gap))
        else:
            area = area._replace(left=min(area.right - gap, box.right + gap))
    return area


def _slide(scene: Scene, area: Box) -> None:
    """Texts from the left, in the middle of the height; what was sent beside."""
    card = scene.card
    if card.slots or card.facts:
        text, rest = _halves(scene, area)
        _table_or_slots(scene, rest)
        area = text
    align = _align(scene, Align.LEFT)
    told = [*_heading(scene), *_lines(scene)]
    if not any(one.text for one in told):
        return
    inner = area
    if align is Align.RIGHT:
        inner = area._replace(right=area.right - scene.gap)
    elif align is Align.LEFT:
        inner = area._replace(left=area.left + scene.gap)
    manner = Manner(scene.size_px * 1.12, align, 0.46)
    inner = _clear_of_overlays(scene, told, inner, manner)
    used = typeset(scene.draw, told, inner, manner)
    if align is not Align.CENTER:
        bar = max(2, scene.gap // 5)
        left = area.right - bar if align is Align.RIGHT else area.left
        line = (left, used.top, left + bar - 1, used.bottom - 1)
        scene.draw.rectangle(line, scene.accent)


def _over(scene: Scene) -> None:
    """Texts at the bottom, on a part of the picture that is darker to the edge."""
    card, (regular, bold) = scene.card, scene.faces
    ink = parsed(card.ink) or _WHITE
    facts = " · ".join(map(_together, card.facts[:FACTS_MAX]))
    told = [
        Paragraph(clean(card.label[:LONGEST_TEXT]), bold, 0.72, _PALE, 1),
        Paragraph(clean(card.title[:LONGEST_TEXT]), bold, 1.3, ink, 4),
        *(Paragraph(clean(line[:LONGEST_TEXT]), regular, 0.86, _PALE, 3)
          for line in card.lines[:_LINES_MAX]),
        Paragraph(facts, regular, 0.74, _PALE, 3),
        Paragraph(clean(card.caption[:LONGEST_TEXT]), regular, 0.92, _WHITE, 3),
    ]  # fmt: skip
    foot = scene.body._replace(top=scene.body.top + round(scene.body.height * 0.42))
    _thumbnails(scene, foot.top)
    align = _align(scene, Align.LEFT)
    used = typeset(
        scene.draw, told, foot, Manner(scene.size_px, align, 1.0, draws=False)
    )
    if used.top >= used.bottom:
        return
    top = max(0, used.top - scene.gap // 2)
    behind = Box(0, top, scene.image.width, scene.edge_px)
    darkened(scene.image, behind, OVER_PICTURE)
    typeset(scene.draw, told, foot, Manner(scene.size_px, align, 1.0))


def _together(fact: tuple[str, str]) -> str:
    """Return a name and its value, which no line parts if they are short."""
    name, value = (clean(text[:LONGEST_TEXT]) for text in fact)
    is_short = len(name) + len(value) <= _SHORT
    return f"{name}{_NO_BREAK if is_short else ' '}{value}"


def _thumbnails(scene: Scene, end: int) -> None:
    """Show what was sent along, small, at the top right."""
    slots, body, gap = scene.card.slots[:_THUMBNAILS_MAX], scene.body, scene.gap // 2
    width = min(round(body.width * 0.3), (body.width - 3 * gap) // _THUMBNAILS_MAX)
    if scene.form is Form.WIDE:
        width = min(width, round((end - body.top - gap) * 4 / 3))
    height = round(width * 3 / 4)
    right = body.right
    for slot in reversed(slots):
        cell = Box(right - width, body.top, right, body.top + height)
        draw_slot(scene.image, slot, cell, scene.faces)
        right -= width + gap


def _halves(scene: Scene, area: Box) -> tuple[Box, Box]:
    """Return where texts go and where the rest goes, by the form of the picture."""
    if not any((scene.card.title, scene.card.label, *scene.card.lines)):
        return area._replace(right=area.left), area
    if scene.form is Form.WIDE and area.width > area.height:
        return area.columns(0.5, scene.gap)
    return area.rows(0.42, scene.gap)


def _table_or_slots(scene: Scene, area: Box) -> None:
    card = scene.card
    if card.slots and card.facts:
        is_wide = area.width > area.height * _WIDE
        one, other = (
            area.columns(0.4, scene.gap) if is_wide else area.rows(0.55, scene.gap)
        )
        _slots(scene, one)
        draw_table(scene, other, sink=0.5 if is_wide else 0.0)
    elif card.slots:
        _slots(scene, area)
    else:
        draw_table(scene, area)


def _slots(scene: Scene, area: Box) -> None:
    slots = scene.card.slots[:_SLOTS_MAX]
    columns = _best_columns(len(slots), area)
    cells = area.grid(len(slots), columns, scene.gap // 2)
    for slot, cell in zip(slots, cells, strict=True):
        draw_slot(scene.image, slot, cell, scene.faces)


def _best_columns(count: int, area: Box) -> int:
    """Return the number of columns that makes cells the most like 4:3."""

    def badness(columns: int) -> float:
        rows = -(-count // columns)
        ratio = (area.width / columns) / (area.height / rows)
        return max(ratio / 1.33, 1.33 / ratio) + 0.2 * (columns * rows - count)

    return min(range(1, count + 1), key=badness)


def _title(scene: Scene, area: Box) -> None:
    """Everything in the middle, large."""
    align = _align(scene, Align.CENTER)
    room = area.inset(scene.gap // 2)
    if scene.card.slots:
        above, room = room.rows(0.4, scene.gap)
        _slots(scene, above)
    told = [*_heading(scene, 2.3), *_lines(scene)]
    used = typeset(scene.draw, told, room, Manner(scene.size_px * 1.1, align, 0.48))
    rule = max(2, scene.gap // 5)
    if used.top - scene.gap > area.top and not scene.card.slots:
        width = scene.gap * 3
        left = {Align.LEFT: room.left, Align.RIGHT: room.right - width}.get(
            align, (room.left + room.right - width) // 2
        )
        top = used.top - scene.gap // 2 - rule
        scene.draw.rectangle(
            (left, top, left + width - 1, top + rule - 1), scene.accent
        )


def _end(scene: Scene, area: Box) -> None:
    """As a title, between two lines over the whole width."""
    hair = max(1, scene.gap // 12)
    color = mixed(scene.accent, scene.ground, 0.8)
    for top in (area.top, area.bottom - hair):
        scene.draw.rectangle((area.left, top, area.right - 1, top + hair - 1), color)
    _title(
        scene, Box(area.left, area.top + scene.gap, area.right, area.bottom - scene.gap)
    )


def _list(scene: Scene, area: Box) -> None:
    """A headline, and below it the table."""
    card, told = scene.card, [*_heading(scene), *_lines(scene, 0.9)]
    align = _align(scene, Align.LEFT)
    share = 0.44 if card.facts or card.slots else 1.0
    head = area._replace(bottom=area.top + round(area.height * share))
    manner = Manner(scene.size_px, align, draws=False)
    used = typeset(scene.draw, told, head, manner)
    if card.facts and not card.slots:
        rest = area._replace(top=used.bottom + scene.gap // 2)
        # Few rows stand with their headline a little above the middle.
        down = max(0, round((rest.height - table_px(scene, rest)) * 0.42))
        area = area._replace(top=area.top + down)
        head = head._replace(top=head.top + down, bottom=head.bottom + down)
    manner = Manner(scene.size_px, align)
    inner = _clear_of_overlays(scene, told, head, manner)
    used = typeset(scene.draw, told, inner, manner)
    rest = area._replace(top=used.bottom + scene.gap // 2)
    if not scene.card.slots and rest.height > scene.gap:
        draw_table(scene, rest, sink=0.0)
    elif rest.height > scene.gap:
        _table_or_slots(scene, rest)


def _split(scene: Scene, area: Box) -> None:
    """One half for what was sent, to the edge of the frame; one for the texts."""
    card = scene.card
    if scene.form is Form.WIDE:
        left, right = area.columns(0.5, 0)
        half = Box(0, 0, left.right, scene.edge_px)
        text = right._replace(left=right.left + scene.gap)
    else:
        above, below = area.rows(0.48, 0)
        half = Box(0, 0, scene.image.width, above.bottom)
        text = below._replace(top=below.top + scene.gap)
    if card.slots:
        draw_slot(scene.image, card.slots[0], half, scene.faces)
    told = [*_heading(scene, 1.6), *_lines(scene)]
    typeset(
        scene.draw, told, text, Manner(scene.size_px, _align(scene, Align.LEFT), 0.46)
    )


def _photo(scene: Scene, area: Box) -> None:
    """What was sent as large as it goes, and its caption below."""
    told = [*_heading(scene, 1.25), *_lines(scene, 0.85)]
    manner = Manner(scene.size_px, _align(scene, Align.LEFT), 1.0, draws=False)
    share = 0.34 if scene.form is Form.WIDE else 0.4
    foot = area._replace(top=area.bottom - round(area.height * share))
    used = typeset(scene.draw, told, foot, manner)
    typeset(scene.draw, told, foot, Manner(scene.size_px, manner.align, 1.0))
    room = area._replace(
        bottom=used.top - (scene.gap // 2 if used.top < used.bottom else 0)
    )
    if scene.card.slots:
        _slots(scene, room)
    elif scene.card.facts:
        draw_table(scene, room)


_LAYOUTS: Final[Mapping[Layout, Callable[[Scene, Box], None]]] = MappingProxyType(
    {
        Layout.SLIDE: _slide,
        Layout.TITLE: _title,
        Layout.LIST: _list,
        Layout.SPLIT: _split,
        Layout.PHOTO: _photo,
        Layout.END: _end,
    }
)
