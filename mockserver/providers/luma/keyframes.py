"""Keyframes: pictures and videos between which a video goes, and which cannot loop."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.providers.luma.inputs import refused

__all__ = ["check_keyframes", "generations_in"]

_NO_LOOP: Final[Mapping[tuple[str | None, str | None], str]] = {
    (None, "image"): "end frame",
    ("image", "image"): "keyframes",
    (None, "generation"): "extend reverse",
    ("generation", "image"): "interpolate video to image",
    ("image", "generation"): "interpolate image to video",
    ("generation", "generation"): "interpolate between two videos",
}


def check_keyframes(said: Mapping[str, Any]) -> None:
    """Raise that there are none, or that a video between them cannot loop.

    Source: contract luma, appendix C.
    """
    frames = said.get("keyframes")
    if frames is None:
        return
    kinds = _kind(frames.get("frame0")), _kind(frames.get("frame1"))
    if kinds == (None, None):
        raise refused("No keyframes provided")
    if said.get("loop") and kinds in _NO_LOOP:
        raise refused(f"Loop is not supported for {_NO_LOOP[kinds]}")


def generations_in(said: Mapping[str, Any]) -> list[str]:
    """Return the generations that are keyframes, in their order."""
    frames = (said.get("keyframes") or {}).values()
    return [one["id"] for one in frames if one and one["type"] == "generation"]


def _kind(frame: Mapping[str, Any] | None) -> str | None:
    return None if frame is None else str(frame["type"])
