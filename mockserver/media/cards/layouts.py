"""Layouts: where a card's texts, pictures and people stand, by kind and by form."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from mockserver.media.cards.boxes import Box, Form
from mockserver.media.cards.card import Align, Layout
from mockserver.media.cards.colors import Color, mixed, parsed
from mockserver.media.cards.fonts import clean
from mockserver.media.cards.scene import OVER_PICTURE, Scene
from mockserver.media.cards.shapes import darkened, draw_presenter, draw_slot
from mockserver.media.cards.typeset import Manner, Paragraph, typeset

__all__ = ["arrange"]

_LONGEST_TEXT: Final = 1200
_LINES_MAX: Final = 60
_SLOTS_MAX: Final = 12
_FACTS_MAX: Final = 14
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
    said = clean(scene.card.caption[:_LONGEST_TEXT])
    if not said:
        return scene.body
    body, size = scene.body, scene.size_px * 0.92
    band = Box(
        body.left, body.bottom - round(body.height * 0.3), body.right, body.bottom
    )
    told = [Paragraph(said, scene.faces[0], 1.0, _WHITE, 3)]
    manner = Manner(size, Align.CENTER, 1.0, draws=False)
    pad = max(2, round(size * 0.3))
    inner = band.inset(pad)
    used = typeset(scene.draw, told, inner, manner)
    darkened(
        scene.image, Box(body.left, used.top - pad, body.right, used.bottom + pad), 0.62
    )
    typeset(scene.draw, told, inner, Manner(size, Align.CENTER, 1.0))
    return body._replace(bottom=used.top - pad - scene.gap // 2)


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
    box = draw_presenter(scene.image, presenter, stage, scene.ground)
    if presenter.name:
        _name_tag(scene, presenter.name, box)
    if upright:
        return area._replace(bottom=min(area.bottom, box.top - scene.gap))
    if presenter.side == "left":
        return area._replace(left=box.right + scene.gap)
    return area._replace(right=box.left - scene.gap)


def _name_tag(scene: Scene, name: str, box: Box) -> None:
    size = max(9.0, scene.size_px * 0.62)
    pad = round(size * 0.4)
    tag = Box(box.left, box.bottom - round(size * 1.3) - 2 * pad, box.right, box.bottom)
    darkened(scene.image, tag, 0.6)
    told = [Paragraph(clean(name), scene.faces[0], 1.0, _WHITE, 1)]
    typeset(scene.draw, told, tag.inset(pad), Manner(size, Align.CENTER, 0.5))


def _heading(scene: Scene, title_scale: float = 1.75) -> list[Paragraph]:
    card, (_, bold) = scene.card, scene.faces
    return [
        Paragraph(clean(card.label[:_LONGEST_TEXT]), bold, 0.72, scene.label_ink, 2),
        Paragraph(clean(card.title[:_LONGEST_TEXT]), bold, title_scale, scene.ink, 6),
    ]


def _lines(scene: Scene, scale: float = 1.0) -> list[Paragraph]:
    told = scene.card.lines[:_LINES_MAX]
    return [
        Paragraph(clean(text[:_LONGEST_TEXT]), scene.faces[0], scale, scene.soft)
        for text in told
    ]


def _align(scene: Scene, usual: Align) -> Align:
    """Return the side that was asked for; if none was, where the card's text begins."""
    if scene.card.align is not Align.AUTO:
        return scene.card.align
    if usual is Align.LEFT and scene.is_right_to_left:
        return Align.RIGHT
    return usual


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
    facts = " · ".join(f"{name} {value}" for name, value in card.facts[:_FACTS_MAX])
    told = [
        Paragraph(clean(card.label[:_LONGEST_TEXT]), bold, 0.72, _PALE, 1),
        Paragraph(clean(card.title[:_LONGEST_TEXT]), bold, 1.3, ink, 4),
        *(Paragraph(clean(line[:_LONGEST_TEXT]), regular, 0.86, _PALE, 3)
          for line in card.lines[:_LINES_MAX]),
        Paragraph(clean(facts[:_LONGEST_TEXT]), regular, 0.74, _PALE, 3),
        Paragraph(clean(card.caption[:_LONGEST_TEXT]), regular, 0.92, _WHITE, 3),
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
        above, below = area.rows(0.55, scene.gap)
        _slots(scene, above)
        _facts(scene, below)
    elif card.slots:
        _slots(scene, area)
    else:
        _facts(scene, area)


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


def _facts(scene: Scene, area: Box, *, sink: float = 0.5) -> None:
    """Draw names and values in two columns, with lines between them."""
    facts = scene.card.facts[:_FACTS_MAX]
    if not facts:
        return
    size = scene.size_px * 0.86
    row = _row_px(scene, area)
    size = min(size, row * 0.6)
    share = _names_share(scene, area, size)
    top = area.top + round(max(0, area.height - row * len(facts)) * sink)
    hair = max(1, scene.gap // 16)
    for number, (name, value) in enumerate(facts):
        cell = Box(area.left, top + number * row, area.right, top + (number + 1) * row)
        left, right = cell.columns(share, scene.gap)
        for box, text, face, ink in (
            (left, name, scene.faces[0], scene.soft),
            (right, value, scene.faces[1], scene.ink),
        ):
            told = [Paragraph(clean(text[:_LONGEST_TEXT]), face, 1.0, ink, 2)]
            typeset(scene.draw, told, box, Manner(size, Align.AUTO, 0.5))
        if number:
            line = (cell.left, cell.top, cell.right - 1, cell.top + hair - 1)
            scene.draw.rectangle(line, mixed(scene.ink, scene.ground, 0.25))


def _row_px(scene: Scene, area: Box) -> int:
    """Return how high each row of the table is, higher if some value has two lines."""
    facts, size = scene.card.facts[:_FACTS_MAX], scene.size_px * 0.86
    share = _names_share(scene, area, size)
    room = area.columns(share, scene.gap)[1].width
    face = scene.faces[1]
    is_long = any(
        face.width(clean(value[:_LONGEST_TEXT]), round(size)) > room
        for _, value in facts
    )
    return min(area.height // len(facts), round(size * (3.1 if is_long else 2.3)))


def _names_share(scene: Scene, area: Box, size: float) -> float:
    """Return how much of the width the names in a table take."""
    names = (clean(name[:_LONGEST_TEXT]) for name, _ in scene.card.facts[:_FACTS_MAX])
    widest = max(scene.faces[0].width(name, round(size)) for name in names)
    return min(0.45, max(0.2, (widest + scene.gap) / area.width))


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
        taken = _row_px(scene, rest) * len(card.facts[:_FACTS_MAX])
        # Few rows stand with their headline a little above the middle.
        down = max(0, round((rest.height - taken) * 0.42))
        area = area._replace(top=area.top + down)
        head = head._replace(top=head.top + down, bottom=head.bottom + down)
    used = typeset(scene.draw, told, head, Manner(scene.size_px, align))
    rest = area._replace(top=used.bottom + scene.gap // 2)
    if not scene.card.slots and rest.height > scene.gap:
        _facts(scene, rest, sink=0.0)
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
        _facts(scene, room)


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
