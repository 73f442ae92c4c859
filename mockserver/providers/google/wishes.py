"""Wishes: what a create of an interaction asks for, one mistake told at a time."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mockserver.errors import NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.google import clips, inputs, library, models, orders
from mockserver.providers.google.inputs import named, refused
from mockserver.providers.wires.sent import Input

__all__ = ["Wish", "wish_of"]

IMAGES_MAX: Final = 10
VIDEOS_MAX: Final = 3
_DOOR: Final = "interactions"
_SECONDS: Final = re.compile(r"(\d{1,2})s")
_USUAL_S: Final = 8
_EXTENDED_S: Final = 40.0
_KEPT: Final = 16_384
_ASPECTS: Final = ("16:9", "9:16")
_DELIVERIES: Final = ("inline", "uri")
_TASKS: Final = (
    *("text_to_video", "image_to_video", "reference_to_video", "edit", "extend"),
    "upscale",
)
_FLAGS: Final = (("background", False), ("store", True), ("stream", False))
_KINDS: Final = ("text", "image", "video", "document")
_OUT_OF_SCOPE: Final = "Agents are out of scope here: only models that make videos are."
_GONE: Final = "models/gemini-omni-flash-preview"


@dataclass(frozen=True, slots=True)
class Wish:
    """A video that is asked for, with what nobody has said filled in.

    Attributes:
        model: Its model's name.
        prompt: The last text of the input.
        texts: All of its texts.
        content: The input as it may be told again; without what is long.
        seconds: Its length.
        size: Its width and height in px.
        has_sound: It has a sound track.
        takes_s: How long that takes.
        delivery: `inline` or `uri`.
        bucket: Where it goes on Vertex; empty if it is a file.
        inputs: What files and buckets it is made of.
        sent: The pictures and films that came with it.
        background: The create does not wait for it.
        store: It can be read later.
        stream: It is told as events.
        previous: The interaction that it goes on with; empty for none.
        webhook: Whom to tell instead of the project's webhooks.
    """

    model: str
    prompt: str
    texts: list[str]
    content: list[Any]
    seconds: float
    size: list[int]
    has_sound: bool
    takes_s: float
    delivery: str
    bucket: str
    inputs: list[str]
    sent: list[Input]
    background: bool
    store: bool
    stream: bool
    previous: str
    webhook: Mapping[str, Any]

    def kept(self) -> dict[str, Any]:
        """Return what a job remembers of it."""
        told: dict[str, Any] = {
            "model": self.model,
            "prompt": self.prompt[:500],
            "characters": sum(map(len, self.texts)),
            "seconds": self.seconds,
            "size": self.size,
            "sound": self.has_sound,
            "delivery": self.delivery,
            "background": self.background,
            "store": self.store,
            "content": self.content,
        }
        for name in ("inputs", "previous", "webhook"):
            if getattr(self, name):
                told[name] = getattr(self, name)
        return told


@dataclass(slots=True)
class _Input:
    """What has been found in an input."""

    texts: list[str] = field(default_factory=list)
    content: list[Any] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    sent: list[Input] = field(default_factory=list)
    images: int = 0
    videos: int = 0
    source_s: float | None = None


async def wish_of(call: Call, *, is_vertex: bool) -> Wish:
    """Return what a create asks for.

    Raises:
        UnreadableBodyError: Its body is no JSON.
        NotFoundError: There is no such model.
        ForbiddenError: A file that it names is not there.
        InvalidPayloadError: Something is missing or wrong: the first of it.

    Source: contract google, section 3.4.
    """
    await orders.check_length(call)
    body = await call.document()
    if not isinstance(body, dict):
        raise refused("The request must be an object.")
    if "model" not in body and "agent" in body:
        raise NotFoundError("said", message=_OUT_OF_SCOPE)
    name = body.get("model")
    if not isinstance(name, str) or not name:
        raise refused("`model` must be the name of a model.")
    model = models.found(call, name.removeprefix("models/"), _DOOR)
    if call.setting("retired") and f"models/{model['id']}" == _GONE:
        raise NotFoundError("retired", model=model["id"])
    flags = {word: _flag(body, word, usual=usual) for word, usual in _FLAGS}
    if flags["background"] and not flags["store"]:
        raise refused("`background` needs `store`.")
    found = _input(call, body.get("input"), is_vertex=is_vertex)
    said = _format(body.get("response_format"))
    previous = _text(body, "previous_interaction_id")
    task = _task(body)
    if task and previous:
        raise refused("`task` cannot be used with `previous_interaction_id`.")
    if task == "extend" and ("aspect_ratio" in said or found.images):
        raise refused("`extend` takes neither `aspect_ratio` nor reference images.")
    seconds = _seconds(said, model["seconds"])
    if task == "extend":
        seconds = min(_EXTENDED_S, (found.source_s or _USUAL_S) + seconds)
    resolution = _word(said, "resolution", model["resolutions"], "720p")
    aspect = _word(said, "aspect_ratio", _ASPECTS, _ASPECTS[0])
    delivery = _word(said, "delivery", _DELIVERIES, "inline")
    webhook = inputs.webhook_of(body.get("webhook_config"))
    if webhook and not flags["background"]:
        raise refused("`webhook_config` needs `background`.")
    is_small = call.services.options.media_size == "small"
    return Wish(
        model=model["id"],
        prompt=found.texts[-1] if found.texts else "",
        texts=found.texts,
        content=found.content,
        seconds=seconds,
        size=clips.size_of(
            resolution, aspect, small=is_small and "resolution" not in said
        ),
        has_sound=bool(model["sound"]),
        takes_s=models.takes_s(model, resolution),
        delivery=delivery,
        bucket=_bucket(said, delivery, is_vertex=is_vertex),
        inputs=found.names,
        sent=found.sent,
        previous=previous,
        webhook=webhook,
        **flags,
    )


def _flag(body: Mapping[str, Any], name: str, *, usual: bool) -> bool:
    value = body.get(name)
    if value is None:
        return usual
    if not isinstance(value, bool):
        raise refused(f"`{name}` must be true or false.")
    return value


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise refused(f"`{name}` must be a text.")
    return value


def _input(call: Call, said: Any, *, is_vertex: bool) -> _Input:
    """Return what an input holds: a text, contents, or steps with contents."""
    found = _Input()
    for item in _items(said):
        _add(call, found, item, is_vertex=is_vertex)
    if not found.content:
        raise refused("`input` must hold a text, an image or a video.")
    if found.images > IMAGES_MAX or found.videos > VIDEOS_MAX:
        raise refused(
            f"`input` has at most {IMAGES_MAX} images and {VIDEOS_MAX} videos."
        )
    total = sum(map(len, found.texts))
    if total > orders.PROMPT_MAX:
        raise refused(f"`input` has at most {orders.PROMPT_MAX} characters of text.")
    return found


def _items(said: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(said, str):
        yield {"type": "text", "text": said}
        return
    for one in said if isinstance(said, list) else [said]:
        if not isinstance(one, dict):
            raise refused("`input` must be a text, contents or steps.")
        if "content" in one:
            yield from _items(one["content"])
        else:
            yield one


def _add(
    call: Call, found: _Input, item: Mapping[str, Any], *, is_vertex: bool
) -> None:
    """Add one content to what has been found."""
    kind = item.get("type", "text")
    if kind not in _KINDS:
        raise refused(f"`input` has contents of the types {named(_KINDS)}.")
    if kind == "text":
        if not isinstance(item.get("text"), str):
            raise refused("`text` must be a text.")
        if item["text"]:
            found.texts.append(item["text"])
            found.content.append({"type": "text", "text": item["text"][:_KEPT]})
        return
    found.images += kind == "image"
    found.videos += kind == "video"
    told = {"type": kind, "mime_type": str(item.get("mime_type", ""))[:200]}
    if isinstance(item.get("uri"), str):
        seconds = _named(call, found, item["uri"], kind, is_vertex=is_vertex)
        told["uri"] = item["uri"][:2000]
        if kind == "video":
            found.source_s = seconds
    else:
        data = inputs.bytes_in(item.get("data"), "data")
        found.sent.append(Input(kind, kind, data=data))
        told |= {"data": item["data"]} if len(item["data"]) <= _KEPT else {}
    found.content.append({key: value for key, value in told.items() if value})


def _named(
    call: Call, found: _Input, uri: str, kind: str, *, is_vertex: bool
) -> float | None:
    """Note a file that is named, or something in a bucket; return how long it is."""
    if is_vertex and inputs.is_bucket(uri):
        found.names.append(uri[:200])
        found.sent.append(Input(uri.rpartition("/")[2] or uri, kind))
        return None
    file_id = inputs.file_in(uri)
    if file_id is None:
        raise refused("`uri` must name a file: files/ID.")
    file = library.usable(call, file_id)
    name = f"files/{file_id}"
    found.names.append(name)
    found.sent.append(Input(name, kind, link=name))
    return file.seconds


def _format(said: Any) -> Mapping[str, Any]:
    """Return what is said of the video."""
    if said is None:
        return {}
    for one in said if isinstance(said, list) else [said]:
        if not isinstance(one, dict):
            raise refused("`response_format` must be an object.")
        if one.get("type", "video") == "video":
            return one
    raise refused("`response_format` must ask for a `video`.")


def _task(body: Mapping[str, Any]) -> str:
    said = body.get("generation_config")
    if said is not None and not isinstance(said, dict):
        raise refused("`generation_config` must be an object.")
    config = said.get("video_config") if said else None
    task = config.get("task") if isinstance(config, dict) else None
    if task is None:
        return ""
    if task not in _TASKS:
        raise refused(f"`task` must be one of {named(_TASKS)}.")
    return str(task)


def _seconds(said: Mapping[str, Any], known: list[int]) -> float:
    told = said.get("duration", f"{_USUAL_S}s")
    found = _SECONDS.fullmatch(told) if isinstance(told, str) else None
    if found is None or int(found[1]) not in known:
        raise refused(
            f"`duration` must be whole seconds from `{known[0]}s` to `{known[-1]}s`."
        )
    return float(found[1])


def _word(
    said: Mapping[str, Any], name: str, known: tuple[str, ...] | list[str], usual: str
) -> str:
    value = said.get(name, usual)
    if value not in known:
        raise refused(f"`{name}` must be one of {named(known)}.")
    return str(value)


def _bucket(said: Mapping[str, Any], delivery: str, *, is_vertex: bool) -> str:
    """Return where a video goes: on Vertex into a bucket, elsewhere never."""
    told = said.get("gcs_uri")
    if told is None:
        if is_vertex and delivery == "uri":
            raise refused("`gcs_uri` is required with `uri`.")
        return ""
    if not is_vertex:
        raise refused("`gcs_uri` isn't supported by this API.")
    if not isinstance(told, str) or not inputs.is_bucket(told):
        raise refused("`gcs_uri` must be a Cloud Storage URI: gs://BUCKET/PATH.")
    return told.rstrip("/") if delivery == "uri" else ""
