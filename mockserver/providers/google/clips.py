"""What Google's videos look like: one card with prompt and model."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

import orjson

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.media.cards.card import Sign, Slot
from mockserver.media.cards.prompts import prompt_card
from mockserver.media.formats import mp4
from mockserver.media.sound.heard import Music
from mockserver.media.spec import MediaSpec
from mockserver.providers.google import wire
from mockserver.providers.services import Services
from mockserver.providers.wires import sent

__all__ = ["makes", "seal", "size_of", "video"]

_FPS: Final = 24
_SMALL: Final = (256, 144)
_SIZES: Final = {  # contract google, section 5
    "360p": (640, 360),
    "720p": (1280, 720),
    "1080p": (1920, 1080),
    "4k": (3840, 2160),
}


def size_of(resolution: str, aspect: str, *, small: bool) -> list[int]:
    """Return width and height in px; a small one where nobody has asked for any.

    Source: contract google, section 5.
    """
    width, height = _SMALL if small else _SIZES[resolution]
    return [height, width] if aspect == "9:16" else [width, height]


def seal(space: Space, job: Job) -> str:
    """Return what only a link that we gave knows."""
    return space.jobs(wire.SLUG).chance(job.ordinal).hex("seal", 32)


def video(job: Job, sample: int = 0) -> MediaSpec:
    """Return the spec of one of the videos of a job."""
    return _video(job.id, job.packed, sample)


def makes(services: Services, space: Space, job: Job) -> list[MediaSpec]:  # noqa: ARG001 - one of many
    """Return the films of a job, without those that are filtered out."""
    data = job.data
    count = int(data.get("count", 1)) - int(data.get("filtered", 0))
    return [video(job, sample) for sample in range(count)]


def _given(data: Mapping[str, Any]) -> Iterable[Slot]:
    if sent.SENT in data:
        return sent.slots(data[sent.SENT])
    # Jobs of older stores, and of worlds, have names only.
    return (
        Slot(name, number, "video" if "video" in name else "image")
        for number, name in enumerate(data.get("inputs", ()), 1)
    )


# A player asks for a clip in many small parts.
@lru_cache(maxsize=256)
def _video(job_id: str, packed: bytes, sample: int) -> MediaSpec:
    data: dict[str, Any] = orjson.loads(packed)
    width, height = data.get("size", _SMALL)
    model = str(data.get("model", ""))
    prompt = str(data.get("prompt", ""))
    card = prompt_card(
        prompt,
        model,
        (width, height),
        seed=data.get("seed"),
        output=sample + 1 if data.get("count", 1) > 1 else 0,
        inputs=_given(data),
    )
    title = str(data.get("prompt", ""))[:200] or model
    return mp4(
        width,
        height,
        seconds=float(data.get("seconds", 8)),
        fps=_FPS,
        heard=(Music(f"{title} {sample}"),) if data.get("sound") else (),
        silent_track=False,
        cards=(card,),
        sign=Sign("Google", job_id),
    )
