"""Exchanges as calls: the bytes that were sent, with holes where secrets stood."""

from base64 import b64encode

import pytest

from mockserver.edge.replay.calls import Basic, Call, Hole, Reader
from mockserver.verdict.journal import Exchange
from mockserver.verdict.redact import Redactor

KEY = "the-key-of-somebody"
SECRET = "the-secret-of-somebody"
REDACTOR = Redactor(headers=["x-key"], query=["token"], members=["password"])
READER = Reader(REDACTOR, {KEY: "api_key", SECRET: "api_secret"})
WHOLE = Hole("api_key", is_field=True)


def call(
    target: str = "/sketch/drawings",
    body: bytes | None = None,
    **headers: str,
) -> Call:
    """Return the call of an exchange."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    exchange = Exchange(
        "POST", target, told, 200, {}, b"", 0, 0.0, 0.0, body, slug="sketch"
    )
    return READER.call(exchange)


def test_a_known_credential_becomes_the_field_that_holds_it() -> None:
    assert call(X_Key=KEY).headers == (("X-Key", (WHOLE,)),)


def test_what_stands_around_a_credential_stays() -> None:
    told = call(Authorization=f"Bearer {KEY}").headers

    assert told == (("Authorization", ("Bearer ", WHOLE)),)


def test_user_and_password_of_basic_authorization_are_both_fields() -> None:
    word = b64encode(f"{KEY}:{SECRET}".encode()).decode()

    ((_, told),) = call(Authorization=f"Basic {word}").headers

    pieces = (WHOLE, ":", Hole("api_secret", is_field=True))
    assert told == ("Basic ", Basic(pieces))


def test_base64_with_something_unknown_is_not_taken_apart() -> None:
    word = b64encode(f"{KEY}:of-somebody-else".encode()).decode()

    ((_, told),) = call(Authorization=f"Basic {word}").headers

    assert told == ("Basic ", Hole("AUTHORIZATION"))


def test_an_unknown_secret_is_named_after_its_header() -> None:
    assert call(X_Key="nobody-knows").headers == (("X-Key", (Hole("X_KEY"),)),)


def test_secrets_of_queries_and_bodies_are_holes() -> None:
    made = call(f"/sketch/drawings?token={KEY}&a=b", b'{"password":"hush","b":1}')

    assert made.target == ("/sketch/drawings?token=", WHOLE, "&a=b")
    assert made.body == ('{"password":"', Hole("SECRET"), '","b":1}')
    assert [*made.holes] == [WHOLE, Hole("SECRET")]


def test_a_body_that_had_to_be_written_anew_has_its_holes_all_the_same() -> None:
    made = call(body=b'{ "password": "hush" }')

    assert made.body == ('{"password":"', Hole("SECRET"), '"}')


def test_bytes_that_are_no_text_stay_bytes() -> None:
    assert call(body=b"\xff\xfe").body == b"\xff\xfe"


@pytest.mark.parametrize(
    "name", ["Content_Length", "Connection", "Accept_Encoding", "Host"]
)
def test_headers_that_whoever_asks_writes_are_left_out(name: str) -> None:
    assert call("/sketch/drawings", None, **{name: "one"}).headers == ()


def test_who_came_by_the_host_of_a_provider_needs_it_again() -> None:
    told = call("/drawings", Host="api.sketch.example").headers

    assert told == (("Host", ("api.sketch.example",)),)


def test_who_came_as_to_a_proxy_asks_for_a_path_now() -> None:
    assert call("http://api.sketch.example/drawings?a=b").target == ("/drawings?a=b",)


def test_it_says_how_much_of_a_body_is_not_kept() -> None:
    exchange = Exchange("POST", "/x", {}, 200, {}, b"", 0, 0.0, 0.0, b"0123456789")
    exchange.request_body = b"012"

    assert READER.call(exchange).missing == 7
