"""Ready-made requests for a draft or a workflow."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from mockserver.errors import NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.hourone import shapes
from mockserver.providers.hourone.studio import PARTS, Shelf
from mockserver.providers.reply import Reply
from mockserver.providers.wires.pydantic import missing_entry

__all__ = ["create_example", "create_video_example"]

Thing = Mapping[str, Any]
WORKFLOW = "create_video_from_workflow"


async def create_example(call: Call) -> Reply:
    """Write a request: `{"curl": str, "json_request": {...}}`."""
    body = await shapes.read_body(call)
    field = "workflow_id" if body["type"] == WORKFLOW else "draft_id"
    if field not in body:
        shapes.refuse([missing_entry("body", field)])
    return _example(call, body["type"], body[field])


async def create_video_example(call: Call) -> Reply:
    """Write a request for a draft that is named in the query."""
    query = shapes.read_query(call, "create-video-example.query")
    return _example(call, query["example_type"], query["draft_id"])


def _example(call: Call, kind: str, key: str) -> Reply:
    """Return a request that `POST /videos` accepts as it is.

    Raises:
        NotFoundError: Code `draft` or `workflow`.

    Source: contract hourone, section 3.9.
    """
    shelf = Shelf(call, ())
    if kind == WORKFLOW:
        workflow = shelf.known("workflow_id", key)
        if workflow is None:
            raise NotFoundError("workflow")
        request = _of_workflow(key, workflow)
    else:
        draft = shelf.known("source_draft_id", key)
        if draft is None:
            raise NotFoundError("draft")
        is_override = kind == "override"
        request = _override(key, draft) if is_override else _create(shelf, draft)
    told = {"curl": _curl(call, request), "json_request": request}
    return shapes.answer(call, told)


def _of_workflow(key: str, workflow: Thing) -> dict[str, Any]:
    variables = [dict(variable) for variable in workflow["variables"]]
    return {"type": "workflow", "workflow_id": key, "variables": variables}


def _override(key: str, draft: Thing) -> dict[str, Any]:
    return {
        "type": "override",
        "name": draft["name"],
        "source_draft_id": key,
        **{field: draft[field] for field in PARTS},
        "scenes": [
            {
                "name": scene["name"],
                "media": list(scene["media"]),
                "texts": list(scene["texts"]),
                "transcript": _words(scene),
            }
            for scene in draft["scenes"]
        ],
    }


def _create(shelf: Shelf, draft: Thing) -> dict[str, Any]:
    palette = shelf.known("palette_id", draft["palette_id"]) or {"colors": ()}
    return {
        "type": "create",
        "name": draft["name"],
        "template_id": draft["template_id"],
        "character_id": draft["character_id"],
        "voice_id": draft["voice_id"],
        "scenes": [_created(shelf, scene) for scene in draft["scenes"]],
        "palette": [{"color": color} for color in palette["colors"]],
    }


def _created(shelf: Shelf, scene: Thing) -> dict[str, Any]:
    layout = shelf.layout(scene["layout_id"])
    media = zip(layout["media"], scene["media"], strict=False)
    texts = zip(layout["texts"], scene["texts"], strict=False)
    return {
        "name": scene["name"],
        "layout_id": scene["layout_id"],
        "media_elements": [{"id": slot, "url": url} for slot, url in media],
        "texts_elements": [{"id": slot, "text": text} for slot, text in texts],
        "transcript": _words(scene),
    }


def _words(scene: Thing) -> str:
    return scene.get("transcript") or f"This is what {scene['name']} says."


def _curl(call: Call, request: Thing) -> str:
    url = call.url_for("create-video")
    return " ".join(
        [
            f"curl -X POST {shlex.quote(url)}",
            "-H 'api-key: YOUR_API_KEY'",
            "-H 'Content-Type: application/json'",
            f"-d {shlex.quote(json.dumps(request))}",
        ]
    )
