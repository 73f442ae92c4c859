"""What Stupeflix's videos look like: the definition's texts, in the profile's form."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any, Final

from msgspec import structs

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.media.cards.card import Align, Layout, Sign, Slot
from mockserver.media.formats import Clip, flv, mp4, mpeg_ps, wmv
from mockserver.media.sound.heard import music
from mockserver.media.spec import (
    FILE_MAX_BYTES,
    MAX_FRAMES,
    Card,
    MediaSpec,
    Picture,
    VideoCodec,
)
from mockserver.providers.services import Services
from mockserver.providers.stupeflix import documents, wire
from mockserver.providers.stupeflix.formats import FORMATS, Format

__all__ = [
    "as_film",
    "as_preview",
    "clip",
    "cut_note",
    "longest_s",
    "preview",
    "thumbnail",
    "video",
]

Pictures = Callable[[str], Picture | None]


def _none(_: str) -> None:
    """Have no pictures."""


THUMBNAIL_S: Final = 1.0
_NO_EFFECT: Final = {"none": "no effect"}
_SHARE_OF_SOUND: Final = 0.5
_MPEG2_RATES: Final = (
    Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001),
    Fraction(30), Fraction(50), Fraction(60000, 1001), Fraction(60),
)  # fmt: skip


def video(services: Services, space: Space, job: Job) -> MediaSpec:
    """Return the spec of a job's video.

    Source: contract stupeflix, sections 5.1 to 5.3.
    """
    data = job.data
    shape = _shape(data["profile"], data["meta"].get("framerate"))
    movie = documents.movie_of(space, data["movie"])
    return clip(
        shape,
        movie,
        name=job.id,
        longest_s=longest_s(services, space, shape),
        pictures=partial(documents.picture_of, space),
    )


def longest_s(services: Services, space: Space, shape: Format) -> float:
    """Return how long a clip may be: as a space wants it, and as a file can be.

    The provider has no bound (contract stupeflix, section 7). Ours is that of one
    file, of which sound takes half: an hour at 720p, three hours at a phone's rate.
    """
    own: float = services.setting(wire.STUPEFLIX, "longest_clip_s", space)
    most = FILE_MAX_BYTES * 8 * _SHARE_OF_SOUND / shape.audio_bit_rate
    most = min(most, float(MAX_FRAMES / shape.fps))
    return min(own, most) if own > 0 else most


def cut_note(
    services: Services, space: Space, profile: str, duration_s: float
) -> str | None:
    """Return what people are told about a clip that is cut; None for a whole one."""
    most = longest_s(services, space, FORMATS[profile])
    if duration_s <= most:
        return None
    return (
        f"the {profile} of {duration_s:g} s is cut to {most:.0f} s, by"
        f" {wire.STUPEFLIX}.longest_clip_s or by what one file may take here"
    )


def thumbnail(services: Services, space: Space, job: Job) -> MediaSpec:
    """Return the spec of one frame of a job's video, where its meta says.

    Source: contract stupeflix, section 5.4.
    """
    at_s = float(job.data["meta"].get("thumbnailTime", THUMBNAIL_S))
    return video(services, space, job).still(at_s=min(at_s, 1e6))


def preview(services: Services, space: Space, job: Job) -> MediaSpec:
    """Return the spec of a job's preview: FLV whatever the profile.

    Source: contract stupeflix, section 5.4.
    """
    return as_preview(video(services, space, job))


def as_preview(spec: MediaSpec) -> MediaSpec:
    """Return a video's FLV of the same size, rate and length."""
    return _made_as(flv, spec)


def as_film(spec: MediaSpec) -> MediaSpec:
    """Return what a browser can play of a preview."""
    return _made_as(mp4, spec)


def _made_as(make: Callable[..., MediaSpec], spec: MediaSpec) -> MediaSpec:
    """Return another form of a film that shows and sounds the same."""
    return make(
        spec.width_px,
        spec.height_px,
        seconds=spec.seconds,
        fps=spec.fps,
        cards=spec.cards,
        sign=spec.sign,
        heard=spec.heard,
    )


def clip(
    shape: Format,
    movie: Mapping[str, Any],
    *,
    name: str,
    longest_s: float,
    pictures: Pictures = _none,
) -> MediaSpec:
    """Return the spec of a movie in a profile's form."""
    make = _MAKERS[shape.codec]
    spec = make(
        shape.width_px,
        shape.height_px,
        seconds=min(movie["duration_s"], longest_s),
        fps=_possible(shape),
        cards=_cards(movie["cards"], pictures),
        sign=Sign("Stupeflix", name),
        heard=tuple(map(music, movie.get("heard") or ())),
        audio_bit_rate=shape.audio_bit_rate,
        video_bit_rate=shape.video_bit_rate,
    )
    return structs.replace(spec, aspect=shape.aspect)


def _shape(profile: str, framerate: str | None) -> Format:
    shape = FORMATS[profile]
    fps = float(framerate or 0)
    if fps <= 0:
        return shape
    rate = Fraction(str(max(1.0, fps))).limit_denominator(1001)
    return replace(shape, fps=rate)


def _possible(shape: Format) -> Fraction:
    """Return the frame rate, or the nearest that the codec has."""
    if shape.codec != "mpeg2":
        return shape.fps
    return min(_MPEG2_RATES, key=lambda rate: abs(rate - shape.fps))


def _cards(
    cards: tuple[Mapping[str, Any], ...], pictures: Pictures
) -> tuple[Card, ...]:
    count = len(cards)
    made = tuple(
        _card(card, f"Slide {number} of {count}", pictures)
        for number, card in enumerate(cards, 1)
    )
    return made or (Card(layout=Layout.TITLE, title="Stupeflix"),)


def _card(card: Mapping[str, Any], label: str, pictures: Pictures) -> Card:
    """Return a slide: its picture if we have it, else what stands in for it."""
    picture = pictures(card["picture"]) if "picture" in card else None
    sent = card.get("slots", ())
    slots = tuple(_slot(at, *one) for at, one in enumerate(sent, 1))
    words = bool(card["title"] or card["lines"])
    effects = (_NO_EFFECT.get(name, name) for name in card.get("effects", ()))
    told = " · ".join([label, f"{card['seconds']:g} s", *effects])
    return Card(
        label=told,
        title=card["title"],
        lines=tuple(card["lines"]),
        color=card.get("color"),
        ink=card.get("ink"),
        align=Align(card.get("align", "auto")),
        scale=card.get("scale", 1.0),
        seconds=card["seconds"],
        picture=picture,
        slots=() if picture else slots,
        layout=Layout.PHOTO if slots else Layout.TITLE if words else Layout.SLIDE,
    )


def _slot(number: int, name: str, kind: str, link: str = "") -> Slot:
    return Slot(name, number, kind, url=link)


def _h264(width_px: int, height_px: int, **rest: Any) -> MediaSpec:
    return mp4(width_px, height_px, **rest)


def _mpeg4(width_px: int, height_px: int, **rest: Any) -> MediaSpec:
    sound = Clip(video_codec=VideoCodec.MPEG4, channels=1, sample_rate_hz=22050)
    return mp4(width_px, height_px, **{**rest, **sound})


def _wmv1(width_px: int, height_px: int, **rest: Any) -> MediaSpec:
    return wmv(width_px, height_px, video_codec=VideoCodec.WMV1, **rest)


_MAKERS: Final = {
    "h264": _h264,
    "mpeg4": _mpeg4,
    "flv": flv,
    "wmv1": _wmv1,
    "wmv2": wmv,
    "mpeg2": mpeg_ps,
}
