"""What DigitalCarbon's videos look like: one card for each photo."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import orjson

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.media.cards.card import Layout, Overlay, Sign, Slot
from mockserver.media.cards.prompts import named_in
from mockserver.media.formats import jpeg, mp3, mp4, png, webp
from mockserver.media.sound.heard import Music
from mockserver.media.spec import Card, MediaSpec
from mockserver.providers.digitalcarbon import wire
from mockserver.providers.services import Services

__all__ = ["SAMPLES", "makes", "size", "thumbnail", "video"]

CARDS_MAX: Final = 100
FPS: Final = 30


def size(services: Services, space: Space, job: Job) -> tuple[int, int]:
    """Return width and height of a job's video, in px."""
    del space
    return wire.SIZES[services.options.media_size][job.data["aspect_ratio"]]


def video(services: Services, space: Space, job: Job) -> MediaSpec:
    """Return the spec of a job's video: 30 s, shared evenly by its photos.

    Source: contract digitalcarbon, section 5.
    """
    return _video(job.id, job.packed, *size(services, space, job))


def makes(services: Services, space: Space, job: Job) -> list[MediaSpec]:
    """Return the film of a job."""
    return [video(services, space, job)]


def thumbnail(services: Services, space: Space, job: Job) -> MediaSpec:
    """Return the spec of the first frame of a job's video."""
    return video(services, space, job).still()


# A player asks for a clip in many small parts.
@lru_cache(maxsize=256)
def _video(job_id: str, packed: bytes, width_px: int, height_px: int) -> MediaSpec:
    data = orjson.loads(packed)
    return mp4(
        width_px,
        height_px,
        seconds=wire.DURATION_S,
        fps=FPS,
        heard=(Music(data["soundtrack"], fade_out_s=2.0),)
        if data.get("soundtrack")
        else (),
        cards=_cards(data),
        sign=Sign("DigitalCarbon", job_id),
    )


def _cards(data: Mapping[str, Any]) -> tuple[Card, ...]:
    count = min(data["photo_count"], CARDS_MAX)
    base = data.get("photos_base", "")
    links = [base + link for link in data.get("photos") or ()]
    logo = data.get("logo")
    sent = Slot(named_in(logo), kind="logo", url=str(logo))
    overlays = (Overlay(sent),) if logo else ()
    made = []
    for number in range(1, count + 1):
        texts = tuple(data.get("property", ())) if number == 1 else ()
        # What the last photo tells stands on the only one as well.
        texts += tuple(data.get("contact", ())) if number == count else ()
        link = links[number - 1] if number <= len(links) else ""
        name = named_in(link) or f"photo {number}"
        made.append(
            Card(
                layout=Layout.PHOTO,
                label=f"Photo {number} of {count} · {data['template_id']}",
                title=texts[0] if texts else _caption(name),
                lines=texts[1:],
                slots=(Slot(name, number, url=link),),
                overlays=overlays,
            )
        )
    return tuple(made)


def _caption(name: str) -> str:
    """Return what a file's name says about it."""
    return name.rpartition(".")[0].replace("_", " ").replace("-", " ") or name


def _sample(name: str) -> tuple[Card, ...]:
    slot = Slot(name, 1)
    return (Card(title="Sample photo", layout=Layout.PHOTO, slots=(slot,)),)


SAMPLES: Final[Mapping[str, MediaSpec]] = {
    "photo.jpg": jpeg(640, 480, cards=_sample("photo.jpg")),
    "photo.jpeg": jpeg(640, 480, cards=_sample("photo.jpeg")),
    "photo.png": png(640, 480, cards=_sample("photo.png")),
    "photo.webp": webp(640, 480, cards=_sample("photo.webp")),
    "music.mp3": mp3(seconds=5, heard=(Music("music.mp3"),)),
}
