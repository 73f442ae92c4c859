"""Luma's Agents API on the wire.

Source: contract luma, section 11 and appendix B.
"""

import json
import re
from typing import Any

import pytest
from aiohttp import FormData

from mockserver.edge.staging.stage import STAGE
from tests.providers.conftest import Running, Serve

KEY = {"Authorization": "Bearer luma-agents-test-key"}
OTHER = {"Authorization": "Bearer luma-agents-other-key"}
VIDEO = {
    "prompt": "A tiger",
    "type": "video",
    "model": "ray-3.2",
    "video": {"resolution": "360p", "duration": "5s"},
}


async def asked(
    running: Running, method: str, path: str, document: object = None, **how: Any
) -> tuple[int, Any]:
    """Return status and document of an answer."""
    response = await running.client.request(
        method, f"/luma-agents{path}", json=document, headers=how.get("headers", KEY)
    )
    text = await response.text()
    return response.status, json.loads(text) if text else None


@pytest.fixture
async def running(serve: Serve) -> Running:
    return await serve(providers=("luma-agents",))


async def test_a_generation_is_queued_with_all_its_keys(running: Running) -> None:
    status, told = await asked(running, "POST", "/v1/generations", VIDEO)

    assert re.fullmatch(r"[0-9a-f-]{36}", told.pop("id"))
    assert (status, told) == (
        201,
        {
            "type": "video",
            "model": "ray-3.2",
            "state": "queued",
            "created_at": "2030-01-01T00:00:00.000Z",
            "output": [],
            "failure_reason": None,
            "failure_code": None,
        },
    )


async def test_who_has_no_balance_left_has_to_pay(running: Running) -> None:
    scenario = {"scenario": "x", "rules": [{"job": {"refuse": "out-of-credits"}}]}
    space = running.space("luma-agents", "main")
    running.instance.app[STAGE].use([space], scenario)

    told = await asked(running, "POST", "/v1/generations", VIDEO)

    assert told == (402, {"detail": "Insufficient balance"})


@pytest.mark.ffmpeg
async def test_its_link_is_good_for_an_hour_and_signed_anew(
    running: Running, probe: Any
) -> None:
    _, made = await asked(running, "POST", "/v1/generations", VIDEO)
    clock, path = running.space("luma-agents", "main").clock, made["id"]
    clock.advance(120)
    _, done = await asked(running, "GET", f"/v1/generations/{path}")
    link = done["output"][0]["url"]
    file = await running.client.session.get(link)
    facts = probe(await file.read())
    clock.advance(3601)

    late = await running.client.session.get(link)
    _, again = await asked(running, "GET", f"/v1/generations/{path}")

    assert (facts.size, facts.fps) == ((640, 360), "24/1")
    assert facts.duration_s == pytest.approx(5.0, abs=0.1)
    assert late.status == 403
    assert again["output"][0]["url"] != link


async def test_a_failed_one_has_a_code_and_a_reason(running: Running) -> None:
    prompt = {**VIDEO, "prompt": "A tiger __fail"}
    _, made = await asked(running, "POST", "/v1/generations", prompt)
    running.space("luma-agents", "main").clock.advance(120)

    _, told = await asked(running, "GET", f"/v1/generations/{made['id']}")

    assert (told["state"], told["failure_code"], told["failure_reason"]) == (
        "failed",
        "generation_failed",
        "The generation failed.",
    )


async def test_nobody_sees_what_is_anothers(running: Running) -> None:
    _, made = await asked(running, "POST", "/v1/generations", VIDEO)

    told = await asked(running, "GET", f"/v1/generations/{made['id']}", headers=OTHER)

    assert told == (404, {"detail": "Generation not found"})


async def test_a_key_that_is_missing_is_told_so(running: Running) -> None:
    told = await asked(running, "POST", "/v1/generations", VIDEO, headers={})

    assert told == (401, {"detail": "Invalid or missing API key"})


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"loop": True, "duration": "10s"}, "loop is not supported with 10s or hdr"),
        ({"hdr": True, "resolution": "360p"}, "hdr is not supported at 360p"),
        ({"exr_export": True}, "exr_export requires hdr"),
        (
            {"keyframes": [{"url": "http://a"}], "keyframe_indexes": []},
            "keyframes and keyframe_indexes must have the same length",
        ),
    ],
)
async def test_what_does_not_go_together_is_refused(
    running: Running, more: dict[str, Any], text: str
) -> None:
    told = await asked(running, "POST", "/v1/generations", {**VIDEO, "video": more})

    assert told == (422, {"detail": text})


