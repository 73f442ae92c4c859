"""What Hour One's videos and voice previews look and sound like."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import md5
from itertools import islice, pairwise
from typing import Any, Final

from msgspec.structs import replace

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.media.cards.card import Layout, Overlay, Presenter, Sign, Slot
from mockserver.media.cards.prompts import named_in
from mockserver.media.formats import mp4, wav
from mockserver.media.sound.cues import cues_of
from mockserver.media.sound.heard import Speech, recording
from mockserver.media.sound.speech import language_in
from mockserver.media.spec import Card, MediaSpec
from mockserver.providers.services import Services

__all__ = ["language_of", "makes", "metadata", "scene_s", "sound", "speeches",
           "starts", "video", "voice_s"]  # fmt: skip

WORDS_PER_S: Final = 2.5
SHORTEST_S: Final = 2.0
UNSPOKEN_S: Final = 5.0
FPS: Final = 25
SIZES: Final[Mapping[str, tuple[int, int]]] = {
    "full": (1920, 1080),
    "small": (640, 360),
}
# Longer ones are told about in full, but not rendered in full.
CARDS_MAX: Final = 1000
SECONDS_MAX: Final = 3600.0
_STAGES: Final = (
    ("right", 0.85, False),
    ("left", 0.85, False),
    ("right", 0.5, True),
    ("left", 0.5, True),
    ("right", 1.0, False),
)


def voice_s(text: str) -> float:
    """Return how long a text is spoken.

    Source: contract hourone, section 5.
    """
    return max(SHORTEST_S, round(len(text.split()) / WORDS_PER_S, 3))


def scene_s(transcript: str | None) -> float:
    """Return how long a scene is; one that is not spoken takes 5 s.

    Source: contract hourone, section 5.
    """
    return voice_s(transcript) if transcript else UNSPOKEN_S


def starts(lengths: Iterable[float]) -> list[tuple[float, float]]:
    """Return start and length of each scene, in seconds."""
    at, told = 0.0, []
    for length in lengths:
        told.append((round(at, 3), length))
        at += length
    return told


def metadata(clip: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the durations of a video, in seconds.

    Returns:
        `{"duration": float, "scenes_metadata": [{"scene_index": int,
        "start_time": float, "duration": float}, ...]}`

    Source: contract hourone, section 3.6.
    """
    scenes = starts(scene["seconds"] for scene in clip)
    return {
        "duration": round(sum(length for _, length in scenes), 3),
        "scenes_metadata": [
            {"scene_index": index, "start_time": start, "duration": length}
            for index, (start, length) in enumerate(scenes)
        ],
    }


def video(job: Job, media_size: str) -> MediaSpec:
    """Return the spec of a job's video: one card for each scene.

    Source: contract hourone, section 5.
    """
    width, height = SIZES[media_size]
    data = job.data
    scenes = data["clip"][:CARDS_MAX]
    total_s = min(SECONDS_MAX, metadata(scenes)["duration"])
    return mp4(
        width,
        height,
        seconds=total_s,
        fps=FPS,
        heard=tuple(speeches(data)),
        cards=tuple(islice(_cards(data, scenes), CARDS_MAX)),
        sign=Sign("Hour One", job.id),
    )


def sound(job: Job) -> MediaSpec:
    """Return the spec of a voice preview's sound, as long as its words take."""
    text, voice = job.data["transcript"], str(job.data.get("voice_id", ""))
    said = Speech(text, voice, language_in(voice), seconds=voice_s(text))
    return wav(voice_s(text), heard=(said,))


def language_of(data: Mapping[str, Any]) -> str:
    """Return the language that a video is spoken in, as its voice's name tells."""
    return language_in(_voice_of(data)) or "en"


def speeches(data: Mapping[str, Any]) -> Iterator[Speech]:
    """Yield what is said in a video, each scene in its time.

    Args:
        data: What its job keeps.
    """
    scenes = data["clip"][:CARDS_MAX]
    spans = starts(scene["seconds"] for scene in scenes)
    voice, language = _voice_of(data), language_of(data)
    for scene, (start, length) in zip(scenes, spans, strict=True):
        if start >= SECONDS_MAX:
            return
        sent, text = scene.get("recording"), scene.get("said")
        how: dict[str, Any] = {
            "starts_s": start,
            "seconds": length,
            "language": language,
        }
        if text:
            yield Speech(text, sent or voice, **how)
        elif sent:
            yield recording(sent, **how)


def _voice_of(data: Mapping[str, Any]) -> str:
    answer = data["answer"]
    return str(answer.get("voice_id") or answer.get("voice_url") or "")


def makes(services: Services, space: Space, job: Job) -> list[MediaSpec]:
    """Return the film of a job, or the sound of a voice."""
    del space
    if "clip" in job.data:
        return [video(job, services.options.media_size)]
    return [sound(job)]


def _cards(
    data: Mapping[str, Any], scenes: Sequence[Mapping[str, Any]]
) -> Iterable[Card]:
    answer = data["answer"]
    who = str(answer.get("character_id") or "presenter")
    colors = data.get("colors") or [None]
    logo = data.get("logo")
    overlays = (Overlay(Slot(logo, kind="logo")),) if logo else ()
    for index, scene in enumerate(scenes):
        media = enumerate(scene.get("media", ()), 1)
        card = Card(
            layout=Layout.PRESENTER,
            label=f"Scene {index + 1} of {len(scenes)}",
            title=scene["title"],
            lines=tuple(scene.get("lines", ())),
            slots=tuple(Slot(named_in(link), at, url=link) for at, link in media),
            presenter=_presenter(who, scene.get("layout", "")),
            color=_opaque(colors[index % len(colors)]),
            accent=_opaque(colors[(index + 1) % len(colors)]),
            seconds=scene["seconds"],
            overlays=overlays,
        )
        yield from _burnt_in(card, scene, data)


def _burnt_in(
    card: Card, scene: Mapping[str, Any], data: Mapping[str, Any]
) -> Iterator[Card]:
    """Yield a scene's card once for each sentence, while that is said."""
    text, length = scene.get("said"), scene["seconds"]
    voice = scene.get("recording") or _voice_of(data)
    speech = Speech(text or "", voice, language_of(data), seconds=length)
    cues = cues_of([speech], end_s=length) if text else ()
    if not cues:
        yield card
        return
    marks = [0.0, *(cue.start_s for cue in cues[1:]), length]
    for cue, (start, end) in zip(cues, pairwise(marks), strict=True):
        yield replace(card, caption=" ".join(cue.lines), seconds=round(end - start, 3))


def _presenter(who: str, layout: str) -> Presenter:
    """Return who speaks, where and how large: each layout has its own way.

    No source tells what the layouts look like, only that they differ.
    """
    if not layout:
        return Presenter("right", 0.85, name=who)
    place = md5(layout.encode(), usedforsecurity=False).digest()[0] % len(_STAGES)
    side, share, is_round = _STAGES[place]
    return Presenter(side, share, is_round, who)


def _opaque(color: str | None) -> str | None:
    """Return a palette's `RRGGBB`, `#RRGGBB` or `#RRGGBBAA` as `#rrggbb`."""
    return None if color is None else f"#{color.removeprefix('#')[:6].lower()}"
