"""Describe: OpenAPI documents, from a table of routes and a folder of schemas."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockserver.providers.provider import Provider
from mockserver.providers.routes import Route
from mockserver.validation import SchemaSet

__all__ = ["OPENAPI", "components", "in_components", "openapi", "parameters"]

OPENAPI: Final = "3.1.0"
_PARAMETER: Final = re.compile(r"\{(\w+)(?::((?:[^{}]|\{\d+(?:,\d*)?\})+))?\}")
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
_OWN: Final = "openapi"
_UNUSED: Final = frozenset({"$schema", "$id"})

Document = dict[str, Any]


def openapi(provider: Provider, schemas: SchemaSet) -> Document:
    """Describe a provider's operations as an OpenAPI 3.1 document.

    Request and response schemas are found by their names: `<operation>.request`,
    `<operation>.response`, `<operation>.<state>.response` (any of these fits) and
    `error` for whatever is refused. Paths are below the provider's root; a regular
    expression in one becomes the parameter's `pattern`.

    Args:
        provider: Who is described.
        schemas: The compiled schemas of its folder. If `openapi.json` is among them,
            that is the description, for a provider whose own is published.
    """
    if _OWN in schemas:
        return _own(provider, schemas.schema(_OWN))
    paths: dict[str, Document] = {}
    seen: dict[str, int] = {}
    for route in provider.routes:
        operation = _operation(route, schemas)
        number = seen[route.operation] = seen.get(route.operation, 0) + 1
        if number > 1:
            operation["operationId"] += f"-{number}"
        path = paths.setdefault(_bare(route.path), {})
        path[route.method.lower()] = operation
        if (route.answers_head or route.is_page) and route.method == "GET":
            path["head"] = {
                **operation,
                "operationId": f"{operation['operationId']}-head",
            }
    named = {name: schemas.schema(name) for name in schemas.names}
    return {
        "openapi": OPENAPI,
        "info": {
            "title": f"{provider.title}, as video-mockserver emulates it",
            "version": "1",
        },
        "servers": _servers(provider),
        "paths": paths,
        "components": {"schemas": components(named)},
    }


def components(schemas: Mapping[str, Any]) -> Document:
    """Return named schemas as components, their references turned to each other."""
    return {_component(name): in_components(schemas[name]) for name in schemas}


def in_components(schema: Any) -> Any:
    """Return a schema whose references to files lead to components."""
    if isinstance(schema, list):
        return [in_components(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    turned = {}
    for key, value in schema.items():
        if key == "$ref" and isinstance(value, str) and not value.startswith("#"):
            file, _, inside = value.partition("#")
            name = _component(file.removesuffix(".json"))
            turned[key] = f"#/components/schemas/{name}{inside}"
        elif key not in _UNUSED:
            turned[key] = in_components(value)
    return turned


def parameters(path: str) -> Iterator[Document]:
    """Return the parameters of a path template."""
    for found in _PARAMETER.finditer(path):
        pattern = {"pattern": f"^(?:{found[2]})$"} if found[2] else {}
        schema = {"type": "string", **pattern}
        yield {"name": found[1], "in": "path", "required": True, "schema": schema}


def _own(provider: Provider, document: Document) -> Document:
    base = document["servers"][0]["url"]
    return {**document, "servers": _servers(provider, base)}


def _servers(provider: Provider, base: str = "") -> list[Document]:
    hosts = (h for h in provider.hosts if "*" not in h and h not in provider.roots)
    roots = [*(f"https://{host}" for host in hosts), f"/{provider.slug}"]
    return [{"url": root + base} for root in roots]


def _bare(path: str) -> str:
    return _PARAMETER.sub(r"{\1}", path)


def _operation(route: Route[Any], schemas: SchemaSet) -> Document:
    described: Document = {
        "operationId": route.operation,
        "summary": (route.handler.__doc__ or route.operation).strip().split("\n")[0],
        "responses": _responses(route, schemas),
    }
    inside = [*parameters(route.path)]
    if inside:
        described["parameters"] = inside
    request = f"{route.operation}.request"
    if request in schemas and route.method in _WITH_BODY:
        content = _content([request])
        described["requestBody"] = {"required": True, "content": content}
    elif request in schemas:
        schema = schemas.schema(request)
        described.setdefault("parameters", []).extend(_in_query(schema))
    return described


def _responses(route: Route[Any], schemas: SchemaSet) -> Document:
    operation = re.escape(route.operation)
    fits = re.compile(rf"{operation}(?:\.[^.]+)?\.response")
    answers = [name for name in schemas.names if fits.fullmatch(name)]
    content = {"content": _content(answers)} if answers else {}
    responses: Document = {
        "2XX": {"description": "As the provider answers.", **content}
    }
    if "error" in schemas:
        refused = {"description": "Refused.", "content": _content(["error"])}
        responses["default"] = refused
    return responses


def _in_query(schema: Any) -> Iterator[Document]:
    required = schema.get("required", [])
    for name, inside in schema.get("properties", {}).items():
        yield {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": in_components(inside),
        }


def _content(names: list[str]) -> Document:
    refs = [{"$ref": f"#/components/schemas/{_component(name)}"} for name in names]
    schema = refs[0] if len(refs) == 1 else {"anyOf": refs}
    return {"application/json": {"schema": schema}}


def _component(name: str) -> str:
    """Return a name that OpenAPI allows: letters, digits, dots, dashes, underscores."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)
