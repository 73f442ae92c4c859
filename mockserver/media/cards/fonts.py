"""Finds a glyph for every character: shipped fonts first to last, then a stand-in.

Shipped are DejaVu Sans (Latin, Greek, Cyrillic, Arabic, Hebrew), Noto Sans (Devanagari,
Thai) and GNU Unifont (nearly everything else, in coarse letters); their licences
lie beside them. For Chinese, Japanese, Korean and emoji, whose fonts are too large
to be shipped, `systemfonts` says what the machine has that goes before Unifont.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont, features

from mockserver.media.cards.systemfonts import Script, on_this_machine

__all__ = ["STAND_IN", "Run", "Typeface", "clean", "has_no_spaces", "is_right_to_left"]

STAND_IN: Final = "\N{REPLACEMENT CHARACTER}"
_FOLDER: Final = Path(__file__).with_name("faces")
_SCRIPTS: Final = ("Devanagari", "Thai")

_UNIFONT: Final = ("unifont.otf", "unifont_upper.otf")
_PROBE_PX: Final = 16
_THAI: Final = frozenset(map(chr, range(0x0E00, 0x0E80)))
_KEPT: Final = 20_000
# As high as a capital letter with its accent.
_EMOJI_SIZE: Final = 0.92
_ALONE: Final = "\u200c\u200d "
_CLOSING: Final = frozenset(
    "\u3001\u3002\uff0c\uff0e\uff01\uff1f\uff1b\uff1a\uff09\u300d\u300f\u3011\u3009\u300b"
)
_TONES: Final = range(0x1F3FB, 0x1F400)
_JOINERS: Final = frozenset("\u200c\u200d")
_EMOJI: Final = (0x1F000, 0x1FAFF)
_EMOJI_PARTS: Final = frozenset({0xFE0F, 0x200D, 0x20E3, *_TONES})
# Formatting characters and variation selectors have no glyph of their own.
_UNSEEN: Final = frozenset({"Cf", "Cc"})


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters that one font can show.

    Attributes:
        text: The characters.
        font: What shows them, in the size that it has.
        direction: `ltr` or `rtl` where letters change with their neighbours.
        zoom: What the font's size has to be multiplied with; fonts that consist of
            pictures have one size only.
    """

    text: str
    font: ImageFont.FreeTypeFont
    direction: str | None = None
    zoom: float = 1.0

    @property
    def width_px(self) -> float:
        """How far the next run begins to the right of this one."""
        return self.font.getlength(self.text, direction=self.direction) * self.zoom

    def draw(
        self,
        draw: ImageDraw.ImageDraw,
        at: tuple[float, float],
        ink: tuple[int, int, int],
    ) -> None:
        """Draw it, from the left end of its baseline."""
        if self.zoom == 1.0:
            way = self.direction
            draw.text(
                at, self.text, font=self.font, fill=ink, anchor="ls", direction=way
            )
            return
        left, top, right, bottom = self.font.getbbox(self.text, anchor="ls")
        size = max(1, round(right - left)), max(1, round(bottom - top))
        whole = Image.new("RGBA", size)
        ImageDraw.Draw(whole).text(
            (-left, -top), self.text, font=self.font, embedded_color=True, anchor="ls"
        )
        small = whole.resize(
            [max(1, round(side * self.zoom)) for side in size],
            Image.Resampling.BOX,
        )
        corner = round(at[0] + left * self.zoom), round(at[1] + top * self.zoom)
        draw._image.paste(small, corner, small)  # noqa: SLF001 - it has no public name


@dataclass(frozen=True, slots=True)
class _Font:
    """A file with letters.

    Attributes:
        path: Where it is.
        index: Which of the fonts in that file.
        fixed_px: The one size that it has; 0 is any.
        needs_shaping: Whether its letters change with their neighbours.
    """

    path: str
    index: int = 0
    fixed_px: int = 0
    needs_shaping: bool = False


