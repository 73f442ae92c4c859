"""Words have their times: by syllables, pauses, language and speed."""

import pytest

from mockserver.media.sound.heard import Speech
from mockserver.media.sound.speech import language_in, natural_s, utter, words


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("Welcome to our spring offer.", "en", 7),
        ("make", "en", 1),
        ("noche", "es", 2),
        ("Привет, мир!", "ru", 3),
        ("Καλημέρα", "el", 4),
        ("こんにちは", "ja", 5),
        ("你好世界", "zh", 4),
        ("שלום", "he", 2),
        ("नमस्ते", "hi", 2),
        ("20", "en", 2),
        ("strengths", "en", 1),
        ("a" * 80, "en", 10),
        ("… — !", "en", 0),
        ("", "en", 0),
    ],
)
def test_syllables_are_counted_in_the_scripts_of_the_world(
    text: str, language: str, count: int
) -> None:
    assert len(utter(Speech(text, language=language))) == count


def test_a_text_takes_as_long_as_its_syllables_and_pauses() -> None:
    # Four syllables and the pause between two sentences, at 4.1 in a second.
    assert natural_s("Hello. Hello.", "en") == pytest.approx((4 + 1.8) / 4.1)
    assert natural_s("Hello, hello.", "en") == pytest.approx((4 + 0.9) / 4.1)
    assert natural_s("Hello. Hello.", "en", 2.0) == pytest.approx(5.8 / 8.2)
    assert natural_s("", "en") == 0.0


@pytest.mark.parametrize(
    ("quicker", "slower"), [("es", "en"), ("ja", "zh"), ("it", "nl")]
)
def test_languages_have_their_rates(quicker: str, slower: str) -> None:
    text = "One two, three four."

    assert natural_s(text, quicker) < natural_s(text, slower)


def test_a_text_is_squeezed_into_its_time() -> None:
    text = "A sentence that would take some seconds to say, and has got only one."

    said = words(Speech(text, starts_s=3.0, seconds=1.0))

    assert said[0].start_s == 3.0
    assert said[-1].end_s == pytest.approx(4.0)


def test_a_short_text_is_not_drawn_out_for_ever() -> None:
    said = words(Speech("Bye.", language="en", seconds=20.0))

    assert said[-1].end_s == pytest.approx(1.35 / 4.1)


def test_what_is_read_takes_all_its_time() -> None:
    said = words(Speech("One two.", seconds=20.0), spread=True)

    times = [said[0].start_s, said[1].start_s, said[1].end_s]
    assert times == pytest.approx([0, 10, 20])


def test_sentences_end_where_they_do() -> None:
    said = words(Speech("Dr. No paid 3.50 for it, e.g. Is it so? 「はい。」そう。"))

    ends = [one.text for one in said if one.ends_sentence]
    assert ends == ["so?", "い。」", "う。"]


def test_a_question_rises_and_all_else_falls() -> None:
    bends = [one.bend for one in utter(Speech("Is it? It is."))]

    assert bends == [0, 1, 0, -1]


def test_nothing_begins_after_the_end() -> None:
    heard = utter(Speech("one " * 100), limit_s=2.0)

    assert 0 < len(heard) < 12
    assert heard[-1].start_s < 2.0


@pytest.mark.parametrize(
    ("name", "language"),
    [("voice-es-es-1", "es"), ("voice-en-us-1", "en"), ("pt_BR_Maria", "pt"),
     ("Maya", ""), ("", "")],
)  # fmt: skip
def test_a_voice_may_tell_its_language(name: str, language: str) -> None:
    assert language_in(name) == language
