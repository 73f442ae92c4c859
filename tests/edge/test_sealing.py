"""Each attempt at a webhook has a date and a signature of its own."""

from collections.abc import Iterable
from typing import Any, Final

import pytest

from mockserver.app import build
from mockserver.delivery.delivery import Delivery
from mockserver.delivery.message import Message
from mockserver.delivery.parcel import FtpPut
from mockserver.edge.sealing import seal
from mockserver.engine.spaces import Space
from mockserver.providers.signing import Signing
from mockserver.providers.wires.standard_webhooks import sign

SECRET: Final = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
NEW: Final = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
AT_S: Final = 1_793_440_800.0
HEADERS: Final = (
    ("Content-Type", "application/json"),
    ("Webhook-Id", "msg_1"),
    ("Webhook-Timestamp", "1793440800"),
)
# Made with OpenSSL: of `msg_1.1793440800.{}` and `msg_1.1793440830.{}`
FIRST: Final = "v1,4MoIolt8LViFn9qTl6CG+Qmzq1QNd1Xnqm+M0kzTwSA="
SECOND: Final = "v1,7vabZHE1WCNEvhvCHNKOV/UEyUeOlf34hfSVnQHQBCg="


def both(_: Space) -> Iterable[str]:
    return (NEW, SECRET)


def neither(_: Space) -> Iterable[str]:
    return (NEW,)


SIGNING: Final = Signing("webhook-signature", sign, both, "webhook-timestamp")


@pytest.fixture
def space() -> Space:
    instance = build(pace="manual", providers=(), wall=lambda: AT_S + 30)
    return instance.services.spaces.open("one")


def planned(**more: Any) -> Delivery:
    """Return a delivery that was signed with the second secret."""
    headers = (*HEADERS, ("Webhook-Signature", FIRST))
    message = Message("POST", "http://h/", headers, b"{}")
    return Delivery(**{"slug": "acme", "label": "x", "message": message, **more})


def sealed(space: Space, delivery: Delivery, signing: Signing = SIGNING) -> Any:
    """Return what is sent of a delivery half a minute later."""
    return seal({"acme": signing}.get, space, delivery, AT_S + 30).message


@pytest.mark.parametrize("clock", ["space", "wall"])
def test_time_and_signature_are_new_and_nothing_else(space: Space, clock: str) -> None:
    sent = sealed(space, planned(dated_by=clock))

    assert sent == Message(
        "POST",
        "http://h/",
        (
            ("Content-Type", "application/json"),
            ("Webhook-Id", "msg_1"),
            ("Webhook-Timestamp", "1793440830"),
            ("Webhook-Signature", SECOND),
        ),
        b"{}",
    )


def test_the_wall_is_not_the_spaces_clock(space: Space) -> None:
    delivery = planned(dated_by="wall")

    sent = seal({"acme": SIGNING}.get, space, delivery, 0.0).message

    assert isinstance(sent, Message)
    assert sent.header("webhook-timestamp") == "1793440830"


def test_what_is_not_dated_stays_as_it_was_planned(space: Space) -> None:
    delivery = planned()

    assert seal({"acme": SIGNING}.get, space, delivery, AT_S + 30) is delivery


def test_what_was_signed_with_no_known_secret_keeps_its_signature(
    space: Space,
) -> None:
    signing = Signing("webhook-signature", sign, neither, "webhook-timestamp")

    sent = sealed(space, planned(dated_by="space"), signing)

    assert sent.header("Webhook-Signature") == FIRST


def test_a_file_is_not_signed(space: Space) -> None:
    put = FtpPut(host="h", path="a", body=b"MP4")
    delivery = planned(dated_by="space", message=put)

    assert sealed(space, delivery) == put


def test_a_provider_that_signs_nothing_sends_what_it_has_planned(space: Space) -> None:
    delivery = planned(dated_by="space", slug="other")

    assert sealed(space, delivery) == delivery.message
