"""Orders: what is to be generated, by each of the ways to ask for it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from mockserver.engine.jobs import Job
from mockserver.providers.call import Call
from mockserver.providers.kinds import Thing
from mockserver.providers.luma import (
    clips,
    inputs,
    keyframes,
    reading,
    shapes,
    sources,
)
from mockserver.providers.luma.requests import REQUESTS

__all__ = ["Order", "order_of"]

Said = Mapping[str, Any]
Size = tuple[int, int]

_FAIL: Final = re.compile(r"__fail:\s*(\S.{0,199})$")
_UNREAD: Final = "Failed to read user input frames"
_LINES, _SMALL_LINES, _UPSCALED_LINES = 720, 144, 1080
_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be generated.

    Attributes:
        said: What of the request anybody knows.
        model: What does it.
        ratio: The form of the picture, such as `16:9`.
        size: Width and height in pixels.
        asked: The size that was asked for, where a small one will do.
        seconds: How long a video is; 0 for a picture.
        of: The generation that it is made of, if any.
        title: What is written on it where there is no prompt.
        has_sound: It has a sound track.
        error: Why it will fail; empty if it will not.
    """

    said: Said
    model: Thing
    ratio: str
    size: Size
    asked: Size
    seconds: float = 0.0
    of: str = ""
    title: str = ""
    has_sound: bool = False
    error: str = ""

    @property
    def kept(self) -> dict[str, Any]:
        """What a job keeps of it."""
        film = {
            "size": self.size,
            "asked": self.asked,
            "seconds": self.seconds,
            "ratio": self.ratio,
        }
        optional = {"of": self.of, "title": self.title, "sound": self.has_sound}
        return {
            "request": self.said,
            "model": self.model["id"],
            "film": film,
            **{name: value for name, value in optional.items() if value},
        }


async def order_of(call: Call) -> Order:
    """Return what a create asks for.

    Raises:
        InvalidPayloadError: It does not fit the schema, or code `said`: it breaks a
            rule.
        NotFoundError: Code `generation`; it is about one that is not there.
        NotReadyError: That is no video yet.

    Source: contract luma, sections 2, 3 and 6, appendices C and D.
    """
    order = _ORDERS[call.operation](call, await inputs.said_of(call))
    asked = _FAIL.search(str(order.said.get("prompt", "")))
    if asked is not None:
        return replace(order, error=asked[1])
    if not order.error and await reading.is_unread(call, order.said):
        return replace(order, error=_UNREAD)
    return order


def _video(call: Call, said: Said) -> Order:
    """Return the order of a new video: of a prompt, pictures, or other videos.

    Source: contract luma, section 3.2.
    """
    seconds, lines = inputs.seconds_of(said), inputs.lines_of(said)
    keyframes.check_keyframes(said)
    found = [sources.source_of(call, one) for one in keyframes.generations_in(said)]
    ratio = str(said.get("aspect_ratio", REQUESTS["create-video"]["aspect_ratio"]))
    return Order(
        said=said,
        model=inputs.model_of(call, said),
        ratio=ratio,
        size=clips.video_px(ratio, lines or _usual_lines(call)),
        asked=clips.video_px(ratio, lines or _LINES),
        seconds=seconds,
        title=_title(found[0]) if found else "",
    )


def _modified(call: Call, said: Said) -> Order:
    return _of_media(call, said, ratio=None, longest="modify_s")


def _reframed(call: Call, said: Said) -> Order:
    return _of_media(call, said, ratio=said["aspect_ratio"], longest="reframe_s")


def _of_media(call: Call, said: Said, *, ratio: str | None, longest: str) -> Order:
    """Return the order of a video that is made of another one, by its address.

    How long it is, and which form it has, is known of our own only.

    Source: contract luma, sections 3.3, 5 and 7.
    """
    model = inputs.model_of(call, said)
    source = sources.linked(call, said["media"]["url"])
    form, seconds = ("16:9", _SECONDS) if source is None else _form(source)
    is_long = source is not None and seconds > model[longest]
    return Order(
        said=said,
        model=model,
        ratio=ratio or form,
        size=clips.video_px(ratio or form, _usual_lines(call)),
        asked=clips.video_px(ratio or form, _LINES),
        seconds=seconds,
        of="" if source is None else source.id,
        title="" if source is None else _title(source),
        error=_UNREAD if is_long else "",
    )


def _upscaled(call: Call, said: Said) -> Order:
    """Return the order of a larger copy of a video.

    Source: contract luma, sections 3.3 and 5.
    """
    lines = inputs.lines_of(said)
    source = _source(call)
    ratio, seconds = _form(source)
    is_small = min(clips.film_of(source)[:2]) <= _SMALL_LINES
    usual = _SMALL_LINES if is_small else _UPSCALED_LINES
    return Order(
        said=said,
        model=_model(call, source),
        ratio=ratio,
        size=clips.video_px(ratio, lines or usual),
        asked=clips.video_px(ratio, lines or _UPSCALED_LINES),
        seconds=seconds,
        of=source.id,
        title=_title(source),
        has_sound=bool(source.data.get("sound")),
    )


def _sounding(call: Call, said: Said) -> Order:
    """Return the order of a copy of a video that has sound.

    Source: contract luma, sections 3.3 and 5.
    """
    source = _source(call)
    ratio, seconds = _form(source)
    width, height, _ = clips.film_of(source)
    asked = (source.data.get("film") or {}).get("asked", (width, height))
    return Order(
        said=said,
        model=_model(call, source),
        ratio=ratio,
        size=(width, height),
        asked=(asked[0], asked[1]),
        seconds=seconds,
        of=source.id,
        title=_title(source),
        has_sound=True,
    )


def _picture(call: Call, said: Said) -> Order:
    """Return the order of a picture, new or reframed.

    Source: contract luma, sections 3.3 and 5.
    """
    ratio = str(said.get("aspect_ratio", REQUESTS[call.operation]["aspect_ratio"]))
    size = clips.PICTURES_PX[ratio]
    return Order(
        said=said,
        model=inputs.model_of(call, said),
        ratio=ratio,
        size=size,
        asked=size,
    )


_ORDERS: Final[Mapping[str, Callable[[Call, Said], Order]]] = {
    "create-video": _video,
    "modify-video": _modified,
    "reframe-video": _reframed,
    "upscale-video": _upscaled,
    "add-audio": _sounding,
    "create-image": _picture,
    "reframe-image": _picture,
}


def _source(call: Call) -> Job:
    return sources.source_of(call, call.parameters["generation_id"])


def _model(call: Call, source: Job) -> Thing:
    """Return the model of a video, as far as the world still has it."""
    name = shapes.model_of(source)
    known: Thing | None = call.table("model").get(name)
    return known or call.provider.world.kind("model").complete(name, {})


def _form(source: Job) -> tuple[str, float]:
    """Return form and length of a video; of a fixture's as its request says."""
    data = source.data
    film, said = data.get("film") or {}, data.get("request") or {}
    ratio = film.get("ratio") or said.get("aspect_ratio") or "16:9"
    return str(ratio), float(film.get("seconds") or _SECONDS)


def _title(source: Job) -> str:
    data = source.data
    prompt = (data.get("request") or {}).get("prompt")
    return str(prompt or data.get("title") or "")[:200]


def _usual_lines(call: Call) -> int:
    """Return how many lines a video has whose size nobody has asked for."""
    is_small = call.services.options.media_size == "small"
    return _SMALL_LINES if is_small else _LINES
