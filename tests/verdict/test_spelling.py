"""Secrets are hidden however they are spelled; what holds none stays as it is."""

import gzip
import zlib
from base64 import b64encode
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.verdict.redact import Redactor
from mockserver.verdict.spelling import last_name, spelled, unpacked, wide_encoding

KEY = "sk-live/9f8e7d6c5b4a3928"
REDACTOR = Redactor(
    headers=("x-sketch-key",),
    query=("sig",),
    members=("password",),
    values=(KEY,),
    is_known={"of-somebody-else"}.__contains__,
)


def escaped(text: str) -> str:
    """Return a text as JSON may have it."""
    return "".join(f"\\u{ord(letter):04x}" for letter in text)


def quoted(text: str, times: int = 1) -> str:
    """Return a text as URLs may have it."""
    coded = "".join(f"%{ord(letter):02x}" for letter in text)
    return coded.replace("%", "%" + "25" * (times - 1))


WHOLE = b64encode(b'{"key": "%b"}' % KEY.encode()).decode()
TWICE = b64encode(b64encode(KEY.encode())).decode()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        # letters that JSON escapes, where nothing can be read as a document
        (f'{{"a":"{escaped(KEY)}","b":"cut', '{"a":"[hidden]","b":"cut'),
        ('{"a":"sk-live\\/9f8e7d6c5b4a3928","b":"cut', '{"a":"[hidden]","b":"cut'),
        ('{"p\\u0061ssword":"x1","b":"cut', '{"password":[hidden],"b":"cut'),
        ('{"in":"{\\"\\\\u0070assword\\":\\"x', '{"in":"{\\"password\\":[hidden]'),
        (f'{{"{escaped(KEY)}":1}}', '{"[hidden]":1}'),
        (f'{{"a":"{escaped("of-somebody-else")}', '{"a":"[hidden]'),
        ('{"a":NaN,"p\\u0061ssword":"x"}', '{"a":NaN,"password":[hidden]}'),
        ('{"p\\u0061ssword":"x"}\n{}', '{"password":[hidden]}\n{}'),
        ('data: {"p\\u0061ssword":"x"}\n\n', 'data: {"password":[hidden]}\n\n'),
        ("{'password': 'x'}", "{'password': '[hidden]'}"),
        # letters that XML escapes
        ("<a>&#x73;k-live&#47;9f8e7d6c5b4a3928</a>", "<a>[hidden]</a>"),
        ('<a x="http://me:x&#64;h/"/>', '<a x="http://[hidden]@h/"/>'),
        # letters that URLs encode, once or twice
        (f"a={quoted(KEY, 2)}", "a=[hidden]"),
        (f"see http://h/?a={quoted(KEY)}", "see http://h/?a=[hidden]"),
        (f'{{"u":"http://h/{quoted(KEY)}/x"}}', '{"u":"http://h/[hidden]/x"}'),
        ('{"u":"http://h/?s%69g=x"}', '{"u":"http://h/?s%69g=[hidden]"}'),
        ('{"u":"http://h/#access_token=x"}', '{"u":"http://h/#access_token=[hidden]"}'),
        ("p%61ssword=x&u=http://h/", "p%61ssword=[hidden]&u=http://h/"),
        ("p%2561ssword=x", "p%2561ssword=[hidden]"),
        ("user[password]=x&a=1", "user[password]=[hidden]&a=1"),
        ("user%5Bpassword%5D=x&a=1", "user%5Bpassword%5D=[hidden]&a=1"),
        ('{"user.password":"x"}', '{"user.password":"[hidden]"}'),
        ("a=1;password=x", "a=1;password=[hidden]"),
        # base64 of a text that holds one
        (WHOLE, "[hidden]"),
        (f"x {TWICE} y", "x [hidden] y"),
        # headers that a body tells of
        ("GET / HTTP\r\nX-API-Key: abc12345", "GET / HTTP\r\nX-API-Key: [hidden]"),
        ("Cookie: sid=abc12345; a=b", "Cookie: [hidden] a=b"),
        ('{"h":["X-Sketch-Key","abc1"]}', '{"h":["X-Sketch-Key","[hidden]"]}'),
        ('{"key":"My-Secret","value":"a"}', '{"key":"My-Secret","value":"[hidden]"}'),
        ('{"headers":{"X-Sketch-Key":"a"}}', '{"headers":{"X-Sketch-Key":"[hidden]"}}'),
    ],
)  # fmt: skip
def test_a_body_hides_secrets_however_they_are_spelled(said: str, shown: str) -> None:
    assert REDACTOR.body(said.encode()).decode() == shown


