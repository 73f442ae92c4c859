"""Delivery rules: what a customer's webhook gets, and when."""

import hmac
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.providers.hourone.conftest import TOKEN, Api, Listener
from tests.scenarios.conftest import Play
from tests.scenarios.players import Player

READY = ["video.ready", "video.failed"]


async def _hook(customer: Player, listener: Listener) -> str:
    """Register a webhook; return its signing secret."""
    body = {"name": "ci", "events": READY, "url": listener.url}
    answer = await Api(customer.running).post("/webhooks", body, TOKEN)
    assert answer.status == 201
    secret: str = answer.body["signing_secret"]
    return secret


async def _played(
    player: Play, listener: Listener, scenario: object, jobs: int = 1
) -> tuple[Player, str]:
    """Let jobs be done under a scenario; return the customer and the secret."""
    customer = await player("hourone", scenario, pace="manual")
    secret = await _hook(customer, listener)
    for _ in range(jobs):
        await customer.order()
    await _advance(customer, 400)
    return customer, secret


async def _advance(customer: Player, seconds: float) -> None:
    customer.space.clock.advance(seconds)
    await customer.running.settle(customer.space)


def _signed(secret: str, seen: tuple[dict[str, str], bytes]) -> bool:
    headers, body = seen
    right = hmac.new(secret.encode(), body, sha256).hexdigest()
    return headers.get("x-hourone-signature") == right


async def test_without_a_scenario_a_notice_comes_once_and_signed(
    player: Play, listener: Listener
) -> None:
    _, secret = await _played(player, listener, {"scenario": "x", "rules": [NEVER]})

    assert [body["event_name"] for body in listener.bodies] == ["video.ready"]
    assert _signed(secret, listener.seen[0])


NEVER: dict[str, Any] = {"on": {"probability": 0}, "delivery": {"drop": True}}


async def test_a_lost_webhook_never_comes(player: Play, listener: Listener) -> None:
    customer, _ = await _played(player, listener, "lost-webhook")

    await _advance(customer, 86_400)

    assert listener.seen == []


async def test_a_webhook_comes_twice(player: Play, listener: Listener) -> None:
    await _played(player, listener, "webhook-twice")

    assert len(listener.seen) == 2
    assert listener.seen[0][1] == listener.seen[1][1]


async def test_a_late_webhook_comes_ten_minutes_later(
    player: Play, listener: Listener
) -> None:
    customer, _ = await _played(player, listener, "webhook-late")
    early = len(listener.seen)

    await _advance(customer, 600)

    assert early == 0
    assert len(listener.seen) == 1


async def test_the_first_webhook_is_overtaken(player: Play, listener: Listener) -> None:
    customer, _ = await _played(player, listener, "webhooks-out-of-order", jobs=2)
    first, second = [
        job.id for job in customer.space.jobs("hourone").list_jobs() if job.ordinal >= 0
    ]

    await _advance(customer, 300)

    told = [body["data"]["id"] for body in listener.bodies]
    assert sorted(told) == sorted([first, second])
    ended = {job.id: job.ends_at for job in customer.space.jobs("hourone").list_jobs()}
    assert ended[told[0]] > ended[told[1]]


async def test_a_webhook_comes_before_the_create_call_is_answered(
    player: Play, listener: Listener
) -> None:
    customer = await player("hourone", "webhook-before-answer", pace="manual")
    await _hook(customer, listener)

    await customer.order()

    assert [body["event_name"] for body in listener.bodies] == ["video.ready"]


async def test_a_job_that_was_told_of_early_keeps_its_life(
    player: Play, listener: Listener
) -> None:
    """Nothing is told twice, and the state is what it would have been."""
    customer = await player("hourone", "webhook-before-answer", pace="manual")
    await _hook(customer, listener)
    job = await customer.order()
    assert job is not None
    _, early = await customer.ask(*customer.reading(job))
    await _advance(customer, 400)
    _, late = await customer.ask(*customer.reading(job))

    assert [early["status"], late["status"]] == ["started", "ready"]
    assert len(listener.seen) == 1


async def test_a_webhooks_receiver_may_read_the_job(
    player: Play, reader: "Reader"
) -> None:
    """Neither the notice nor the create call waits for the other."""
    customer = await player("hourone", "webhook-before-answer", pace="manual")
    reader.customer = customer
    body = {"name": "ci", "events": READY, "url": reader.url}
    await Api(customer.running).post("/webhooks", body, TOKEN)

    await customer.order()
    await customer.running.settle(customer.space)

    assert customer.log == ["create 201"]
    assert reader.seen == [(200, "started")]
    (record,) = customer.running.instance.services.outbox.deliveries(customer.space)
    assert [attempt.status for attempt in record.attempts] == [200]


