"""The edge tells the time, and which of its parts change with it."""

from PIL import ImageChops

from mockserver.media.cards.boxes import Box
from mockserver.media.cards.edge import Edge, Shown
from mockserver.media.cards.painter import CardPainter
from mockserver.media.formats import mp4
from mockserver.media.spec import Card, Sign

PAINTER = CardPainter()
SPEC = mp4(
    640, 360, seconds=20, fps=10, cards=(Card(title="One"),), sign=Sign("Maker", "job")
)
EDGE = PAINTER.edge(PAINTER.paint(SPEC, 0), SPEC)
TIME, LINE = Box(560, 0, 640, 16), Box(160, 16, 320, 32)


def within(part: Box, start: int) -> Shown | None:
    changing = EDGE.changing(part)
    return changing and changing(EDGE.shown(start))


def test_it_begins_between_two_rows_of_macroblocks() -> None:
    assert EDGE.top == Edge.top_px(SPEC) == 320
    assert EDGE.image.size == (640, 40)


def test_it_shows_the_time_the_line_and_the_square() -> None:
    assert EDGE.shown(0) == Shown("0:00 / 0:20", 22, 22)
    assert EDGE.shown(100) == Shown("0:10 / 0:20", 320, 316)


def test_a_part_changes_with_what_is_in_it() -> None:
    assert EDGE.changing(Box(0, 0, 160, 16)) is None
    assert within(TIME, 100) == Shown("0:10 / 0:20", 0, -1)
    assert within(LINE, 0) == Shown("", 160, -1)
    assert within(LINE, 50) == Shown("", 171, 168)
    assert within(LINE, 180) == within(LINE, 190) == Shown("", 320, -1)


def test_parts_that_tell_the_same_are_the_same() -> None:
    early, late = EDGE.at(180).crop(LINE), EDGE.at(190).crop(LINE)

    assert early.tobytes() == late.tobytes()
    assert EDGE.at(180).crop(TIME).tobytes() != EDGE.at(190).crop(TIME).tobytes()


def test_another_time_drawn_over_it_leaves_nothing_of_the_first() -> None:
    image = EDGE.at(190)

    EDGE.draw(image, 70)

    assert ImageChops.difference(image, EDGE.at(70)).getbbox() is None


def test_one_without_a_time_is_where_the_square_is() -> None:
    spec = mp4(64, 64, seconds=4, fps=10, cards=(Card(),), sign=Sign("Maker", "job"))
    edge = PAINTER.edge(PAINTER.paint(spec, 0), spec)

    assert (edge.top, edge.image.size) == (48, (64, 16))
    assert edge.shown(20).told == ""
