"""A webhook becomes a delivery about the job of the event that it tells."""

from dataclasses import dataclass, field
from typing import cast

import pytest

from mockserver.delivery.delivery import Delivery
from mockserver.delivery.message import Message
from mockserver.edge.instance import Instance
from mockserver.engine.agenda import About, Due
from mockserver.engine.spaces import Space
from mockserver.providers.services import Options, Services
from mockserver.providers.wires.webhooks import Webhook

URL = "http://127.0.0.1/hook"


@dataclass
class Post:
    """An instance that only keeps what is to be sent."""

    options: Options = field(default_factory=lambda: Options(delivery_timeout_s=3.0))
    sent: list[tuple[str, Delivery, float]] = field(default_factory=list)

    @property
    def outbox(self) -> "Post":
        return self

    def plan(self, space: Space, delivery: Delivery, at: float) -> None:
        self.sent.append((space.id, delivery, at))


@pytest.fixture
def space(instance: Instance) -> Space:
    return instance.services.spaces.open("mine")


def due(about: About | None) -> Due:
    return Due(at=70.0, number=1, kind="over", slug="acme", data={}, about=about)


def sent(webhook: Webhook, space: Space, about: About | None) -> Delivery:
    post = Post()
    webhook.send(cast("Services", post), space, due(about))
    ((where, delivery, at),) = post.sent
    assert (where, at) == ("mine", 70.0)
    return delivery


def test_a_webhook_is_posted_as_json(space: Space) -> None:
    webhook = Webhook(label="film.over", url=URL, body=b"{}")

    delivery = sent(webhook, space, About("film", 0, 70.0))

    assert delivery == Delivery(
        slug="acme",
        label="film.over",
        message=Message("POST", URL, {"Content-Type": "application/json"}, b"{}"),
        job_id="film",
        timeout_s=3.0,
    )


def test_a_webhook_may_have_its_own_headers_ladder_and_order(space: Space) -> None:
    webhook = Webhook(
        label="film.over",
        url=URL,
        body=b"a=b",
        headers={"Content-Type": "text/plain", "X-Signature": "s"},
        ladder=(1.0, 4.0),
        in_order=True,
    )

    delivery = sent(webhook, space, About("film", 0, 70.0))

    assert delivery.message == Message("POST", URL, webhook.headers, b"a=b")
    assert (delivery.ladder, delivery.order_key) == ((1.0, 4.0), "webhook film")


def test_an_event_of_no_job_is_told_without_one(space: Space) -> None:
    delivery = sent(Webhook(label="pong", url=URL, body=b""), space, None)

    assert delivery.job_id == ""


def test_a_webhook_may_have_its_own_successes_and_patience(space: Space) -> None:
    webhook = Webhook(
        label="film.over", url=URL, body=b"", accepts=((200, 200),), timeout_s=2.0
    )

    delivery = sent(webhook, space, None)

    assert (delivery.accepts, delivery.timeout_s) == (((200, 200),), 2.0)


def test_no_webhook_is_more_patient_than_the_server(space: Space) -> None:
    webhook = Webhook(label="film.over", url=URL, body=b"", timeout_s=5.0)

    assert sent(webhook, space, None).timeout_s == 3.0
