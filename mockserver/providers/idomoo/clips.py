"""What Idomoo's files hold: pictures by ffmpeg, captions and transcripts by hand."""

from collections.abc import Callable, Iterable, Mapping
from hashlib import md5
from typing import Any, Final

from msgspec.structs import replace

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.media import formats
from mockserver.media.cards.card import Align, Layout, Overlay, Sign, Slot
from mockserver.media.cards.prompts import named_in
from mockserver.media.files import MediaFile
from mockserver.media.sound.cues import Cue, marked, shown, timed
from mockserver.media.sound.heard import Music, music
from mockserver.media.sound.subtitles import plain, vtt
from mockserver.media.spec import Card, MediaSpec
from mockserver.providers.services import Services

__all__ = ["VIDEOS", "captions", "cues", "makes", "spec", "text_file",
           "transcript"]  # fmt: skip

SEGMENT_S: Final = 4.0
CRF: Final = 26

Output = Mapping[str, Any]


def spec(job: Job, data: Mapping[str, Any], output: Output) -> MediaSpec:
    """Return the spec of one output of a job.

    Source: contract idomoo, section 5.
    """
    return _SPECS[output["kind"]](job, data, output)


def makes(services: Services, space: Space, job: Job) -> list[MediaSpec]:  # noqa: ARG001 - one of many
    """Return the outputs of a render."""
    data = job.data
    return [spec(job, data, output) for output in data.get("outputs", ())]


def captions(data: Mapping[str, Any], language: str) -> str:
    """Return WebVTT of the texts that the video shows, a sentence at a time.

    Args:
        data: What the job keeps.
        language: As it was asked for; what nobody has translated is marked.
    """
    return vtt(cues(data, language))


def transcript(data: Mapping[str, Any], language: str) -> str:
    """Return the words of `captions`, a cue on each line."""
    return plain(cues(data, language))


def text_file(text: str, content_type: str) -> MediaFile:
    """Return a text as a file that can be served like any other."""
    raw = text.encode()
    digest = md5(raw, usedforsecurity=False).hexdigest()
    return MediaFile(raw, None, len(raw), digest, content_type, 0.0)


def _video(make: Callable[..., MediaSpec]) -> Callable[..., MediaSpec]:
    def made(job: Job, data: Mapping[str, Any], output: Output) -> MediaSpec:
        width, height = _size(data, output)
        return make(
            width,
            height,
            seconds=data["duration"],
            fps=output.get("fps") or data["fps"],
            heard=_heard(data),
            cards=_cards(data, output),
            sign=Sign("Idomoo", job.id),
            quality=output.get("quality", CRF),
        )

    return made


def _heard(data: Mapping[str, Any]) -> tuple[Music, ...]:
    return tuple(map(music, data.get("heard") or ()))


def _hls(width: int, height: int, **clip: Any) -> MediaSpec:
    return formats.hls(width, height, segment_s=SEGMENT_S, **clip)


def _webm(width: int, height: int, **clip: Any) -> MediaSpec:
    del clip["quality"]
    return formats.webm(width, height, **clip)


def _gif(job: Job, data: Mapping[str, Any], output: Output) -> MediaSpec:
    width, height = _size(data, output)
    start, seconds = output["start"], output["seconds"]
    return formats.gif(
        width,
        height,
        colors=output.get("colors", 256),
        loop=output.get("loop", 0),
        seconds=seconds,
        fps=output["fps"],
        cards=_cut(_cards(data, output), data, start, seconds),
        sign=Sign("Idomoo", job.id),
    )


def _jpg(job: Job, data: Mapping[str, Any], output: Output) -> MediaSpec:
    width, height = _size(data, output)
    at = output["time"]
    return formats.jpeg(
        width,
        height,
        at_s=max(0.0, data["duration"] + at) if at < 0 else at,
        seconds=data["duration"],
        fps=data["fps"],
        cards=_cards(data, output),
        sign=Sign("Idomoo", job.id),
    )


