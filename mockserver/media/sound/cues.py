"""Cues: a text in the pieces in which it is read, timed with what is heard."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mockserver.media.sound.heard import Speech
from mockserver.media.sound.speech import Word, words

__all__ = ["LINES_MAX", "LINE_WIDTH", "Cue", "cues_of", "marked", "shown", "timed"]

LINE_WIDTH: Final = 42
LINES_MAX: Final = 2
_CODE_MAX: Final = 12
_SHORTEST_S: Final = 1.0
_LINGERS_S: Final = 0.4
_BETWEEN_S: Final = 0.04  # one frame, so that players do not show two at once


@dataclass(frozen=True, slots=True)
class Cue:
    """What is read at one time.

    Attributes:
        start_s: When it appears within the clip.
        end_s: When it is gone; never after the next one has appeared.
        lines: One or two lines of at most `LINE_WIDTH`.
    """

    start_s: float
    end_s: float
    lines: tuple[str, ...]


def cues_of(
    speeches: Iterable[Speech], *, end_s: float, mark: str = ""
) -> tuple[Cue, ...]:
    """Return the cues of what is said, in order, timed with its syllables.

    Args:
        speeches: What is said.
        end_s: The end of the clip.
        mark: What stands before each, such as `[es]` where nobody has translated.
    """
    found = [(words(one), None) for one in speeches]
    return timed(found, end_s=end_s, mark=mark)


def shown(text: str, start_s: float, end_s: float) -> tuple[tuple[Word, ...], float]:
    """Return a text that is seen and not said: it takes all of its time."""
    speech = Speech(text, starts_s=start_s, seconds=max(0.0, end_s - start_s))
    return words(speech, spread=True), end_s


def timed(
    spoken: Iterable[tuple[Sequence[Word], float | None]],
    *,
    end_s: float,
    mark: str = "",
) -> tuple[Cue, ...]:
    """Return the cues of words with their times.

    Args:
        spoken: Words that belong together, and until when they stay, if that is given.
        end_s: The end of the clip.
        mark: What stands before each cue.
    """
    lead = f"{mark} " if mark else ""
    found = []
    for group, until_s in spoken:
        chunks = [*_chunks(group, lead)]
        for place, chunk in enumerate(chunks):
            start = chunk[0].start_s
            end = max(one.end_s for one in chunk) + _LINGERS_S
            if until_s is not None and place == len(chunks) - 1:
                end = until_s
            found.append(Cue(start, end, _wrapped(lead + _text(chunk))))
    return tuple(_settled(sorted(found, key=lambda cue: cue.start_s), end_s))


def marked(language: str, source: str) -> str:
    """Return the mark of a translation that nobody has made; none for the source's."""
    is_same = language.lower()[:2] == (source.lower()[:2] or "en")
    code = "".join(sign for sign in language if sign.isalnum() or sign in "-_")
    return "" if is_same else f"[{code[:_CODE_MAX]}]"


def _settled(cues: Sequence[Cue], end_s: float) -> Iterator[Cue]:
    """Let cues stay for a while, but never into the next one."""
    starts = [*(cue.start_s for cue in cues), end_s + _BETWEEN_S]
    for cue, following in zip(cues, starts[1:], strict=True):
        latest = min(following - _BETWEEN_S, end_s)
        wanted = max(cue.end_s, cue.start_s + _SHORTEST_S)
        end = round(min(wanted, latest), 3)
        if end > round(cue.start_s, 3):
            yield replace(cue, start_s=round(cue.start_s, 3), end_s=end)


def _chunks(group: Sequence[Word], lead: str) -> Iterator[list[Word]]:
    """Part words into cues: sentences, halves of long ones, and short ones together."""
    parts: list[list[Word]] = []
    for sentence in _sentences(group):
        pieces = [*_parted(sentence, lead)]
        if parts and len(pieces) == 1 and _is_brief(parts[-1], pieces[0]):
            joint = parts[-1] + pieces[0]
            if _fits(joint, lead):
                parts[-1] = joint
                continue
        parts += pieces
    yield from parts


