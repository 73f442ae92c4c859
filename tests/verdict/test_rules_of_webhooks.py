"""Receivers of webhooks: what a careless one earns, and a careful one does not."""

from tests.providers.hourone.conftest import Listener
from tests.verdict.conftest import Client, Meet, told


async def _told(hooked: Meet, listener: Listener, *scenarios: object) -> Client:
    client = await hooked(*scenarios)
    await told(client)
    assert len(listener.seen) >= 1
    return client


async def test_a_receiver_that_refuses_is_told(
    hooked: Meet, listener: Listener
) -> None:
    listener.statuses = [500]

    client = await _told(hooked, listener)

    found = client.findings()
    assert found["webhook-refused"] == "video.ready was answered 500"


async def test_a_receiver_that_verifies_earns_nothing_by_bad_signatures(
    hooked: Meet, listener: Listener
) -> None:
    listener.statuses = [401] * 9

    client = await _told(hooked, listener, "webhook-wrong-signature")

    assert client.findings() == {}


async def test_a_receiver_that_takes_a_wrong_signature_is_told(
    hooked: Meet, listener: Listener
) -> None:
    client = await _told(hooked, listener, "webhook-wrong-signature")

    found = client.findings()
    said = "video.ready was wrongly signed, and answered 200"
    assert found == {"webhook-unverified": said}


async def test_a_receiver_that_refuses_the_second_copy_is_told(
    hooked: Meet, listener: Listener
) -> None:
    listener.statuses = [200, 409]

    client = await _told(hooked, listener, "webhook-twice")

    found = client.findings()
    said = "video.ready came 2 times, answered [200, 409]"
    assert found["webhook-not-idempotent"] == said


async def test_a_receiver_that_takes_both_copies_earns_nothing(
    hooked: Meet, listener: Listener
) -> None:
    client = await _told(hooked, listener, "webhook-twice")

    assert client.findings() == {}


async def test_an_address_where_nobody_listens_is_told(
    hooked: Meet, listener: Listener
) -> None:
    listener.url = "http://127.0.0.1:9/hook"
    client = await hooked()

    await told(client)

    found = client.findings()
    said = "3 attempts at video.ready have reached nobody (connect)"
    assert found["webhook-unreachable"] == said