def _sound(make: Callable[..., MediaSpec]) -> Callable[..., MediaSpec]:
    def made(_job: Job, data: Mapping[str, Any], output: Output) -> MediaSpec:
        more = {"audio_bit_rate": output["bitrate"]} if output.get("bitrate") else {}
        return make(
            seconds=data["duration"],
            heard=_heard(data),
            sample_rate_hz=output["sample_rate"],
            channels=output["channels"],
            **more,
        )

    return made


VIDEOS: Final = frozenset({"mp4", "hls", "webm"})
_SPECS: Final[Mapping[str, Callable[..., MediaSpec]]] = {
    "mp4": _video(formats.mp4),
    "hls": _video(_hls),
    "webm": _video(_webm),
    "gif": _gif,
    "jpg": _jpg,
    "mp3": _sound(formats.mp3),
    "wav": _sound(formats.wav),
}


def _size(data: Mapping[str, Any], output: Output) -> tuple[int, int]:
    """Return width and height; the width follows the aspect ratio, even."""
    wide, high = output.get("crop") or data["ratio"]
    height = output["height"]
    width = output.get("width") or max(2, round(height * wide / high / 2) * 2)
    return width, height


def _cards(data: Mapping[str, Any], output: Output) -> tuple[Card, ...]:
    overlay = output.get("overlay")
    link = str(overlay or "").partition(" ")[0]
    logo = Slot(named_in(overlay), kind="logo", url=link)
    overlays = (Overlay(logo),) if overlay else ()
    shots, how = data["cards"], _told(output)
    made = []
    for number, (seconds, title, lines, color, *more, _) in enumerate(shots, 1):
        # Jobs of older stores have no files and no placeholders.
        seen = more[0] if more else {}
        facts = tuple((name, value) for name, value in seen.get("facts", ()))
        files = enumerate(seen.get("files", ()), 1)
        made.append(
            Card(
                lines=tuple(lines),
                title=title,
                label=" · ".join([f"Scene {number} of {len(shots)}", *how]),
                color=color,
                seconds=seconds,
                facts=facts,
                fact_looks=tuple(
                    (ink, Align(side or "auto")) for ink, side in seen.get("looks", ())
                ),
                fact_scales=tuple(seen.get("sizes", ())),
                slots=tuple(_slot(at, *file) for at, file in files),
                layout=Layout.LIST if facts else Layout.SLIDE,
                overlays=overlays,
            )
        )
    return tuple(made)


def _slot(number: int, name: str, kind: str, link: str = "") -> Slot:
    return Slot(name, number, kind, url=link)


def _told(output: Output) -> list[str]:
    """Return what was asked of a file, in words."""
    told = {
        "crop": ":".join(f"{side:g}" for side in output.get("crop") or ()),
        "quality": output.get("quality"),
        "height": output.get("height"),
    }
    return [f"{name} {value}" for name, value in told.items() if value]


def _cut(
    cards: Iterable[Card], data: Mapping[str, Any], start: float, seconds: float
) -> tuple[Card, ...]:
    """Return the cards that are on screen in a part of the film."""
    stop = start + seconds
    found = []
    for card, (begins, ends) in zip(cards, _spans(data), strict=True):
        length = min(ends, stop) - max(begins, start)
        if length > 0:
            found.append(replace(card, seconds=round(length, 3)))
    return tuple(found)


def _spans(data: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Return when each card is on screen."""
    cards = data["cards"]
    even = data["duration"] / len(cards)
    spans, at = [], 0.0
    for seconds, *_ in cards:
        stop = at + (even if seconds is None else seconds)
        spans.append((at, stop))
        at = stop
    return spans


def cues(data: Mapping[str, Any], language: str) -> tuple[Cue, ...]:
    """Return what is read with a video; see `captions`."""
    spoken = [
        shown(said, start, stop)
        for (start, stop), (*_, said) in zip(_spans(data), data["cards"], strict=True)
        if said.strip() and stop > start
    ]
    return timed(spoken, end_s=data["duration"], mark=marked(language, ""))
