"""Mux Video on the wire: literal answers beyond what its clients look at.

Source: survey of today's providers, sections 1.2 to 1.4; mux-python 5.1.2, models.
"""

import hmac
import json
import re
from hashlib import sha256
from typing import Any

import pytest
from aiohttp import encode_basic_auth, web
from aiohttp.test_utils import TestServer

from mockserver.edge.staging.stage import STAGE
from tests.providers.conftest import Running, Serve

KEY = {"Authorization": encode_basic_auth("mux-test-token", "mux-test-secret")}
ORDER = {
    "inputs": [{"url": "https://a.example/a.mp4"}],
    "playback_policies": ["public"],
}


async def asked(
    running: Running, method: str, path: str, document: object = None
) -> tuple[int, Any]:
    """Return status and document of an answer."""
    response = await running.client.request(
        method, f"/mux{path}", json=document, headers=KEY
    )
    text = await response.text()
    return response.status, json.loads(text) if text else None


@pytest.fixture
async def running(serve: Serve) -> Running:
    return await serve(providers=("mux",))


async def test_an_asset_is_preparing_at_first(running: Running) -> None:
    status, told = await asked(running, "POST", "/video/v1/assets", ORDER)

    asset = told["data"]
    assert status == 201
    assert re.fullmatch(r"[0-9A-Za-z]{44}", asset.pop("id"))
    [playback] = asset.pop("playback_ids")
    assert playback["policy"] == "public"
    assert re.fullmatch(r"[0-9A-Za-z]{44}", playback["id"])
    assert asset == {
        "created_at": "1893456000",
        "status": "preparing",
        "progress": {"state": "ingesting", "progress": 0},
        "encoding_tier": "baseline",
        "video_quality": "basic",
        "max_resolution_tier": "1080p",
        "ingest_type": "on_demand_url",
        "master_access": "none",
        "static_renditions": {"files": []},
    }


async def test_a_ready_one_tells_its_length_and_its_tracks(running: Running) -> None:
    _, made = await asked(running, "POST", "/video/v1/assets", ORDER)
    path = f"/video/v1/assets/{made['data']['id']}"
    running.space("mux", "main").clock.advance(60)

    _, told = await asked(running, "GET", path)

    asset = told["data"]
    assert asset["status"] == "ready"
    assert asset["progress"] == {"state": "completed", "progress": 100}
    assert (asset["duration"], asset["aspect_ratio"]) == (10.0, "16:9")
    assert [track["type"] for track in asset["tracks"]] == ["video", "audio"]


async def test_what_there_is_not_is_told_in_an_error_of_a_type(
    running: Running,
) -> None:
    status, told = await asked(running, "GET", "/video/v1/assets/nothing")

    message = (
        "The requested resource either doesn't exist or you don't have access to it."
    )
    assert (status, told) == (
        404,
        {"error": {"type": "not_found", "messages": [message]}},
    )


async def test_no_credentials_are_unauthorized(running: Running) -> None:
    response = await running.client.get("/mux/video/v1/assets")

    assert response.status == 401
    assert await response.json() == {
        "error": {"type": "unauthorized", "messages": ["Unauthorized request"]}
    }


async def test_only_an_upload_that_waits_can_be_cancelled(running: Running) -> None:
    _, made = await asked(running, "POST", "/video/v1/uploads", {"cors_origin": "*"})
    await running.client.session.put(made["data"]["url"], data=b"a film")

    status, told = await asked(
        running, "PUT", f"/video/v1/uploads/{made['data']['id']}/cancel"
    )

    assert (status, told["error"]["messages"]) == (
        400,
        ["The upload is not waiting any more"],
    )


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        ("out-of-credits", "This account has no credits left"),
        ("forbidden", "Forbidden"),
    ],
)
async def test_a_refused_order_says_why(
    running: Running, problem: str, text: str
) -> None:
    scenario = {"scenario": "x", "rules": [{"job": {"refuse": problem}}]}
    running.instance.app[STAGE].use([running.space("mux", "main")], scenario)

    status, told = await asked(running, "POST", "/video/v1/assets", ORDER)

    assert (status, told) == (403, {"error": {"type": "forbidden", "messages": [text]}})


async def test_each_event_is_told_once_with_time_and_signature(
    serve: Serve,
) -> None:
    seen: list[tuple[str, bytes]] = []

    async def hook(request: web.Request) -> web.Response:
        seen.append((request.headers["mux-signature"], await request.read()))
        return web.Response()

    application = web.Application()
    application.router.add_post("/hook", hook)
    async with TestServer(application) as server:
        settings = {
            "webhook_url": str(server.make_url("/hook")),
            "webhook_secret": "hush",
            "webhook_dates": "space",
        }
        running = await serve(providers=("mux",), providers_settings={"mux": settings})
        await asked(running, "POST", "/video/v1/assets", ORDER)
        space = running.space("mux", "main")
        await running.settle(space)
        space.clock.advance(60)
        await running.settle(space)

    told = [json.loads(body) for _, body in seen]
    assert [one["type"] for one in told] == [
        "video.asset.created",
        "video.asset.ready",
    ]
    signature, body = seen[0]
    right = hmac.new(b"hush", b"1893456000." + body, sha256).hexdigest()
    assert signature == f"t=1893456000,v1={right}"
    assert told[0]["created_at"] == "2030-01-01T00:00:00.000000Z"
    assert told[0]["attempts"] == []
