"""Cues are sentences, fit for reading, and in time with what is heard."""

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.media.formats import mp4
from mockserver.media.render import FfmpegRenderer
from mockserver.media.sound.cues import Cue, cues_of, marked, shown, timed
from mockserver.media.sound.heard import Speech
from tests.media.sound.hearing import hear

TEXT = (
    "Welcome to our spring offer. It is the best offer that we have made in twenty"
    " years of business, and we think that you will like it as much as we do!"
    " Yes. No. Really?"
)


def width(text: str) -> int:
    plain = [one for one in text if unicodedata.category(one) not in {"Mn", "Me", "Cf"}]
    return sum(1 + (unicodedata.east_asian_width(one) in "WF") for one in plain)


def test_a_text_is_read_by_sentences() -> None:
    cues = cues_of([Speech(TEXT, language="en")], end_s=60)

    assert [cue.lines for cue in cues] == [
        ("Welcome to our spring offer.",),
        ("It is the best offer that we have", "made in twenty years of business,"),
        ("and we think that you will", "like it as much as we do!"),
        ("Yes. No. Really?",),
    ]


def test_cues_have_their_times() -> None:
    speeches = [Speech("Welcome.", language="en"), Speech("Bye.", starts_s=2.0)]

    assert cues_of(speeches, end_s=4) == (
        Cue(0.0, 1.0, ("Welcome.",)),
        Cue(2.0, 3.0, ("Bye.",)),
    )


def test_a_translation_that_nobody_has_made_is_marked() -> None:
    cues = cues_of([Speech("Welcome. " * 4)], end_s=9, mark=marked("es-MX", "en"))

    assert all(cue.lines[0].startswith("[es-MX] ") for cue in cues)
    assert marked("en", "en-US") == marked("en", "") == ""
    assert marked("en", "es") == "[en]"


async def test_a_cue_is_there_while_its_words_are_heard(
    renderer: FfmpegRenderer,
) -> None:
    speech = Speech(TEXT, "anna", "en", starts_s=1.0, seconds=18.0)
    (part,) = await renderer.render(mp4(64, 64, seconds=20, heard=(speech,)))

    onsets = hear(part.data).onsets()

    cues = cues_of([speech], end_s=20)
    within = [
        [at for at in onsets if cue.start_s - 0.05 <= at < cue.end_s] for cue in cues
    ]
    # What is heard is read: each syllable in one cue, and each cue from its first.
    assert sum(map(len, within)) == len(onsets)
    late = [
        abs(heard[0] - cue.start_s) for heard, cue in zip(within, cues, strict=True)
    ]
    assert max(late) < 0.05


def test_what_is_only_seen_takes_its_whole_time() -> None:
    cues = timed([shown("On / screen", 2.0, 7.0)], end_s=9)

    assert cues == (Cue(2.0, 7.0, ("On / screen",)),)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 500,
        "とても長い文章を二行に分けて表示する必要がありますので、改行の位置を確認します。"
        * 3,
        "สวัสดีครับนี่คือการทดสอบคำบรรยายที่ยาวมากและไม่มีช่องว่างเลยสักนิดเดียวเพราะภาษาไทย",
        "a" * 43 + " b",
        "Ein Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen fehlt.",
    ],
)
def test_no_word_is_too_long_for_a_line(text: str) -> None:
    cues = cues_of([Speech(text, seconds=20)], end_s=20, mark="[es]")

    assert all(width(line) <= 42 for cue in cues for line in cue.lines)
    assert all(len(cue.lines) <= 2 for cue in cues)
    said = "".join("".join(cue.lines).removeprefix("[es]") for cue in cues)
    assert said.replace(" ", "") == text.replace(" ", "")


@given(
    st.lists(st.tuples(st.text(max_size=300), st.floats(0, 9)), max_size=5),
    st.sampled_from(["", "[pt-BR]"]),
)
def test_cues_never_overlap_and_can_be_read(
    texts: list[tuple[str, float]], mark: str
) -> None:
    at, speeches = 0.0, []
    for text, seconds in texts:
        speeches.append(Speech(text, starts_s=at, seconds=seconds))
        at += seconds

    cues = cues_of(speeches, end_s=at, mark=mark)

    assert all(cue.start_s < cue.end_s <= at + 0.001 for cue in cues)
    assert all(a.end_s < b.start_s for a, b in itertools.pairwise(cues))
    assert all(1 <= len(cue.lines) <= 2 for cue in cues)
    assert all(width(line) <= 42 for cue in cues for line in cue.lines)
    assert all(line.strip() and "\n" not in line for cue in cues for line in cue.lines)
