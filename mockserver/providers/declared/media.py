"""Media: what a file of a declared provider looks like, as its request asks."""

from dataclasses import replace
from typing import Any, Final

from mockserver.engine.jobs import Job, MediaState
from mockserver.media import formats
from mockserver.media.cards.card import Sign
from mockserver.media.cards.prompts import prompt_card, with_model
from mockserver.media.sound.heard import Heard, Music, Speech, decibels, music
from mockserver.media.spec import Card, MediaSpec
from mockserver.providers.declared.documents import shown
from mockserver.providers.declared.model import File
from mockserver.providers.declared.words import Scene
from mockserver.providers.models import Picture, picture
from mockserver.scenarios.written.expressions import as_number, as_text

__all__ = ["is_there", "spec_of"]

_ANY: Final[dict[str, Any]] = {"input": {}}
_SIDE_MAX_PX: Final = 4096
_TITLE_MAX: Final = 200
_SOUNDS: Final = {"mp3": formats.mp3, "wav": formats.wav}
_SAID_MAX: Final = 20_000
_SLOWEST, _FASTEST = 0.25, 4.0
_SOUNDLESS: Final = frozenset({"gif"})


def is_there(job: Job, now: float) -> bool:
    """Say whether the files of a job can be had."""
    return job.media_state(now) is MediaState.AVAILABLE


def spec_of(file: File, scene: Scene, *, small: bool) -> MediaSpec:
    """Return what a file looks like.

    Args:
        file: What is said of it.
        scene: The job's.
        small: Where nothing asks for a size, a small one will do.
    """
    kind = as_text(shown(file.kind, scene)).lower().removeprefix(".")
    told = _picture(file, scene, small=small)
    if kind in _SOUNDS:
        return _SOUNDS[kind](told.seconds, heard=_heard(file, scene, told.seconds))
    if kind not in formats.FORMATS:
        kind = "mp4"
    job_id = "" if scene.job is None else scene.job.id
    title = as_text(shown(file.title, scene))[:_TITLE_MAX]
    clip: dict[str, Any] = {
        "seconds": told.seconds,
        "fps": told.fps,
        "cards": (_card(title, scene, told),),
        "sign": Sign(scene.maker, job_id),
    }
    if file.sound and kind not in _SOUNDLESS:
        clip["heard"] = _heard(file, scene, told.seconds)
    spec = formats.media(kind, told.width_px, told.height_px, **clip)
    at_s = as_number(shown(file.at, scene))
    return spec.still(spec.container, at_s=at_s) if spec.is_still and at_s else spec


def _card(title: str, scene: Scene, told: Picture) -> Card:
    model = None if scene.job is None else scene.job.data.get("model")
    size = told.width_px, told.height_px
    card = prompt_card(title or scene.maker, scene.slug, size)
    # The provider itself is no model, and named at the edge.
    return with_model(card, model if isinstance(model, str) else "")


def _heard(file: File, scene: Scene, seconds: float) -> tuple[Heard, ...]:
    """Return what is heard of a file: words, music, or a tune of its own."""
    said, played = (as_text(shown(one, scene)) for one in (file.says, file.music))
    heard: list[Heard] = []
    if said:
        speed = min(max(_number(file.speed, scene, 1.0), _SLOWEST), _FASTEST)
        voice, language = (
            as_text(shown(one, scene)) for one in (file.voice, file.language)
        )
        heard.append(Speech(said[:_SAID_MAX], voice, language, speed, seconds=seconds))
    loud_db = decibels(_number(file.volume, scene, 1.0))
    if played and loud_db is not None:
        fades = {
            "fade_in_s": _number(file.fade_in, scene, 0.0),
            "fade_out_s": _number(file.fade_out, scene, 0.0),
        }
        heard.append(music({"name": played, "volume_db": loud_db, **fades}))
    if file.says is None and file.music is None:
        heard.append(Music(as_text(shown(file.title, scene))))
    return tuple(heard)


def _number(value: Any, scene: Scene, default: float) -> float:
    found = as_number(shown(value, scene))
    return default if found is None else found


def _picture(file: File, scene: Scene, *, small: bool) -> Picture:
    words = {
        "resolution": file.resolution,
        "aspect_ratio": file.aspect_ratio,
        "seconds": file.seconds,
        "fps": file.fps,
    }
    said = {name: shown(one, scene) for name, one in words.items()}
    sides = {"width": file.width, "height": file.height}
    for name, one in sides.items():
        side = as_number(shown(one, scene))
        if side is not None and 1 <= side <= _SIDE_MAX_PX:
            said[name] = int(side)
    asked = {name: one for name, one in said.items() if one is not None}
    told = picture(_ANY, asked, small=small)
    # Pictures of any size, and lengths of any, are asked for by somebody.
    return replace(
        told,
        width_px=min(told.width_px, _SIDE_MAX_PX),
        height_px=min(told.height_px, _SIDE_MAX_PX),
    )
