"""What Replicate's videos look like: one card with prompt and model."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from string import ascii_letters, ascii_lowercase, digits
from typing import Any, Final

import orjson

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.media.cards.card import Sign, Slot
from mockserver.media.cards.prompts import prompt_card
from mockserver.media.formats import mp4
from mockserver.media.sound.heard import Music
from mockserver.media.spec import MediaSpec
from mockserver.providers.models import film
from mockserver.providers.replicate import wire
from mockserver.providers.services import Services
from mockserver.providers.wires import sent

__all__ = ["film_of", "makes", "names", "seal", "video"]

_SEAL: Final = 20
_NAME: Final = 8


def film_of(
    model: Mapping[str, Any], said: Mapping[str, Any], *, small: bool
) -> dict[str, Any]:
    """Return what to remember of how a video is to look.

    Args:
        model: The model.
        said: An input that fits it.
        small: Where the input does not ask for a size, a small one will do.
    """
    return {
        **film(model, said, small=small),
        "outputs": model["outputs"],
        "lists": bool(model.get("lists")) or model["outputs"] != 1,
    }


def seal(space: Space, job: Job) -> str:
    """Return what stands behind the job's identifier in the links to its files."""
    chance = space.jobs(wire.SLUG).chance(job.ordinal)
    return chance.word("seal", _SEAL, ascii_letters + digits)


def names(space: Space, job: Job) -> list[str]:
    """Return the names of a prediction's files.

    Source: contract replicate, section 5.
    """
    chance = space.jobs(wire.SLUG).chance(job.ordinal)
    is_film = job.operation != wire.TRAINING
    count = job.data.get("film", {}).get("outputs", 1) if is_film else 0
    alphabet = ascii_lowercase + digits
    return [
        f"tmp{chance.word(f'file {number}', _NAME, alphabet)}"
        for number in range(count)
    ]


def video(job: Job, number: int) -> MediaSpec:
    """Return the spec of one of a prediction's files."""
    return _video(job.id, job.packed, number)


def makes(services: Services, space: Space, job: Job) -> list[MediaSpec]:  # noqa: ARG001 - one of many
    """Return the files of a prediction; a training has none."""
    is_film = job.operation != wire.TRAINING
    count = job.data.get("film", {}).get("outputs", 1) if is_film else 0
    return [video(job, number) for number in range(count)]


def _given(data: Mapping[str, Any]) -> Iterable[Slot]:
    if sent.SENT in data:
        return sent.slots(data[sent.SENT])
    # Predictions of older stores have the names of uploads only.
    return (Slot(name, at) for at, name in enumerate(data.get("files", ()), 1))


# A player asks for a clip in many small parts.
@lru_cache(maxsize=256)
def _video(job_id: str, packed: bytes, number: int) -> MediaSpec:
    data = orjson.loads(packed)
    film = data.get("film") or {}
    width, height = film.get("size", (256, 144))
    prompt = str(data.get("input", {}).get("prompt", ""))[:200]
    card = prompt_card(
        str(data.get("input", {}).get("prompt", "")),
        str(data.get("model", "")),
        (width, height),
        seed=data.get("input", {}).get("seed"),
        output=number + 1 if film.get("outputs", 1) > 1 else 0,
        inputs=_given(data),
    )
    return mp4(
        width,
        height,
        seconds=film.get("seconds", 5.0),
        fps=film.get("fps", 24),
        heard=(Music(f"{prompt} {number}"),) if film.get("sound") else (),
        cards=(card,),
        sign=Sign("Replicate", job_id),
    )
