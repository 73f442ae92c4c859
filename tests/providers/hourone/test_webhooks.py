"""Webhooks: their life, and what they are told."""

import hmac
import json
from hashlib import sha256
from typing import Any

import pytest

from mockserver.verdict.redact import Redactor
from tests.providers.hourone.conftest import (
    BROKEN_DRAFT,
    FROZEN,
    OTHER_TOKEN,
    TOKEN,
    Api,
    Listener,
    MakeApi,
)

BOTH = ["video.ready", "video.failed"]
FAILING: dict[str, Any] = {"source_draft_id": BROKEN_DRAFT, "scenes": [{"name": "a"}]}


async def register(api: Api, url: str, **changes: Any) -> Any:
    body = {"name": "ci", "events": BOTH, "url": url, **changes}
    answer = await api.post("/webhooks", body, TOKEN)
    assert answer.status == 201, answer.body
    return answer.body


async def status_of(api: Api, webhook: Any) -> str:
    status: str = (await api.get(f"/webhooks/{webhook['id']}", TOKEN)).body["status"]
    return status


async def test_a_registration_is_answered_as_documented(api: Api) -> None:
    webhook = await register(api, "http://127.0.0.1:9000/hook")

    assert len(webhook.pop("id")) == 32
    assert len(webhook.pop("signing_secret")) == 64
    assert webhook == {
        "name": "ci",
        "created_at": "2030-01-01T00:00:00.000000",
        "updated_at": "2030-01-01T00:00:00.000000",
        "status": "active",
        "events": ["video.ready", "video.failed"],
        "url": "http://127.0.0.1:9000/hook",
    }


async def test_a_change_keeps_what_it_does_not_name(api: Api) -> None:
    webhook = await register(api, "http://127.0.0.1:1/a", description="d")
    await api.advance(1.5)

    changed = await api.put(
        f"/webhooks/{webhook['id']}", {"name": "new", "url": "http://127.0.0.1:1/b"}
    )

    assert changed.status == 200
    assert changed.body == {
        **webhook,
        "name": "new",
        "url": "http://127.0.0.1:1/b",
        "updated_at": "2030-01-01T00:00:01.500000",
    }
    assert (await api.get("/webhooks", TOKEN)).body == [changed.body]


async def test_a_change_needs_name_and_address(api: Api) -> None:
    webhook = await register(api, "http://127.0.0.1:1/a")

    answer = await api.put(f"/webhooks/{webhook['id']}", {"events": ["x"]})

    assert answer.status == 422
    assert [(one["loc"], one["type"]) for one in answer.body["detail"]] == [
        (["body", "name"], "value_error.missing"),
        (["body", "url"], "value_error.missing"),
        (["body", "events", 0], "type_error.enum"),
    ]


async def test_a_webhook_is_deleted_once(api: Api) -> None:
    webhook = await register(api, "http://127.0.0.1:1/a")
    path = f"/webhooks/{webhook['id']}"

    first, second = await api.delete(path, TOKEN), await api.delete(path, TOKEN)

    assert (first.status, first.body) == (204, "")
    assert (second.status, second.body) == (404, {"detail": "Webhook not found"})


@pytest.mark.parametrize(
    ("method", "tail", "body"),
    [
        ("GET", "", None),
        ("PUT", "", {"name": "a", "url": "http://127.0.0.1/"}),
        ("DELETE", "", None),
        ("PUT", "/secret", None),
        ("PUT", "/pause", None),
        ("PUT", "/toggle-status", None),
    ],
)
async def test_another_accounts_webhook_is_not_found(
    api: Api, method: str, tail: str, body: object
) -> None:
    webhook = await register(api, "http://127.0.0.1:1/a")

    path = f"/webhooks/{webhook['id']}{tail}"
    answer = await api.call(method, path, body, headers=OTHER_TOKEN)

    assert (answer.status, answer.body) == (404, {"detail": "Webhook not found"})
    assert (await api.get("/webhooks", OTHER_TOKEN)).body == []


async def test_a_ready_video_is_told_with_a_signature_over_the_raw_body(
    api: Api, listener: Listener
) -> None:
    webhook = await register(api, listener.url)
    video = await api.finish()

    ((headers, body),) = listener.seen
    assert body == (
        b'{"event_name": "video.ready", "data": {"id": "%s", "req_id": "%s",'
        b' "draft_id": "%s", "status": "ready"}}'
        % tuple(video[name].encode() for name in ("id", "req_id", "draft_id"))
    )
    signed = hmac.new(webhook["signing_secret"].encode(), body, sha256).hexdigest()
    assert headers["x-hourone-signature"] == signed
    assert headers["Content-Type"] == "application/json"
    assert headers["Content-Length"] == str(len(body))


async def test_a_failed_video_is_told(api: Api, listener: Listener) -> None:
    await register(api, listener.url)
    await api.finish(**FAILING)

    (told,) = listener.bodies
    assert told["event_name"] == "video.failed"
    assert told["data"]["status"] == "failed"