async def test_a_reference_is_of_one_kind(running: Running) -> None:
    source = {"url": "http://a.example/a.png", "file_id": "x"}

    status, told = await asked(
        running, "POST", "/v1/generations", {"prompt": "x", "source": source}
    )

    assert status == 400
    assert "source" in told["detail"]


async def test_the_limit_is_told_and_enforced_if_limits_are_real(serve: Serve) -> None:
    running = await serve(providers=("luma-agents",), limits="real")
    path = "/luma-agents/v1/generations"
    client = running.client

    first = await client.post(path, json=VIDEO, headers=KEY)
    rest = [await client.post(path, json=VIDEO, headers=KEY) for _ in range(30)]

    assert first.headers["X-RateLimit-Limit"] == "30"
    assert first.headers["X-RateLimit-Remaining"] == "29"
    assert rest[28].headers["X-RateLimit-Remaining"] == "0"
    assert [one.status for one in rest[28:]] == [201, 429]
    assert rest[29].headers["Retry-After"] == "60"
    assert await rest[29].json() == {"detail": "Too many requests"}


async def test_a_file_goes_from_pending_to_ready_to_deleted(running: Running) -> None:
    order = {"mime_type": "image/png", "size_bytes": 3}
    status, made = await asked(running, "POST", "/v1/files", order)
    path, upload = f"/v1/files/{made['id']}", made["upload"]

    early = await asked(running, "POST", f"{path}/complete")
    put = await running.client.session.put(upload["url"], data=b"png")
    ready = await asked(running, "POST", f"{path}/complete")
    gone = await asked(running, "DELETE", path)
    _, deleted = await asked(running, "GET", path)

    assert (status, made["state"], upload["method"]) == (201, "pending", "PUT")
    assert upload["headers"] == {"Content-Type": "image/png"}
    assert upload["expires_at"] == "2030-01-01T01:00:00.000Z"
    assert early == (422, {"detail": "The file has not been uploaded"})
    assert put.status == 200
    assert (ready[0], ready[1]["state"]) == (200, "ready")
    assert gone == (204, None)
    assert deleted["state"] == "deleted"
    assert deleted["deleted_at"] == "2030-01-01T00:00:00.000Z"


async def test_files_are_listed_newest_first_by_purpose(running: Running) -> None:
    for purpose in ("input", "reference", "input"):
        order = {"mime_type": "image/png", "size_bytes": 3, "purpose": purpose}
        await asked(running, "POST", "/v1/files", order)

    _, first = await asked(running, "GET", "/v1/files?limit=1&purpose=input")
    cursor = first["next_cursor"]
    _, last = await asked(
        running, "GET", f"/v1/files?limit=1&purpose=input&cursor={cursor}"
    )

    assert (first["has_more"], len(first["data"])) == (True, 1)
    assert (last["has_more"], last["next_cursor"]) == (False, None)
    assert last["data"][0]["id"] != first["data"][0]["id"]


async def test_a_file_may_come_with_a_form(running: Running) -> None:
    form = FormData()
    form.add_field("purpose", "reference")
    form.add_field("file", b"png", filename="a.png", content_type="image/png")

    made = await running.client.post("/luma-agents/v1/files", data=form, headers=KEY)
    told = await made.json()

    assert made.status == 201
    assert told["upload"] is None
    assert told["file"]["purpose"] == "reference"
    assert (told["file"]["mime_type"], told["file"]["size_bytes"]) == ("image/png", 3)
    assert (told["file"]["filename"], told["state"]) == ("a.png", "ready")


async def test_a_form_without_the_file_is_refused(running: Running) -> None:
    form = FormData()
    form.add_field("purpose", "input", content_type="text/plain")

    made = await running.client.post("/luma-agents/v1/files", data=form, headers=KEY)

    assert made.status == 400
    assert await made.json() == {"detail": "file: found no such part"}
