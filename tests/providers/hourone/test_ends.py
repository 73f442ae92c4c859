"""An end that somebody brings about is told at once, and only once."""

import pytest

from tests.providers.hourone.conftest import TOKEN, Api, Listener


async def _started(api: Api, url: str) -> str:
    """Register a webhook for everything and start a video; return the video."""
    body = {"name": "ci", "events": ["video.ready", "video.failed"], "url": url}
    assert (await api.post("/webhooks", body, TOKEN)).status == 201
    return str((await api.start())["id"])


async def _told(api: Api, listener: Listener) -> list[tuple[str, str]]:
    """Let a day pass; return which events came for which videos."""
    await api.advance(86_400)
    return [(body["event_name"], body["data"]["id"]) for body in listener.bodies]


@pytest.mark.parametrize(("method", "verb"), [("POST", "/fail"), ("DELETE", "")])
async def test_a_video_that_is_failed_or_deleted_tells_so_now(
    api: Api, listener: Listener, method: str, verb: str
) -> None:
    video = await _started(api, listener.url)
    await api.advance(20)

    answer = await api.running.client.request(method, f"/_mock/api/jobs/{video}{verb}")
    now = [body["event_name"] for body in listener.bodies]

    assert answer.status == 200
    assert now == ["video.failed"]
    assert await _told(api, listener) == [("video.failed", video)]


async def test_a_client_that_deletes_a_video_is_told_nothing(
    api: Api, listener: Listener
) -> None:
    """The provider's own operation sends no webhook (contract hourone, 3.4)."""
    video = await _started(api, listener.url)

    await api.delete(f"/videos/{video}")

    assert await _told(api, listener) == []


async def test_a_cancelled_video_is_told_to_nobody(
    api: Api, listener: Listener
) -> None:
    """No webhook is documented for it (contract hourone, section 4.1)."""
    video = await _started(api, listener.url)

    await api.running.client.post(
        f"/_mock/api/jobs/{video}/state", json={"state": "cancelled"}
    )

    assert await _told(api, listener) == []
