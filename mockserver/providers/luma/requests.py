"""What each request may say, and what it means when it does not."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

__all__ = ["REQUESTS", "Known", "echo", "said_in"]

Known = Mapping[str, Any]

_REFRAME: Final[Known] = {
    "prompt": None,
    "aspect_ratio": "16:9",
    "media": None,
    "grid_position_x": None,
    "grid_position_y": None,
    "x_start": None,
    "x_end": None,
    "y_start": None,
    "y_end": None,
    "resized_width": None,
    "resized_height": None,
    "callback_url": None,
}
REQUESTS: Final[Mapping[str, Known]] = MappingProxyType(
    {
        "create-video": {
            "generation_type": "video",
            "prompt": None,
            "aspect_ratio": "16:9",
            "loop": False,
            "keyframes": None,
            "callback_url": None,
            "model": "ray-2",
            "resolution": "720p",
            "duration": "5s",
            "concepts": None,
        },
        "modify-video": {
            "generation_type": "modify_video",
            "prompt": None,
            "media": None,
            "first_frame": None,
            "mode": "flex_1",
            "callback_url": None,
            "model": "ray-2",
        },
        "reframe-video": {
            "generation_type": "reframe_video",
            **_REFRAME,
            "first_frame": None,
            "model": "ray-2",
        },
        "upscale-video": {
            "generation_type": "upscale_video",
            "resolution": "1080p",
            "callback_url": None,
        },
        "add-audio": {
            "generation_type": "add_audio",
            "prompt": None,
            "negative_prompt": None,
            "callback_url": None,
        },
        "create-image": {
            "generation_type": "image",
            "prompt": None,
            "aspect_ratio": "16:9",
            "callback_url": None,
            "model": "photon-1",
            "image_ref": None,
            "style_ref": None,
            "character_ref": None,
            "modify_image_ref": None,
            "format": "jpg",
            "sync": False,
            "sync_timeout": 60,
        },
        "reframe-image": {
            "generation_type": "reframe_image",
            **_REFRAME,
            "format": "jpg",
            "model": "photon-1",
        },
    }
)
"""By operation, in the order in which requests are echoed, with what is usual.

Source: contract luma, sections 3.1 to 3.3.
"""

_INNER: Final[Mapping[str, tuple[str, ...]]] = {
    "media": ("url",),
    "first_frame": ("url",),
    "modify_image_ref": ("url", "weight"),
}
_LISTED: Final[Mapping[str, tuple[str, ...]]] = {
    "concepts": ("key",),
    "image_ref": ("url", "weight"),
    "style_ref": ("url", "weight"),
}
_FRAMES: Final = ("frame0", "frame1")
_FRAME: Final = ("type", "url", "id")


def said_in(operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a body anybody knows, as it was sent; null is nothing.

    Source: contract luma, section 3.1 and section 10.
    """
    known = REQUESTS[operation]
    return {
        name: _known(name, body[name]) for name in known if body.get(name) is not None
    }


def echo(operation: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request as answers tell it, with what nobody has said.

    Source: contract luma, section 3.1.
    """
    return {**REQUESTS[operation], **said}


def _known(name: str, value: Any) -> Any:
    if name in _INNER:
        return _members(value, _INNER[name])
    if name in _LISTED:
        return [_members(one, _LISTED[name]) for one in value]
    if name == "keyframes":
        return {
            frame: None if one is None else _members(one, _FRAME)
            for frame, one in _members(value, _FRAMES).items()
        }
    if name == "character_ref":
        faces = _members(value, ("identity0",))
        return {
            key: None if one is None else _members(one, ("images",))
            for key, one in faces.items()
        }
    return value


def _members(value: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value[name] for name in names if name in value}
