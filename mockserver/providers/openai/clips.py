"""What videos of the OpenAI dialect look like: one card with prompt and model."""

from functools import lru_cache
from typing import Any, Final

import orjson

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.media.cards.card import Sign, Slot
from mockserver.media.cards.prompts import prompt_card
from mockserver.media.formats import mp4
from mockserver.media.sound.heard import Music
from mockserver.media.spec import Card, Container, MediaSpec, Sheet
from mockserver.providers.openai import wire
from mockserver.providers.services import Services
from mockserver.providers.wires import sent

__all__ = ["VARIANTS", "file_name", "makes", "seal", "variant"]

VARIANTS: Final = ("video", "thumbnail", "spritesheet")
_COLUMNS: Final = 10
_TILE_PX: Final = 160
_PER_SECOND: Final = 2
_FPS: Final = 30


def seal(space: Space, job: Job) -> str:
    """Return what only a link that we gave knows."""
    return space.jobs(wire.SLUG).chance(job.ordinal).hex("seal", 32)


def variant(job: Job, name: str, *, small: bool, sheet: str) -> MediaSpec:
    """Return the spec of a video, or of a picture of it.

    Args:
        job: The video.
        name: `video`, `thumbnail` or `spritesheet`.
        small: A quick size will do for the video itself.
        sheet: What a spritesheet is: `jpeg` or `webp`.

    Source: contract openai, section 5.
    """
    clip = _clip(job.id, job.packed, small)
    if name == "thumbnail":
        return _clip(job.id, job.packed, small=False).still(Container.WEBP, frame=0)
    if name == "spritesheet":
        whole = _clip(job.id, job.packed, small=False)
        return _sheet(whole, Container.WEBP if sheet == "webp" else Container.JPEG)
    return clip


def file_name(job: Job, spec: MediaSpec) -> str:
    """Return what a browser calls the file."""
    return f"{job.id}.{spec.extension}"


def makes(services: Services, space: Space, job: Job) -> list[MediaSpec]:  # noqa: ARG001 - one of many
    """Return the video, in the size that was asked for."""
    return [_clip(job.id, job.packed, small=False)]


# A player asks for a clip in many small parts.
@lru_cache(maxsize=256)
def _clip(job_id: str, packed: bytes, small: bool) -> MediaSpec:  # noqa: FBT001 - cached
    data = orjson.loads(packed)
    width, height = map(int, str(data.get("size", "720x1280")).split("x"))
    if small:
        width, height = _small(width), _small(height)
    return mp4(
        width,
        height,
        seconds=float(data.get("seconds", 4)),
        fps=_FPS,
        heard=(Music(str(data.get("prompt", ""))),),
        cards=(_card(data),),
        sign=Sign("OpenAI", job_id),
    )


def _small(side_px: int) -> int:
    """Return a side of a picture of the same form with a fourth of the sides."""
    return max(2, side_px // 8 * 2)


def _card(data: dict[str, Any]) -> Card:
    width, height = map(int, str(data.get("size", "720x1280")).split("x"))
    of = str(data.get("remixed_from") or "")
    return prompt_card(
        str(data.get("prompt", "")),
        str(data.get("model", "sora-2")),
        (width, height),
        seed=data.get("seed"),
        inputs=(
            *((Slot(of, kind="video"),) if of else ()),
            *sent.slots(data.get(sent.SENT, ())),
        ),
    )


def _sheet(clip: MediaSpec, container: Container) -> MediaSpec:
    """Return two frames for each second: ten columns of tiles of the clip's form.

    Source: contract openai, section 5.
    """
    sheet = Sheet(
        tiles=max(1, int(clip.seconds * _PER_SECOND)),
        columns=_COLUMNS,
        width_px=_TILE_PX,
        height_px=max(2, round(_TILE_PX * clip.height_px / clip.width_px)),
    )
    return clip.spread(container, sheet)
