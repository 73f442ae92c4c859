"""Fonts of this machine for scripts whose fonts are too large to be shipped."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from msgspec import Struct

__all__ = ["FOLDERS", "PACKAGES", "Found", "Script", "identity", "on_this_machine"]


class Script(StrEnum):
    """What a font is looked for; the value is how people call it."""

    CJK = "Chinese, Japanese and Korean"
    EMOJI = "emoji"


class Found(Struct, frozen=True):
    """A font of this machine.

    Attributes:
        script: What it is for.
        path: Where it is.
        index: Which of the fonts in that file.
        fixed_px: The one size that it has; 0 is any.
    """

    script: Script
    path: str
    index: int = 0
    fixed_px: int = 0


FOLDERS: Final = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)
PACKAGES: Final = {
    Script.CJK: "fonts-noto-cjk",
    Script.EMOJI: "fonts-noto-color-emoji",
}
"""The Debian package that has a font of each."""
# File name, which font in it, the only size it has; the first one found is taken.
_KNOWN: Final = {
    Script.CJK: (
        ("NotoSansCJK-Regular.ttc", 0, 0),
        ("NotoSansCJKjp-Regular.otf", 0, 0),
        ("NotoSansCJKsc-Regular.otf", 0, 0),
        ("wqy-microhei.ttc", 0, 0),
        ("wqy-zenhei.ttc", 0, 0),
        ("DroidSansFallbackFull.ttf", 0, 0),
        ("Hiragino Sans GB.ttc", 0, 0),
        ("PingFang.ttc", 0, 0),
        ("msyh.ttc", 0, 0),
    ),
    Script.EMOJI: (
        ("NotoColorEmoji.ttf", 0, 109),
        ("Apple Color Emoji.ttc", 0, 160),
    ),
}


@cache
def on_this_machine(folders: tuple[str, ...] = FOLDERS) -> tuple[Found, ...]:
    """Return the font of each script that is found, if there is one."""
    wanted = {name for known in _KNOWN.values() for name, *_ in known}
    there = {path.name: str(path) for path in _files(folders) if path.name in wanted}
    found = []
    for script, known in _KNOWN.items():
        for name, index, fixed_px in known:
            if name in there:
                found.append(Found(script, there[name], index, fixed_px))
                break
    return tuple(found)


@cache
def identity(folders: tuple[str, ...] = FOLDERS) -> str:
    """Return text that differs when these fonts differ; "" where there are none."""
    facts = [
        f"{Path(one.path).name}:{Path(one.path).stat().st_size}"
        for one in on_this_machine(folders)
    ]
    return sha256("|".join(facts).encode()).hexdigest()[:12] if facts else ""


def _files(folders: Iterable[str]) -> Iterable[Path]:
    for folder in map(Path, folders):
        if folder.is_dir():
            yield from sorted(folder.rglob("*.tt[fc]"))
            yield from sorted(folder.rglob("*.otf"))
