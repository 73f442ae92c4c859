"""The catalogue: models, versions, deployments, collections, hardware, the account."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.errors import NotFoundError
from mockserver.providers import things
from mockserver.providers.call import Call
from mockserver.providers.kinds import Thing
from mockserver.providers.replicate import hooks
from mockserver.providers.reply import Reply
from mockserver.providers.wires.paging import cursor_page

__all__ = [
    "account",
    "collection",
    "collections",
    "deployment",
    "deployments",
    "hardware",
    "list_models",
    "model",
    "search",
    "search_models",
    "secret",
    "version",
    "versions",
]

PAGE: Final = 25
HARDWARE: Final = (  # contract replicate, section 3.7
    {"name": "CPU", "sku": "cpu"},
    {"name": "Nvidia T4 GPU", "sku": "gpu-t4"},
    {"name": "Nvidia L40S GPU", "sku": "gpu-l40s"},
    {"name": "Nvidia A100 (80GB) GPU", "sku": "gpu-a100-large"},
    {"name": "Nvidia H100 GPU", "sku": "gpu-h100"},
)
COLLECTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "image-to-video": ("Image to video", "Models that animate images"),
    "text-to-video": ("Text to video", "Models that make videos of words"),
}
COG: Final = "0.16.8"
_LINK: Final = {"type": "string", "title": "Output", "format": "uri"}


async def list_models(call: Call) -> Reply:
    """List the models, 25 on a page."""
    return call.reply(_page(call, _models(call)))


async def search_models(call: Call) -> Reply:
    """Find models by a text, the body: `QUERY /models`."""
    text = (await call.body()).decode("utf-8", "replace").strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    return call.reply(_page(call, _found(call, text)))


async def model(call: Call) -> Reply:
    """Show a model with its latest version."""
    return call.reply(_shown(_model(call)))


async def versions(call: Call) -> Reply:
    """List a model's versions; an official one has its latest."""
    return call.reply(
        {"next": None, "previous": None, "results": [_version(_model(call))]}
    )


async def version(call: Call) -> Reply:
    """Show a version with its OpenAPI description."""
    known, number = _model(call), call.parameters["version_id"]
    if known["version"] != number and not things.is_born(known):
        raise NotFoundError("version")
    return call.reply({**_version(known), "id": number})


async def deployments(call: Call) -> Reply:
    """List the deployments."""
    known = [_deployment(call, one) for one in call.table("deployment").values()]
    return call.reply({"next": None, "previous": None, "results": known})


async def deployment(call: Call) -> Reply:
    """Show a deployment."""
    known = things.find(call, "deployment", _key(call))
    if known is None:
        raise NotFoundError("deployment")
    return call.reply(_deployment(call, known))


async def collections(call: Call) -> Reply:
    """List the collections."""
    known = [_collection(slug) for slug in COLLECTIONS]
    return call.reply({"next": None, "previous": None, "results": known})


async def collection(call: Call) -> Reply:
    """Show a collection with its models."""
    slug = call.parameters["collection"]
    if slug not in COLLECTIONS:
        raise NotFoundError("collection")
    inside = [
        _shown(one) for one in _models(call) if slug in one.get("collections", ())
    ]
    return call.reply({**_collection(slug), "models": inside})


async def hardware(call: Call) -> Reply:
    """List what models run on: a bare array."""
    return call.reply([*HARDWARE])


async def account(call: Call) -> Reply:
    """Say whose token it is."""
    name = call.space.id.rpartition(".")[2]
    return call.reply(
        {
            "type": "user",
            "username": name,
            "name": name,
            "github_url": None,
            "avatar_url": None,
        }
    )


async def secret(call: Call) -> Reply:
    """Show the secret with which the account's webhooks are signed."""
    return call.reply({"key": hooks.secret_of(call.space)})


async def search(call: Call) -> Reply:
    """Find models by a text: `?query=`."""
    text = call.query.get("query", "")
    found = [{"model": _shown(one), "metadata": {}} for one in _found(call, text)]
    told = {"query": text, "models": found[:PAGE], "collections": [], "pages": []}
    return call.reply(told)


def _key(call: Call) -> str:
    return f"{call.parameters['owner']}/{call.parameters['name']}"


def _model(call: Call) -> Thing:
    known = things.find(call, "model", _key(call))
    if known is None:
        raise NotFoundError("model")
    return known


def _models(call: Call) -> list[Thing]:
    return sorted(call.table("model").values(), key=lambda one: str(one["id"]))


def _found(call: Call, text: str) -> list[Thing]:
    words = text.lower().split()
    return [
        one
        for one in _models(call)
        if all(word in f"{one['id']} {one['about']}".lower() for word in words)
    ]


def _page(call: Call, models: list[Thing]) -> dict[str, Any]:
    page = cursor_page(
        models,
        after=call.query.get("cursor"),
        limit=PAGE,
        key=lambda one: str(one["id"]),
    )
    url = call.request.url.with_query(cursor=page.next or "")
    following = f"{call.url_for('list-models')}?{url.raw_query_string}"
    return {
        "next": None if page.next is None else following,
        "previous": None,
        "results": [_shown(one) for one in page.items],
    }


def _shown(one: Thing) -> dict[str, Any]:
    """Return a model as answers show it.

    Source: contract replicate, section 3.7.
    """
    owner, _, name = one["id"].partition("/")
    return {
        "url": f"https://replicate.com/{one['id']}",
        "owner": owner,
        "name": name,
        "description": one["about"],
        "visibility": "public",
        "is_official": one["official"],
        "github_url": None,
        "paper_url": None,
        "license_url": None,
        "run_count": one["run_count"],
        "cover_image_url": None,
        "default_example": None,
        "latest_version": _version(one),
    }


def _version(one: Thing) -> dict[str, Any]:
    """Return a model's version with its schemas of input and output."""
    listed = {"type": "array", "title": "Output", "items": dict(_LINK)}
    is_list = one.get("lists") or one["outputs"] != 1
    asked = {"title": "Input", **one["input"]}
    schemas = {"Input": asked, "Output": listed if is_list else dict(_LINK)}
    return {
        "id": one["version"],
        "created_at": one["created"],
        "cog_version": COG,
        "openapi_schema": {
            "openapi": "3.0.2",
            "info": {"title": "Cog", "version": "0.1.0"},
            "paths": {},
            "components": {"schemas": schemas},
        },
    }


def _deployment(call: Call, one: Thing) -> dict[str, Any]:
    owner, _, name = one["id"].partition("/")
    running = things.find(call, "model", one["model"])
    return {
        "owner": owner,
        "name": name,
        "current_release": {
            "number": 1,
            "model": one["model"],
            "version": "" if running is None else running["version"],
            "created_at": "2025-10-10T00:00:00.000000Z",
            "created_by": {
                "type": "organization",
                "username": owner,
                "name": owner,
                "avatar_url": None,
                "github_url": None,
            },
            "configuration": {
                "hardware": one["hardware"],
                "min_instances": one["min"],
                "max_instances": one["max"],
            },
        },
    }


def _collection(slug: str) -> dict[str, Any]:
    name, text = COLLECTIONS[slug]
    return {
        "name": name,
        "slug": slug,
        "description": text,
        "full_description": text,
    }
