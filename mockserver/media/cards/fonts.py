"""Finds a glyph for every character: shipped fonts first to last, then a stand-in.

The fonts are DejaVu Sans (Latin, Greek, Cyrillic, Arabic, Hebrew) and GNU Unifont
(nearly everything else); their licences lie beside them.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final

from PIL import ImageFont, features

__all__ = ["STAND_IN", "Run", "Typeface", "clean"]

STAND_IN: Final = "\N{REPLACEMENT CHARACTER}"
_FOLDER: Final = Path(__file__).with_name("faces")
_FALLBACKS: Final = ("unifont.otf", "unifont_upper.otf")
_PROBE_PX: Final = 16
# Formatting characters and variation selectors have no glyph of their own.
_UNSEEN: Final = frozenset({"Cf", "Cc"})


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters that one font can show."""

    text: str
    font: ImageFont.FreeTypeFont
    shaped: bool


@dataclass(slots=True)
class Typeface:
    """One weight of text with all its fallbacks, at any size.

    Attributes:
        bold: The heavier weight; the fallbacks have only one.
    """

    bold: bool = False
    _choices: dict[str, int] = field(default_factory=dict)
    _advances: dict[tuple[str, int], float] = field(default_factory=dict)

    def runs(self, text: str, size_px: int) -> list[Run]:
        """Cut a line into runs, in the order in which they are drawn from the left."""
        groups = groupby(_shown(text, self), key=lambda pair: pair[1])
        runs = [
            self._run("".join(c for c, _ in pairs), i, size_px) for i, pairs in groups
        ]
        return runs[::-1] if _is_right_to_left(text) else runs

    def width(self, text: str, size_px: int) -> float:
        """Return about how wide a line is, in pixels; kerning is left out."""
        return sum(self._advance(char, size_px) for char in text)

    def _advance(self, char: str, size_px: int) -> float:
        key = (char, size_px)
        if key not in self._advances:
            if len(self._advances) > 20_000:
                self._advances.clear()
            runs = self.runs(char, size_px)
            self._advances[key] = sum(run.font.getlength(run.text) for run in runs)
        return self._advances[key]

    def _run(self, text: str, choice: int, size_px: int) -> Run:
        shaped = _needs_shaping(text)
        return Run(text, _font(self._files()[choice], size_px, shaped=shaped), shaped)

    def choice(self, char: str) -> int | None:
        """Return the index of the first font that has the character."""
        if char not in self._choices:
            if len(self._choices) > 20_000:
                self._choices.clear()
            self._choices[char] = self._look_up(char)
        found = self._choices[char]
        return None if found < 0 else found

    def _look_up(self, char: str) -> int:
        for index, name in enumerate(self._files()):
            if char.isspace() or _has_glyph(name, char):
                return index
        return -1

    def _files(self) -> tuple[str, ...]:
        return ("DejaVuSans-Bold.ttf" if self.bold else "DejaVuSans.ttf", *_FALLBACKS)


def clean(text: str) -> str:
    """Return text without what no font can show; line breaks become spaces."""
    return " ".join("".join(_visible(char) for char in text).split())


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if char.isspace():
        return " "
    if category == "Cs":
        return STAND_IN
    if category in _UNSEEN or 0xFE00 <= ord(char) <= 0xFE0F:
        return ""
    return char


def _shown(text: str, face: Typeface) -> Iterator[tuple[str, int]]:
    previous = 0
    for char in text:
        choice = face.choice(char)
        shown = char
        if choice is None:
            shown, choice = STAND_IN, 0
        elif char == " " or unicodedata.combining(char):
            # A space or an accent does not start a run of its own.
            choice = max(previous, choice)
        previous = choice
        yield shown, choice


def _is_right_to_left(text: str) -> bool:
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in {"R", "AL"}:
            return True
        if direction == "L":
            return False
    return False


def _needs_shaping(text: str) -> bool:
    return not text.isascii() and any(
        unicodedata.bidirectional(c) in {"R", "AL", "NSM"}
        or unicodedata.category(c) == "Mc"
        for c in text
    )


@cache
def _font(name: str, size_px: int, *, shaped: bool) -> ImageFont.FreeTypeFont:
    # Plain text is laid out without raqm, which needs a system library: so it looks
    # the same on every machine.
    engine = ImageFont.Layout.BASIC
    if shaped and features.check("raqm"):
        engine = ImageFont.Layout.RAQM
    return ImageFont.truetype(str(_FOLDER / name), size_px, layout_engine=engine)


@cache
def _no_glyph(name: str) -> bytes:
    return _picture(name, "\U0010fffe")


def _has_glyph(name: str, char: str) -> bool:
    return _picture(name, char) != _no_glyph(name)


def _picture(name: str, char: str) -> bytes:
    mask = _font(name, _PROBE_PX, shaped=False).getmask(char)
    return bytes(mask) + bytes(mask.size)
