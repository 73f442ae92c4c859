"""OpenAPI documents of providers."""

from typing import Any

import jsonschema
import pytest

from mockserver import resources
from mockserver.edge.describe import openapi
from mockserver.providers import discover, known_slugs
from mockserver.providers.provider import Provider
from mockserver.validation import SchemaSet
from tests.deep import some

SCHEMAS = SchemaSet(
    {
        "draw.request": {"type": "object", "properties": {"x": {"$ref": "pen.json"}}},
        "draw.response": {"type": "object"},
        "draw.busy.response": {"type": "string"},
        "look.request": {"properties": {"size": {"type": "integer"}, "at": {}},
                         "required": ["size"]},
        "pen": {"type": "string"},
        "error": {"type": "object"},
    }
)  # fmt: skip


@pytest.fixture
def document(sketch: Provider) -> dict[str, Any]:
    """Return the document of the invented provider."""
    return openapi(sketch, SCHEMAS)


def test_operations_have_method_path_and_summary(document: dict[str, Any]) -> None:
    draw = document["paths"]["/drawings"]["post"]

    assert [*document["paths"]] == [
        "/drawings",
        "/drawings/{job_id}",
        "/files/{job_id}",
        "/broken",
    ]
    assert (draw["operationId"], draw["summary"]) == ("draw", "Draw something.")


def test_bodies_and_answers_refer_to_schemas_by_name(document: dict[str, Any]) -> None:
    draw = document["paths"]["/drawings"]["post"]

    asked = draw["requestBody"]["content"]["application/json"]["schema"]
    answered = draw["responses"]["2XX"]["content"]["application/json"]["schema"]
    refused = draw["responses"]["default"]["content"]["application/json"]["schema"]
    assert asked == {"$ref": "#/components/schemas/draw.request"}
    assert answered == {
        "anyOf": [
            {"$ref": "#/components/schemas/draw.busy.response"},
            {"$ref": "#/components/schemas/draw.response"},
        ]
    }
    assert refused == {"$ref": "#/components/schemas/error"}


def test_references_between_files_lead_to_components(document: dict[str, Any]) -> None:
    schema = document["components"]["schemas"]["draw.request"]

    assert schema["properties"]["x"] == {"$ref": "#/components/schemas/pen"}


def test_a_regular_expression_becomes_a_pattern(document: dict[str, Any]) -> None:
    (parameter,) = document["paths"]["/files/{job_id}"]["get"]["parameters"]

    assert parameter == {
        "name": "job_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": "^(?:[a-f0-9-]{8,})$"},
    }


def test_what_a_get_asks_for_is_in_its_query(document: dict[str, Any]) -> None:
    _, size, at = document["paths"]["/drawings/{job_id}"]["get"]["parameters"]

    assert (size["name"], size["in"], size["required"]) == ("size", "query", True)
    assert (at["name"], at["required"]) == ("at", False)


def test_servers_are_the_real_hosts_and_ours(document: dict[str, Any]) -> None:
    assert document["servers"] == [
        {"url": "https://api.sketch.example"},
        {"url": "/sketch"},
    ]


def _schemas(slug: str) -> SchemaSet:
    anchor = discover([slug])[slug].anchor
    return SchemaSet.load(resources.schemas(slug, package=anchor))


DESCRIBED = [slug for slug in known_slugs() if "openapi" in _schemas(slug)]


@pytest.mark.parametrize("slug", sorted({*known_slugs()} - {*DESCRIBED}))
def test_every_route_of_a_provider_is_described(slug: str) -> None:
    provider = discover([slug])[slug]

    document = openapi(provider, _schemas(slug))

    described = {
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
    }
    assert {route.operation for route in provider.routes} <= described


@pytest.mark.parametrize("slug", some(known_slugs(), of=3))
def test_schemas_are_valid_and_operations_are_named_once(slug: str) -> None:
    document = openapi(discover([slug])[slug], _schemas(slug))

    names = [
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
    ]

    assert len(names) == len(set(names))
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("slug", DESCRIBED)
def test_a_published_description_is_told_as_it_is(slug: str) -> None:
    schemas = _schemas(slug)

    document = openapi(discover([slug])[slug], schemas)

    published = schemas.schema("openapi")
    assert document["paths"] == published["paths"]
    assert document["servers"][-1]["url"].startswith(f"/{slug}")


@pytest.mark.parametrize(
    ("slug", "operation"), [("hourone", "player"), ("idomoo", "landing-page")]
)
def test_pages_answer_head_as_files_do(slug: str, operation: str) -> None:
    paths = openapi(discover()[slug], SCHEMAS)["paths"].values()
    [page] = [
        one
        for one in paths
        if one.get("get", {}).get("operationId", "").endswith(operation)
    ]

    assert page["head"]["operationId"] == f"{page['get']['operationId']}-head"