PART = "--b\r\nContent-Disposition: form-data; {}\r\n\r\n{}\r\n--b--"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (("name='password'", "x"), ("name='password'", "[hidden]")),
        (('name = "password"', "x"), ('name = "password"', "[hidden]")),
        (
            (f'name="f"; filename="{KEY}.png"', "x"),
            ('name="f"; filename="[hidden].png"', "x"),
        ),
        (
            (f"name=f; filename*=utf-8''{quoted(KEY)}.png", "x"),
            ("name=f; filename*=utf-8''[hidden].png", "x"),
        ),
        (
            ('name="f"', '{"p\\u0061ssword":"x"}'),
            ('name="f"', '{"password":[hidden]}'),
        ),
    ],
)
def test_a_part_of_a_form_hides_them_in_its_head_too(
    said: tuple[str, str], shown: tuple[str, str]
) -> None:
    body = REDACTOR.body(PART.format(*said).encode())

    assert body.decode() == PART.format(*shown)


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        (f"/x/{quoted(KEY, 2)}", "/x/[hidden]"),
        (f"/x?a={quoted(KEY, 3)}", "/x?a=[hidden]"),
        ("/x?s%2569g=x", "/x?s%2569g=[hidden]"),
        ("/x?a=1?sig=x", "/x?a=1?sig=[hidden]"),
        ("/x;sig=abc/y", "/x;sig=[hidden]"),
        ("/x%3Fsig=abc", "/x?sig=[hidden]"),
        ("/x#sig=abc", "/x%23sig=[hidden]"),
        ("me:pass@h:443", "[hidden]@h:443"),
        (f"/x?{quoted(KEY)}=1", "/x?[hidden]=1"),
        (f"/x?{KEY}", "/x?[hidden]"),
        ("/x?user[token]=x", "/x?user[token]=[hidden]"),
        (
            "/x?u=http%253A%252F%252Fh%252F%253Fa%253D1%2526sig%253Dx",
            "/x?u=http://h/?a=1%2526sig=[hidden]",
        ),
    ],
)
def test_a_target_hides_them_too(target: str, shown: str) -> None:
    assert REDACTOR.target(target) == shown


@pytest.mark.parametrize(
    ("pair", "shown"),
    [
        ((KEY, "x"), ("[hidden]", "x")),
        (("of-somebody-else", "x"), ("[hidden]", "x")),
        (("X-Any", quoted(KEY)), ("X-Any", "[hidden]")),
        (("Location", "?sig=x"), ("Location", "?sig=[hidden]")),
        (("Cookie2", "a=b"), ("Cookie2", "[hidden]")),
        (("X-Jwt", "a.b.c"), ("X-Jwt", "[hidden]")),
        (("Ocp-Apim-Subscription-Key", "a"), ("Ocp-Apim-Subscription-Key", "[hidden]")),
        (("X-Json", '{"p\\u0061ssword":"x"'), ("X-Json", '{"password":[hidden]')),
    ],
)
def test_a_header_hides_them_in_its_name_too(
    pair: tuple[str, str], shown: tuple[str, str]
) -> None:
    assert REDACTOR.headers([pair]) == [shown]


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_packed_body_is_hidden_if_it_holds_one(pack: object) -> None:
    assert callable(pack)
    assert REDACTOR.body(pack(b'{"password":"x"}')) == b"[hidden]"
    assert REDACTOR.body(pack(b'{"a":"x"}')) == pack(b'{"a":"x"}')
    assert REDACTOR.body(pack(b'{"a":"x"}')[:-6]) == pack(b'{"a":"x"}')[:-6]


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-8-sig"]
)
def test_letters_of_more_than_a_byte_are_read(encoding: str) -> None:
    body = REDACTOR.body('{"password":"x"'.encode(encoding))
    known = REDACTOR.body(f"see {KEY} there".encode(encoding))

    assert body.decode(encoding) == '{"password":[hidden]'
    assert known.decode(encoding) == "see [hidden] there"


def test_the_beginning_of_a_secret_is_hidden_where_a_body_was_cut() -> None:
    assert REDACTOR.body(b'{"a":"sk-live/9f8', is_cut=True) == b'{"a":"[hidden]'
    assert REDACTOR.body(b'{"a":"sk-live/9f8') == b'{"a":"sk-live/9f8'
    assert REDACTOR.body(b'{"a":"ask', is_cut=True) == b'{"a":"ask'


@pytest.mark.parametrize(
    "said",
    [
        b'{"a":"caf\\u00e9 \\/ &#39; %41%zz 100%"',
        b"<a b='&#38;'>%25&amp;</a>",
        b'{"required": ["api_key", "url"]}',
        b'{"errors": ["api-key: required", "cookie: expected text"]}',
        b'{"name": "title", "value": "Summer"}',
        b"a=%C3%A9+b&c=%2525",
        b"\x1f\x8b no gzip",
        b"\xff\xfe no text",
    ],
)
def test_what_holds_none_stays_as_it_is_spelled(said: bytes) -> None:
    assert REDACTOR.body(said) == said


@given(st.text(st.sampled_from("\\u0061/&#;x97%25ab\"'"), max_size=60))
def test_any_spelling_can_be_read(text: str) -> None:
    assert Redactor().body(text.encode()) == text.encode()
    assert isinstance(spelled(text), str)


@pytest.mark.parametrize(
    "body",
    [
        b"\\" * 1_000_000,
        b"&#" * 500_000,
        b"%41" * 300_000,
        b"%25" * 300_000,
        b"a" * 1_000_000 + b"%41",
        b"&a.[" * 250_000,
        b"'password':'" * 80_000,
        b"Cookie: " * 120_000,
        b"name = " * 150_000,
        b"me" * 500_000 + b"?",
    ],
    ids=lambda body: body[:12].decode(),
)
def test_hostile_spellings_take_no_time(body: bytes) -> None:
    started = process_time()

    REDACTOR.body(body)
    REDACTOR.target(body[:200_000].decode())

    assert process_time() - started < 5


def test_parts_of_spelling() -> None:
    assert spelled("\\u0022\\u000a\\ud83d&#60;\\u0041&#66;") == (
        "\\u0022\\u000a\\ud83d&#60;AB"
    )
    assert last_name("a[b][c]") == "c"
    assert last_name("[]") == "[]"
    assert unpacked(b"x") is None
    assert wide_encoding(b"text") is None
