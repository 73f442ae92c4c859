"""Writes cues as WebVTT, SubRip and plain text."""

from collections.abc import Iterable
from html import escape

from mockserver.media.sound.cues import Cue

__all__ = ["plain", "srt", "vtt"]


def vtt(cues: Iterable[Cue], *, note: str = "", numbered: bool = False) -> str:
    """Return a WebVTT file.

    Args:
        cues: What is read.
        note: A comment at its head.
        numbered: Each cue has its number for a name.
    """
    head = f"WEBVTT\n\nNOTE {note}\n\n" if note else "WEBVTT\n\n"
    found = [
        f"{_time(cue.start_s, '.')} --> {_time(cue.end_s, '.')}\n"
        f"{escape(_safe(cue), quote=False)}\n"
        for cue in cues
    ]
    if numbered:
        found = [f"{number}\n{cue}" for number, cue in enumerate(found, start=1)]
    return head + "\n".join(found)


def srt(cues: Iterable[Cue]) -> str:
    """Return a SubRip file."""
    return "".join(
        f"{number}\n{_time(cue.start_s, ',')} --> {_time(cue.end_s, ',')}\n"
        f"{_safe(cue)}\n\n"
        for number, cue in enumerate(cues, start=1)
    )


def plain(cues: Iterable[Cue]) -> str:
    """Return the words alone, a cue on each line."""
    return "".join(f"{' '.join(cue.lines)}\n" for cue in cues)


def _safe(cue: Cue) -> str:
    """Return a cue's text without what would end it, or begin another one."""
    return "\n".join(cue.lines).replace("-->", "→")


def _time(at_s: float, separator: str) -> str:
    seconds, milliseconds = divmod(round(at_s * 1000), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{separator}{milliseconds:03}"
