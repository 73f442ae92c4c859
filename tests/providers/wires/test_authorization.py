"""The Authorization header, well-formed and otherwise."""

from base64 import b64encode

import pytest

from mockserver.errors import UnauthorizedError
from mockserver.providers.wires.authorization import authorization, basic, bearer
from tests.providers.wires.conftest import Ask


def coded(raw: bytes) -> str:
    return b64encode(raw).decode()


@pytest.mark.parametrize(
    ("header", "read"),
    [
        ("Bearer abc", ("bearer", "abc")),
        ("BEARER   abc", ("bearer", "abc")),
        ("Key id:secret", ("key", "id:secret")),
        ("Bearer", ("bearer", "")),
        ("", ("", "")),
    ],
)
def test_a_header_is_a_scheme_and_what_follows(
    ask: Ask, header: str, read: tuple[str, str]
) -> None:
    assert authorization(ask("/", {"Authorization": header})) == read


def test_no_header_is_no_scheme(ask: Ask) -> None:
    call = ask()

    assert authorization(call) == ("", "")
    assert bearer(call) == ""
    assert basic(call) == ("", "")


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic eDp5", "Key abc"])
def test_another_scheme_or_nothing_is_no_token(ask: Ask, header: str) -> None:
    assert bearer(ask("/", {"Authorization": header})) == ""


@pytest.mark.parametrize(
    "token", ["abc", "a.b-c_d~e+f/9", "eyJ.eyJ.sig", "YWJj==", "a="]
)
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "bEARER"])
def test_a_bearer_token_is_read(ask: Ask, scheme: str, token: str) -> None:
    assert bearer(ask("/", {"Authorization": f"{scheme} {token}"})) == token


@pytest.mark.parametrize("token", ["a b", "a,b", 'a"', "=abc", "a=b", "\u00e9", "a:b"])
def test_what_is_no_token_is_malformed(ask: Ask, token: str) -> None:
    call = ask("/", {"Authorization": f"Bearer {token}"})

    with pytest.raises(UnauthorizedError) as refused:
        bearer(call)

    assert refused.value.code == "malformed"
    right = "`Bearer TOKEN`, as RFC 6750 has it"
    assert call.notes == [f"the Authorization header is malformed: expected {right}"]


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (b"user:pass", ("user", "pass")),
        (b"user:pa:ss", ("user", "pa:ss")),
        (b":", ("", "")),
        (b"user:", ("user", "")),
        (b":pass", ("", "pass")),
        (b"us er:pa ss", ("us er", "pa ss")),
        ("test:123\u00a3".encode(), ("test", "123\u00a3")),
        ("test:123\u00a3".encode("latin-1"), ("test", "123\u00a3")),
    ],
)
def test_a_pair_is_read(ask: Ask, raw: bytes, read: tuple[str, str]) -> None:
    assert basic(ask("/", {"Authorization": f"basic {coded(raw)}"})) == read


@pytest.mark.parametrize(
    "value",
    [
        coded(b"user"),
        coded(b""),
        coded(b"us\ner:pass"),
        coded(b"user:pa\x7fss"),
        "dXNlcjpwYXNz!",
        "dXNlcjpwYXN",
        "user:pass",
        "\u00e9",
    ],
)
def test_what_is_no_pair_is_malformed(ask: Ask, value: str) -> None:
    call = ask("/", {"Authorization": f"Basic {value or '!'}"})

    with pytest.raises(UnauthorizedError) as refused:
        basic(call)

    assert refused.value.code == "malformed"


@pytest.mark.parametrize("header", ["Basic", "Bearer dXNlcjpwYXNz"])
def test_another_scheme_or_nothing_is_no_pair(ask: Ask, header: str) -> None:
    assert basic(ask("/", {"Authorization": header})) == ("", "")
