"""The OpenAPI document that fal serves of each model's queue."""

import re
from collections.abc import Mapping
from typing import Any, Final

from mockserver.errors import NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.fal import wire
from mockserver.providers.kinds import Thing

__all__ = ["described"]

_WORDS: Final = re.compile(r"[A-Za-z0-9]+")
_TEXT: Final = {"type": "string"}
_COUNT: Final = {"type": "integer"}
_NUMBER: Final = {"type": "number"}
_FILE: Final[Mapping[str, Any]] = {
    "url": _TEXT,
    "content_type": _TEXT,
    "file_name": _TEXT,
    "file_size": _COUNT,
    "file_data": {"type": "string", "format": "binary"},
}
_VIDEO: Final[Mapping[str, Any]] = {
    **_FILE,
    "width": _COUNT,
    "height": _COUNT,
    "fps": _NUMBER,
    "duration": _NUMBER,
    "num_frames": _COUNT,
}
_ALSO: Final[Mapping[str, Any]] = {"seed": _COUNT, "timings": {"type": "object"}}
_STATUS: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {
        "status": {"type": "string", "enum": ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]},
        "request_id": _TEXT,
        "response_url": _TEXT,
        "status_url": _TEXT,
        "cancel_url": _TEXT,
        "logs": {"type": "object", "additionalProperties": True},
        "metrics": {"type": "object", "additionalProperties": True},
        "queue_position": _COUNT,
    },
    "required": ["status", "request_id"],
}
_CANCELLED: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {"success": {"type": "boolean"}},
}
_REQUEST_ID: Final = {
    "name": "request_id",
    "in": "path",
    "required": True,
    "schema": _TEXT,
}
_LOGS: Final = {"name": "logs", "in": "query", "required": False, "schema": _NUMBER}


def described(call: Call, name: str) -> dict[str, Any]:
    """Return the document of a model's queue.

    Args:
        call: The request; it needs no credentials, so it has the models of the server.
        name: The model's id.

    Raises:
        NotFoundError: Code `app`.

    Source: fal.ai, `/api/openapi/queue/openapi.json?endpoint_id=`.
    """
    kind = call.provider.world.kind("model")
    model = call.world.catalogue.things.get(kind.name, {}).get(name)
    if model is None:
        is_strict = call.setting("world") == "strict"
        if is_strict or name == kind.nowhere or re.fullmatch(kind.ids, name) is None:
            raise NotFoundError("app", name=wire.app_of(name).rpartition("/")[2])
        model = kind.complete(name, {})
    title = "".join(
        f"{word[0].upper()}{word[1:]}"
        for word in _WORDS.findall(name.removeprefix("fal-ai/"))
    )
    return {
        "openapi": "3.0.4",
        "info": _info(name, model),
        "components": {
            "securitySchemes": {
                "apiKeyAuth": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "Fal Key",
                }
            },
            "schemas": {
                "QueueStatus": _STATUS,
                f"{title}Input": _titled(f"{title}Input", model["input"]),
                f"{title}Output": _titled(f"{title}Output", _output(model)),
                _file_of(model): _titled(_file_of(model), _file(model)),
            },
        },
        "paths": _paths(name, title),
        "servers": [{"url": "https://queue.fal.run"}],
        "security": [{"apiKeyAuth": []}],
    }


def _info(name: str, model: Thing) -> dict[str, Any]:
    needs = " ".join(model["input"].get("required", ()))
    return {
        "title": f"Queue OpenAPI for {name}",
        "version": "1.0.0",
        "description": f"The OpenAPI schema for the {name} queue.",
        "x-fal-metadata": {
            "endpointId": name,
            "category": "image-to-video" if "image" in needs else "text-to-video",
            "playgroundUrl": f"https://fal.ai/models/{name}",
            "documentationUrl": f"https://fal.ai/models/{name}/api",
        },
    }


def _titled(title: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    order = [*schema.get("properties", {})]
    return {"x-fal-order-properties": order, **schema, "title": title}


def _file_of(model: Thing) -> str:
    return "VideoFile" if model["file"] == "VideoFile" else "File"


def _file(model: Thing) -> dict[str, Any]:
    known = _VIDEO if _file_of(model) == "VideoFile" else _FILE
    return {"type": "object", "properties": known, "required": ["url"]}


def _output(model: Thing) -> dict[str, Any]:
    video = {"$ref": f"#/components/schemas/{_file_of(model)}"}
    also = {name: _ALSO.get(name, _TEXT) for name in model["also"]}
    return {
        "type": "object",
        "properties": {"video": video, **also},
        "required": ["video", *also],
    }


def _paths(name: str, title: str) -> dict[str, Any]:
    one = f"/{name}/requests/{{request_id}}"
    status = {"$ref": "#/components/schemas/QueueStatus"}
    body = _content({"$ref": f"#/components/schemas/{title}Input"})
    return {
        f"{one}/status": {"get": _operation(status, _REQUEST_ID, _LOGS)},
        f"{one}/cancel": {"put": _operation(_CANCELLED, _REQUEST_ID)},
        f"/{name}": {
            "post": {"requestBody": {"required": True, **body}, **_operation(status)}
        },
        one: {
            "get": _operation(
                {"$ref": f"#/components/schemas/{title}Output"}, _REQUEST_ID
            )
        },
    }


def _operation(answer: Mapping[str, Any], *parameters: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"parameters": [*parameters]} if parameters else {}
    return {**told, "responses": {"200": {"description": "", **_content(answer)}}}


def _content(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}
