"""A job fails with an error of its provider, and its client reads that one's words."""

from typing import Any

import pytest

from tests.edge.conftest import Serve


@pytest.mark.parametrize(
    ("slug", "path", "order", "where", "name", "told"),
    [
        ("luma", "/dream-machine/v1/generations/video",
         {"model": "ray-2", "prompt": "A tiger"}, "/dream-machine/v1/generations/{}",
         "flagged", {"state": "failed", "failure_reason": "Frame moderation failed"}),
        ("openai", "/v1/videos",
         {"model": "sora-2", "prompt": "A cat", "seconds": "4"}, "/v1/videos/{}",
         "blocked",
         {"status": "failed",
          "error": {"code": "moderation_blocked",
                    "message": "Your request was blocked by our moderation system."}}),
        ("runway", "/v1/text_to_video",
         {"model": "gen4.5", "promptText": "A boat", "ratio": "1280:720",
          "duration": 5}, "/v1/tasks/{}", "THIRD_PARTY.UNAVAILABLE",
         {"status": "FAILED", "failureCode": "THIRD_PARTY.UNAVAILABLE",
          "failure": "The model is currently unavailable."}),
    ],
)  # fmt: skip
async def test_the_wire_shows_it(
    serve_real: Serve,
    slug: str,
    path: str,
    order: dict[str, Any],
    where: str,
    name: str,
    told: dict[str, Any],
) -> None:
    server = await serve_real(auth="open")
    headers = {
        "Authorization": f"Bearer key_{'0' * 128}",
        "X-Runway-Version": "2024-11-06",
    }
    made = await server.client.post(f"/{slug}{path}", json=order, headers=headers)
    job = (await made.json())["id"]
    offered = (await server.get(f"/providers/{slug}"))["failures"]

    await server.post(f"/jobs/{job}/fail", {"error": name})

    read = await server.client.get(f"/{slug}{where.format(job)}", headers=headers)
    seen = await read.json()
    assert {member: seen[member] for member in told} == told
    (offer,) = (one for one in offered if one["name"] == name)
    assert offer["about"]
