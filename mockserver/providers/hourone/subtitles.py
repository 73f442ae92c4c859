"""Subtitles of a video: sentences, timed with the voice that says them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mockserver.media.sound.cues import Cue, marked, shown, timed
from mockserver.media.sound.speech import Word, words
from mockserver.media.sound.subtitles import srt, vtt
from mockserver.providers.hourone import clips

__all__ = ["CONTENT_TYPES", "cues", "write"]

CONTENT_TYPES: Final[Mapping[str, str]] = {
    "vtt": "text/vtt; charset=utf-8",
    "srt": "application/x-subrip",
}
_UNTRANSLATED: Final = "the words are not translated"


def write(data: Mapping[str, Any], language: str, extension: str) -> str:
    """Return a subtitles file; the words are the transcripts', whatever the language.

    Args:
        data: What the video's job keeps.
        language: One of the codes of the API.
        extension: `vtt` or `srt`.

    Source: contract hourone, section 5.
    """
    found = cues(data, language)
    if extension == "srt":
        return srt(found)
    mark = marked(language, clips.language_of(data))
    note = f"language {language}"
    note = f"{note}; {_UNTRANSLATED}" if mark else note
    return vtt(found, note=note, numbered=True)


def cues(data: Mapping[str, Any], language: str) -> tuple[Cue, ...]:
    """Return the cues of a video; each of a translation nobody made bears a mark."""
    end_s = clips.metadata(data["clip"])["duration"]
    mark = marked(language, clips.language_of(data))
    return timed(_spoken(data["clip"], data), end_s=end_s, mark=mark)


def _spoken(
    clip: Sequence[Mapping[str, Any]], data: Mapping[str, Any]
) -> Iterator[tuple[Sequence[Word], float | None]]:
    said = {speech.starts_s: speech for speech in clips.speeches(data)}
    spans = clips.starts(scene["seconds"] for scene in clip)
    for scene, (start, length) in zip(clip, spans, strict=True):
        if scene.get("said") and start in said:
            yield words(said[start]), None
        else:
            yield shown(_seen(scene), start, start + length)


def _seen(scene: Mapping[str, Any]) -> str:
    """Return what a scene shows where nobody speaks."""
    texts = (scene.get("said"), " / ".join(scene.get("lines", ())), scene["title"])
    return next((text for text in texts if text and text.strip()), "…")
