"""Operations on the account and its libraries."""

from collections.abc import Mapping
from typing import Any

from mockserver.providers.call import Call
from mockserver.providers.idomoo import catalogue, previews, requests
from mockserver.providers.idomoo.answers import account_id
from mockserver.providers.idomoo.fields import page, picked
from mockserver.providers.idomoo.scene_shapes import scene_document
from mockserver.providers.reply import Reply

__all__ = [
    "create_library",
    "delete_library",
    "get_account",
    "get_library",
    "library_document",
    "list_libraries",
    "list_library_scenes",
    "update_library",
]


async def get_account(call: Call) -> Reply:
    """Describe the account; `credits` is what renders have left of its balance."""
    known = catalogue.account(call)
    document = {
        "account_id": int(account_id(call)),
        "email": known.get("email", ""),
        "first_name": known.get("first_name", ""),
        "last_name": known.get("last_name", ""),
        "company": known.get("company", ""),
        "max_concurrency_allowed": 10,
        "credits": call.space.quotas.balance("credits", known.get("credits", 1000)),
    }
    return call.reply(picked(call, "account", document))


async def create_library(call: Call) -> Reply:
    """Create a scene library; answers it."""
    payload = await requests.payload(call)
    library = {
        "library_id": catalogue.new_id(call, "library"),
        "name": payload["name"],
        "description": payload.get("description") or "",
    }
    catalogue.put(call, "library", library)
    status = 201 if call.operation.startswith("v3-") else 200
    return call.reply(library_document(call, library, ()), status)


async def list_libraries(call: Call) -> Reply:
    """List the libraries: `{"item_count", "libraries"}`."""
    libraries = await catalogue.list_all(call, "library")
    scenes = await catalogue.list_all(call, "scene")
    documents = [
        picked(call, "library", library_document(call, library, scenes))
        for library in page(call, libraries, default=_page_size(call))
    ]
    return call.reply({"item_count": len(libraries), "libraries": documents})


async def get_library(call: Call) -> Reply:
    """Describe one library."""
    library = await catalogue.find(call, "library", call.parameters["library_id"])
    scenes = await catalogue.scenes_of(call, library["library_id"])
    document = library_document(call, library, scenes)
    return call.reply(picked(call, "library", document))


async def update_library(call: Call) -> Reply:
    """Change name and description of a library; answers it."""
    payload = await requests.payload(call)
    library = await catalogue.find(call, "library", call.parameters["library_id"])
    names = ("name", "description")
    changes = {name: payload[name] for name in names if payload.get(name) is not None}
    catalogue.put(call, "library", {**library, **changes})
    scenes = await catalogue.scenes_of(call, library["library_id"])
    return call.reply(library_document(call, {**library, **changes}, scenes))


async def delete_library(call: Call) -> Reply:
    """Delete a library with its scenes."""
    library = await catalogue.find(call, "library", call.parameters["library_id"])
    for scene in await catalogue.scenes_of(call, library["library_id"]):
        catalogue.remove(call, "scene", scene["scene_id"])
    catalogue.remove(call, "library", library["library_id"])
    return call.reply({"status": "Success"})


async def list_library_scenes(call: Call) -> Reply:
    """List the scenes of a library: `{"item_count", "scenes"}`."""
    library = await catalogue.find(call, "library", call.parameters["library_id"])
    scenes = await catalogue.scenes_of(call, library["library_id"])
    documents = [
        picked(call, "scene", scene_document(call, scene))
        for scene in page(call, scenes, default=_page_size(call))
    ]
    return call.reply({"item_count": len(scenes), "scenes": documents})


def library_document(
    call: Call, library: Mapping[str, Any], scenes: Any
) -> dict[str, Any]:
    """Return a library on the wire.

    Source: contract idomoo, section 3.4 and appendix A.
    """
    number = library["library_id"]
    document = {
        "library_id": number,
        "name": library["name"],
        "description": library.get("description", ""),
        "thumbnail": previews.link(call, "library", number, "jpg"),
        "scenes": [s["scene_id"] for s in scenes if s["library_id"] == number],
    }
    if call.operation.startswith("v3-"):
        ref = call.url_for("v3-get-library", library_id=str(number))
        return {"id": number, **document, "ref": ref}
    return document


def _page_size(call: Call) -> int:
    return 10 if call.operation.startswith("v3-") else 100
