"""Scenes and storyboards on the wire."""

from collections.abc import Mapping
from typing import Any

from mockserver.engine.clock import iso
from mockserver.providers.call import Call
from mockserver.providers.idomoo import previews
from mockserver.providers.idomoo.catalogue import scene_state

__all__ = ["scene_document", "storyboard_document"]


def scene_document(call: Call, scene: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scene on the wire; the preview is there once its export is done.

    Source: contract idomoo, section 3.5.
    """
    number = scene["scene_id"]
    state = scene_state(call, scene)
    document = {
        "scene_id": number,
        "scene_status": state,
        "scene_name": scene["scene_name"],
        "library_id": scene["library_id"],
        "idm_format_version": "2.0",
        "scene_height": scene["scene_height"],
        "scene_width": scene["scene_width"],
        "duration_in_seconds": scene["duration_in_seconds"],
        "fps": scene["fps"],
    }
    if state == "Done":
        document["video"] = previews.link(call, "scene", number, "mp4")
        document["thumbnail"] = previews.link(call, "scene", number, "jpg")
        document.update({kind: scene[kind] for kind in ("media", "text", "audio")})
    if state == "Error":
        document["errors"] = [
            {
                "error_code": 20,
                "error_message": "General",
                "error_description": "The scene could not be exported.",
            }
        ]
    return document


def storyboard_document(call: Call, storyboard: Mapping[str, Any]) -> dict[str, Any]:
    """Return a storyboard on the wire.

    Source: contract idomoo, section 3.6.
    """
    number = storyboard["storyboard_id"]
    return {
        "storyboard_id": number,
        "name": storyboard["name"],
        "width": storyboard["width"],
        "height": storyboard["height"],
        "fps": storyboard["fps"],
        "thumbnail": previews.link(call, "storyboard", number, "jpg"),
        "thumbnail_time": storyboard.get("thumbnail_time", 0.0),
        "data": storyboard["data"],
        "soundtrack": storyboard.get("soundtrack"),
        "last_modified": storyboard.get("last_modified", 0),
        "last_modified_string": iso(storyboard.get("last_modified", 0), sep=" ")[:19],
    }