def _is_brief(before: Sequence[Word], after: Sequence[Word]) -> bool:
    return after[0].start_s - before[0].start_s < _SHORTEST_S + _BETWEEN_S


def _sentences(group: Sequence[Word]) -> Iterator[list[Word]]:
    sentence: list[Word] = []
    for word in group:
        sentence.append(word)
        if word.ends_sentence:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _parted(sentence: Sequence[Word], lead: str) -> Iterator[list[Word]]:
    """Part a sentence into pieces that fit, about equally long."""
    pieces = [part for word in sentence for part in _broken(word)]
    if _fits(pieces, lead):
        yield pieces
        return
    room = LINES_MAX * LINE_WIDTH * 0.85 - _width(lead)
    count = max(2, -(-_width(_text(pieces)) // max(1, int(room))))
    target = _width(_text(pieces)) / count
    piece: list[Word] = []
    for word in pieces:
        if piece and not _fits([*piece, word], lead):
            yield piece
            piece = []
        piece.append(word)
        width = _width(_text(piece))
        if width >= target or (word.ends_clause and width >= 0.7 * target):
            yield piece
            piece = []
    if piece:
        yield piece


def _broken(word: Word) -> Iterator[Word]:
    """Break a word that is longer than a line; each part has its share of the time."""
    if _width(word.text) <= LINE_WIDTH:
        yield word
        return
    texts = [*_slices(word.text, LINE_WIDTH // 2)]
    one_s = (word.end_s - word.start_s) / len(texts)
    for place, text in enumerate(texts):
        start_s = word.start_s + place * one_s
        is_last = place == len(texts) - 1
        yield replace(
            word,
            text=text,
            is_spaced=word.is_spaced and place == 0,
            start_s=start_s,
            end_s=start_s + one_s,
            ends_sentence=word.ends_sentence and is_last,
            ends_clause=word.ends_clause and is_last,
        )


def _slices(text: str, width: int) -> Iterator[str]:
    """Cut a text, but not before a sign that belongs to the one before it."""
    part = ""
    for sign in text:
        if part and _width(sign) and _width(part + sign) > width:
            yield part
            part = ""
        part += sign
    yield part


def _fits(group: Sequence[Word], lead: str) -> bool:
    return len(_wrapped(lead + _text(group))) <= LINES_MAX


def _text(group: Sequence[Word]) -> str:
    parts = [f" {one.text}" if one.is_spaced else one.text for one in group]
    return "".join(parts).strip()


def _wrapped(text: str) -> tuple[str, ...]:
    """Break a text into lines, the fewest, and these as even as can be."""
    fewest = _filled(text, LINE_WIDTH)
    if len(fewest) == 1:
        return fewest
    for width in range(-(-_width(text) // len(fewest)), LINE_WIDTH):
        even = _filled(text, width)
        if len(even) == len(fewest) and max(map(_width, even)) <= LINE_WIDTH:
            return even
    return fewest


def _filled(text: str, width: int) -> tuple[str, ...]:
    lines, line = [], ""
    for atom in _atoms(text):
        if line and _width((line + atom).rstrip()) > width:
            lines.append(line.rstrip())
            line = atom.lstrip()
        else:
            line += atom
    return (*lines, line.rstrip()) if line.strip() or not lines else tuple(lines)


def _atoms(text: str) -> Iterator[str]:
    """Yield what is not broken: words with the space before, signs of wide scripts."""
    atom = ""
    for sign in text:
        is_wide = _width(sign) > 1
        if atom and (sign == " " or is_wide or (atom[-1] != " " and _width(atom[-1]) > 1
                                               and sign.isalnum())):  # fmt: skip
            yield from _cut(atom)
            atom = ""
        atom += sign
    if atom:
        yield from _cut(atom)


def _cut(atom: str) -> Iterator[str]:
    """Cut what is longer than a line by itself."""
    return iter((atom,)) if _width(atom) <= LINE_WIDTH else _slices(atom, LINE_WIDTH)


def _width(text: str) -> int:
    return sum(
        2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
        if unicodedata.category(sign) not in {"Mn", "Me", "Cf"}
    )
