"""Standard Webhooks: the contract's vector, and what takes part in a signature."""

import re
from collections.abc import Mapping
from typing import Final

from mockserver.engine.chance import Chance
from mockserver.engine.spaces import Space
from mockserver.providers.signing import Signing
from mockserver.providers.wires.standard_webhooks import headers, new_secret, sign

SECRET: Final = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
TOLD: Final[Mapping[str, str]] = {
    "webhook-id": "msg_2mAnhbBjQOh4mEs1JzfQ8vT0x9Y",
    "webhook-timestamp": "1793440800",
}
BODY: Final = (  # contract replicate, section 6: 553 bytes
    b'{"completed_at":null,"created_at":"2026-11-20T10:00:00.123Z","data_rem'
    b'oved":false,"error":null,"id":"5a0xq7s2b9rmc0csk3v9t4w8ye","input":{"p'
    b'rompt":"a lighthouse"},"logs":"","metrics":{},"model":"google/veo-3.1"'
    b',"output":null,"started_at":null,"status":"starting","urls":{"cancel":'
    b'"https://api.replicate.com/v1/predictions/5a0xq7s2b9rmc0csk3v9t4w8ye/c'
    b'ancel","get":"https://api.replicate.com/v1/predictions/5a0xq7s2b9rmc0c'
    b'sk3v9t4w8ye","web":"https://replicate.com/p/5a0xq7s2b9rmc0csk3v9t4w8ye'
    b'"},"version":"hidden","webhook":"https://hooks.example.test/r"}'
)
RIGHT: Final = "v1,AH6xFG0/f3v7HE9Hxd1G+cX5GHkxnOsS1PZYx0t6TkM="


def _none(_: Space) -> list[str]:
    return []


SIGNING: Final = Signing("webhook-signature", sign, _none)


def test_the_vector_of_the_contract_is_signed_as_it_says() -> None:
    assert sign(SECRET, TOLD, BODY) == RIGHT


def test_a_receiver_accepts_the_vector_whatever_the_case_of_its_headers() -> None:
    sent = {name.title(): value for name, value in TOLD.items()}

    assert SIGNING.proves({**sent, "Webhook-Signature": RIGHT}, BODY, [SECRET])


def test_one_byte_more_is_refused() -> None:
    sent = {**TOLD, "webhook-signature": RIGHT}

    assert not SIGNING.proves(sent, BODY + b" ", [SECRET])


def test_another_time_is_refused() -> None:
    sent = {**TOLD, "webhook-timestamp": "1793440801", "webhook-signature": RIGHT}

    assert not SIGNING.proves(sent, BODY, [SECRET])


def test_another_id_is_refused() -> None:
    sent = {**TOLD, "webhook-id": "msg_", "webhook-signature": RIGHT}

    assert not SIGNING.proves(sent, BODY, [SECRET])


def test_a_new_secret_is_standard_base64_without_a_second_underscore() -> None:
    drawn = {new_secret(Chance("a", number)) for number in range(50)}

    assert len(drawn) == 50
    assert {bool(re.fullmatch("whsec_[A-Za-z0-9+/]{32}", one)) for one in drawn} == {
        True
    }


def test_what_goes_with_a_webhook_proves_it() -> None:
    sent = headers(SECRET, b"{}", chance=Chance("a"), at_s=1793440800.9)

    assert sent["webhook-timestamp"] == "1793440800"
    assert re.fullmatch("msg_[A-Za-z0-9]{27}", sent["webhook-id"])
    assert SIGNING.proves(sent, b"{}", [SECRET])


def test_the_same_webhook_has_the_same_id_again() -> None:
    first = headers(SECRET, b"{}", chance=Chance("a"), at_s=1.0)
    again = headers(SECRET, b"{}", chance=Chance("a"), at_s=60.0)

    assert first["webhook-id"] == again["webhook-id"]
