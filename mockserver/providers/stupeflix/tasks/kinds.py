"""Kinds of tasks: which parameters they take and what they result in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mockserver.engine.chance import Chance
from mockserver.errors import InvalidPayloadError
from mockserver.providers.stupeflix.documents import Document, read_document
from mockserver.providers.stupeflix.formats import FORMATS

__all__ = ["DEFAULT_PROFILE", "KINDS", "Facts", "Kind", "problems", "video_document"]

DEFAULT_PROFILE: Final = "360p"
Facts = dict[str, Any]
Work = Callable[[Mapping[str, Any], Chance], Facts]

_VIDEO_FACTS: Final = {"duration": 10.0, "width": 640, "height": 360}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a task makes.

    Attributes:
        files: Name of each result with its file's extension.
        facts: The rest of its result.
        takes_url: It works on a file of the caller's.
    """

    files: Mapping[str, str]
    facts: Work = lambda _, __: {}
    takes_url: bool = True


def problems(task: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what is wrong with a task, by parameter.

    Source: contract stupeflix, appendix B.
    """
    kind = KINDS.get(str(task.get("task_name")))
    if kind is None:
        return {"task_name": [f"unknown task {task.get('task_name')!r}"]}
    if task["task_name"] == "video.create":
        return _movie_problems(task)
    if kind.takes_url and not _is_link(task.get("url")):
        return {"url": ["Required: http or https URL"]}
    return {}


def video_document(task: Mapping[str, Any]) -> Document:
    """Return the movie of a `video.create` task.

    Raises:
        InvalidPayloadError: Code `definition`.
    """
    return read_document(str(task["definition"]).encode("utf-8", "replace"))


def _movie_problems(task: Mapping[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    definition = task.get("definition")
    if not isinstance(definition, str) or not definition:
        found["definition"] = ["Required"]
    else:
        try:
            problem = video_document(task).problem
        except InvalidPayloadError as error:
            problem = str(error.detail["reason"])
        if problem is not None:
            found["definition"] = [problem]
    if str(task.get("profile", DEFAULT_PROFILE)) not in FORMATS:
        found["profile"] = [f"unknown profile {task['profile']!r}"]
    if task.get("antialias", 4) not in (1, 2, 4):
        found["antialias"] = ["must be 1, 2 or 4"]
    for name in ("preview", "export"):
        if not isinstance(task.get(name, False), bool):
            found[name] = ["must be true or false"]
    at_s = task.get("thumbnail_time", 1.0)
    if isinstance(at_s, bool) or not isinstance(at_s, int | float) or at_s < 0:
        found["thumbnail_time"] = ["must be a number of seconds"]
    return found


def _is_link(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://"))


def _video(_: Mapping[str, Any], __: Chance) -> Facts:
    return dict(_VIDEO_FACTS)


def _video_info(_: Mapping[str, Any], __: Chance) -> Facts:
    return {**_VIDEO_FACTS, "frame_rate": 25.0, "alpha": False, "rotation": 0}


def _image_info(_: Mapping[str, Any], __: Chance) -> Facts:
    return {"width": 640, "height": 360, "content_type": "image/jpeg", "alpha": False}


def _audio_info(_: Mapping[str, Any], __: Chance) -> Facts:
    return {"duration": _VIDEO_FACTS["duration"], "content_type": "audio/mpeg"}


def _beats(_: Mapping[str, Any], __: Chance) -> Facts:
    return {"beats": [0.5 * n for n in range(20)]}


def _page(task: Mapping[str, Any], _: Chance) -> Facts:
    return {"title": task["url"], "description": "", "images": [], "videos": []}


def _uploaded(place: str) -> Work:
    def made(_: Mapping[str, Any], chance: Chance) -> Facts:
        return {"url": place + chance.word("upload", 11, "abcdefghijklmnopqrstuvwxyz")}

    return made


KINDS: Final[Mapping[str, Kind]] = {  # contract stupeflix, appendix B
    "video.create": Kind(
        {"preview": "flv", "export": "mp4", "thumbnail": "jpg"}, takes_url=False
    ),
    "video.convert": Kind({"output": "mp4"}, _video),
    "video.info": Kind({}, _video_info),
    "video.reverse": Kind({"output": "mp4"}, _video),
    "video.strip": Kind({"output": "jpg"}, _image_info),
    "video.thumb": Kind({"output": "jpg"}, _image_info),
    "video.upload.fb": Kind({}, _uploaded("http://www.facebook.com/video.php?v=")),
    "video.upload.vimeo": Kind({}, _uploaded("http://vimeo.com/")),
    "video.upload.youtube": Kind({}, _uploaded("http://www.youtube.com/watch?v=")),
    "image.gif": Kind({"output": "gif"}, takes_url=False),
    "image.info": Kind({}, _image_info),
    "image.strip": Kind({"output": "jpg"}, takes_url=False),
    "image.thumb": Kind({"output": "jpg"}, _image_info),
    "audio.beats": Kind({}, _beats),
    "audio.convert": Kind({"output": "mp3"}, _audio_info),
    "audio.info": Kind({}, _audio_info),
    "audio.waveform": Kind({"output": "png"}),
    "html.scrape": Kind({}, _page),
}