@dataclass(slots=True)
class Typeface:
    """One weight of text with all its fallbacks, at any size.

    Attributes:
        bold: The heavier weight; some fallbacks have only one.
    """

    bold: bool = False
    _choices: dict[str, int] = field(default_factory=dict)
    _advances: dict[tuple[str, int], float] = field(default_factory=dict)

    def runs(
        self, text: str, size_px: int, *, from_right: bool | None = None
    ) -> list[Run]:
        """Cut a line into runs, in the order in which they are drawn from the left.

        Args:
            text: The line.
            size_px: Its size.
            from_right: Whether it begins at the right; if not said, its first letter
                decides.
        """
        if from_right is None:
            from_right = is_right_to_left(text)
        groups = groupby(_shown(text, self), key=lambda pair: pair[1])
        runs = [
            self._run("".join(c for c, _ in pairs), i, size_px, from_right=from_right)
            for i, pairs in groups
        ]
        return runs[::-1] if from_right else runs

    def width(self, text: str, size_px: int) -> float:
        """Return about how wide a line is, in pixels; kerning is left out."""
        if text.isascii():
            return sum(self._advance(char, size_px) for char in text)
        if _is_connected(text):
            return sum(run.width_px for run in self.runs(text, size_px))
        return sum(self._advance(part, size_px) for part in self.clusters(text))

    def clusters(self, text: str) -> list[str]:
        """Cut text where a line may end without breaking a letter."""
        parts: list[str] = []
        joins = False
        for char in text:
            if parts and (joins or _belongs_to_the_one_before(char)):
                parts[-1] += char
            else:
                parts.append(char)
            joins = char in _JOINERS or unicodedata.name(char, "").endswith("VIRAMA")
        return parts

    def _advance(self, part: str, size_px: int) -> float:
        key = (part, size_px)
        if key not in self._advances:
            if len(self._advances) > _KEPT:
                self._advances.clear()
            runs = self.runs(part, size_px)
            self._advances[key] = sum(run.width_px for run in runs)
        return self._advances[key]

    def _run(self, text: str, choice: int, size_px: int, *, from_right: bool) -> Run:
        font = _fonts(self.bold)[choice]
        shaped = font.needs_shaping or _needs_shaping(text)
        size = font.fixed_px or size_px
        zoom = _EMOJI_SIZE * size_px / font.fixed_px if font.fixed_px else 1.0
        loaded = _loaded(font, size, shaped=shaped)
        return Run(text, loaded, _direction(loaded, from_right=from_right), zoom)

    def choice(self, char: str) -> int | None:
        """Return the index of the first font that has the character."""
        if char not in self._choices:
            if len(self._choices) > _KEPT:
                self._choices.clear()
            self._choices[char] = self._look_up(char)
        found = self._choices[char]
        return None if found < 0 else found

    def font_of(self, char: str) -> str | None:
        """Return the file name of the first font that has the character."""
        found = self.choice(char)
        return None if found is None else Path(_fonts(self.bold)[found].path).name

    def _look_up(self, char: str) -> int:
        fonts = _fonts(self.bold)
        order = list(range(len(fonts)))
        if _EMOJI[0] <= ord(char) <= _EMOJI[1]:
            # A coloured one is better than what plain fonts have.
            order.sort(key=lambda index: not fonts[index].fixed_px)
        for index in order:
            if char.isspace() or _has_glyph(fonts[index], char):
                return index
        return -1


