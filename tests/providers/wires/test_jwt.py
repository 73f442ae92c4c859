"""Tokens: they say what was put in, and nothing that somebody else has made."""

import pytest

from mockserver.providers.wires.jwt import read_token, token

CLAIMS = {"sub": "1234567890", "name": "John Doe", "iat": 1516239022}
# The example of https://jwt.io, signed with its secret.
KNOWN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
    ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
    ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
)
SECRET = b"your-256-bit-secret"


def test_a_token_is_the_one_that_all_the_world_makes() -> None:
    assert token(CLAIMS, SECRET) == KNOWN


def test_a_token_says_what_was_put_in() -> None:
    assert read_token(KNOWN, SECRET) == CLAIMS


@pytest.mark.parametrize(
    "told",
    [
        "",
        "x",
        "a.b.c",
        KNOWN[:-1],
        KNOWN.replace("eyJz", "eyJy"),
        "é.ü.ß",
        "\udc80.x.y",
    ],
)
def test_what_somebody_else_has_made_says_nothing(told: str) -> None:
    assert read_token(told, SECRET) is None


def test_another_secret_does_not_open_it() -> None:
    assert read_token(KNOWN, b"another") is None


def test_what_is_no_object_says_nothing() -> None:
    assert read_token(token([1], SECRET), SECRET) is None  # type: ignore[arg-type]
