"""Receivers of webhooks: what a careless one earns, and a careful one does not."""

from typing import Any, NamedTuple

import pytest

from tests.providers.hourone.conftest import Listener
from tests.verdict.conftest import Client, Meet, told


class Receiver(NamedTuple):
    """What a receiver answers, on which day, and what is said of it.

    Attributes:
        statuses: Of its first answers; 200 afterwards.
        day: Scenarios.
        said: What the finding says; empty if there is none.
        is_there: Somebody listens.
    """

    statuses: tuple[int, ...] = ()
    day: tuple[str, ...] = ()
    said: str = ""
    is_there: bool = True


# By rule: who earns it, and who does not on the same day.
RECEIVERS: dict[str, tuple[Receiver, Receiver]] = {
    "webhook-refused": (
        Receiver((500,), said="video.ready was answered 500"),
        Receiver((200,)),
    ),
    "webhook-unverified": (
        Receiver(
            day=("webhook-wrong-signature",),
            said="video.ready was wrongly signed, and answered 200",
        ),
        Receiver((401,) * 9, day=("webhook-wrong-signature",)),
    ),
    "webhook-not-idempotent": (
        Receiver(
            (200, 409),
            day=("webhook-twice",),
            said="video.ready came 2 times, answered [200, 409]",
        ),
        Receiver(day=("webhook-twice",)),
    ),
    "webhook-unreachable": (
        Receiver(
            said="3 attempts at video.ready have reached nobody (connect)",
            is_there=False,
        ),
        Receiver(),
    ),
}


async def _found(hooked: Meet, listener: Listener, receiver: Receiver) -> Any:
    listener.statuses = [*receiver.statuses]
    if not receiver.is_there:
        listener.url = "http://127.0.0.1:9/hook"
    client: Client = await hooked(*receiver.day)
    await told(client)
    assert receiver.is_there == (len(listener.seen) >= 1)
    return client.findings()


@pytest.mark.parametrize("rule", RECEIVERS)
async def test_a_careless_receiver_earns_it(
    hooked: Meet, listener: Listener, rule: str
) -> None:
    careless, _ = RECEIVERS[rule]

    assert (await _found(hooked, listener, careless))[rule] == careless.said


@pytest.mark.parametrize("rule", RECEIVERS)
async def test_a_careful_receiver_earns_nothing(
    hooked: Meet, listener: Listener, rule: str
) -> None:
    _, careful = RECEIVERS[rule]

    assert await _found(hooked, listener, careful) == {}