async def test_nothing_is_told_before_the_end_and_nothing_twice(
    api: Api, listener: Listener
) -> None:
    await register(api, listener.url)
    await api.start()
    counts = []
    for seconds in (50, 150, 1e6):
        await api.advance(seconds)
        counts.append(len(listener.seen))

    assert counts == [0, 1, 1]


async def test_a_webhook_hears_only_the_events_that_it_names(
    api: Api, listener: Listener
) -> None:
    await register(api, listener.url, events=["video.failed"])
    await register(api, listener.url, events=[])

    await api.finish()
    await api.finish(**FAILING)

    assert [told["event_name"] for told in listener.bodies] == ["video.failed"]


async def test_events_can_be_spelled_with_an_underscore(
    api_with: MakeApi, listener: Listener
) -> None:
    api = await api_with(event_name_style="underscore")
    await register(api, listener.url)

    await api.finish()

    assert listener.bodies[0]["event_name"] == "video_ready"


@pytest.mark.parametrize("state", ["stopped", "cancelled"])
async def test_a_video_that_was_stopped_is_not_told(
    api: Api, listener: Listener, state: str
) -> None:
    await register(api, listener.url)
    video = await api.start()
    engine = api.space().jobs("hourone")
    provider = api.running.instance.services.providers["hourone"]
    step = provider.failure.__class__(state, provider.states[state])
    engine.force(engine.get(video["id"]), step)

    await api.advance(1000)

    assert listener.seen == []


@pytest.mark.parametrize(
    ("state", "event"),
    [("failed", "video.failed"), ("ready", "video.ready"),
     ("published", "video.ready")],
)  # fmt: skip
async def test_an_end_that_the_control_side_brings_about_is_told_at_once_and_once(
    api: Api, listener: Listener, state: str, event: str
) -> None:
    await register(api, listener.url)
    video = await api.start()
    await api.advance(20)

    answer = await api.running.client.post(
        f"/_mock/api/jobs/{video['id']}/state", json={"state": state}
    )
    await api.advance(0)
    told = [one["event_name"] for one in listener.bodies]
    await api.advance(1000)

    assert answer.status == 200, await answer.text()
    assert told == [event]
    assert len(listener.seen) == 1


async def test_a_video_that_was_ready_is_not_told_again_when_published(
    api: Api, listener: Listener
) -> None:
    await register(api, listener.url)
    video = await api.finish()

    await api.running.client.post(
        f"/_mock/api/jobs/{video['id']}/state", json={"state": "published"}
    )
    await api.advance(1000)

    assert len(listener.seen) == 1
    assert (await api.get(f"/videos/{video['id']}")).body["status"] == "published"


async def test_a_deleted_video_is_not_told(api: Api, listener: Listener) -> None:
    await register(api, listener.url)
    video = await api.start()
    await api.delete(f"/videos/{video['id']}")

    await api.advance(1000)

    assert listener.seen == []


async def test_frozen_videos_are_not_told(api: Api, listener: Listener) -> None:
    token = {"Authorization": "Bearer hourone-states-token"}
    body = {"name": "a", "events": BOTH, "url": listener.url}
    await api.post("/webhooks", body, token)

    await api.advance(1e6, "states")

    assert listener.seen == []
    assert FROZEN


async def test_playground_videos_and_previews_are_not_told(
    api: Api, listener: Listener
) -> None:
    await register(api, listener.url)
    await api.post("/playground/generate", {}, TOKEN)
    await api.post("/voice-preview", {"transcript": "a", "source_draft_id": "d"})

    await api.advance(1000)

    assert listener.seen == []


async def test_a_failed_delivery_is_tried_again_after_one_and_four_seconds(
    api: Api, listener: Listener
) -> None:
    await register(api, listener.url)
    listener.statuses = [500, 500, 500]
    await api.start()
    job = next(api.space().jobs("hourone").list_jobs())
    counts = []
    at = api.space().clock.now()
    for moment in (job.ends_at, job.ends_at + 0.9, job.ends_at + 1,
                   job.ends_at + 4.9, job.ends_at + 5, job.ends_at + 1000):  # fmt: skip
        await api.advance(moment - at)
        at = api.space().clock.now()
        counts.append(len(listener.seen))

    assert counts == [1, 1, 2, 2, 3, 3]
    assert len({body for _, body in listener.seen}) == 1
    assert len({seen["x-hourone-signature"] for seen, _ in listener.seen}) == 1


async def test_five_lost_events_in_a_row_make_a_webhook_inactive(
    api: Api, listener: Listener
) -> None:
    webhook = await register(api, listener.url)
    listener.statuses = [500] * 15
    states = []
    for _ in range(5):
        await api.finish()
        await api.advance(10)
        states.append(await status_of(api, webhook))

    assert states == ["active"] * 4 + ["inactive"]


