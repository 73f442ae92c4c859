"""The catalogue: collections, hardware, the account, its secret, and a search."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.errors import NotFoundError
from mockserver.numbers import whole
from mockserver.providers.call import Call
from mockserver.providers.replicate import hooks, models, pages
from mockserver.providers.replicate.wire import username
from mockserver.providers.reply import Reply

__all__ = ["account", "collection", "collections", "hardware", "search", "secret"]

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
        models.shown(call, one)
        for one in models.all_models(call)
        if slug in one.get("collections", ())
    ]
    return call.reply({**_collection(slug), "models": inside})


async def hardware(call: Call) -> Reply:
    """List what models run on: a bare array."""
    return call.reply([*HARDWARE])


async def account(call: Call) -> Reply:
    """Say whose token it is."""
    name = username(call)
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
    """Find models and collections by a text: `?query=`."""
    text = call.query.get("query", "")
    words = text.lower().split()
    most = whole(call.query.get("limit"), most=100)
    found_models = models.found_by(call, text)
    found_models = found_models[: pages.THINGS if most is None else most]
    found = [
        _collection(slug)
        for slug, said in COLLECTIONS.items()
        if all(word in " ".join(said).lower() for word in words)
    ]
    told = {
        "query": text,
        "models": [
            {"model": models.shown(call, one), "metadata": {}} for one in found_models
        ],
        "collections": found,
        "pages": [],
    }
    return call.reply(told)


def _collection(slug: str) -> dict[str, Any]:
    name, text = COLLECTIONS[slug]
    return {
        "name": name,
        "slug": slug,
        "description": text,
        "full_description": text,
    }
