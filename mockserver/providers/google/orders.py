"""Orders: what a create of Veo asks for, read with one mistake told at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mockserver.errors import InvalidPayloadError, NotFoundError, PayloadTooLargeError
from mockserver.numbers import whole
from mockserver.providers.call import Call
from mockserver.providers.google import clips, inputs, models
from mockserver.providers.google.inputs import named, refused
from mockserver.providers.kinds import Thing
from mockserver.providers.wires.sent import Input

__all__ = ["Order", "check_length", "order_of"]

GEMINI: Final = "gemini"
VERTEX: Final = "vertex"
PROMPT_MAX: Final = 4096
BODY_MAX: Final = 20 * 1024 * 1024
_LONGEST_S: Final = 141.0
_EXTENSION_S: Final = 7.0
_WHOLE_S: Final = 8
_SEED_MAX: Final = 4_294_967_295
_ASPECTS: Final = ("16:9", "9:16")
_INSTANCE: Final = ("prompt", "image", "lastFrame", "referenceImages", "video")
_TOP: Final = {
    GEMINI: ("instances", "parameters", "webhookConfig"),
    VERTEX: ("instances", "parameters", "labels"),
}
_BOTH: Final = (
    *("sampleCount", "durationSeconds", "aspectRatio", "resolution"),
    *("personGeneration", "negativePrompt", "enhancePrompt"),
)
_ON_VERTEX: Final = (
    *("storageUri", "gcsOutputDirectory", "seed", "generateAudio", "fps"),
    *("compressionQuality", "resizeMode", "pubsubTopic"),
)
_WORDS: Final = {  # contract google, appendix A
    "aspectRatio": _ASPECTS,
    "personGeneration": ("allow_all", "allow_adult", "dont_allow"),
    "compressionQuality": ("OPTIMIZED", "LOSSLESS"),
    "resizeMode": ("CROP", "PAD"),
}
_TEXTS: Final = ("negativePrompt", "storageUri", "gcsOutputDirectory", "pubsubTopic")
_FLAGS: Final = ("enhancePrompt", "generateAudio")


@dataclass(frozen=True, slots=True)
class Order:
    """Videos that are asked for, with what nobody has said filled in.

    Attributes:
        model: Their model's name.
        prompt: What they are to show.
        count: How many there are to be.
        seconds: Their length.
        resolution: Their size, as requests have it.
        size: Their width and height in px.
        has_sound: They have a sound track.
        takes_s: How long that takes.
        inputs: What files and buckets they are made of.
        sent: The pictures and films that came with it.
        bucket: Where they go on Vertex; empty if they are told.
        webhook: Whom to tell instead of the project's webhooks.
        seed: The number that makes a difference.
    """

    model: str
    prompt: str
    count: int
    seconds: float
    resolution: str
    size: list[int]
    has_sound: bool
    takes_s: float
    inputs: list[str] = field(default_factory=list)
    sent: list[Input] = field(default_factory=list)
    bucket: str = ""
    webhook: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None

    def kept(self) -> dict[str, Any]:
        """Return what a job remembers of it."""
        told: dict[str, Any] = {
            "model": self.model,
            "prompt": self.prompt[:500],
            "count": self.count,
            "seconds": self.seconds,
            "size": self.size,
            "sound": self.has_sound,
        }
        for name in ("inputs", "bucket", "webhook"):
            if getattr(self, name):
                told[name] = getattr(self, name)
        if self.seed is not None:
            told["seed"] = self.seed
        return told


async def order_of(call: Call, door: str) -> Order:
    """Return what a create asks for.

    Raises:
        UnreadableBodyError: Its body is no JSON.
        NotFoundError: There is no such model.
        ForbiddenError: A file that it names is not there.
        InvalidPayloadError: Something is missing or wrong: the first of it.

    Source: contract google, sections 3.1 and 3.3, appendix A.
    """
    await check_length(call)
    body = await call.document()
    name = call.parameters["model"]
    model = models.found(call, name, door)
    if door == GEMINI and call.setting("retired"):
        raise NotFoundError("retired", model=name)
    return _order(call, door, name, model, _object(body, ""))


async def check_length(call: Call) -> None:
    """Refuse a body that is longer than requests may be.

    Source: contract google, section 7.
    """
    if len(await call.body()) > BODY_MAX:
        raise PayloadTooLargeError(limit=BODY_MAX)


def _order(
    call: Call, door: str, name: str, model: Thing, body: Mapping[str, Any]
) -> Order:
    _check_names(body, _TOP[door], "")
    given = body.get("instances")
    if not isinstance(given, list) or not given:
        raise refused("`instances` must hold one instance.")
    instance = _object(given[0], "instances[0]")
    also = ("mask",) if door == VERTEX else ()
    _check_names(instance, (*_INSTANCE, *also), "instances[0]")
    given = body.get("parameters")
    said = _object({} if given is None else given, "parameters")
    _check_parameters(said, door)
    prompt = instance.get("prompt", "")
    if not isinstance(prompt, str):
        raise refused("`prompt` must be a text.")
    if len(prompt) > PROMPT_MAX:
        raise refused(f"`prompt` is too long: at most {PROMPT_MAX} characters.")
    found = inputs.of_instance(call, instance, model, is_vertex=door == VERTEX)
    if not prompt and not found.has_any:
        raise refused("The request must have a prompt, an image or a video.")
    seconds = _seconds(said, model, door)
    resolution = _resolution(said, model)
    _check_whole(found, seconds, resolution)
    source_s = found.source_s
    if source_s is not None:
        if source_s > _LONGEST_S:
            raise refused(f"The video is longer than {_LONGEST_S:g} seconds.")
        seconds = source_s + _EXTENSION_S
    aspect = str(said.get("aspectRatio", _ASPECTS[0]))
    is_small = call.services.options.media_size == "small"
    return Order(
        model=name,
        prompt=prompt,
        count=_count(said, model, door),
        seconds=seconds,
        resolution=resolution,
        size=clips.size_of(
            resolution, aspect, small=is_small and "resolution" not in said
        ),
        has_sound=bool(model["sound"]) and said.get("generateAudio", True),
        takes_s=models.takes_s(model, resolution),
        inputs=found.names,
        sent=found.sent,
        bucket=_bucket(said),
        webhook=inputs.webhook_of(body.get("webhookConfig")),
        seed=said.get("seed"),
    )


def _object(said: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        where = f" at '{place}'" if place else ""
        raise refused(f"Invalid JSON payload received. Expected an object{where}.")
    return said


def _check_names(said: Mapping[str, Any], known: tuple[str, ...], place: str) -> None:
    for name in said:
        if name not in known:
            raise InvalidPayloadError(code="unknown", name=name[:100], place=place)


def _check_parameters(said: Mapping[str, Any], door: str) -> None:
    """Hold parameters against their names, types and words."""
    _check_names(said, (*_BOTH, *_ON_VERTEX), "parameters")
    for name, value in said.items():
        if door == GEMINI and name in _ON_VERTEX:
            raise refused(f"`{name}` isn't supported by this model.")
        words = _WORDS.get(name)
        if words is not None and value not in words:
            raise refused(f"`{name}` must be one of {named(words)}.")
        if name in _TEXTS and not isinstance(value, str):
            raise refused(f"`{name}` must be a text.")
        if name in _FLAGS and not isinstance(value, bool):
            raise refused(f"`{name}` must be true or false.")
    seed = said.get("seed", 0)
    if not _is_whole(seed) or not 0 <= seed <= _SEED_MAX:
        raise refused(f"`seed` must be a whole number from 0 to {_SEED_MAX}.")
    if said.get("fps", 24) != 24:
        raise refused("`fps` must be 24.")


def _count(said: Mapping[str, Any], model: Thing, door: str) -> int:
    count = said.get("sampleCount", 1)
    if not _is_whole(count) or count < 1:
        raise refused("`sampleCount` must be a whole number of 1 or more.")
    if door == GEMINI and count > model["samples"]:
        raise refused("`numberOfVideos` isn't supported by this model.")
    if count > 4:
        raise refused("`sampleCount` must be a whole number from 1 to 4.")
    return int(count)


def _seconds(said: Mapping[str, Any], model: Thing, door: str) -> float:
    known = model["seconds"]
    if door == GEMINI:
        known = model.get("gemini_seconds", known)
    value = said.get("durationSeconds", known[-1])
    seconds = whole(value, most=999) if isinstance(value, str) else value
    if seconds is None or not _is_whole(seconds):
        raise refused("`durationSeconds` must be a whole number.")
    if seconds not in known:
        raise refused(
            "The number value for `durationSeconds` is out of bound. Please provide a"
            f" value between {known[0]} and {known[-1]}, inclusive."
        )
    return float(seconds)


def _resolution(said: Mapping[str, Any], model: Thing) -> str:
    known = model["resolutions"]
    usual = "720p" if "720p" in known else known[0]
    value = said.get("resolution", usual)
    if not isinstance(value, str) or value.lower() not in known:
        raise refused(f"`resolution` must be one of {named(known)}.")
    return value.lower()


def _check_whole(found: inputs.Found, seconds: float, resolution: str) -> None:
    """Refuse what can be had at full length only, or at one size.

    Source: contract google, appendix A, and section 7.
    """
    is_large = resolution in {"1080p", "4k"}
    if seconds != _WHOLE_S and (is_large or found.needs_whole):
        raise refused("`durationSeconds` must be 8 for this request.")
    if found.source_s is not None and resolution != "720p":
        raise refused("`resolution` must be 720p for video extension.")


def _bucket(said: Mapping[str, Any]) -> str:
    told = str(said.get("storageUri") or said.get("gcsOutputDirectory") or "")
    if told and not inputs.is_bucket(told):
        raise refused("`storageUri` must be a Cloud Storage URI: gs://BUCKET/PATH.")
    return told.rstrip("/")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
