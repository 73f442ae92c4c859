"""Models: read, searched, made, changed and deleted, with their versions."""

from typing import Any, Final

from mockserver.engine.clock import iso
from mockserver.errors import (
    ConflictError,
    ForbiddenError,
    InvalidPayloadError,
    NotFoundError,
    Violation,
)
from mockserver.providers import things
from mockserver.providers.call import Call
from mockserver.providers.kinds import Thing
from mockserver.providers.replicate import openapi, pages, trained
from mockserver.providers.replicate.trained import Version
from mockserver.providers.reply import Reply
from mockserver.providers.wires.paging import cursor_page

__all__ = [
    "all_models",
    "create",
    "delete",
    "delete_version",
    "examples",
    "found_by",
    "key_of",
    "list_models",
    "model_of",
    "read",
    "read_version",
    "readme",
    "search",
    "shown",
    "update",
    "versions",
]

COG: Final = "0.16.8"
_SORTS: Final = ("model_created_at", "latest_version_created_at")
_DIRECTIONS: Final = ("asc", "desc")
_LINKS: Final = ("github_url", "paper_url", "license_url", "cover_image_url")
_CHANGEABLE: Final = ("readme", "weights_url", *_LINKS)


async def list_models(call: Call) -> Reply:
    """List the models, newest first unless the query says otherwise, 25 on a page."""
    _choice(call, "sort_by", _SORTS)
    is_rising = _choice(call, "sort_direction", _DIRECTIONS) == "asc"
    found = sorted(all_models(call), key=lambda one: str(one["id"]))
    found.sort(key=lambda one: str(one["created"]), reverse=not is_rising)
    return _page(call, found)


async def search(call: Call) -> Reply:
    """Find models by a text, the body: `QUERY /models`.

    Source: contract replicate, section 3.7.
    """
    text = (await call.body()).decode("utf-8", "replace").strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    return _page(call, found_by(call, text))


async def create(call: Call) -> Reply:
    """Make a model without any version; answers 201 with it."""
    body = await call.payload()
    key = f"{body['owner']}/{body['name']}"
    if call.table("model").get(key) is not None:
        raise ConflictError("model", id=key)
    kind = call.provider.world.kind("model")
    said = {name: body[name] for name in _CHANGEABLE if body.get(name)}
    made = {
        "about": body.get("description") or "",
        "visibility": body["visibility"],
        "official": False,
        "version": "",
        "run_count": 0,
        "created": iso(call.now),
        **said,
    }
    whole = kind.complete(key, made)
    call.table("model").put(key, whole)
    return call.reply(shown(call, whole), 201)


async def read(call: Call) -> Reply:
    """Show a model with its latest version."""
    return call.reply(shown(call, model_of(call)))


async def update(call: Call) -> Reply:
    """Change what a model says of itself."""
    body, known = await call.payload(), model_of(call)
    said = {name: body[name] for name in _CHANGEABLE if name in body}
    if "description" in body:
        said["about"] = body["description"] or ""
    changed = {**known, **said}
    call.table("model").put(known["id"], changed)
    return call.reply(shown(call, changed))


async def delete(call: Call) -> Reply:
    """Forget a private model that has no versions; answers 204.

    Raises:
        ForbiddenError: Code `model`; it is public, or has some.
    """
    known = model_of(call)
    if known.get("visibility") != "private" or trained.versions_of(call, known):
        raise ForbiddenError("model")
    things.remove(call, "model", known["id"])
    return Reply.empty()


async def readme(call: Call) -> Reply:
    """Return what a model's page says."""
    known = model_of(call)
    text = known.get("readme") or f"# {known['id']}\n\n{known['about']}\n"
    return Reply.text(text, content_type="text/markdown; charset=utf-8")


async def examples(call: Call) -> Reply:
    """List a model's examples; nobody has made any."""
    model_of(call)
    return call.reply({"next": None, "previous": None, "results": []})


async def versions(call: Call) -> Reply:
    """List a model's versions, the latest first."""
    known = model_of(call)
    told = [_version(known, one) for one in trained.versions_of(call, known)]
    return call.reply({"next": None, "previous": None, "results": told})


async def read_version(call: Call) -> Reply:
    """Show a version with its OpenAPI description."""
    known = model_of(call)
    return call.reply(_version(known, _version_of(call, known)))


async def delete_version(call: Call) -> Reply:
    """Forget a version of a private model; answers 202.

    Raises:
        ForbiddenError: Code `version`; the model is public.
    """
    known = model_of(call)
    version = _version_of(call, known)
    if known.get("visibility") != "private":
        raise ForbiddenError("version")
    trained.forget(call, version)
    return Reply.empty(202)


def key_of(call: Call) -> str:
    """Return the name that a path has: `owner/name`."""
    return f"{call.parameters['owner']}/{call.parameters['name']}"


def model_of(call: Call) -> Thing:
    """Return the model that a path names.

    Raises:
        NotFoundError: There is none.
    """
    known = things.find(call, "model", key_of(call))
    if known is None:
        raise NotFoundError("model")
    return known


def all_models(call: Call) -> list[Thing]:
    """Return all models, by name."""
    return sorted(call.table("model").values(), key=lambda one: str(one["id"]))


def found_by(call: Call, text: str) -> list[Thing]:
    """Return the models whose name or description has all words of a text."""
    words = text.lower().split()
    return [
        one
        for one in all_models(call)
        if all(word in f"{one['id']} {one['about']}".lower() for word in words)
    ]


def shown(call: Call, one: Thing) -> dict[str, Any]:
    """Return a model as answers show it.

    Source: contract replicate, section 3.7.
    """
    owner, _, name = one["id"].partition("/")
    latest = next(iter(trained.versions_of(call, one)), None)
    return {
        "url": f"https://replicate.com/{one['id']}",
        "owner": owner,
        "name": name,
        "description": one["about"],
        "visibility": one.get("visibility", "public"),
        "is_official": one["official"],
        **{link: one.get(link) for link in _LINKS},
        "run_count": one["run_count"],
        "default_example": None,
        "latest_version": None if latest is None else _version(one, latest),
    }


def _page(call: Call, found: list[Thing]) -> Reply:
    part = cursor_page(
        found,
        after=call.query.get("cursor"),
        limit=pages.THINGS,
        key=lambda one: str(one["id"]),
    )
    return pages.told(call, part, [shown(call, one) for one in part.items])


def _version_of(call: Call, known: Thing) -> Version:
    number = call.parameters["version_id"]
    for one in trained.versions_of(call, known):
        if one.id == number:
            return one
    if things.is_born(known) and not trained.is_forgotten(call, number):
        return Version(number, known["created"])
    raise NotFoundError("version")


def _version(model: Thing, version: Version) -> dict[str, Any]:
    """Return a model's version with its schemas of input and output."""
    return {
        "id": version.id,
        "created_at": version.created,
        "cog_version": COG,
        "openapi_schema": openapi.described(model),
    }


def _choice(call: Call, name: str, known: tuple[str, ...]) -> str:
    told = call.query.get(name, "")
    if told and told not in known:
        violation = Violation((name,), "enum", [*known], told)
        raise InvalidPayloadError((violation,))
    return told
