"""Webhooks that a test receives without a server of its own."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests

from mockserver.server.mock import AsyncMockServer, MockServer
from mockserver.server.spaces import SpaceHandle

DRAFT = "64f0c0de00000000000000d1"
VIDEO: dict[str, Any] = {
    "type": "override",
    "name": "Spring offer",
    "source_draft_id": DRAFT,
    "scenes": [
        {"name": "Intro", "texts": ["Hello"], "transcript": "Welcome."},
        {"name": "Outro", "transcript": "Bye."},
    ],
}
BOTH = ["video.ready", "video.failed"]

Make = Callable[..., Any]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MockServer]:
    with MockServer(pace="step", auth="strict", media_dir=tmp_path) as running:
        yield running


def _post(space: SpaceHandle, path: str, document: dict[str, Any]) -> Any:
    key = space.credential("hourone")
    headers = {"Authorization": f"Bearer {key}", "api-key": str(key)}
    url = f"{space.url_for('hourone')}/api/v1{path}"
    answer = requests.post(url, json=document, headers=headers, timeout=5)
    assert answer.status_code == 201, answer.text
    return answer.json()


def register(space: SpaceHandle, url: str) -> Any:
    return _post(space, "/webhooks", {"name": "w", "events": BOTH, "url": url})


def order(space: SpaceHandle) -> str:
    video_id: str = _post(space, "/videos", VIDEO)["id"]
    return video_id


# Waiting


def test_waiting_moves_a_stepping_clock_until_the_webhook_comes(
    server: MockServer,
) -> None:
    space = server.space
    register(space, space.webhooks.url)
    video_id = order(space)

    webhook = space.webhooks.wait()

    assert webhook.json()["event_name"] == "video.ready"
    assert webhook.json()["data"]["id"] == video_id
    assert (webhook.method, webhook.path, webhook.number) == ("POST", "/", 1)
    assert webhook.at == space.now


def test_each_webhook_is_waited_for_once(server: MockServer) -> None:
    space = server.space
    register(space, space.webhooks.url)
    orders = {order(space), order(space)}

    told = {space.webhooks.wait().json()["data"]["id"] for _ in range(2)}

    assert told == orders


def test_a_webhook_about_a_job_is_waited_for(server: MockServer) -> None:
    space = server.space
    register(space, space.webhooks.url)
    _, second = order(space), order(space)

    webhook = space.webhooks.wait(about=space.jobs.get(second))

    assert webhook.json()["data"]["id"] == second


def test_paths_tell_webhooks_apart(server: MockServer) -> None:
    space = server.space
    register(space, space.webhooks.url_for("one"))
    register(space, space.webhooks.url_for("/two/deep"))
    order(space)

    webhook = space.webhooks.wait(path="two/deep")

    assert webhook.path == "/two/deep"
    space.webhooks.wait(path="one")
    space.webhooks.assert_received(1, path="one")


def test_where_time_stands_still_it_is_said_what_has_to_move(
    server: MockServer,
) -> None:
    space = server.open_space("still", pace="manual")
    register(space, space.webhooks.url)
    video_id = order(space)

    with pytest.raises(AssertionError) as caught:
        space.webhooks.wait()

    said = str(caught.value)
    assert "time stands still, and the next event is in " in said
    assert f"job {video_id} of hourone: started" in said
    assert "nothing has been sent, or is planned" in said


def test_what_will_never_come_is_said_at_once(server: MockServer) -> None:
    space = server.space
    order(space)

    with pytest.raises(AssertionError, match="nothing more is planned"):
        space.webhooks.wait()


def test_a_running_clock_is_waited_for_in_real_time(server: MockServer) -> None:
    space = server.open_space("quick", pace="x100000")
    register(space, space.webhooks.url)
    order(space)

    assert space.webhooks.wait().json()["event_name"] == "video.ready"


def test_a_wait_in_real_time_ends(server: MockServer) -> None:
    space = server.open_space("real", pace="real")

    with pytest.raises(AssertionError, match=r"none within 0\.05 s"):
        space.webhooks.wait(timeout_s=0.05)


async def test_an_asyncio_test_awaits(server: MockServer) -> None:
    space = server.space
    await asyncio.to_thread(register, space, space.webhooks.url)
    video_id = await asyncio.to_thread(order, space)

    webhook = await space.webhooks.wait_async(about=video_id)

    assert webhook.json()["event_name"] == "video.ready"


async def test_a_server_on_the_running_loop_is_awaited(tmp_path: Path) -> None:
    async with AsyncMockServer(pace="step", media_dir=tmp_path) as server:
        space = server.space
        await asyncio.to_thread(register, space, space.webhooks.url)
        await asyncio.to_thread(order, space)

        webhook = await space.webhooks.wait_async()

    assert webhook.json()["event_name"] == "video.ready"


def test_a_server_receives_for_all_its_spaces(server: MockServer) -> None:
    register(server.open_space("one"), server.webhooks.url)
    order(server.open_space("one"))

    assert server.webhooks.wait().json()["event_name"] == "video.ready"


# What is kept


def test_spaces_do_not_see_each_others_webhooks(server: MockServer) -> None:
    one, two = server.open_space("one"), server.open_space("two words")
    requests.post(one.webhooks.url, data="for one", timeout=5)
    requests.post(two.webhooks.url + "/x?y=1", data="for two", timeout=5)

    assert [hook.text for hook in one.webhooks] == ["for one"]
    [webhook] = two.webhooks
    assert (webhook.path, webhook.query, webhook.text) == ("/x", "y=1", "for two")


def test_a_form_is_read(server: MockServer) -> None:
    requests.post(server.webhooks.url, data={"a": "1 2", "b": ""}, timeout=5)

    assert server.webhooks[0].form == {"a": "1 2", "b": ""}


def test_a_body_that_is_no_json_is_shown(server: MockServer) -> None:
    requests.post(server.webhooks.url, data="<html>", timeout=5)

    with pytest.raises(AssertionError, match="webhook 1: found '<html>', expected"):
        server.webhooks[0].json()


def test_a_reset_empties_the_inbox(server: MockServer) -> None:
    requests.post(server.space.webhooks.url, data="old", timeout=5)

    server.space.reset()

    assert list(server.space.webhooks) == []


def test_nobody_listens_once_the_server_has_stopped(tmp_path: Path) -> None:
    with MockServer(media_dir=tmp_path) as server:
        url = server.webhooks.url

    with pytest.raises(requests.ConnectionError):
        requests.post(url, timeout=5)


def test_a_missing_webhook_is_told_with_those_that_came(server: MockServer) -> None:
    requests.post(server.webhooks.url, data="hello", timeout=5)

    server.webhooks.assert_received()
    server.webhooks.assert_received(1)
    with pytest.raises(AssertionError, match=r"(?s)1 webhooks, expected 0.*hello"):
        server.webhooks.assert_received(0)
    with pytest.raises(AssertionError, match="0 webhooks, expected at least one"):
        server.webhooks.assert_received(about="someone else")


# Answers


def test_a_status_is_answered_as_often_as_asked_for(server: MockServer) -> None:
    server.webhooks.answer(503, body="busy", headers={"Retry-After": "1"}, times=2)

    answers = [requests.post(server.webhooks.url, timeout=5) for _ in range(3)]

    assert [one.status_code for one in answers] == [503, 503, 200]
    assert (answers[0].text, answers[0].headers["Retry-After"]) == ("busy", "1")


def test_an_error_that_is_answered_makes_the_provider_try_again(
    server: MockServer,
) -> None:
    space = server.space
    register(space, space.webhooks.url)
    space.webhooks.answer(500, times=1)
    order(space)

    first, second = space.webhooks.wait(), space.webhooks.wait()

    assert first.body == second.body
    [record] = space.deliveries
    assert [one.status for one in record.attempts] == [500, 200]


async def test_a_slow_answer_keeps_nobody_else_waiting(server: MockServer) -> None:
    server.open_space("running", pace="real")
    server.webhooks.answer(after=60, times=1)

    async with httpx.AsyncClient(timeout=60) as client:
        slow = asyncio.create_task(client.post(server.webhooks.url, content="slow"))
        await server.webhooks.wait_async(about="slow", timeout_s=5)
        quick = await client.post(server.webhooks.url, content="quick")
        is_waiting = not slow.done()
        slow.cancel()

    assert (quick.status_code, is_waiting) == (200, True)


# Signatures


def test_a_right_signature_is_verified(server: MockServer) -> None:
    space = server.space
    made = register(space, space.webhooks.url)
    order(space)
    webhook = space.webhooks.wait()

    space.webhooks.verify(webhook)
    space.webhooks.verify(webhook, made["signing_secret"])
    with pytest.raises(AssertionError, match="x-hourone-signature is not what hourone"):
        space.webhooks.verify(webhook, "another secret")


def test_a_fault_tells_which_delivery_it_has_changed(server: MockServer) -> None:
    space = server.space
    register(space, space.webhooks.url)
    space.use("webhook-wrong-signature")
    video_id = order(space)

    webhook = space.webhooks.wait()

    [record] = space.deliveries
    [firing] = space.faults.get("webhook-wrong-signature").firings
    assert (firing.delivery, firing.job) == (record.id, video_id)
    assert (firing.at, firing.exchange) == (webhook.at, 0)
    assert space.jobs.only().firings == [firing]


def test_a_wrong_signature_is_found(server: MockServer) -> None:
    space = server.space
    register(space, space.webhooks.url)
    space.use("webhook-wrong-signature")
    order(space)
    webhook = space.webhooks.wait()

    with pytest.raises(AssertionError, match=r"not what hourone .*1 secrets tried"):
        space.webhooks.verify(webhook)


def test_a_missing_signature_is_found(server: MockServer) -> None:
    space = server.space
    register(space, space.webhooks.url)
    space.use("webhook-without-signature")
    order(space)
    webhook = space.webhooks.wait()

    with pytest.raises(AssertionError, match="no signature; providers that sign: fal"):
        space.webhooks.verify(webhook)


def test_a_header_that_two_providers_have_is_proven_by_either(
    server: MockServer,
) -> None:
    """OpenAI and Replicate both sign as Standard Webhooks has it."""
    space = server.space
    made = requests.post(
        f"{space.url_for('replicate')}/v1/models/mock/flagged/predictions",
        json={"input": {"prompt": "x"}, "webhook": space.webhooks.url},
        headers={"Authorization": f"Bearer {space.credential('replicate')}"},
        timeout=20,
    )
    assert made.status_code == 201
    webhook = space.webhooks.wait()

    space.webhooks.verify(webhook)
