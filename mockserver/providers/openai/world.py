"""What a world may hold of the OpenAI dialect: models, files, characters, endpoints."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.engine.spaces import Space
from mockserver.providers.kinds import Kind, Thing, WorldPart
from mockserver.providers.services import Services

__all__ = ["CHARACTERS", "ENDPOINTS", "PART", "populate"]

CHARACTERS: Final = "character"
ENDPOINTS: Final = "webhook endpoint"
_TEXT: Final = {"type": "string"}
_TIME: Final = {"type": "integer", "minimum": 0}


def _model(key: str, thing: Thing) -> dict[str, Any]:
    return {"pro": False, **thing, "id": key}


def _file(key: str, thing: Thing) -> dict[str, Any]:
    return {"width": 1280, "height": 720, **thing, "id": key}


PART: Final = WorldPart(
    kinds=(
        Kind(
            name="models",
            table="model",
            about="Models to make videos with, by name.",
            thing={
                "additionalProperties": False,
                "properties": {
                    "sizes": {
                        "type": "array",
                        "items": {"type": "string", "pattern": "^[0-9]+x[0-9]+$"},
                        "description": "The only ones that it makes, if not any.",
                    },
                    "seconds": {
                        "type": "array",
                        "items": _TEXT,
                        "description": "The only lengths that it makes, if not any.",
                    },
                    "pro": {
                        "type": "boolean",
                        "description": "It takes twice as long.",
                    },
                },
            },
            complete=_model,
            nowhere="no-such-model",
            ids=r"[A-Za-z0-9][\w.:/-]{0,198}",
        ),
        Kind(
            name="files",
            table="file",
            about="Uploaded files that creates may refer to, by id.",
            thing={
                "additionalProperties": False,
                "properties": {
                    "width": {"type": "integer", "minimum": 1},
                    "height": {"type": "integer", "minimum": 1},
                },
            },
            complete=_file,
            nowhere="file-nowhere",
            ids=r"file-[A-Za-z0-9_-]{1,100}",
        ),
    ),
    details={
        "characters": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"name": _TEXT, "created_at": _TIME},
            },
        },
        "webhooks": {
            "type": "object",
            "description": "Addresses that are told of its videos, by id.",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["url", "secret"],
                "properties": {
                    "url": _TEXT,
                    "secret": {"type": "string", "pattern": "^whsec_[A-Za-z0-9+/]+=*$"},
                    "name": _TEXT,
                    "event_types": {"type": "array", "items": _TEXT},
                    "created_at": _TIME,
                },
            },
        },
    },
)


def populate(services: Services, space: Space, slug: str) -> None:
    """Give a space the characters and webhook endpoints that its world has."""
    world = services.world_in(slug, space)
    account = world.account_of(space.id, slug)
    now = int(space.clock.now())
    for key, said in world.details("characters", account).items():
        usual = {"name": key, "created_at": now}
        space.table(slug, CHARACTERS).put(key, {**usual, **said, "id": key})
    for key, said in world.details("webhooks", account).items():
        space.table(slug, ENDPOINTS).put(key, _endpoint(key, said, now))


def _endpoint(key: str, said: Mapping[str, Any], now: int) -> dict[str, Any]:
    created = said.get("created_at", now)
    return {
        "id": key,
        "created_at": created,
        "updated_at": created,
        "name": said.get("name", key),
        "url": said["url"],
        "event_types": said.get("event_types", ["video.completed", "video.failed"]),
        "secret": said["secret"],
    }
