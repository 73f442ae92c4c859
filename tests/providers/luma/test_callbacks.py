"""Callbacks: at each state, with the whole generation, tried again unless it is 200."""

from typing import Any

import pytest

from tests.providers.conftest import Serve
from tests.providers.luma.conftest import LONG_S, ROOT, Api, Inbox

FAILS = "A cat __fail:Frame moderation failed"
PHOTON = {"model": "photon-1", "prompt": "A fern"}


async def dreaming(api: Api, inbox: Inbox) -> None:
    """Let a generation begin to dream, at this very moment."""
    made = await api.made(callback_url=inbox.url)
    space = api.running.space("luma", "main")
    job = space.jobs("luma").get(made["id"])
    space.clock.set(job.entered_at(1))
    await api.settle()


async def test_each_state_but_the_first_is_told_once(api: Api, inbox: Inbox) -> None:
    made = await api.made(callback_url=inbox.url)
    await api.settle()
    api.advance(LONG_S)
    await api.settle()

    assert inbox.states == ["dreaming", "completed"]
    assert inbox.told[1] == await api.read(made["id"])
    assert inbox.told[0] == {**inbox.told[1], "state": "dreaming", "assets": None}


async def test_a_failure_is_told_with_its_reason(api: Api, inbox: Inbox) -> None:
    await api.finished(prompt=FAILS, callback_url=inbox.url)
    await api.settle()

    told = inbox.told[1]
    assert inbox.states == ["dreaming", "failed"]
    assert (told["failure_reason"], told["assets"]) == ("Frame moderation failed", None)


async def test_a_callback_is_json_and_not_signed(api: Api, inbox: Inbox) -> None:
    await api.finished(callback_url=inbox.url)
    await api.settle()

    headers, _ = inbox.seen[0]
    assert headers["Content-Type"] == "application/json"
    assert [name for name in headers if "signature" in name.lower()] == []
    assert "Authorization" not in headers


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/image", PHOTON),
        ("/image/reframe",
         {"generation_type": "reframe_image", "model": "photon-1",
          "aspect_ratio": "1:1", "media": {"url": "https://example.com/a.jpg"}}),
        ("/video/modify",
         {"generation_type": "modify_video", "model": "ray-2", "mode": "flex_1",
          "media": {"url": "https://example.com/a.mp4"}}),
        ("/video/reframe",
         {"generation_type": "reframe_video", "model": "ray-2",
          "aspect_ratio": "1:1", "media": {"url": "https://example.com/a.mp4"}}),
        ("/00000000-0000-4000-8000-000000000003/upscale", {}),
        ("/00000000-0000-4000-8000-000000000003/audio", {}),
    ],
)  # fmt: skip
async def test_every_create_may_have_one(
    api: Api, inbox: Inbox, path: str, body: dict[str, Any]
) -> None:
    await api.finished(body, path=path, callback_url=inbox.url)
    await api.settle()

    assert inbox.states == ["dreaming", "completed"]
    assert inbox.told[0]["request"]["callback_url"] == inbox.url


@pytest.mark.parametrize("status", [201, 204, 302, 404, 500])
async def test_whatever_is_no_200_is_tried_again_a_tenth_of_a_second_later(
    api: Api, inbox: Inbox, status: int
) -> None:
    inbox.statuses.extend([status, 200])
    await dreaming(api, inbox)
    first = inbox.states
    api.advance(0.09)
    await api.settle()
    early = inbox.states
    api.advance(0.02)
    await api.settle()

    assert (first, early) == (["dreaming"], ["dreaming"])
    assert inbox.states == ["dreaming", "dreaming"]
    assert inbox.seen[0][1] == inbox.seen[1][1]


async def test_after_three_more_tries_nobody_tells_it_again(
    api: Api, inbox: Inbox
) -> None:
    inbox.statuses.extend([500] * 5)
    await dreaming(api, inbox)
    for _ in range(6):
        api.advance(0.11)
        await api.settle()

    assert inbox.states == ["dreaming"] * 4


async def test_an_attempt_has_five_seconds(serve: Serve, inbox: Inbox) -> None:
    api = Api(await serve(delivery_timeout_s=30.0))
    await api.finished(callback_url=inbox.url)
    await api.settle()

    space = api.running.space("luma", "main")
    told = api.running.instance.services.outbox.deliveries(space)
    assert [one.delivery.timeout_s for one in told] == [5.0, 5.0]


async def test_the_end_waits_until_the_state_before_has_been_told(
    api: Api, inbox: Inbox
) -> None:
    inbox.statuses.append(500)
    await api.finished(callback_url=inbox.url)
    await api.settle()

    assert inbox.states == ["dreaming", "dreaming", "completed"]


async def test_of_a_deleted_generation_nobody_is_told(api: Api, inbox: Inbox) -> None:
    made = await api.made(callback_url=inbox.url)
    await api.ask("DELETE", f"{ROOT}/generations/{made['id']}")
    api.advance(LONG_S)
    await api.settle()

    assert inbox.states == []


async def test_without_an_address_nothing_is_sent(api: Api) -> None:
    await api.finished()
    await api.settle()

    outbox = api.running.instance.services.outbox
    assert [*outbox.deliveries(api.running.space("luma", "main"))] == []
