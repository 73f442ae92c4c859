"""Render requests: what is accepted, what is refused, what is answered."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

import pytest

from mockserver.engine.timeline import Phase
from tests.providers.impossible.conftest import BEARER, GO, LAUNCH, SECRET, Api

RENDER = "/v2/render/demo-project"
TOKEN = r"v2:us-east-1:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
S3 = {"type": "s3", "bucket": "b", "filename": "1.mp4"}


async def message(response: Any) -> str:
    """Return the text of an error, which every generation reads in its own member."""
    document = await response.json()
    assert document["message"] == document["Message"] == document["error"]
    assert document["statusCode"] == response.status
    assert document["requestId"] == response.headers["X-Request-Id"]
    return str(document["message"])


async def test_the_2017_form_answers_at_once_with_the_union(api: Api) -> None:
    response = await api.post(
        RENDER, {"movie": {"mp4": "wide", "webm": "small", "*": "still"}}
    )

    found = await response.json()
    token = found["token"]
    url = f"{api.running.origin}/impossible/v2/render/{token}.mp4"
    assert response.status == 200
    assert response.headers["Content-Type"] == "application/json"
    assert re.fullmatch(TOKEN, token)
    assert found == {
        "token": token,
        "url": url,
        "expires": 1_893_456_000 + 30 * 86_400,
        "status": 200,
        "Token": token,
        "URL": url,
    }
    job = next(api.space().jobs("impossible").list_jobs())
    assert job.timeline.steps[0].phase is Phase.WAITING


async def test_an_asynchronous_render_answers_202(api: Api) -> None:
    response = await api.post(
        RENDER,
        {
            "movie": "welcome",
            "params": {},
            "routingKey": "default",
            "format": "mp4",
            "async": True,
        },
    )

    assert response.status == 202
    assert (await response.json())["status"] == 202


@pytest.mark.parametrize(
    "how",
    [
        {"json": {"movie": "m", "format": "gif"}},
        {"json": {"movie": "m", "routingKey": "default"}},
        {"json": {"movie": "m"}, "headers": {"Authorization": "Bearer any-key"}},
        {"json": {"movie": "m", "upload": {"extension": "mp4", "destination": S3}}},
    ],
)
async def test_the_current_form_waits_for_the_render(
    api: Api, how: dict[str, Any]
) -> None:
    waiting = await api.begin("POST", RENDER, **how)

    is_early = waiting.done()
    for space in api.running.instance.services.spaces:
        space.clock.advance(1)

    assert not is_early
    assert (await waiting).status == 200


async def test_a_regions_own_host_waits_for_the_render(api: Api) -> None:
    headers = {"Host": "render-us-west-2.impossible.io"}
    client = api.running.client
    call = client.request("POST", "/v2/render/p", json={"movie": "m"}, headers=headers)
    waiting = asyncio.create_task(call)
    await api.running.let_wait(waiting)

    is_early = waiting.done()
    api.advance(1)

    assert not is_early
    assert (await waiting).status == 200


@pytest.mark.parametrize(
    "document",
    [
        {"movie": "m", "routingkey": "fast"},
        {"movie": "m", "format": None, "routingKey": None, "async": None},
        {"movie": "m", "params": None, "parallel": None, "upload": None},
        {"movie": "m", "unknown": {"member": 1}},
    ],
)
async def test_these_do_not_wait(api: Api, document: object) -> None:
    response = await api.post(RENDER, document)

    assert response.status == 200


@pytest.mark.parametrize(
    ("mode", "document", "waits"),
    [
        ("token", {"movie": "m", "format": "gif"}, False),
        ("blocking", {"movie": "m"}, True),
    ],
)
async def test_the_mode_can_be_set(
    start: Callable[..., Awaitable[Api]], mode: str, document: object, waits: bool
) -> None:
    api = await start({"post_mode": mode})

    waiting = await api.begin("POST", RENDER, json=document)

    assert waiting.done() is not waits
    api.advance(1)
    assert (await waiting).status == 200


@pytest.mark.parametrize(
    ("movie", "extension"),
    [
        ("m", "mp4"),
        ({"mp4": "a", "gif": "b"}, "mp4"),
        ({"gif": "a", "*": "b"}, "mp4"),
        ({"GIF": "a", "png": "b"}, "gif"),
    ],
)
async def test_the_url_has_a_format_that_the_movie_can_have(
    api: Api, movie: object, extension: str
) -> None:
    response = await api.post("/v2/token/p", {"movie": movie})

    assert (await response.json())["url"].endswith(f".{extension}")


async def test_the_region_of_the_host_is_that_of_the_token(api: Api) -> None:
    headers = {"Host": "render-ap-southeast-2.impossible.io"}

    response = await api.running.client.post(
        "/v2/token/p", json={"movie": "m"}, headers=headers
    )

    found = await response.json()
    assert found["token"].startswith("v2:ap-southeast-2:")
    assert found["url"] == (
        f"http://render-ap-southeast-2.impossible.io/v2/render/{found['token']}.mp4"
    )


async def test_the_go_client_gets_texts_where_others_get_numbers(api: Api) -> None:
    response = await api.post("/v2/token/p", {"movie": "m"}, headers=GO)

    found = await response.json()
    assert found["expires"] == "2030-01-31T00:00:00Z"
    assert found["status"] == "200"


async def test_the_seeds_own_body_can_be_had(
    start: Callable[..., Awaitable[Api]],
) -> None:
    api = await start({"strict_seed_body": True})

    response = await api.post(RENDER, {"movie": "m"})

    assert list(await response.json()) == ["token"]


async def test_equal_requests_make_two_tokens(api: Api) -> None:
    assert await api.token() != await api.token()


async def test_routing_keys_of_both_spellings_are_kept(api: Api) -> None:
    await api.post("/v2/token/p", {"movie": "m", "routingkey": "old"})
    await api.post("/v2/token/p", {"movie": "m", "routingKey": "new"})

    kept = [
        job.data["routingkey"] for job in api.space().jobs("impossible").list_jobs()
    ]

    assert kept == ["old", "new"]


async def test_more_servers_take_less_time(api: Api) -> None:
    waiting = await api.begin(
        "POST", RENDER, json={"movie": "m", "format": "gif", "parallel": 4}
    )

    api.advance(0.25)

    assert (await waiting).status == 200


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "Malformed JSON"),
        (b"{,}", "Malformed JSON"),
        (b'{"movie": {"mp4": "wide",}, "params": {}}', "Malformed JSON"),
        (b'["movie"]', "Malformed JSON"),
        (b"{}", "movie is required"),
        (b'{"movie": null}', "movie is required"),
        (b'{"movie": ""}', "movie is required"),
        (b'{"movie": 7}', "movie is required"),
        (b'{"movie": {}}', "movie is required"),
        (
            b'{"movie": {"mp4": 7}}',
            "Invalid request: movie/mp4: must be of type string",
        ),
        (
            b'{"movie": {"a.b": "m"}}',
            r"Invalid request: movie: does not match ^(\*|[A-Za-z0-9]{1,8})$",
        ),
        (
            b'{"movie": "m", "params": []}',
            "Invalid request: params: must be of type object",
        ),
        (
            b'{"movie": "m", "parallel": 0.5}',
            "Invalid request: parallel: must be at least 1",
        ),
        (
            b'{"movie": "m", "async": "yes"}',
            "Invalid request: async: must be of type boolean",
        ),
        (
            b'{"movie": "m", "format": "toolong12"}',
            "Invalid request: format: does not match ^[A-Za-z0-9]{1,8}$",
        ),
        (b'{"movie": "m", "format": "avi"}', "Unsupported format: avi"),
        (
            b'{"movie": "m", "upload": []}',
            "Invalid request: upload: must be at least 1",
        ),
        (
            b'{"movie": "m", "upload": {"extension": "mp4"}}',
            "Invalid request: upload/destination: is required",
        ),
        (
            b'{"movie": "m", "upload": [{"destination": {}}]}',
            "Invalid request: upload/0/extension: is required",
        ),
        (
            b'{"movie":"m","upload":{"extension":"a","destination":{"bucket":"b"}}}',
            "Invalid request: upload/destination/filename",
        ),
        (
            b'{"movie":"m","upload":[{"extension":"a","destination":{"account":"a","container":"c","key":""}}]}',
            "Invalid request: upload/0/destination/key",
        ),
        (
            b'{"movie": "m", "upload": {"extension": "avi", "destination": {}}}',
            "Unsupported format: avi",
        ),
    ],
)
async def test_mistakes_are_told_in_these_words(
    api: Api, body: bytes, expected: str
) -> None:
    response = await api.call("POST", RENDER, data=body)

    assert response.status == 400
    assert await message(response) == expected
    assert (await response.json())["Project-UID"] == "demo-project"


@pytest.mark.parametrize(("length", "status"), [(255, 200), (256, 400)])
async def test_a_movies_name_has_255_characters_at_most(
    api: Api, length: int, status: int
) -> None:
    response = await api.post("/v2/token/p", {"movie": "x" * length})

    assert response.status == status


async def test_a_map_without_the_format_is_404_when_it_would_render(api: Api) -> None:
    response = await api.post(RENDER, {"movie": {"gif": "a"}, "format": "mp4"})

    assert response.status == 404
    assert await message(response) == "No movie for extension mp4"


async def test_json_of_more_than_10_mib_is_413(api: Api) -> None:
    body = BytesIO(b'{"movie": "' + b"x" * (10 * 1024 * 1024) + b'"}')

    response = await api.call("POST", RENDER, data=body)

    assert response.status == 413
    assert await message(response) == "Request too large"


async def test_another_method_is_405(api: Api) -> None:
    response = await api.call("PUT", RENDER, json={})

    assert response.status == 405
    assert await message(response) == "Method not allowed"


async def test_an_unknown_path_is_404(api: Api) -> None:
    response = await api.get("/v3/render")

    assert response.status == 404
    assert await message(response) == "Not found"


async def test_in_a_strict_world_unknown_projects_are_404(
    start: Callable[..., Awaitable[Api]],
) -> None:
    api = await start({"world": "strict"})

    response = await api.post(RENDER, {"movie": "m"})

    assert response.status == 404
    assert await message(response) == "Project not found"


@pytest.mark.parametrize(("movie", "status"), [("welcome", 200), ("nope", 404)])
async def test_a_project_whose_movies_are_known_has_no_others(
    api: Api, movie: str, status: int
) -> None:
    response = await api.post(f"/v2/token/{LAUNCH}", {"movie": movie})

    assert response.status == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"Authorization": "Bearer impossible-other-key"}, 401), (BEARER, 200)],
)
async def test_a_private_project_wants_its_own_key(
    api: Api, headers: dict[str, str], status: int
) -> None:
    response = await api.post(f"/v2/token/{SECRET}", {"movie": "m"}, headers=headers)

    assert response.status == status


async def test_a_wrong_bearer_key_is_401_when_keys_are_strict(
    start: Callable[..., Awaitable[Api]],
) -> None:
    api = await start(auth="strict")
    headers = {"Authorization": "Bearer nobody"}

    response = await api.post(RENDER, {"movie": "m"}, headers=headers)

    assert response.status == 401
    assert await message(response) == "Unauthorized"
    assert "WWW-Authenticate" not in response.headers


async def test_basic_credentials_on_the_render_plane_are_ignored(api: Api) -> None:
    headers = {"Authorization": "Basic cmVuZGVyLXI6"}

    response = await api.post(RENDER, {"movie": "m"}, headers=headers)

    assert response.status == 200


async def test_pages_of_any_origin_may_ask(api: Api) -> None:
    response = await api.call("OPTIONS", RENDER)

    assert response.status == 204
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Methods"] == (
        "GET, HEAD, POST, DELETE, OPTIONS"
    )
    assert response.headers["Access-Control-Allow-Headers"] == (
        "Authorization, Content-Type, Range"
    )
    assert response.headers["Access-Control-Max-Age"] == "86400"


async def test_errors_are_open_to_pages_of_any_origin_too(api: Api) -> None:
    response = await api.get("/v2/progress/v2:us-east-1:none")

    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("project", "status"),
    [("x" * 128, 200), ("x" * 129, 404), ("a%20b", 200), ("%0A", 404)],
)
async def test_how_a_projects_identifier_looks(
    api: Api, project: str, status: int
) -> None:
    response = await api.post(f"/v2/token/{project}", {"movie": "m"})

    assert response.status == status


async def test_more_servers_take_less_time_where_all_jobs_take_as_long(
    start: Callable[..., Awaitable[Api]],
) -> None:
    api = await start(pace="demo")

    await api.rendering({"movie": "m", "async": True})
    await api.rendering({"movie": "m", "async": True, "parallel": 3})

    jobs = list(api.space().jobs("impossible").list_jobs())
    assert [job.ends for job in jobs] == [(6.0,), (2.0,)]


@pytest.mark.parametrize(
    ("mode", "beginning"),
    [
        ("canonical", "https://render.impossible.io/v2/render/v2:us-east-1:"),
        ("https", "https://127.0.0.1:"),
        ("data", "data:image/png;base64,iVBOR"),
    ],
)
async def test_results_are_handed_over_as_the_server_says(
    start: Callable[..., Awaitable[Api]], mode: str, beginning: str
) -> None:
    api = await start(handover=mode, pace="step")

    response = await api.post(RENDER, {"movie": "m", "format": "png"})

    assert (await response.json())["url"].startswith(beginning)


async def test_what_is_not_rendered_can_only_be_linked_to(
    start: Callable[..., Awaitable[Api]],
) -> None:
    api = await start(handover="data")

    response = await api.post(RENDER, {"movie": "m"})

    assert (await response.json())["url"].startswith("http://127.0.0.1:")
