"""HeyGen v3 on the wire, as the vendor's command line reads it.

Source: heygen-com/heygen-cli, gen/video.go and gen/webhook.go; survey of today's
providers, sections 1.3 and 1.4.
"""

import hmac
import json
import re
from hashlib import sha256
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from mockserver.edge.staging.stage import STAGE
from tests.providers.conftest import Running, Serve

KEY = {"x-api-key": "heygen-test-key"}
VIDEO = {"type": "avatar", "avatar_id": "a1", "script": "Hello", "title": "Greeting"}


async def asked(
    running: Running, method: str, path: str, document: object = None
) -> tuple[int, Any]:
    """Return status and document of an answer."""
    response = await running.client.request(
        method, f"/heygen{path}", json=document, headers=KEY
    )
    return response.status, await response.json()


async def made(running: Running, **more: object) -> str:
    """Create a video; return its id."""
    _, told = await asked(running, "POST", "/v3/videos", {**VIDEO, **more})
    video_id: str = told["data"]["video_id"]
    return video_id


@pytest.fixture
async def running(serve: Serve) -> Running:
    return await serve(providers=("heygen",))


async def test_an_order_without_credits_is_refused_in_words(running: Running) -> None:
    scenario = {"scenario": "x", "rules": [{"job": {"refuse": "out-of-credits"}}]}
    space = running.space("heygen", "main")
    running.instance.app[STAGE].use([space], scenario)

    told = await asked(running, "POST", "/v3/videos", VIDEO)

    assert told == (
        403,
        {
            "error": {
                "code": "insufficient_credit",
                "message": "The account has no credits left",
                "param": None,
                "doc_url": None,
            }
        },
    )


async def test_what_is_created_is_waiting_and_read_as_pending(running: Running) -> None:
    status, told = await asked(running, "POST", "/v3/videos", VIDEO)
    video_id = told["data"]["video_id"]
    _, read = await asked(running, "GET", f"/v3/videos/{video_id}")

    assert status == 200
    assert re.fullmatch("[0-9a-f]{32}", video_id)
    assert told == {
        "data": {"video_id": video_id, "status": "waiting", "output_format": "mp4"}
    }
    assert read["data"] == {
        "id": video_id,
        "title": "Greeting",
        "status": "pending",
        "created_at": 1893456000,
        "completed_at": None,
        "duration": None,
        "video_url": None,
        "captioned_video_url": None,
        "subtitle_url": None,
        "thumbnail_url": None,
        "gif_url": None,
        "video_page_url": f"https://app.heygen.com/videos/{video_id}",
        "failure_code": None,
        "failure_message": None,
    }


@pytest.mark.ffmpeg
async def test_a_completed_one_has_its_files(running: Running) -> None:
    video_id = await made(running, output_format="webm")
    running.space("heygen", "main").clock.advance(200)

    _, read = await asked(running, "GET", f"/v3/videos/{video_id}")
    links = [read["data"][name] for name in ("video_url", "thumbnail_url", "gif_url")]
    files = [await running.client.session.get(link) for link in links]

    assert read["data"]["status"] == "completed"
    assert [file.content_type for file in files] == [
        "video/webm",
        "image/jpeg",
        "image/gif",
    ]


async def test_the_states_of_many_name_those_that_there_are_not(
    running: Running,
) -> None:
    video_id = await made(running)

    told = await asked(running, "GET", f"/v3/videos/statuses?video_ids={video_id},x")
    none = await asked(running, "GET", "/v3/videos/statuses")

    assert told == (
        200,
        {
            "data": [
                {"video_id": video_id, "status": "queued", "error": None},
                {"video_id": "x", "status": "not_found", "error": None},
            ],
            "has_more": False,
            "next_token": None,
        },
    )
    assert (none[0], none[1]["error"]["param"]) == (400, "video_ids")


async def test_a_list_goes_on_by_its_token(running: Running) -> None:
    videos = [await made(running) for _ in range(3)]

    _, first = await asked(running, "GET", "/v3/videos?limit=2")
    _, last = await asked(running, "GET", f"/v3/videos?token={first['next_token']}")

    assert [one["id"] for one in first["data"]] == [videos[2], videos[1]]
    assert first["has_more"] is True
    assert [one["id"] for one in last["data"]] == [videos[0]]
    assert (last["has_more"], last["next_token"]) == (False, None)


async def test_a_deleted_one_is_gone(running: Running) -> None:
    video_id = await made(running)

    deleted = await asked(running, "DELETE", f"/v3/videos/{video_id}")
    read = await asked(running, "GET", f"/v3/videos/{video_id}")

    assert deleted == (200, {"data": {"id": video_id, "deleted": True}})
    assert read == (
        404,
        {
            "error": {
                "code": "video_not_found",
                "message": f"Video {video_id} not found",
                "param": None,
                "doc_url": None,
            }
        },
    )


async def test_an_avatar_has_to_be_named(running: Running) -> None:
    status, told = await asked(running, "POST", "/v3/videos", {"type": "avatar"})

    assert (status, told["error"]["code"]) == (400, "invalid_parameter")
    assert "avatar_id" in told["error"]["message"]


async def test_an_endpoint_verifies_with_its_secret_also_after_a_rotation(
    running: Running,
) -> None:
    seen: list[tuple[Any, bytes]] = []

    async def hook(request: web.Request) -> web.Response:
        seen.append((request.headers.copy(), await request.read()))
        return web.Response()

    application = web.Application()
    application.router.add_post("/hook", hook)
    async with TestServer(application) as server:
        url = str(server.make_url("/hook"))
        _, told = await asked(running, "POST", "/v3/webhooks/endpoints", {"url": url})
        endpoint = told["data"]
        rotate = f"/v3/webhooks/endpoints/{endpoint['endpoint_id']}/rotate-secret"
        _, first = await asked(running, "POST", rotate)
        _, second = await asked(running, "POST", rotate)
        video_id = await made(running, callback_id="mine")
        space = running.space("heygen", "main")
        space.clock.advance(200)
        await running.settle(space)

    secrets = [endpoint["secret"], first["data"]["secret"], second["data"]["secret"]]
    [(headers, body)] = seen
    right = hmac.new(secrets[2].encode(), body, sha256).hexdigest()
    event = json.loads(body)
    assert len(set(secrets)) == 3
    assert (headers["Signature"], headers["X-HeyGen-Signature"]) == (right, right)
    assert event["event_type"] == "avatar_video.success"
    assert (event["event_data"]["video_id"], event["event_data"]["callback_id"]) == (
        video_id,
        "mine",
    )
