"""What fal's videos look like: one card with prompt, model and input file."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import orjson

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.media.cards.card import Sign, Slot
from mockserver.media.cards.prompts import named_in, prompt_card
from mockserver.media.formats import mp4
from mockserver.media.sound.heard import Music
from mockserver.media.spec import MediaSpec
from mockserver.providers.fal import wire
from mockserver.providers.services import Services
from mockserver.providers.wires import sent

__all__ = ["makes", "names", "video"]

USUAL: Final[Mapping[str, Any]] = {
    "size": [256, 144], "seconds": 5.0, "fps": 24, "sound": False,
}  # fmt: skip


def names(space: Space, job: Job) -> dict[str, str]:
    """Return the parts of the link to a request's file.

    Source: contract fal, section 5.
    """
    chance = space.jobs(wire.SLUG).chance(job.ordinal)
    return {"shard": chance.hex("shard", 8), "name": wire.file_name(job.id)}


def _given(data: Mapping[str, Any]) -> tuple[Slot, ...]:
    """Return the files that a model was given; requests of older stores know one."""
    if sent.SENT in data:
        return tuple(sent.slots(data[sent.SENT]))
    name, link = data.get("file_input") or ("", "")
    if not name:
        return ()
    return (Slot(f"{name}: {named_in(link)}", kind=name.partition("_")[0], url=link),)


def video(job: Job) -> MediaSpec:
    """Return the spec of a request's file."""
    return _video(job.id, job.packed)


def makes(services: Services, space: Space, job: Job) -> list[MediaSpec]:  # noqa: ARG001 - one of many
    """Return the film of a request."""
    return [video(job)]


# A player asks for a clip in many small parts.
@lru_cache(maxsize=256)
def _video(job_id: str, packed: bytes) -> MediaSpec:
    data = orjson.loads(packed)
    film = data.get("film") or USUAL
    width, height = film["size"]
    model = str(data.get("model", ""))
    return mp4(
        width,
        height,
        seconds=film["seconds"],
        fps=film["fps"],
        heard=(Music(f"{data.get('prompt')} {data.get('seed', '')}"),)
        if film["sound"]
        else (),
        cards=(
            prompt_card(
                str(data.get("prompt") or ""),
                model,
                (width, height),
                seed=data.get("seed"),
                inputs=_given(data),
            ),
        ),
        sign=Sign("fal", job_id),
    )