async def test_one_success_between_keeps_a_webhook_active(
    api: Api, listener: Listener
) -> None:
    webhook = await register(api, listener.url)
    listener.statuses = [500] * 12 + [200] + [500] * 12
    for _ in range(9):
        await api.finish()
        await api.advance(10)

    assert len(listener.seen) == 25
    assert await status_of(api, webhook) == "active"


class TestSwitches:
    """Pause and toggle, from each status."""

    async def test_a_paused_webhook_misses_events_for_good(
        self, api: Api, listener: Listener
    ) -> None:
        webhook = await register(api, listener.url)
        paused = await api.put(f"/webhooks/{webhook['id']}/pause")
        await api.finish()
        active = await api.put(f"/webhooks/{webhook['id']}/pause")
        await api.advance(1000)

        assert (paused.body["status"], active.body["status"]) == ("paused", "active")
        assert listener.seen == []

    async def test_without_missed_events_the_toggle_goes_off_and_on(
        self, api: Api, listener: Listener
    ) -> None:
        path = f"/webhooks/{(await register(api, listener.url))['id']}/toggle-status"

        states = [(await api.put(path)).body["status"] for _ in range(3)]

        assert states == ["inactive", "active", "inactive"]

    async def test_a_paused_webhook_is_toggled_off(
        self, api: Api, listener: Listener
    ) -> None:
        webhook = await register(api, listener.url)
        await api.put(f"/webhooks/{webhook['id']}/pause")

        toggled = await api.put(f"/webhooks/{webhook['id']}/toggle-status")

        assert toggled.body["status"] == "inactive"

    async def test_missed_events_are_sent_again_oldest_first(
        self, api: Api, listener: Listener
    ) -> None:
        webhook = await register(api, listener.url)
        path = f"/webhooks/{webhook['id']}/toggle-status"
        await api.put(path)
        videos = [(await api.finish())["id"] for _ in range(3)]
        toggled = await api.put(path)
        assert listener.seen == []
        await api.advance(0)

        assert toggled.body["status"] == "pending"
        assert [told["data"]["id"] for told in listener.bodies] == videos
        assert await status_of(api, webhook) == "active"

    async def test_a_trial_that_fails_leaves_the_webhook_inactive(
        self, api: Api, listener: Listener
    ) -> None:
        webhook = await register(api, listener.url)
        path = f"/webhooks/{webhook['id']}/toggle-status"
        await api.put(path)
        await api.finish()
        listener.statuses = [500] * 3
        await api.put(path)
        await api.advance(10)
        failed = await status_of(api, webhook)
        await api.put(path)
        await api.advance(10)

        assert failed == "inactive"
        assert await status_of(api, webhook) == "active"
        assert len(listener.seen) == 4

    async def test_a_pending_webhook_can_be_paused(
        self, api: Api, listener: Listener
    ) -> None:
        webhook = await register(api, listener.url)
        await api.put(f"/webhooks/{webhook['id']}/toggle-status")
        await api.finish()
        await api.put(f"/webhooks/{webhook['id']}/toggle-status")

        paused = await api.put(f"/webhooks/{webhook['id']}/pause")

        assert paused.body["status"] == "paused"

    async def test_a_new_secret_signs_what_comes_after_it(
        self, api: Api, listener: Listener
    ) -> None:
        webhook = await register(api, listener.url)
        path = f"/webhooks/{webhook['id']}/secret"
        first, second = (await api.put(path)).body, (await api.put(path)).body
        await api.finish()

        secrets = {one["signing_secret"] for one in (webhook, first, second)}
        assert len(secrets) == 3
        ((headers, body),) = listener.seen
        key = second["signing_secret"].encode()
        signed = hmac.new(key, body, sha256).hexdigest()
        assert headers["x-hourone-signature"] == signed


async def test_nothing_leaves_the_machine_unless_allowed(api: Api) -> None:
    webhook = await register(api, "http://192.0.2.1/hook")
    await api.finish()
    await api.advance(10)

    (record,) = api.running.instance.services.outbox.deliveries(api.space())
    assert [attempt.error for attempt in record.attempts] == ["refused"] * 3
    assert record.state == "failed"
    assert await status_of(api, webhook) == "active"


async def test_secrets_are_hidden_in_the_journal(api: Api, listener: Listener) -> None:
    await register(api, listener.url)
    await api.post("/keys", None, TOKEN)
    services = api.running.instance.services
    secrets = services.providers["hourone"].secrets
    redactor = Redactor(secrets.headers, secrets.query, secrets.body)

    hook, key = (
        json.loads(redactor.body(exchange.response_body or b""))
        for exchange in sorted(services.journal.find(), key=lambda one: one.number)
    )

    assert hook["signing_secret"] == "[hidden]"
    assert key["key"] == "[hidden]"
