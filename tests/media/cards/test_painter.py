"""Cards show any text without breaking, and inside the picture."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageColor

from mockserver.media.cards.card import (
    Align,
    Art,
    Layout,
    Overlay,
    Picture,
    Presenter,
    Slot,
)
from mockserver.media.cards.colors import contrast
from mockserver.media.cards.footer import told_time
from mockserver.media.cards.painter import CardPainter
from mockserver.media.cards.prompts import prompt_card
from mockserver.media.formats import mp4, png
from mockserver.media.loops import montage_of
from mockserver.media.spec import Card, Sign
from tests.deep import examples

PAINTER = CardPainter()
ANY_TEXT = st.text(st.characters(), max_size=200)


def painted(card: Card, width: int = 640, height: int = 360) -> Image.Image:
    return PAINTER.paint(png(width, height, cards=(card,)), 0)


def ink_box(image: Image.Image) -> tuple[int, int, int, int] | None:
    ground = Image.new("RGB", image.size, image.getpixel((0, 0)))
    return ImageChops.difference(image, ground).getbbox()


def inks(image: Image.Image) -> set[tuple[int, int, int]]:
    data = image.tobytes()
    return {(data[i], data[i + 1], data[i + 2]) for i in range(0, len(data), 3)}


@settings(deadline=None, max_examples=examples(60))
@given(
    ANY_TEXT, st.lists(ANY_TEXT, max_size=4), st.integers(1, 400), st.integers(1, 400)
)
def test_any_text_in_any_size_is_drawn(
    title: str, lines: list[str], width: int, height: int
) -> None:
    image = painted(Card(tuple(lines), title), width, height)

    assert image.size == (width, height)


@pytest.mark.parametrize("size", [(320, 240), (1080, 1920), (1280, 720), (176, 144)])
@pytest.mark.parametrize("text", ["W" * 10_000, "word " * 2_000, "漢" * 500])
def test_long_texts_stay_inside_the_margins(text: str, size: tuple[int, int]) -> None:
    width, height = size
    box = ink_box(painted(Card((text, text), text), width, height))

    assert box is not None
    assert box[0] >= min(size) // 32
    assert box[1] >= min(size) // 32
    assert box[2] <= width - min(size) // 32
    assert box[3] <= height - min(size) // 16


@pytest.mark.parametrize(
    "text",
    [
        "100%",
        'it\'s "so"',
        "Ünïcode",
        "日本語",
        "ภาษาไทย",
        "مرحبا",
        "שלום",
        "🎬",
        "\x00\ud800",
    ],
)
def test_every_script_leaves_ink(text: str) -> None:
    assert ink_box(painted(Card((text,)))) is not None


@pytest.mark.parametrize("text", ["\x00", "\n\t ", "\u200d\ufe0f", ""])
def test_what_has_no_shape_leaves_no_ink(text: str) -> None:
    assert ink_box(painted(Card((text,)))) is None


def test_different_texts_give_different_pictures() -> None:
    assert painted(Card(("one",))).tobytes() != painted(Card(("two",))).tobytes()


def test_each_position_has_its_own_colour() -> None:
    spec = png(64, 64, cards=(Card(), Card()))

    grounds = {PAINTER.paint(spec, i).getpixel((0, 0)) for i in (0, 1)}

    assert len(grounds) == 2


@pytest.mark.parametrize(
    ("color", "ground"),
    [("#ff8000", (255, 128, 0)), ("navy", (0, 0, 128)), ("#12", (30, 58, 95))],
)
def test_a_colour_is_used_if_it_is_one(
    color: str, ground: tuple[int, int, int]
) -> None:
    assert painted(Card(color=color)).getpixel((0, 0)) == ground


def test_the_number_is_drawn_if_asked_for() -> None:
    plain = PAINTER.paint(png(640, 360, cards=(Card(), Card())), 1)
    numbered = PAINTER.paint(png(640, 360, cards=(Card(), Card()), numbered=True), 1)

    assert ink_box(plain) is None
    assert ink_box(numbered) is not None


@pytest.mark.parametrize("size", [(1280, 720), (720, 720), (720, 1280), (256, 144)])
@pytest.mark.parametrize("layout", list(Layout))
def test_each_layout_leaves_ink_in_each_form_and_none_at_the_rim(
    layout: Layout, size: tuple[int, int]
) -> None:
    slots = (Slot("a.jpg", 1),) if layout is Layout.PHOTO else ()
    card = Card(("A line", "Another"), "A headline", layout=layout, slots=slots)

    box = ink_box(painted(card, *size))

    assert box is not None
    assert box[0] >= min(size) // 32
    assert box[1] >= min(size) // 32
    assert box[2] <= size[0] - min(size) // 32
    assert box[3] <= size[1] - min(size) // 16
    assert box[3] - box[1] > size[1] // 8


@pytest.mark.parametrize("layout", [Layout.SLIDE, Layout.TITLE])
def test_an_upright_picture_is_not_only_used_at_its_top(layout: Layout) -> None:
    box = ink_box(painted(Card(("Short",), "Headline", layout=layout), 720, 1280))

    assert box is not None
    assert box[1] > 1280 * 0.2
    assert 1280 * 0.35 < (box[1] + box[3]) / 2 < 1280 * 0.6


@pytest.mark.parametrize(
    ("align", "left", "right"),
    [
        (Align.LEFT, True, False),
        (Align.CENTER, False, False),
        (Align.RIGHT, False, True),
    ],
)
def test_text_stands_on_the_side_that_was_asked_for(
    align: Align, left: bool, right: bool
) -> None:
    image = painted(Card(("ab",), layout=Layout.TITLE, align=align))
    width = image.width

    halves = image.crop((0, 60, 200, 300)), image.crop((width - 200, 60, width, 300))

    assert [ink_box(half) is not None for half in halves] == [left, right]


def test_ink_and_accent_are_as_they_were_asked_for() -> None:
    card = Card(
        ("text " * 8,), "Headline", color="#102030", ink="#00ff00", accent="red"
    )

    assert {(16, 32, 48), (0, 255, 0), (255, 0, 0)} <= inks(painted(card))


@pytest.mark.parametrize("ground", ["white", "#ffff00", "#808080", "navy", "#777777"])
def test_text_that_nobody_has_coloured_can_be_read(ground: str) -> None:
    """4.5 is what WCAG asks for."""
    image = painted(Card(title="Headline", color=ground))
    behind = ImageColor.getrgb(ground)[:3]

    best = max(contrast(color, behind) for color in inks(image))

    assert best >= 4.5


@pytest.mark.parametrize(("side", "inside"), [("left", 0), ("right", 1)])
def test_a_presenter_stands_on_the_side_that_was_asked_for(
    side: str, inside: int
) -> None:
    card = Card(layout=Layout.PRESENTER, presenter=Presenter(side, 0.8))
    image = painted(card)

    halves = image.crop((0, 0, 320, 330)), image.crop((320, 0, 640, 330))
    seen = [ink_box(half) for half in halves]

    assert seen[inside] is not None
    assert seen[1 - inside] is None


def test_a_presenter_is_as_large_as_was_asked_for() -> None:
    heights = []
    for share in (0.4, 0.8):
        box = ink_box(painted(Card(presenter=Presenter("right", share))))
        assert box is not None
        heights.append(box[3] - box[1])

    assert heights[1] / heights[0] == pytest.approx(2, rel=0.05)


def test_beside_a_presenter_in_a_square_words_stay_readable() -> None:
    """They were two thirds as high there as in other squares of that size."""
    heights = []
    for presenter in (None, Presenter("right", 0.8)):
        card = Card(title="Welcome", presenter=presenter, caption="Hello.")
        image = painted(card, 480, 480).crop((56, 0, 130, 390))
        box = ink_box(image)
        assert box is not None
        heights.append(box[3] - box[1])

    assert heights[1] > 0.8 * heights[0]


def test_what_is_said_is_burnt_in_below() -> None:
    image = painted(Card(caption="Hello there"))
    box = ink_box(image)

    assert box is not None
    assert box[1] > 360 * 0.6


def test_what_is_above_stays_while_sentences_take_turns() -> None:
    """A scene is drawn once for each; people and headlines jumped between them."""
    pictures = [
        painted(Card(title="Chapter", presenter=Presenter(), caption=said))
        for said in (
            "Hello.",
            "Revenue grew by twelve percent, and nobody expected it.",
        )
    ]

    above = [image.crop((0, 0, 640, 250)).tobytes() for image in pictures]

    assert above[0] == above[1]


def test_the_lines_of_what_is_said_are_about_equally_long() -> None:
    """The second one was `Lisbon,`."""
    said = "In the second chapter we show what happened in Lisbon,"
    image = painted(Card(caption=said))
    white = image.crop((0, 240, 640, 330)).convert("L").point(lambda v: 255 * (v > 200))

    lines = [white.crop((0, top, 640, top + 26)).getbbox() for top in (24, 52)]
    widths = [box[2] - box[0] for box in lines if box]

    assert len(widths) == 2
    assert min(widths) > 0.7 * max(widths)


def test_a_presenter_has_their_whole_name() -> None:
    one, other = (
        painted(Card(presenter=Presenter("left", 0.35, is_round=True, name=name)))
        for name in ("character-studio-a", "character-studio-b")
    )

    assert one.tobytes() != other.tobytes()


@pytest.mark.parametrize("layout", [Layout.SLIDE, Layout.LIST])
def test_headlines_keep_away_from_a_logo(layout: Layout) -> None:
    """They ran below it; the logo begins at column 512 of 640."""
    logo = (Overlay(Slot("logo.png", kind="logo"), y=0.2),)
    title = "A headline that is so long that it takes all of the width " * 3
    card = Card(title=title, layout=layout, overlays=logo)

    shown = ImageChops.difference(painted(card), painted(Card(overlays=logo)))
    box = shown.crop((20, 46, 640, 98)).getbbox()

    assert box is not None
    assert 20 + box[2] < 510


def test_an_overlay_lies_where_it_was_put() -> None:
    logo = Overlay(Slot("logo.png", kind="logo"), x=0.2, y=0.5, share=0.25)

    box = ink_box(painted(Card(overlays=(logo,))))

    assert box == (48, 140, 208, 220)


def test_slots_are_numbered_and_differ() -> None:
    first, second = (
        painted(Card(slots=(Slot("a.jpg", number),), layout=Layout.PHOTO))
        for number in (1, 2)
    )

    box = ImageChops.difference(first, second).getbbox()

    assert box is not None
    assert box[0] > 150
    assert box[2] < 490


def test_a_picture_that_was_sent_is_seen_in_its_slot() -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 40)).save(out, "PNG")
    sent = Picture("d", out.getvalue())

    image = painted(Card(slots=(Slot("a.jpg", 1, picture=sent),), layout=Layout.PHOTO))

    assert image.getpixel((320, 150)) == (200, 30, 40)


def test_a_long_prompt_ends_in_a_whole_word() -> None:
    card = prompt_card("a lighthouse " * 40, "a-model", (1280, 720))

    assert card.title.endswith(" lighthouse…")
    assert len(card.title) == 299


@pytest.mark.parametrize(
    ("size", "told"),
    [((1280, 720), "16:9"), ((1680, 720), "21:9"), ((854, 480), "854x480")],
)
def test_ratios_are_told_as_they_are_asked_for(
    size: tuple[int, int], told: str
) -> None:
    assert dict(prompt_card("x", "m", size).facts)["ratio"] == told


def test_other_prompts_and_seeds_are_other_pictures_and_equal_ones_are_equal() -> None:
    arts = [Art("a cat"), Art("a dog"), Art("a cat", "2"), Art("a cat")]

    one, other, seeded, again = (painted(Card(art=art)).tobytes() for art in arts)

    assert len({one, other, seeded}) == 3
    assert one == again


def test_a_moving_picture_moves_and_comes_back() -> None:
    spec = png(320, 180, cards=(Card(art=Art("a cat")),))

    turns = [PAINTER.paint(spec, 0, turn).tobytes() for turn in (0.0, 0.25, 0.5)]

    assert len(set(turns)) == 3


def test_the_edge_tells_who_made_it_and_how_far_it_is() -> None:
    clip = mp4(
        640, 360, seconds=30, cards=(Card(color="#102030"),), sign=Sign("Maker", "j1")
    )
    shots = montage_of(clip).shots
    plain = PAINTER.paint(clip, 0)

    early, late = (PAINTER.timed(plain, clip, at.start) for at in (shots[0], shots[-1]))
    changed = ImageChops.difference(early, late).getbbox()

    assert ink_box(plain.crop((0, 320, 320, 345))) is not None
    assert changed is not None
    assert changed[1] > 320


@pytest.mark.parametrize(
    ("seconds", "length", "told"),
    [(0, 30, "0:00"), (61.9, 90, "1:01"), (2.54, 5, "0:02.5"), (3661, 7200, "1:01:01")],
)
def test_times_are_told_as_on_a_clock(seconds: float, length: float, told: str) -> None:
    assert told_time(seconds, length) == told


def test_long_names_of_jobs_are_told_by_both_of_their_ends() -> None:
    """On the smallest usual size, there is room for a third of these."""
    names = ["a" * 60, "a" * 59 + "b", "b" + "a" * 59]

    edges = {
        PAINTER.paint(mp4(256, 144, sign=Sign("Maker", name)), 0)
        .crop((0, 110, 256, 144))
        .tobytes()
        for name in names
    }

    assert len(edges) == 3


def test_an_arabic_card_stands_on_the_right_with_its_latin_label() -> None:
    card = Card(("مرحبا",), "مرحبا", label="Arabic")

    box = ink_box(painted(card))

    assert box is not None
    assert box[0] > 320
    assert box[2] == 618


def test_the_side_that_was_asked_for_is_kept_in_all_scripts() -> None:
    box = ink_box(painted(Card(title="مرحبا", align=Align.LEFT)))

    assert box is not None
    assert (box[0], box[2] < 320) == (22, True)


def test_no_headline_ends_in_a_word_that_stands_alone() -> None:
    card = Card(title="Nothing was asked on white", color="#ffffff", ink="#000000")
    image = painted(card).crop((37, 0, 618, 320))
    half = 320 // 2

    upper, lower = image.crop((0, 0, 581, half)), image.crop((0, half, 581, 320))
    first, second = ink_box(upper), ink_box(lower)

    assert first is not None
    assert second is not None
    assert second[2] > 0.6 * first[2]


def test_a_logo_does_not_touch_the_line_of_an_end_card() -> None:
    card = Card(
        title="Bye",
        layout=Layout.END,
        overlays=(Overlay(Slot("logo.png", kind="logo")),),
    )
    image = painted(card)
    ground = image.getpixel((2, 2))

    assert image.getpixel((560, 22)) != ground
    assert [image.getpixel((560, y)) for y in range(24, 28)] == [ground] * 4


def test_few_rows_of_a_list_stand_about_the_middle() -> None:
    card = Card(title="Policy", layout=Layout.LIST, facts=(("name", "Ann"),))

    box = ink_box(painted(card, 1280, 720))

    assert box is not None
    assert box[1] > 180
    assert box[3] < 540


def test_spaces_between_letters_of_the_last_fallback_are_as_wide_as_others() -> None:
    face = PAINTER.regular

    assert face.width("세 계", 40) - face.width("세계", 40) == face.width(" ", 40)
    assert sum(run.width_px for run in face.runs("세 계", 40)) == pytest.approx(
        face.width("세", 40) + face.width(" ", 40) + face.width("계", 40)
    )


@pytest.mark.parametrize("size", [(640, 360), (360, 640), (480, 480), (1280, 720)])
def test_the_job_and_the_time_are_told_in_letters_of_one_size(
    size: tuple[int, int],
) -> None:
    spec = mp4(*size, seconds=30, cards=(Card(),), sign=Sign("000", ""))
    image = PAINTER.timed(PAINTER.paint(spec, 0), spec, 0)
    (width, height), margin = size, min(size) // 16
    text = height - height // 10, height - margin // 2 - 2 * max(4, min(size) // 60)

    sign = ink_box(image.crop((0, text[0], width // 3, text[1])))
    time = ink_box(
        image.crop((width - margin - min(size) // 16, text[0], width, text[1]))
    )

    assert sign is not None
    assert time is not None
    assert (sign[1], sign[3]) == (time[1], time[3])
