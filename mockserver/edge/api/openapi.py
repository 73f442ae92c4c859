"""The OpenAPI 3.1 document of the control API, made from its table of endpoints."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mockserver.edge.api.endpoints import JSON, PREFIX, Endpoint
from mockserver.edge.api.shapes import SHAPES, Schema, ref
from mockserver.edge.describe import OPENAPI, components, in_components, parameters
from mockserver.version import __version__

__all__ = ["document"]

_REASONS: Final[Mapping[int, str]] = {
    400: "The query or body is wrong.",
    401: "The control token is missing or wrong.",
    403: "A page of another site asks, or by a name that is not ours.",
    404: "There is no such thing.",
    409: "Not in this state, or not without saying which.",
    413: "The body is too large.",
    503: "Not now.",
}


def document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """Return the document."""
    paths: dict[str, Any] = {}
    for endpoint in endpoints:
        path = paths.setdefault(PREFIX + endpoint.path, {})
        path[endpoint.method.lower()] = _operation(endpoint)
    bearer = {"type": "http", "scheme": "bearer"}
    return {
        "openapi": OPENAPI,
        "info": {
            "title": "Control API of video-mockserver",
            "version": __version__,
            "description": 'Every refused request is answered `{"error": str}`.',
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": components(SHAPES),
            "securitySchemes": {"bearer": bearer},
        },
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    asked = [*parameters(endpoint.path), *map(_in_query, endpoint.query.items())]
    described: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.about,
        "tags": [endpoint.path.split("/")[1].partition(".")[0]],
        "responses": _responses(endpoint),
    }
    if asked:
        described["parameters"] = asked
    if endpoint.takes_body:
        content = {JSON: {"schema": in_components(endpoint.body)}}
        required = bool(endpoint.body.get("required"))
        described["requestBody"] = {"required": required, "content": content}
    if endpoint.is_public:
        described["security"] = []
    return described


def _in_query(item: tuple[str, Schema]) -> dict[str, Any]:
    name, schema = item
    about = {"description": schema["description"]} if "description" in schema else {}
    return {"name": name, "in": "query", **about, "schema": schema}


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    schema = in_components(endpoint.answer)
    content = {endpoint.media_type: {"schema": schema}}
    good = {"description": endpoint.about, "content": content}
    statuses = {403, *endpoint.errors}
    if not endpoint.is_public:
        statuses.add(401)
    if endpoint.query or endpoint.method != "GET":
        statuses.add(400)
    if endpoint.method != "GET":
        statuses.add(413)
    refused = {
        str(status): {
            "description": _REASONS[status],
            "content": {JSON: {"schema": in_components(ref("error"))}},
        }
        for status in sorted(statuses)
    }
    return {str(endpoint.status): good, **refused}
