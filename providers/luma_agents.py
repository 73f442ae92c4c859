"""Luma Agents, beside its file: which options go together, and which files there are.

Source: contract luma, section 11.
"""

from collections.abc import Iterator
from typing import Any

from mockserver.providers.call import Call

EDITS_MOST = 8


def combination(call: Call, document: dict[str, Any]) -> str | None:
    """Say which options of a request do not go together, if some do not."""
    del call
    video, kind = document.get("video") or {}, document.get("type", "image")
    keyed = bool(video.get("keyframes"))
    framed = video.get("start_frame") or video.get("end_frame")
    rules = (
        (video.get("loop") and kind != "video", "loop needs type video"),
        (
            video.get("loop") and (video.get("duration") == "10s" or video.get("hdr")),
            "loop is not supported with 10s or hdr",
        ),
        (
            keyed and (framed or video.get("loop")),
            "keyframes cannot be combined with start_frame, end_frame or loop",
        ),
        (
            keyed and document.get("model") != "ray-3.2",
            "keyframes are only supported by ray-3.2",
        ),
        (
            keyed
            and len(video["keyframes"]) != len(video.get("keyframe_indexes") or ()),
            "keyframes and keyframe_indexes must have the same length",
        ),
        (video.get("exr_export") and not video.get("hdr"), "exr_export requires hdr"),
        (
            video.get("hdr") and video.get("resolution") == "360p",
            "hdr is not supported at 360p",
        ),
        (
            video.get("hdr") and kind == "video_reframe",
            "hdr is not supported for video_reframe",
        ),
        (
            kind == "image_edit" and len(document.get("image_ref") or ()) > EDITS_MOST,
            f"image_edit takes at most {EDITS_MOST} image_ref",
        ),
    )
    return next((text for is_broken, text in rules if is_broken), None)


def references(call: Call, document: dict[str, Any]) -> str | None:
    """Say which file or generation a request names that it cannot begin with."""
    for reference in _references(document):
        name = reference.get("file_id")
        if name is not None:
            record = call.table("file").get(str(name))
            if record is None or record["kept"].get("state") != "ready":
                return f"file {name} is not ready"
        name = reference.get("generation_id")
        if name is not None and call.jobs.find(str(name)) is None:
            return f"generation {name} was not found"
    return None


def _references(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict):
        if {"file_id", "generation_id"} & document.keys():
            yield document
        for inner in document.values():
            yield from _references(inner)
    if isinstance(document, list):
        for inner in document:
            yield from _references(inner)
