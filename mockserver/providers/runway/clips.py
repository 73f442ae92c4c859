"""What Runway's outputs look like: one card with prompt, model and inputs."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, NamedTuple

import orjson

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.media.cards.card import Sign
from mockserver.media.cards.prompts import prompt_card
from mockserver.media.formats import jpeg, mov, mp3, mp4, png, sequence, wav, webp
from mockserver.media.sound.heard import Heard, Music, Speech, recording
from mockserver.media.spec import AudioCodec, Card, MediaSpec, VideoCodec
from mockserver.providers.services import Services
from mockserver.providers.wires import sent

__all__ = ["Output", "makes", "outputs", "spec"]

_PICTURES: Final[dict[str, Callable[..., MediaSpec]]] = {
    "png": png, "jpeg": jpeg, "webp": webp,
}  # fmt: skip
_MOVIES: Final = frozenset({"prores", "hdr_prores", "hdr_pq_12bit_master", "mov"})


_COLORS: Final = {
    "hdr_exr_acescg_sequence_1_3": ("ACEScg", "linear"),
    "hdr_exr_acescg_sequence_2_0": ("ACEScg", "linear"),
    "hdr_exr_sequence": ("BT.2020", "linear"),
    "hdr_png_sequence": ("BT.2020", "PQ"),
}
_NOTE: Final = (
    "A mock server made this archive. Its frames are 8-bit PNG in sRGB, whatever was"
    " asked for.\n"
)


class Output(NamedTuple):
    """One file of a task.

    Attributes:
        number: Which of them, from 0.
        extension: How its name ends.
    """

    number: int
    extension: str


def outputs(job: Job) -> list[Output]:
    """Return the files that a task makes.

    Source: contract runway, section 5.
    """
    film = job.data.get("film") or {}
    count = int(film.get("count", 1))
    found = [Output(number, spec(job, number).extension) for number in range(count)]
    if found[0].extension == "zip" and film.get("sound"):
        found.append(Output(len(found), "wav"))
    return found


def spec(job: Job, number: int) -> MediaSpec:
    """Return the spec of one of a task's files."""
    return _spec(job.id, job.packed, number)


def makes(services: Services, space: Space, job: Job) -> list[MediaSpec]:  # noqa: ARG001 - one of many
    """Return the files of a task."""
    return [spec(job, one.number) for one in outputs(job)]


# A player asks for a clip in many small parts.
@lru_cache(maxsize=256)
def _spec(job_id: str, packed: bytes, number: int) -> MediaSpec:
    data = orjson.loads(packed)
    film = data.get("film") or {}
    kind, form = film.get("kind", "video"), str(film.get("format", "mp4"))
    width, height = film.get("size", (256, 144))
    is_beside = kind == "video" and number >= film.get("count", 1)
    if kind == "audio" or is_beside:
        make = wav if form == "wav" or is_beside else mp3
        seconds, rate = float(film.get("seconds", 5.0)), film.get("rate_hz", 48_000)
        return make(seconds, heard=_heard(data, film, number), sample_rate_hz=rate)
    cards, sign = (_card(data, number),), Sign("Runway", job_id)
    if kind == "image":
        return _PICTURES.get(form, png)(width, height, cards=cards, sign=sign)
    clip: dict[str, Any] = {
        "seconds": float(film.get("seconds", 5.0)),
        "fps": Fraction(str(film.get("fps", 24))),
        "cards": cards,
        "sign": sign,
        "heard": _heard(data, film, number) if film.get("sound") else (),
        "silent_track": False,
    }
    if form.endswith(("_sequence", "_sequence_1_3", "_sequence_2_0")):
        return sequence(width, height, beside=_beside(form), **clip)
    if form == "prores":
        return mov(width, height, **clip)
    if form in _MOVIES:
        clip |= {"video_codec": VideoCodec.H264, "audio_codec": AudioCodec.AAC}
        return mov(width, height, **clip)
    return mp4(width, height, **clip)


def _heard(
    data: Mapping[str, Any], film: Mapping[str, Any], number: int
) -> tuple[Heard, ...]:
    """Return what is heard: words in a voice, or a sound of the prompt's own."""
    how = film.get("voice")
    seconds = float(film.get("seconds", 5.0))
    if how is None:
        is_one = film.get("kind") == "video"
        told = data.get("prompt"), 0 if is_one else number, data.get("recording")
        return (Music(" ".join(str(part) for part in told if part is not None)),)
    if film.get("says"):
        return (Speech(film["says"], **how, seconds=seconds),)
    return (recording(str(data.get("recording", "")), **how, seconds=seconds),)


def _beside(form: str) -> tuple[tuple[str, str], ...]:
    """Return what lies beside the frames of the deeper sequences.

    Source: contract runway, section 5.
    """
    if form not in _COLORS:
        return ()
    primaries, transfer = _COLORS[form]
    said = {"primaries": primaries, "transfer": transfer}
    return (("colorimetry.json", f"{orjson.dumps(said).decode()}\n"),
            ("note.txt", _NOTE))  # fmt: skip


def _card(data: dict[str, Any], number: int) -> Card:
    film = data.get("film") or {}
    width, height = film.get("size", (256, 144))
    return prompt_card(
        str(data.get("prompt", "")),
        str(data.get("model", "")),
        (width, height),
        seed=data.get("seed"),
        output=number + 1 if film.get("count", 1) > 1 else 0,
        inputs=sent.slots(data.get(sent.SENT, ())),
    )
