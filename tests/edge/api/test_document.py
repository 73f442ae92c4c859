"""The OpenAPI document of the control API says what it really does."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mockserver.edge.api import ENDPOINTS
from tests.edge.conftest import Running

PREFIX = "/_mock/api"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

# Each endpoint by name, with a request that succeeds on a filled server.
CALLS: dict[str, tuple[str, str, Any]] = {
    "health": ("GET", "/health", None),
    "ready": ("GET", "/ready", None),
    "version": ("GET", "/version", None),
    "list-workers": ("GET", "/workers", None),
    "status": ("GET", "/status", None),
    "openapi": ("GET", "/openapi.json", None),
    "list-findings": ("GET", "/findings", None),
    "count-findings": ("GET", "/findings/count?least=warning", None),
    "show-finding": ("GET", "/findings/{finding}", None),
    "list-finding-rules": ("GET", "/findings/rules", None),
    "show-bill": ("GET", "/bill?limit=1", None),
    "assert-bill": ("POST", "/bill/assert", {"at_most": "1.50", "currency": "USD"}),
    "list-providers": ("GET", "/providers", None),
    "show-provider": ("GET", "/providers/sketch", None),
    "show-seed": ("GET", "/seed", None),
    "set-seed": ("POST", "/seed", {"seed": 7}),
    "shutdown": ("POST", "/shutdown", None),
    "metrics": ("GET", "/metrics", None),
    "stream-events": ("GET", "/events", None),
    "list-spaces": ("GET", "/spaces", None),
    "mint-space": ("POST", "/spaces", {"name": "one", "seed": 3, "pace": "x60"}),
    "show-space": ("GET", "/spaces/sketch.main", None),
    "delete-space": ("DELETE", "/spaces/sketch.main", None),
    "reset-space": ("POST", "/spaces/sketch.main/reset", None),
    "reset": ("POST", "/reset", {"what": ["jobs"]}),
    "show-settings": ("GET", "/spaces/sketch.main/settings", None),
    "change-settings": (
        "PATCH",
        "/spaces/sketch.main/settings",
        {"sketch": {"pencil": "hard"}},
    ),
    "list-credentials": ("GET", "/credentials?provider=sketch", None),
    "register-credential": (
        "POST",
        "/credentials",
        {"provider": "sketch", "key": "a-new-key", "label": "Ann"},
    ),
    "label-credential": (
        "POST",
        "/credentials/label",
        {"provider": "sketch", "key": "sketch-test-key", "label": "Main"},
    ),
    "revoke-credential": (
        "POST",
        "/credentials/revoke",
        {"provider": "sketch", "key": "sketch-test-key"},
    ),
    "used-world": ("GET", "/world", None),
    "show-clocks": ("GET", "/clock", None),
    "show-clock": ("GET", "/spaces/sketch.main/clock", None),
    "clock-freeze": ("POST", "/spaces/sketch.main/clock/freeze", None),
    "clock-resume": ("POST", "/spaces/sketch.main/clock/resume", None),
    "clock-advance": ("POST", "/spaces/sketch.main/clock/advance", {"by": "2h"}),
    "clock-set": (
        "POST",
        "/spaces/sketch.main/clock/set",
        {"to": "2031-01-01T00:00:00Z"},
    ),
    "clock-scale": ("POST", "/spaces/sketch.main/clock/scale", {"rate": 2.5}),
    "clock-next": ("POST", "/spaces/sketch.main/clock/next", None),
    "clock-pace": ("POST", "/spaces/sketch.main/clock/pace", {"pace": "step"}),
    "clocks-freeze": ("POST", "/clock/freeze", None),
    "clocks-resume": ("POST", "/clock/resume", None),
    "clocks-advance": ("POST", "/clock/advance", {"by": 90}),
    "clocks-set": ("POST", "/clock/set", {"to": 2_000_000_000}),
    "clocks-scale": ("POST", "/clock/scale", {"rate": 0}),
    "clocks-next": ("POST", "/clock/next", {}),
    "clocks-pace": ("POST", "/clock/pace", {"pace": "x60"}),
    "list-jobs": ("GET", "/jobs?limit=1&phase=succeeded", None),
    "show-job": ("GET", "/jobs/{job}?space=sketch.main", None),
    "force-state": ("POST", "/jobs/{job}/state", {"state": "torn", "error": '"wind"'}),
    "finish-job": ("POST", "/jobs/{job}/finish", None),
    "fail-job": ("POST", "/jobs/{young}/fail", {"error": "paper-jam"}),
    "show-story": ("GET", "/jobs/{job}/story", None),
    "assert-job": ("POST", "/jobs/{job}/assert", {"polled": {"at_most": 0}}),
    "replay-job": ("GET", "/jobs/{job}/replay?as=scenario", None),
    "replay-exchange": ("GET", "/exchanges/1/replay?as=curl", None),
    "delete-job": ("DELETE", "/jobs/{job}", None),
    "list-exchanges": ("GET", "/exchanges?status=2xx&provider=sketch", None),
    "list-exchanges-in-brief": (
        "GET",
        "/exchanges/brief?before=9&text=house&errors=false",
        None,
    ),
    "find-exchanges": ("POST", "/exchanges/find", {"body_contains": "a house"}),
    "count-exchanges": ("POST", "/exchanges/count", {"status": 200}),
    "list-unmatched": ("GET", "/exchanges/unmatched", None),
    "export-har-of": ("POST", "/exchanges/har", {"numbers": "1", "errors": False}),
    "export-har": ("GET", "/exchanges/har", None),
    "show-exchange": ("GET", "/exchanges/1?base64=true", None),
    "clear-exchanges": ("POST", "/exchanges/clear", {"space": "sketch.main"}),
    "list-deliveries": ("GET", "/deliveries?state=delivered", None),
    "list-scenarios": ("GET", "/scenarios", None),
    "show-scenario": ("GET", "/scenarios/flaky", None),
    "validate-scenario": ("POST", "/scenarios/validate", {"scenario": "flaky"}),
    "list-mistakes": ("POST", "/scenarios/mistakes", {"yaml": "scenario: 1"}),
    "show-scenario-schema": ("GET", "/scenario-schema", None),
    "list-coming": ("GET", "/spaces/sketch.main/clock/coming?by=1h", None),
    "list-magic": ("GET", "/magic", None),
    "list-faults": ("GET", "/faults?space=sketch.main", None),
    "apply-everywhere": ("POST", "/faults", {"scenario": "flaky", "ttl": "30s"}),
    "apply": ("POST", "/spaces/sketch.main/faults", {"scenario": "slow-api"}),
    "clear-everywhere": ("DELETE", "/faults?scenario=flaky", None),
    "clear": ("DELETE", "/spaces/sketch.main/faults", None),
    "show-delivery": ("GET", "/deliveries/{delivery}", None),
    "resend-delivery": ("POST", "/deliveries/{delivery}/resend", None),
}
TEXTS = {"metrics", "stream-events"}


async def _document(server: Running) -> dict[str, Any]:
    document: dict[str, Any] = await server.get("/openapi.json")
    return document


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


async def _identifiers(server: Running) -> dict[str, str]:
    young = await server.draw()
    jobs = (await server.get("/jobs", phase="succeeded"))["jobs"]
    deliveries = (await server.get("/deliveries"))["deliveries"]
    await server.client.get("/sketch/nothing")
    findings = (await server.get("/findings"))["findings"]
    return {
        "job": jobs[0]["id"],
        "young": young,
        "delivery": deliveries[0]["id"],
        "finding": findings[0]["id"],
    }


def _schema(document: Mapping[str, Any], answer: Mapping[str, Any]) -> Any:
    """Return the one schema of an answer, with what it refers to."""
    (content,) = answer["content"].values()
    return {**content["schema"], "components": document["components"]}


async def test_every_endpoint_is_called_here(server: Running) -> None:
    document = await _document(server)

    names = [operation["operationId"] for *_, operation in _operations(document)]

    assert sorted(names) == sorted(CALLS)


async def test_calls_use_the_documented_method_and_path(server: Running) -> None:
    document = await _document(server)

    documented = {
        operation["operationId"]: (method, re.sub(r"\{\w+\}", "[^/]+", path))
        for method, path, operation in _operations(document)
    }

    for name, (method, path, _) in CALLS.items():
        expected_method, pattern = documented[name]
        assert method == expected_method
        assert re.fullmatch(pattern, PREFIX + path.partition("?")[0])


@pytest.mark.parametrize("name", sorted(CALLS.keys() - TEXTS))
async def test_an_answer_is_as_documented(filled: Running, name: str) -> None:
    document = await _document(filled)
    method, path, body = CALLS[name]
    path = path.format(**await _identifiers(filled))
    operation = next(
        one for *_, one in _operations(document) if one["operationId"] == name
    )

    response = await filled.client.request(method, PREFIX + path, json=body)
    document_of_answer = await response.json()

    (status,) = [code for code in operation["responses"] if code < "300"]
    assert response.status == int(status)
    answer = operation["responses"][status]
    assert [response.content_type] == [*answer["content"]]
    jsonschema.Draft202012Validator(_schema(document, answer)).validate(
        document_of_answer
    )


@pytest.mark.parametrize("name", sorted(TEXTS))
async def test_a_text_has_the_documented_type(filled: Running, name: str) -> None:
    document = await _document(filled)
    method, path, _ = CALLS[name]

    response = await filled.client.request(method, PREFIX + path)
    response.close()

    documented = document["paths"][PREFIX + path]["get"]["responses"]["200"]
    assert response.status == 200
    assert [*documented["content"]] == [response.content_type]


@pytest.mark.parametrize("name", CALLS)
async def test_an_unknown_query_parameter_is_refused_as_documented(
    filled: Running, name: str
) -> None:
    document = await _document(filled)
    method, path, body = CALLS[name]
    path = path.format(**await _identifiers(filled)).partition("?")[0]

    response = await filled.client.request(
        method, f"{PREFIX}{path}?nonsense=1", json=body
    )

    error = document["components"]["schemas"]["error"]
    assert response.status == 400
    jsonschema.Draft202012Validator(error).validate(await response.json())


NAMED = {
    name: call
    for name, call in CALLS.items()
    if re.search(r"\{|sketch|/exchanges/1", call[1].partition("?")[0])
}


@pytest.mark.parametrize("name", NAMED)
async def test_what_is_not_there_is_404_as_documented(
    filled: Running, name: str
) -> None:
    document = await _document(filled)
    method, path, body = CALLS[name]
    path = re.sub(r"\{\w+\}|sketch\.main|sketch|(?<=/)1", "missing", path)
    path = path.partition("?")[0]
    operation = next(
        one for *_, one in _operations(document) if one["operationId"] == name
    )

    response = await filled.client.request(method, PREFIX + path, json=body)

    assert response.status == 404
    schema = _schema(document, operation["responses"]["404"])
    jsonschema.Draft202012Validator(schema).validate(await response.json())


@pytest.mark.parametrize("method", METHODS)
async def test_methods_that_are_not_documented_are_405(
    server: Running, method: str
) -> None:
    document = await _document(server)
    paths = {
        path: [one.upper() for one in methods]
        for path, methods in document["paths"].items()
        if method.lower() not in methods
    }

    answers = {
        path: await server.client.request(method, re.sub(r"\{\w+\}", "x", path))
        for path in paths
    }

    for path, response in answers.items():
        assert response.status == 405, path
        assert set(paths[path]) <= set(response.headers["Allow"].split(", "))


async def test_schemas_are_valid_and_references_lead_somewhere(
    server: Running,
) -> None:
    document = await _document(server)
    schemas = document["components"]["schemas"]

    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    refs = set(re.findall(r"'\$ref': '#/components/schemas/([^']+)'", str(document)))

    assert refs == refs & set(schemas)
    assert refs


async def test_every_parameter_of_a_path_is_described(server: Running) -> None:
    document = await _document(server)

    for _, path, operation in _operations(document):
        inside = re.findall(r"\{(\w+)\}", path)
        described = operation.get("parameters", [])
        assert inside == [one["name"] for one in described if one["in"] == "path"]


def test_the_documentation_names_every_endpoint() -> None:
    page = (Path(__file__).parents[3] / "docs" / "control-api.md").read_text("utf-8")

    named = re.findall(r"^\| `([A-Z]+) (/[^`]*)` \| (.*) \|$", page, re.MULTILINE)

    assert named == [(one.method, one.path, one.about) for one in ENDPOINTS]
