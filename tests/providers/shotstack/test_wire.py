"""Shotstack on the wire, as its description and its guides have it.

Source: shotstack/oas-api-definition, schemas/responses; guide on webhooks.
"""

import json
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from mockserver.edge.staging.stage import STAGE
from tests.media.sound.hearing import Heard, hear
from tests.providers.conftest import Running, Serve

KEY = {"x-api-key": "shotstack-test-key"}
EDIT: dict[str, Any] = {
    "timeline": {
        "tracks": [
            {
                "clips": [
                    {"asset": {"type": "title", "text": "A"}, "start": 0, "length": 4},
                    {
                        "asset": {"type": "title", "text": "B"},
                        "start": 4,
                        "length": 2.5,
                    },
                ]
            }
        ]
    },
    "output": {"format": "mp4", "resolution": "sd", "aspectRatio": "9:16"},
}


async def asked(
    running: Running, method: str, path: str, document: object = None, **how: Any
) -> tuple[int, Any]:
    """Return status and document of an answer."""
    headers = how.get("headers", KEY)
    response = await running.client.request(
        method, f"/shotstack{path}", json=document, headers=headers
    )
    text = await response.text()
    return response.status, json.loads(text) if text else None


async def render(running: Running, **more: object) -> str:
    """Queue a render; return its id."""
    _, told = await asked(running, "POST", "/edit/v1/render", {**EDIT, **more})
    render_id: str = told["response"]["id"]
    return render_id


@pytest.fixture
async def running(serve: Serve) -> Running:
    return await serve(providers=("shotstack",))


async def test_an_order_without_credits_is_refused_in_words(running: Running) -> None:
    scenario = {"scenario": "x", "rules": [{"job": {"refuse": "out-of-credits"}}]}
    space = running.space("shotstack", "main")
    running.instance.app[STAGE].use([space], scenario)

    told = await asked(running, "POST", "/edit/v1/render", EDIT)

    assert told == (
        403,
        {
            "success": False,
            "message": "Forbidden",
            "response": "There are no credits left",
        },
    )


@pytest.mark.parametrize("stage", ["v1", "stage"])
async def test_a_render_is_queued_on_both_stages(running: Running, stage: str) -> None:
    status, told = await asked(running, "POST", f"/edit/{stage}/render", EDIT)

    render_id = told["response"].pop("id")
    assert len(render_id) == 36
    assert (status, told) == (
        201,
        {
            "success": True,
            "message": "Created",
            "response": {"message": "Render Successfully Queued"},
        },
    )


async def test_a_finished_render_tells_its_length_and_its_links(
    running: Running,
) -> None:
    render_id = await render(running)
    running.space("shotstack", "main").clock.advance(60)

    status, told = await asked(running, "GET", f"/edit/v1/render/{render_id}")

    response = told["response"]
    assert (status, told["success"], told["message"]) == (200, True, "OK")
    assert response["status"] == "done"
    assert response["duration"] == 6.5
    assert response["url"] == (f"{running.origin}/shotstack/cdn/au/v1/{render_id}.mp4")
    assert response["data"]["output"]["aspectRatio"] == "9:16"
    assert (response["poster"], response["thumbnail"]) == (None, None)
    assert response["created"] == "2030-01-01T00:00:00.000Z"


async def test_the_edit_is_left_out_if_nobody_wants_it(running: Running) -> None:
    render_id = await render(running)

    _, told = await asked(running, "GET", f"/edit/v1/render/{render_id}?data=false")

    assert "data" not in told["response"]


async def test_the_file_is_as_large_as_was_asked_for(
    running: Running, probe: Any
) -> None:
    render_id = await render(running)
    running.space("shotstack", "main").clock.advance(60)

    file = await running.client.get(f"/shotstack/cdn/au/v1/{render_id}.mp4")

    facts = probe(await file.read())
    assert facts.size == (576, 1024)
    assert facts.duration_s == pytest.approx(6.5, abs=0.1)


async def test_a_key_that_is_missing_is_forbidden(running: Running) -> None:
    told = await asked(running, "POST", "/edit/v1/render", EDIT, headers={})

    assert told == (
        403,
        {"success": False, "message": "Forbidden", "response": "Forbidden"},
    )


async def test_an_edit_without_tracks_is_refused(running: Running) -> None:
    told = await asked(
        running,
        "POST",
        "/edit/v1/render",
        {"timeline": {}, "output": {"format": "mp4"}},
    )

    assert told == (
        400,
        {
            "success": False,
            "message": "Bad Request",
            "response": "timeline: 'tracks' is missing",
        },
    )


async def test_the_callback_is_told_of_the_render(running: Running) -> None:
    seen: list[Any] = []

    async def hook(request: web.Request) -> web.Response:
        seen.append(await request.json())
        return web.Response()

    application = web.Application()
    application.router.add_post("/hook", hook)
    async with TestServer(application) as server:
        render_id = await render(running, callback=str(server.make_url("/hook")))
        space = running.space("shotstack", "main")
        space.clock.advance(60)
        await running.settle(space)

    [told] = seen
    assert told.pop("owner")
    assert told.pop("completed").startswith("2030-01-01T00:00:")
    assert told == {
        "type": "edit",
        "action": "render",
        "id": render_id,
        "status": "done",
        "url": f"{running.origin}/shotstack/cdn/au/v1/{render_id}.mp4",
        "error": None,
    }


async def test_templates_are_kept_changed_and_forgotten(running: Running) -> None:
    path = "/edit/v1/templates"
    status, made = await asked(running, "POST", path, {"name": "A", "template": EDIT})
    key = made["response"]["id"]

    changed = await asked(
        running, "PUT", f"{path}/{key}", {"name": "B", "template": EDIT}
    )
    _, listed = await asked(running, "GET", path)
    gone = await asked(running, "DELETE", f"{path}/{key}")
    after = await asked(running, "GET", f"{path}/{key}")

    assert (status, made["response"]["message"]) == (
        201,
        "Template Successfully Created",
    )
    assert changed[1]["response"] == {
        "message": "Template Successfully Updated",
        "id": key,
    }
    assert [one["name"] for one in listed["response"]["templates"]] == ["B"]
    assert gone == (204, None)
    assert (after[0], after[1]["response"]) == (404, f"Template {key} was not found")


@pytest.mark.deep
@pytest.mark.ffmpeg
async def test_a_soundtrack_is_heard_as_it_was_asked_for(running: Running) -> None:
    track = {"src": "https://e.com/a.mp3", "effect": "fadeOut", "volume": 0.5}
    loud, faded = [
        await sound(running, {**EDIT["timeline"], "soundtrack": one})
        for one in ({"src": "https://e.com/a.mp3"}, track)
    ]

    assert (await sound(running, EDIT["timeline"])).peak == 0.0
    assert faded.part(0, 3).peak == pytest.approx(loud.part(0, 3).peak / 2, rel=0.1)
    assert faded.part(5.9, 6.5).peak < 0.4 * faded.part(0, 3).peak


async def sound(running: Running, timeline: object) -> Heard:
    render_id = await render(running, timeline=timeline)
    running.space("shotstack", "main").clock.advance(600)
    path = f"/shotstack/cdn/au/v1/{render_id}.mp4"
    return hear(await (await running.client.get(path)).read())
