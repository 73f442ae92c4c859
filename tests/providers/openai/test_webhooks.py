"""Webhook endpoints: what they are told, signed as Standard Webhooks."""

import json
from typing import Any

import pytest

from mockserver.providers.wires.standard_webhooks import sign
from tests.delivery.sink import Seen, Sink, reply
from tests.providers.openai.conftest import Api

FIXTURE = "/v1/webhook_endpoints/we_000000000000000000000001"


@pytest.fixture
async def sink(api: Api) -> Any:
    """An address; the fixture's own endpoint is gone."""
    await api.ask("DELETE", FIXTURE)
    sink = Sink()
    await sink.start()
    yield sink
    await sink.stop()


async def endpoint(api: Api, url: str, *kinds: str) -> dict[str, Any]:
    body = {"name": "ci", "url": url, "event_types": [*kinds]}
    response = await api.ask("POST", "/v1/webhook_endpoints", body)
    assert response.status == 200, await response.text()
    made: dict[str, Any] = await response.json()
    return made


def signed(seen: Seen, *secrets: str) -> str:
    """Return the header that those secrets make of what has come."""
    told = dict(header.split(": ", 1) for header in seen.headers)
    return " ".join(sign(one, told, seen.body) for one in secrets)


def test_the_signature_is_the_one_that_the_vendors_client_accepts() -> None:
    """A vector that the Python client has verified."""
    body = (
        b'{"id":"evt_6a2f0c84d19b4e7a8c3d5f60","object":"event","created_at":1790000060,'
        b'"type":"video.completed","data":{"id":'
        b'"video_6ab13b808a5c8190b7d4c1f29e6a03520d3f8b1c7e294a60"}}'
    )
    told = {
        "webhook-id": "wh_6a2f0c84d19b8190a8c3d5f60b7e4d21",
        "webhook-timestamp": "1790000060",
    }

    signature = sign("whsec_bW9ja3NlcnZlci1vcGVuYWktd2ViaG9vay1rZXktMDE=", told, body)

    assert len(body) == 174
    assert signature == "v1,MBidspHVFiTezE8C8RPYN7UbNnyZNlTQY5AuDKSWs00="


async def test_a_finished_video_is_told_to_who_wants_to_know(
    api: Api, sink: Sink
) -> None:
    await endpoint(api, sink.url("/done"), "video.completed")
    await endpoint(api, sink.url("/failed"), "video.failed")
    video_id = (await api.made())["id"]
    api.advance(120)
    await api.settle()

    (seen,) = sink.seen

    document = json.loads(seen.body)
    assert document.pop("id").startswith("evt_")
    assert document == {
        "object": "event",
        "created_at": 1893456120,
        "type": "video.completed",
        "data": {"id": video_id},
    }
    assert seen.header("user-agent") == [
        "OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)"
    ]


async def test_both_secrets_sign_for_a_day_after_a_rotation(
    api: Api, sink: Sink
) -> None:
    made = await endpoint(api, sink.url(), "video.completed")
    path = f"/v1/webhook_endpoints/{made['id']}"
    keep = {"keep_old_secret_active_for_24_hours": True}
    rotated = await (await api.ask("POST", f"{path}/rotate_secret", keep)).json()
    await api.made()
    api.advance(120)
    await api.settle()
    api.advance(24 * 3600)
    await api.made()
    api.advance(120)
    await api.settle()

    during, after = sink.seen

    new, old = rotated["signing_secret"], made["signing_secret"]
    assert new != old
    assert during.header("webhook-signature") == [signed(during, new, old)]
    assert after.header("webhook-signature") == [signed(after, new)]


async def test_a_secret_is_told_once(api: Api, sink: Sink) -> None:
    made = await endpoint(api, sink.url(), "video.completed")

    read = await (await api.get(f"/v1/webhook_endpoints/{made['id']}")).json()

    assert made["signing_secret"].startswith("whsec_")
    assert "signing_secret" not in read
    assert read["signing_secret_hint"] == made["signing_secret"][-4:]


async def test_endpoints_are_changed_listed_and_deleted(api: Api, sink: Sink) -> None:
    first = await endpoint(api, sink.url("/1"), "video.completed")
    second = await endpoint(api, sink.url("/2"), "video.failed")
    path = f"/v1/webhook_endpoints/{first['id']}"

    changed = await (await api.ask("POST", path, {"name": "prod"})).json()
    listed = await (await api.get("/v1/webhook_endpoints")).json()
    gone = await (await api.ask("DELETE", path)).json()

    assert (changed["name"], changed["url"]) == ("prod", first["url"])
    assert [one["id"] for one in listed["data"]] == [second["id"], first["id"]]
    assert gone == {
        "id": first["id"], "object": "webhook_endpoint.deleted", "deleted": True,
    }  # fmt: skip
    assert (await api.get(path)).status == 404


@pytest.mark.parametrize(("answer", "success"), [(200, True), (500, False)])
async def test_a_trial_tells_what_the_receiver_has_answered(
    api: Api, sink: Sink, answer: int, *, success: bool
) -> None:
    sink.script.append(reply(answer))
    made = await endpoint(api, sink.url(), "video.completed")
    path = f"/v1/webhook_endpoints/{made['id']}/test"

    tried = await (
        await api.ask("POST", path, {"event_type": "video.completed"})
    ).json()

    assert tried == {
        "object": "webhook_endpoint.test",
        "webhook_endpoint_id": made["id"],
        "event_type": "video.completed",
        "status_code": answer,
        "success": success,
    }
    assert len(sink.seen) == 1


async def test_events_that_there_are_not_are_refused(api: Api) -> None:
    status, error = await api.error(
        {"name": "x", "url": "https://e.test", "event_types": ["video.done"]},
        "/v1/webhook_endpoints",
    )

    assert (status, error["param"], error["code"]) == (
        400, "event_types", "invalid_value",
    )  # fmt: skip


async def test_the_names_of_all_events_are_listed(api: Api) -> None:
    names = await (await api.get("/v1/webhook_event_types")).json()

    assert len(names) == 27
    assert {"video.completed", "video.failed", "safety.alert.created"} <= {*names}
