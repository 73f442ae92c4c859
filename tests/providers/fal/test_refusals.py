"""Refusals: whom the queue does not let in, and what it does not know."""

from collections.abc import Mapping
from typing import Any

import pytest

from mockserver.edge.staging.stage import STAGE
from tests.providers.conftest import Serve
from tests.providers.fal.conftest import KEY, NOBODY, OTHER, PROMPT, RUN, VEO, Api

ID = "00000000-0000-7000-8000-000000000001"
UNKNOWN = "019fd06e-1bb1-71d1-b09f-29027e1c85f2"


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        ({"Authorization": "Key no:body"}, "invalid key credentials"),
        ({"Authorization": "Bearer x"}, "bearer: unable to decode issuer"),
        ({"Authorization": "Key"}, "bearer: unable to decode issuer"),
        (
            {},
            (
                'Cannot access application "fal-ai/veo3.1". Authentication is required'
                " to access this application."
            ),
        ),
    ],
)
@pytest.mark.parametrize("path", [VEO, RUN])
async def test_who_is_not_known_is_refused(
    api: Api, path: str, headers: Mapping[str, str], detail: str
) -> None:
    response = await api.call("POST", path, PROMPT, headers)

    assert (response.status, await response.json()) == (401, {"detail": detail})


@pytest.mark.parametrize("headers", [KEY, OTHER, NOBODY])
@pytest.mark.parametrize(
    ("method", "end"),
    [("GET", "/status"), ("GET", ""), ("PUT", "/cancel"), ("GET", "/status/stream")],
)
async def test_a_request_that_is_not_there_is_not_found(
    api: Api, headers: Mapping[str, str], method: str, end: str
) -> None:
    response = await api.call(method, f"{VEO}/requests/{UNKNOWN}{end}", None, headers)

    assert response.status == 404
    assert await response.json() == {"status": "NOT_FOUND"}


@pytest.mark.parametrize("headers", [OTHER, NOBODY])
async def test_a_request_of_somebody_else_is_not_found(
    api: Api, headers: Mapping[str, str]
) -> None:
    response = await api.get(f"{VEO}/requests/{ID}/status", headers)

    assert response.status == 404


async def test_an_unknown_app_is_named(api: Api) -> None:
    response = await api.call("POST", "/queue.fal.run/mock/not-there", PROMPT)

    assert response.status == 404
    assert await response.json() == {"detail": 'Application "not-there" not found'}


async def test_a_strict_world_knows_no_others(serve: Serve) -> None:
    api = Api(await serve(providers_settings={"fal": {"world": "strict"}}))

    response = await api.call("POST", "/queue.fal.run/ann/film", PROMPT)

    assert response.status == 404
    assert await response.json() == {"detail": 'Application "film" not found'}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff"])
async def test_what_is_no_object_is_refused(api: Api, body: bytes) -> None:
    headers = {**KEY, "Content-Type": "application/json"}

    response = await api.call("POST", VEO, headers=headers, data=body)

    assert response.status in {400, 422}
    assert "detail" in await response.json()


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", VEO, "POST"),
        ("DELETE", VEO, "POST"),
        ("POST", f"{VEO}/requests/{ID}/status", "GET"),
        ("POST", f"{VEO}/requests/{ID}", "GET"),
        ("GET", f"{VEO}/requests/{ID}/cancel", "PUT"),
    ],
)
async def test_a_method_without_a_route_is_405(
    api: Api, method: str, path: str, allowed: str
) -> None:
    response = await api.call(method, path, headers=KEY)

    assert response.status == 405
    assert allowed in response.headers["Allow"]
    assert await response.json() == {"detail": "Method Not Allowed"}


@pytest.mark.parametrize(
    "path", [f"{VEO}/requests", f"{RUN}/requests/{ID}", "/queue.fal.run/requests/x/y/z"]
)
async def test_no_app_has_a_part_called_requests(api: Api, path: str) -> None:
    response = await api.call("POST", path, PROMPT)

    assert response.status == 404


async def test_a_blocking_call_does_not_wait_for_a_slot(serve: Serve) -> None:
    api = Api(await serve(providers_settings={"fal": {"concurrency": 1}}))
    await api.submit("/queue.fal.run/mock/stuck")
    api.advance(60)

    response = await api.call("POST", RUN, PROMPT)
    told: Any = await response.json()

    assert response.status == 429
    assert response.headers["X-Fal-Needs-Retry"] == "1"
    assert told["error_type"] == "concurrent_requests_limit"


async def test_every_answer_of_the_queue_names_a_request(api: Api) -> None:
    answers = [await api.call("POST", VEO, PROMPT, NOBODY) for _ in range(2)]

    names = {answer.headers["x-fal-request-id"] for answer in answers}
    exposed = answers[0].headers["Access-Control-Expose-Headers"]
    assert exposed == "x-fal-request-id, X-Fal-Error-Type, X-Fal-Retryable"
    assert len(names) == 2


async def test_a_gateways_page_names_none(api: Api) -> None:
    """By that, and by the word `nginx`, clients know that it may be tried again."""
    fault = {"kind": "html", "status": 503}
    rule = {"on": {"operation": "status"}, "fault": fault}
    space = api.running.space("fal", "main")
    api.running.instance.app[STAGE].use([space], {"scenario": "x", "rules": [rule]})

    response = await api.get(f"{VEO}/requests/{ID}/status")

    assert response.status == 503
    assert b"nginx" in await response.read()
    assert "x-fal-request-id" not in response.headers


async def test_who_has_no_money_is_locked(api: Api) -> None:
    fault = {"kind": "error", "problem": "out-of-credits"}
    rule = {"on": {"operation": "submit"}, "fault": fault}
    space = api.running.space("fal", "main")
    api.running.instance.app[STAGE].use([space], {"scenario": "x", "rules": [rule]})

    response = await api.call("POST", VEO, PROMPT)

    assert response.status == 403
    assert await response.json() == {
        "detail": "User is locked. Reason: Exhausted balance. Top up your balance at"
        " fal.ai/dashboard/billing"
    }


async def test_there_is_no_realtime(api: Api) -> None:
    response = await api.get("/fal.run/fal-ai/veo3.1/realtime")

    assert (response.status, await response.json()) == (404, {"detail": "Not Found"})