class Reader:
    """A receiver of webhooks that reads the job before it answers."""

    url = ""
    customer: Player | None = None

    def __init__(self) -> None:
        self.seen: list[tuple[int | str, str]] = []

    async def receive(self, request: web.Request) -> web.Response:
        event = await request.json()
        assert self.customer is not None
        reading = self.customer.reading(event["data"]["id"])
        status, document = await self.customer.ask(*reading)
        self.seen.append((status, document["status"]))
        return web.Response()


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    """Return a receiver that reads the job."""
    made = Reader()
    app = web.Application()
    app.router.add_post("/hook", made.receive)
    server = TestServer(app)
    await server.start_server()
    made.url = str(server.make_url("/hook"))
    yield made
    await server.close()


async def test_a_wrong_signature_has_the_right_form(
    player: Play, listener: Listener
) -> None:
    _, secret = await _played(player, listener, "webhook-wrong-signature")

    assert not _signed(secret, listener.seen[0])
    assert len(listener.seen[0][0]["x-hourone-signature"]) == 64


async def test_a_signature_is_missing(player: Play, listener: Listener) -> None:
    await _played(player, listener, "webhook-without-signature")

    assert "x-hourone-signature" not in listener.seen[0][0]


async def test_a_webhook_says_that_it_is_a_page(
    player: Play, listener: Listener
) -> None:
    await _played(player, listener, "webhook-wrong-type")

    assert listener.seen[0][0]["Content-Type"] == "text/html"


@pytest.mark.parametrize(
    "delivery",
    [{"size": "64KiB"}, {"body": "{}"}, {"content_type": "text/html"}, {"copies": 1},
     {"late": "5s"}, {"reorder": True}, {"again": "5s"}, {"skew": "5m"}],
    ids=str,
)  # fmt: skip
async def test_what_is_sent_is_what_is_signed(
    player: Play, listener: Listener, delivery: dict[str, Any]
) -> None:
    """Every delivery rule but those about the signature leaves it right."""
    rule = {"rules": [{"delivery": delivery}], "scenario": "x"}

    _, secret = await _played(player, listener, rule)

    headers, body = listener.seen[0]
    assert _signed(secret, listener.seen[0])
    assert headers["Content-Length"] == str(len(body))


async def test_each_retry_is_signed_as_it_is_sent(
    player: Play, listener: Listener
) -> None:
    listener.statuses = [500]
    rule = {"rules": [{"delivery": {"size": "64KiB"}}], "scenario": "x"}
    customer, secret = await _played(player, listener, rule)

    await _advance(customer, 3600)

    assert [len(body) for _, body in listener.seen] == [65_536, 65_536]
    assert [_signed(secret, one) for one in listener.seen] == [True, True]


async def test_a_longer_body_with_a_wrong_signature_stays_wrong(
    player: Play, listener: Listener
) -> None:
    rules = [{"delivery": {"signature": "wrong"}}, {"delivery": {"size": "64KiB"}}]

    _, secret = await _played(player, listener, {"scenario": "x", "rules": rules})

    assert not _signed(secret, listener.seen[0])


async def test_a_webhook_is_oversized(player: Play, listener: Listener) -> None:
    await _played(player, listener, "webhook-oversized")

    assert len(listener.seen[0][1]) == 2 * 1024 * 1024
    assert listener.bodies[0]["event_name"] == "video.ready"


async def test_a_rule_may_be_about_one_event(player: Play, listener: Listener) -> None:
    rule = {"on": {"event": "video.fail*"}, "delivery": {"drop": True}}

    await _played(player, listener, {"scenario": "x", "rules": [rule]})

    assert len(listener.seen) == 1


async def test_a_rule_may_be_about_one_job(player: Play, listener: Listener) -> None:
    rule = {"on": {"job": 2}, "delivery": {"drop": True}}

    customer, _ = await _played(
        player, listener, {"scenario": "x", "rules": [rule]}, jobs=2
    )

    (first, _) = [
        job.id for job in customer.space.jobs("hourone").list_jobs() if job.ordinal >= 0
    ]
    assert [body["data"]["id"] for body in listener.bodies] == [first]


async def test_a_body_may_be_another_one(player: Play, listener: Listener) -> None:
    rule = {"delivery": {"body": "<html>"}}

    await _played(player, listener, {"scenario": "x", "rules": [rule]})

    assert listener.seen[0][1] == b"<html>"


async def test_a_webhook_tells_the_time_of_a_slow_clock(
    player: Play, listener: Listener
) -> None:
    """It is signed as it is sent."""
    said = {"body": '{"at":"2030-01-01T00:00:00Z"}', "skew": "-5m"}

    _, secret = await _played(
        player, listener, {"scenario": "x", "rules": [{"delivery": said}]}
    )

    assert listener.seen[0][1] == b'{"at":"2029-12-31T23:55:00Z"}'
    assert _signed(secret, listener.seen[0])
