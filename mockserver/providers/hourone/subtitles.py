"""WebVTT and SubRip files, one cue for each scene."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from mockserver.providers.hourone import clips

__all__ = ["CONTENT_TYPES", "write"]

CONTENT_TYPES: Final[Mapping[str, str]] = {
    "vtt": "text/vtt; charset=utf-8",
    "srt": "application/x-subrip",
}


def write(clip: Sequence[Mapping[str, Any]], language: str, extension: str) -> str:
    """Return a subtitles file; the words are the transcripts', whatever the language.

    Args:
        clip: The video's scenes: `{"title", "seconds", "said"?, "lines"?}`.
        language: One of the codes of the API.
        extension: `vtt` or `srt`.

    Source: contract hourone, section 5.
    """
    cues = list(_cues(clip))
    if extension == "srt":
        return "".join(
            f"{number}\n{_time(start, ',')} --> {_time(end, ',')}\n{text}\n\n"
            for number, (start, end, text) in enumerate(cues, start=1)
        )
    head = f"WEBVTT\n\nNOTE language {language}; the words are not translated\n\n"
    return head + "".join(
        f"{number}\n{_time(start, '.')} --> {_time(end, '.')}\n"
        f"{escape(text, quote=False)}\n\n"
        for number, (start, end, text) in enumerate(cues, start=1)
    )


def _cues(clip: Sequence[Mapping[str, Any]]) -> Iterator[tuple[float, float, str]]:
    spans = clips.starts(scene["seconds"] for scene in clip)
    for scene, (start, length) in zip(clip, spans, strict=True):
        yield start, start + length, _line(scene)


def _line(scene: Mapping[str, Any]) -> str:
    """Return what a scene says or shows, on one line: a blank line ends a cue."""
    texts = (scene.get("said"), " / ".join(scene.get("lines", ())), scene["title"])
    words = (re.sub(r"\s+", " ", text or "").strip() for text in texts)
    return next((line for line in words if line), "…").replace("-->", "→")


def _time(at_s: float, separator: str) -> str:
    seconds, milliseconds = divmod(round(at_s * 1000), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{separator}{milliseconds:03}"
