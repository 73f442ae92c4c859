"""Credentials are hidden wherever they travel, and nothing else is touched."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.verdict.redact import Redactor
from tests.deep import some

REDACTOR = Redactor(
    headers=("X-Sketch-Key",),
    query=("sig",),
    members=("password", "token"),
    values=("a-known-secret", "short"),
    paths=("/upload/",),
)
MULTIPART = b'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n%b\r\n--b--'


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Bearer abc.def", "Bearer [hidden]"),
        ("authorization", "Basic dXNlcjpwYXNz", "Basic [hidden]"),
        ("Authorization", "abc", "[hidden]"),
        ("Authorization", "abc def", "[hidden]"),
        ("Authorization", "AWS4-HMAC-SHA256 Credential=a", "AWS4-HMAC-SHA256 [hidden]"),
        ("X-Upload-Token", "k", "[hidden]"),
        ("X-Amz-Security-Token", "k", "[hidden]"),
        ("Tokenizer", "k", "k"),
        ("X-Form", "password=x&b=2", "password=[hidden]&b=2"),
        ("Proxy-Authorization", "Basic x", "Basic [hidden]"),
        ("Cookie", "a=b; c=d", "[hidden]"),
        ("Set-Cookie", "a=b", "[hidden]"),
        ("X-API-Key", "k", "[hidden]"),
        ("x-sketch-key", "k", "[hidden]"),
        ("Location", "/next?sig=abc&x=1", "/next?sig=[hidden]&x=1"),
        ("Referer", "http://me:pass@h/", "http://[hidden]@h/"),
        ("X-Other", "has a-known-secret in it", "has [hidden] in it"),
        ("Content-Type", "application/json", "application/json"),
    ],
)
def test_headers(name: str, value: str, shown: str) -> None:
    assert REDACTOR.headers([(name, value)]) == [(name, shown)]


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/a?sig=1", "/a?sig=[hidden]"),
        ("/a?x=1&SIG=%20b&y=2", "/a?x=1&SIG=[hidden]&y=2"),
        ("/a?signal=1&design=2", "/a?signal=1&design=2"),
        ("/keys/a-known-secret/x", "/keys/[hidden]/x"),
        ("/mail@2x.png", "/mail@2x.png"),
        ("/a?s%69g=1", "/a?s%69g=[hidden]"),
        ("/a?password=1&Api-Key=2", "/a?password=[hidden]&Api-Key=[hidden]"),
        ("/a?u=http%3A%2F%2Fu%3Ap%40h%2F", "/a?u=http://[hidden]@h/"),
        ("/a?j=%7B%22token%22%3A1%7D", "/a?j=%7B%22token%22:%22[hidden]%22%7D"),
        ("/keys/a-known%2Dsecret/x", "/keys/[hidden]/x"),
        ("/http%3A%2F%2Fu%3Ap%40h/x", "/http://[hidden]@h/x"),
        ("/upload/abc/def?x=1", "/upload/[hidden]/def?x=1"),
        ("/short", "/short"),
    ],
)
def test_targets(target: str, shown: str) -> None:
    assert REDACTOR.target(target) == shown


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"password":"x"}', b'{"password":"[hidden]"}'),
        (b'{"Password":{"deep":[1]}}', b'{"Password":"[hidden]"}'),
        (b'[{"a":{"token":12}}]', b'[{"a":{"token":"[hidden]"}}]'),
        (b'{"pass\\u0077ord":"x"}', b'{"password":"[hidden]"}'),
        (b'{"password":""}', b'{"password":""}'),
        (b'{"password":null}', b'{"password":null}'),
        (b'{ "a" : "password" }', b'{ "a" : "password" }'),
        (b'{"url":"http://h/?sig=1"}', b'{"url":"http://h/?sig=[hidden]"}'),
        (b'{"a":1,"password": "unfinis', b'{"a":1,"password": [hidden]'),
        (b"password=x&b=2", b"password=[hidden]&b=2"),
        (b"a=1&token=x", b"a=1&token=[hidden]"),
        (b"<a><token>x</token></a>", b"<a><token>[hidden]</token></a>"),
        (b"<a><n:token>x<b/>y</n:token></a>", b"<a><n:token>[hidden]</n:token></a>"),
        (b"<token><![CDATA[x]]></token>", b"<token>[hidden]</token>"),
        (b"<token/><b>x</b>", b"<token/><b>x</b>"),
        (b"<a b='>' token='\"x'/>", b"<a b='>' token='[hidden]'/>"),
        (b'<a token="unfinis', b'<a token="[hidden]'),
        (b'{"url":"http:\\/\\/u:p@h"}', b'{"url":"http://[hidden]@h"}'),
        (b'{"in":"{\\"token\\":1}"}', b'{"in":"{\\"token\\":\\"[hidden]\\"}"}'),
        (b'{"cut":"{\\"token\\":\\"x', b'{"cut":"{\\"token\\":[hidden]'),
        (b"x=%3Ctoken%3Ey%3C%2Ftoken%3E", b"x=%3Ctoken%3E[hidden]%3C/token%3E"),
        (b'<a token="x" b="y"/>', b'<a token="[hidden]" b="y"/>'),
        (
            MULTIPART % b"x",
            MULTIPART % b"[hidden]",
        ),
        (b"\xff\xfe a-known-secret \x00", b"\xff\xfe [hidden] \x00"),
        ('{"token":"x","ü":"é"}'.encode(), '{"token":"[hidden]","ü":"é"}'.encode()),
        (b"", b""),
    ],
)  # fmt: skip
def test_bodies(body: bytes, shown: bytes) -> None:
    assert REDACTOR.body(body) == shown


@given(st.binary(max_size=300))
def test_a_redactor_without_names_changes_no_body_without_urls(body: bytes) -> None:
    plain = Redactor()

    assert plain.body(body.replace(b"@", b"")) == body.replace(b"@", b"")


ANY = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=8), ANY, ANY)
def test_a_known_secret_never_shows(secret: str, before: str, after: str) -> None:
    redactor = Redactor(values=[secret])

    shown = redactor.text(f"{before}{secret}{after}")

    assert secret not in shown.replace("[hidden]", "\N{BULLET}")


@pytest.mark.parametrize(
    "body",
    some([
        b"<" * 1_000_000,
        b"name=token;\n" * 90_000,
        b'"token"' * 140_000,
        b"&token=" * 140_000,
        b'"token":"' + b"\\" * 1_000_000,
        b"{" * 1_000_000,
        b"://" * 300_000,
        b"?sig=" * 200_000,
    ], of=4),
    ids=lambda body: body[:12].decode(),
)  # fmt: skip
def test_hostile_bodies_take_no_time(body: bytes) -> None:
    started = process_time()

    REDACTOR.body(body)

    assert process_time() - started < 5


GIVEN = {
    "uploads": [{"password": "x"}, {"token": ["a-long-learned-secret"]}],
    "a": "bc",
}


def test_what_a_job_was_given_is_hidden_wherever_it_stands() -> None:
    knowing = REDACTOR.knowing(GIVEN)

    assert knowing.text("no a-long-learned-secret here") == "no [hidden] here"
    assert REDACTOR.text("no a-long-learned-secret here").startswith("no a-long")


def test_a_header_that_is_what_a_job_was_given_is_hidden_however_short() -> None:
    headers = REDACTOR.knowing(GIVEN).headers([("X-Any", "x"), ("X-Other", "bc")])

    assert headers == [("X-Any", "[hidden]"), ("X-Other", "bc")]


def test_documents_are_shown_without_secrets() -> None:
    assert REDACTOR.data(GIVEN) == {
        "uploads": [{"password": "[hidden]"}, {"token": "[hidden]"}],
        "a": "bc",
    }


def test_whole_words_that_somebody_knows_are_hidden() -> None:
    redactor = Redactor(is_known={"somebodys-key"}.__contains__)

    shown = redactor.text("see somebodys-key, not somebodys-keyring")

    assert shown == "see [hidden], not somebodys-keyring"


def test_xml_in_utf_16_is_read() -> None:
    redacted = REDACTOR.body("<token>x</token>".encode("utf-16"))

    assert redacted.decode("utf-16") == "<token>[hidden]</token>"


SECRET = "sk-live-9f8e7d6c5b4a3928"
NAMED = (
    b"--b\r\nContent-Disposition: form-data; name*=utf-8''api_key\r\n\r\n%b\r\n--b--"
)
ODD = Redactor(values=(SECRET,), is_known=lambda word: word == "of-somebody-else")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        # base64 of a secret, of a pair, without its padding, and as URLs have it
        (b'{"a": "c2stbGl2ZS05ZjhlN2Q2YzViNGEzOTI4"}', b'{"a": "[hidden]"}'),
        (b"x bWU6c2stbGl2ZS05ZjhlN2Q2YzViNGEzOTI4 y", b"x [hidden] y"),
        (b"x b2Ytc29tZWJvZHktZWxzZQ== y", b"x [hidden] y"),
        (b"x b2Ytc29tZWJvZHktZWxzZQ y", b"x [hidden] y"),
        (b"736b2d6c6976652d39663865376436633562346133393238", b"[hidden]"),
        # as headers are told of in bodies
        (
            b'{"headers": {"Authorization": "Bearer x"}}',
            b'{"headers":{"Authorization":"[hidden]"}}',
        ),
        (
            b'[{"name": "Authorization", "value": "Bearer 0123456789abcdef"}]',
            b'[{"name": "Authorization", "value": "Bearer [hidden]"}]',
        ),
        (
            b"curl -H 'Authorization: Basic 0123456789abcdef' x",
            b"curl -H 'Authorization: Basic [hidden]' x",
        ),
        # in the queries of addresses that are told
        (
            b'{"hook": "https://h.example/?key=abc&x=1"}',
            b'{"hook":"https://h.example/?key=[hidden]&x=1"}',
        ),
        (
            b"https://h.example/?subscription-key=abc",
            b"https://h.example/?subscription-key=[hidden]",
        ),
        (b"https://h.example/?api-token=abc", b"https://h.example/?api-token=[hidden]"),
        # under a name in a character set of its own
        (NAMED % b"abc", NAMED % b"[hidden]"),
    ],
)
def test_secrets_in_odd_places_are_hidden(said: bytes, shown: bytes) -> None:
    assert ODD.body(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        b"Basic responsibilities, and the bearer of good news",
        b'{"id":"cf4d8d31-0910-49c6-a898-620fe28c2df0"}',
        b"c29tZSBwbGFpbiB3b3JkcyB0aGF0IGFyZSBubyBzZWNyZXQ=",
        b"a" * 5000,
    ],
)
def test_what_only_looks_like_one_stays(said: bytes) -> None:
    assert ODD.body(said) == said
