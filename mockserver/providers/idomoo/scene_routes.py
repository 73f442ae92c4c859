"""Operations on scenes and storyboards; uploads in one step or in two."""

from asyncio import to_thread
from hashlib import md5
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Final

from mockserver.engine.spaces import Space
from mockserver.errors import NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.idomoo import catalogue, requests, wire
from mockserver.providers.idomoo.fields import page, picked
from mockserver.providers.idomoo.scene_shapes import (
    scene_document,
    storyboard_document,
)
from mockserver.providers.reply import Reply

__all__ = [
    "delete_scene",
    "get_scene",
    "get_storyboard",
    "list_scenes",
    "list_storyboards",
    "patch_scene",
    "put_upload",
    "replace_scene",
    "upload_owner",
    "upload_scene",
]

UPLOAD: Final = "upload"
UPLOAD_S: Final = 600.0
_PROTOTYPE: Final = {  # what an uploaded scene looks like
    "scene_width": 1280,
    "scene_height": 720,
    "duration_in_seconds": 10.0,
    "fps": 30,
    "media": [{"key": "image", "val": "https://example.com/image.png",
               "height": 720, "width": 1280}],
    "text": [{"key": "text1", "val": [{"text": "Hello"}]}],
    "audio": [],
}  # fmt: skip
_DENIED: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
)


async def upload_scene(call: Call) -> Reply:
    """Add a scene to a library: with its file, or with a link to send it to."""
    library_id = call.query.get("library")
    if not library_id:
        raise requests.missing("library")
    name = await _file_name(call)
    library = await catalogue.find(call, "library", library_id)
    number = catalogue.new_id(call, "scene")
    scene = {
        **_PROTOTYPE,
        "scene_id": number,
        "library_id": library["library_id"],
        "scene_name": _stem(name),
        "takes_any_key": True,  # nobody looks into the file
    }
    status = 201 if call.operation.startswith("v3-") else 200
    return call.reply(_received(call, scene), status)


async def replace_scene(call: Call) -> Reply:
    """Replace a scene's file; its identifier stays."""
    name = await _file_name(call)
    scene = await catalogue.find(call, "scene", call.parameters["scene_id"])
    return call.reply(_received(call, {**scene, "scene_name": _stem(name)}))


async def get_scene(call: Call) -> Reply:
    """Describe one scene, and how far its export is."""
    scene = await catalogue.find(call, "scene", call.parameters["scene_id"])
    document = scene_document(call, scene)
    return call.reply(picked(call, "scene", document))


async def list_scenes(call: Call) -> Reply:
    """List the scenes: `{"item_count", "scenes"}`."""
    scenes = await catalogue.list_all(call, "scene")
    documents = [
        picked(call, "scene", scene_document(call, scene))
        for scene in page(call, scenes, default=_page_size(call))
    ]
    return call.reply({"item_count": len(scenes), "scenes": documents})


async def patch_scene(call: Call) -> Reply:
    """Change a scene's name; answers the scene."""
    payload = await requests.payload(call)
    scene = await catalogue.find(call, "scene", call.parameters["scene_id"])
    changed = {**scene, "scene_name": payload.get("scene_name") or scene["scene_name"]}
    catalogue.put(call, "scene", changed)
    return call.reply(scene_document(call, changed))


async def delete_scene(call: Call) -> Reply:
    """Delete a scene from its library."""
    library = await catalogue.find(call, "library", call.parameters["library_id"])
    scene = await catalogue.find(call, "scene", call.parameters["scene_id"])
    if scene["library_id"] != library["library_id"]:
        raise NotFoundError("scene", id=call.parameters["scene_id"])
    catalogue.remove(call, "scene", scene["scene_id"])
    return call.reply({"status": "Success"})


async def get_storyboard(call: Call) -> Reply:
    """Describe one storyboard."""
    storyboard_id = call.parameters["storyboard_id"]
    storyboard = await catalogue.find(call, "storyboard", storyboard_id)
    return call.reply(picked(call, "storyboard", storyboard_document(call, storyboard)))


async def list_storyboards(call: Call) -> Reply:
    """List the storyboards: `{"item_count", "storyboards"}`."""
    storyboards = await catalogue.list_all(call, "storyboard")
    documents = [
        picked(call, "storyboard", storyboard_document(call, storyboard))
        for storyboard in page(call, storyboards, default=_page_size(call))
    ]
    return call.reply({"item_count": len(storyboards), "storyboards": documents})


def upload_owner(call: Call) -> Space | None:
    """Return the space that an upload link belongs to."""
    return call.services.owner(call.provider.slug, UPLOAD, call.parameters["token"])


async def put_upload(call: Call) -> Reply:
    """Take the bytes of a scene: once, and within ten minutes of the link's issue."""
    body = await call.body()
    scene = _awaited(call)
    if scene is None:
        return Reply.text(_DENIED, 403, "application/xml")
    call.table(UPLOAD).delete(call.parameters["token"])
    catalogue.put(call, "scene", {**scene, "is_waiting": False})
    _export(call, scene["scene_id"])
    digest = await to_thread(md5, body, usedforsecurity=False)
    return Reply.empty(200, {"ETag": f'"{digest.hexdigest()}"'})


def _awaited(call: Call) -> dict[str, Any] | None:
    """Return the scene that the link waits for, unless it is used or expired."""
    if call.known_space is None:
        return None
    ticket = call.table(UPLOAD).get(call.parameters["token"])
    if ticket is None or call.now >= ticket["until"]:
        return None
    scene: dict[str, Any] | None = call.table("scene").get(ticket["scene"])
    return scene


async def _file_name(call: Call) -> str:
    """Return the name of the file that comes with the call, or that will come later."""
    if _is_two_step(call):
        return call.query["filename"]
    if call.operation.startswith("v3-"):
        raise requests.missing("filename")
    return await requests.uploaded_name(call)


def _is_two_step(call: Call) -> bool:
    return bool(call.query.get("filename")) and not requests.is_multipart(call)


def _received(call: Call, scene: dict[str, Any]) -> dict[str, Any]:
    """Store a scene whose file is there or announced, and say where to look."""
    number = scene["scene_id"]
    is_two_step = _is_two_step(call)
    catalogue.put(call, "scene", {**scene, "is_waiting": is_two_step})
    version = "v3-" if call.operation.startswith("v3-") else ""
    ref = call.url_for(f"{version}get-scene", scene_id=str(number))
    if is_two_step:
        return {"scene_id": number, "ref": ref, "url": _link(call, number)}
    _export(call, number)
    return {"scene_id": number, "ref": ref}


def _link(call: Call, scene_id: int) -> str:
    tickets = call.table(UPLOAD)
    token = call.chance.fork(UPLOAD, tickets.number()).hex("token", 40)
    tickets.put(token, {"scene": str(scene_id), "until": call.now + UPLOAD_S})
    call.space.store.publish(call.provider.slug, UPLOAD, token, call.space.id)
    return call.url_for("put-upload", token=token)


def _export(call: Call, scene_id: int) -> None:
    call.submit(
        {"scene": scene_id},
        timeline=wire.TIMELINES["upload-scene"],
        job_id=catalogue.export_id(call, scene_id),
    )


def _stem(name: str) -> str:
    return PurePosixPath(PureWindowsPath(name).name).stem or name


def _page_size(call: Call) -> int:
    return 10 if call.operation.startswith("v3-") else 100
