"""When each word of a text is spoken: what sound and subtitles are both timed by."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mockserver.media.sound.heard import Speech

__all__ = ["Syllable", "Word", "language_in", "natural_s", "utter", "words"]

# Syllables in a second, pauses aside: languages with short ones are spoken faster.
_RATES: Final = {
    "ar": 4.4, "cs": 4.4, "cz": 4.4, "de": 4.1, "el": 4.8, "en": 4.1, "es": 5.3,
    "fr": 4.8, "he": 4.4, "hi": 4.6, "hu": 4.4, "it": 4.9, "ja": 5.4, "ko": 4.9,
    "nl": 4.1, "pl": 4.3, "pt": 4.9, "ru": 4.3, "th": 3.8, "tr": 4.8, "vi": 3.9,
    "zh": 3.7,
}  # fmt: skip
_USUAL: Final = 4.3
# Pauses, in syllables.
_CLAUSE, _SENTENCE = 0.9, 1.8
# A text that has more room than it needs is drawn out so much, and no more.
_SLOWEST: Final = 1.35
_CLOSING: Final = "\"'”’»)]}›」』）】"  # noqa: RUF001 - other scripts' marks
_ENDS: Final = ".!?…。！？؟।॥"  # noqa: RUF001 - other scripts' marks
_PAUSES: Final = ",;:–—、，；：،؛"  # noqa: RUF001 - other scripts' marks
_SHORT: Final = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "st",
        "vs",
        "no",
        "prof",
        "e.g",
        "i.e",
        "approx",
        "dept",
        "inc",
        "ltd",
        "co",
    ]
)
# Scripts that are written without spaces between words, a sign for a syllable or two.
_WIDE: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
_TOKEN: Final = re.compile(rf"\s*([{_WIDE}][^\w\s]*|[^\s{_WIDE}]+)")
_VOWELS: Final = frozenset("aeiouyæœøıαεηιουωаеиоуыэюяіїє")  # noqa: RUF001
# Languages whose final e is not heard; nobody's is most often English.
_LETTERS_MOST: Final = 8  # of one syllable
_MUTE: Final = frozenset({"en", "fr", ""})
_MUTE_E: Final = re.compile(r"[^aeiouyl\W]e\W*$")
_TONGUES: Final = re.compile(r"(?:^|[^a-z])([a-z]{2})(?=[^a-z]|$)")


@dataclass(frozen=True, slots=True)
class Word:
    """One word, or one sign of a script without spaces, with its time.

    Attributes:
        text: As it is written, with its punctuation.
        is_spaced: Whether a space precedes it.
        start_s: When it begins within the clip.
        end_s: When it is over.
        ends_sentence: Whether a sentence ends with it.
        ends_clause: Whether a clause ends with it.
    """

    text: str
    is_spaced: bool
    start_s: float
    end_s: float
    ends_sentence: bool
    ends_clause: bool


@dataclass(frozen=True, slots=True)
class Syllable:
    """One syllable, with its time.

    Attributes:
        start_s: When it begins within the clip.
        vowel: Which of five it has, from 0: a, e, i, o, u.
        bend: Where its pitch goes: 0 is level, -1 falls, 1 rises.
    """

    start_s: float
    vowel: int
    bend: int


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    is_spaced: bool
    vowels: tuple[int, ...]
    pause: float
    ends_sentence: bool


def language_in(name: str, among: Sequence[str] = tuple(_RATES)) -> str:
    """Return the language that a name such as `voice-es-es-1` tells, or nothing."""
    found = (one for one in _TONGUES.findall(name.lower()) if one in among)
    return next(found, "")


def natural_s(text: str, language: str = "", speed: float = 1.0) -> float:
    """Return how long a text takes to speak, in seconds."""
    return _weight(_tokens(text, language)) / _rate(language, speed)


def utter(speech: Speech, *, limit_s: float | None = None) -> tuple[Syllable, ...]:
    """Return when each syllable of a speech is heard.

    Args:
        speech: The speech.
        limit_s: The end of the clip: what would begin later is left out.
    """
    found: list[Syllable] = []
    for token, start_s, one_s in _timed(speech):
        last = len(token.vowels) - 1
        for place, vowel in enumerate(token.vowels):
            at_s = start_s + place * one_s
            if limit_s is not None and at_s >= limit_s:
                return tuple(found)
            bend = _bend(token.text) if place == last and token.ends_sentence else 0
            found.append(Syllable(at_s, vowel, bend))
    return tuple(found)


def words(speech: Speech, *, spread: bool = False) -> tuple[Word, ...]:
    """Return when each word of a speech is heard, or read.

    Args:
        speech: The speech.
        spread: It is read rather than heard, and takes all the time that it has.
    """
    return tuple(
        Word(
            token.text,
            token.is_spaced,
            start_s,
            start_s + len(token.vowels) * one_s,
            token.ends_sentence,
            token.pause > 0,
        )
        for token, start_s, one_s in _timed(speech, spread=spread)
    )


def _timed(
    speech: Speech, *, spread: bool = False
) -> Iterator[tuple[_Token, float, float]]:
    """Yield each token with its start and the length of one of its syllables."""
    tokens = _tokens(speech.text, speech.language)
    one_s = 1 / _rate(speech.language, speech.speed)
    weight = _weight(tokens)
    if speech.seconds is not None and weight:
        room_s = speech.seconds / weight
        one_s = room_s if spread else min(room_s, one_s * _SLOWEST)
    at = 0.0
    for token in tokens:
        yield token, speech.starts_s + at * one_s, one_s
        at += len(token.vowels) + token.pause


def _rate(language: str, speed: float) -> float:
    return _RATES.get(language.lower()[:2], _USUAL) * speed


def _weight(tokens: Sequence[_Token]) -> float:
    """Return how long tokens take, in syllables; the pause after the last is none."""
    if not tokens:
        return 0.0
    return sum(len(one.vowels) + one.pause for one in tokens) - tokens[-1].pause


@lru_cache(maxsize=16)
def _tokens(text: str, language: str) -> tuple[_Token, ...]:
    found = [(one[1], one.start(1) > one.start()) for one in _TOKEN.finditer(text)]
    after = [is_spaced for _, is_spaced in found[1:]]
    tokens = []
    for place, (word, is_spaced) in enumerate(found):
        is_last = place == len(after)
        ends = is_last or _ends_sentence(word, is_followed_by_space=after[place])
        pause = _SENTENCE if ends else _CLAUSE if _is_clause(word) else 0.0
        tokens.append(
            _Token(word, place > 0 and is_spaced, _vowels(word, language), pause, ends)
        )
    return tuple(tokens)


def _ends_sentence(word: str, *, is_followed_by_space: bool) -> bool:
    bare = word.rstrip(_CLOSING)
    if not bare or bare[-1] not in _ENDS:
        return False
    if bare[-1] in "。！？":  # noqa: RUF001 - other scripts' marks
        return True
    return is_followed_by_space and bare.rstrip(_ENDS).lower() not in _SHORT


def _is_clause(word: str) -> bool:
    bare = word.rstrip(_CLOSING)
    return bool(bare) and bare[-1] in _PAUSES


def _bend(word: str) -> int:
    return 1 if set(word.rstrip(_CLOSING)[-1:]) & set("?？؟") else -1  # noqa: RUF001


def _vowels(word: str, language: str) -> tuple[int, ...]:
    """Return the vowel of each syllable of a word; a mark alone has none."""
    plain = unicodedata.normalize("NFD", word.lower())
    found, inside = [], False
    letters = digits = 0
    for sign in plain:
        if unicodedata.combining(sign):
            continue
        is_vowel = sign in _VOWELS
        if is_vowel and not inside:
            found.append(_vowel_of(sign))
        inside = is_vowel
        letters += sign.isalpha()
        digits += sign.isdecimal()
    if len(found) > 1 and language[:2] in _MUTE and _MUTE_E.search(plain):
        del found[-1]
    if not found and letters:
        # Scripts that write no vowels, or signs for whole syllables.
        count = 1 if re.match(f"[{_WIDE}]", word) else max(1, (letters + 1) // 2)
        found = [ord(plain[place % len(plain)]) % 5 for place in range(count)]
    # What is no word of any language takes its time, too.
    found += [place * 3 % 5 for place in range(len(found), letters // _LETTERS_MOST)]
    return (*found, *(place * 2 % 5 for place in range(digits)))


def _vowel_of(sign: str) -> int:
    groups = ("aæαая", "eεеэє", "iyıηιиыії", "oœøωоο", "uυуюu")  # noqa: RUF001
    return next((place for place, group in enumerate(groups) if sign in group), 0)