@cache
def _fonts(bold: bool) -> tuple[_Font, ...]:  # noqa: FBT001 - cached
    weight = "Bold" if bold else "Regular"
    found = on_this_machine()
    return (
        _Font(str(_FOLDER / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"))),
        *(
            _Font(str(_FOLDER / f"NotoSans{script}-{weight}.ttf"), needs_shaping=True)
            for script in _SCRIPTS
        ),
        *(
            _Font(one.path, one.index, one.fixed_px, one.script is Script.EMOJI)
            for one in found
        ),
        *(_Font(str(_FOLDER / name)) for name in _UNIFONT),
    )


def clean(text: str) -> str:
    """Return text without what no font can show; line breaks become spaces."""
    seen = " ".join("".join(_visible(char) for char in text).split())
    return seen.strip(_ALONE)


def has_no_spaces(text: str) -> bool:
    """Say whether lines may end in the midst of such words, as in Chinese and Thai."""
    return any(
        unicodedata.east_asian_width(char) in {"W", "F"} or char in _THAI
        for char in text
    )


def is_right_to_left(text: str) -> bool:
    """Say whether a line begins at the right: its first letter decides."""
    if text.isascii():
        return False
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in {"R", "AL"}:
            return True
        if direction == "L":
            return False
    return False


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if char.isspace():
        return " "
    if category == "Cs":
        return STAND_IN
    if char in _JOINERS:
        return char
    if category in _UNSEEN or 0xFE00 <= ord(char) <= 0xFE0F:
        return ""
    return char


def _belongs_to_the_one_before(char: str) -> bool:
    return (
        unicodedata.category(char) in {"Mn", "Mc", "Me"}
        or ord(char) in _EMOJI_PARTS
        or char in _JOINERS
        or char in _CLOSING
    )


def _shown(text: str, face: Typeface) -> Iterator[tuple[str, int]]:
    previous = 0
    for char in text:
        if char in _JOINERS or ord(char) in _EMOJI_PARTS:
            # What joins letters belongs to the font that shows them; where that has
            # no colours, there are no tones of skin.
            if ord(char) not in _TONES or _fonts(face.bold)[previous].fixed_px:
                yield char, previous
            continue
        choice = face.choice(char)
        shown = char
        if choice is None:
            shown, choice = STAND_IN, 0
        elif char == " " and _has_wide_spaces(face.bold, previous):
            choice = 0
        elif char == " " or unicodedata.combining(char):
            # A space or an accent does not start a run of its own.
            choice = max(previous, choice)
        previous = choice
        yield shown, choice


def _has_wide_spaces(bold: bool, choice: int) -> bool:  # noqa: FBT001 - of a face
    """Say whether spaces of a font are as wide as its pictures or its dots."""
    fonts = _fonts(bold)
    return bool(fonts[choice].fixed_px) or choice >= len(fonts) - len(_UNIFONT)


def _is_connected(text: str) -> bool:
    """Say whether letters are as wide as their neighbours make them."""
    return any(unicodedata.bidirectional(char) == "AL" for char in text)


def _needs_shaping(text: str) -> bool:
    return not text.isascii() and any(
        unicodedata.bidirectional(c) in {"R", "AL", "NSM"}
        or unicodedata.category(c) == "Mc"
        or c in _JOINERS
        for c in text
    )


def _direction(font: ImageFont.FreeTypeFont, *, from_right: bool) -> str | None:
    if font.layout_engine is not ImageFont.Layout.RAQM:
        return None
    return "rtl" if from_right else "ltr"


@cache
def _loaded(font: _Font, size_px: int, *, shaped: bool) -> ImageFont.FreeTypeFont:
    # Plain text is laid out without raqm, which some builds of Pillow lack: so it looks
    # the same on every machine.
    engine = ImageFont.Layout.BASIC
    if shaped and features.check("raqm"):
        engine = ImageFont.Layout.RAQM
    return ImageFont.truetype(font.path, size_px, font.index, layout_engine=engine)


@cache
def _no_glyph(font: _Font) -> bytes:
    return _picture(font, "\U0010fffe")


def _has_glyph(font: _Font, char: str) -> bool:
    return _picture(font, char) != _no_glyph(font)


def _picture(font: _Font, char: str) -> bytes:
    mask = _loaded(font, font.fixed_px or _PROBE_PX, shaped=False).getmask(char)
    return bytes(mask) + bytes(mask.size)
