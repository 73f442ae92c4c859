"""Calls as lines of JavaScript: what they say, and what fetch would be told."""

import json
import os
import subprocess
from typing import Any

import pytest

from mockserver.edge.replay.calls import Basic, Call, Hole
from mockserver.edge.replay.javascript import script
from tests.clients import programs
from tests.edge.replay.made import ORIGIN, call

KEY = Hole("api_key", is_field=True, scope="acme")
FAKE = """
globalThis.fetch = async (url, options = {}) => {
  const { method, headers, body } = options;
  const data = body === undefined ? null : [...Buffer.from(body)];
  console.log(JSON.stringify([url, method ?? "GET", headers ?? [], data]));
  return { status: "", text: async () => "" };
};
"""


def told(*calls: Call) -> list[Any]:
    """Return URL, method, headers and bytes that a script gives to fetch."""
    done = subprocess.run(
        [*programs.interpreter("javascript"), FAKE + script(calls, ORIGIN)],
        env={"PATH": os.environ["PATH"], "ACME_API_KEY": "it's a $key"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    asked: list[Any] = json.loads(done.stdout.splitlines()[0])
    return asked


def test_a_call_is_two_lines() -> None:
    assert script([call()], ORIGIN) == (
        'let response = await fetch("http://127.0.0.1:7357/a");\n'
        "console.log(response.status, await response.text());\n"
    )


@pytest.mark.parametrize(
    "text",
    ["it's", '"$HOME" `${braces}`', "a\nb\\n\t", '{"a": "b"}', "é%s\N{SNOWMAN}"],
)
@pytest.mark.client
def test_every_text_is_the_same_after_javascript(text: str) -> None:
    for_a_template = (text, KEY)

    assert bytes(told(call("POST", body=(text,)))[3]).decode() == text
    assert (
        bytes(told(call("POST", body=for_a_template))[3]).decode()
        == f"{text}it's a $key"
    )


@pytest.mark.client
def test_the_environment_stands_where_a_secret_was() -> None:
    one = call(headers=(("X-Key", ("Key ", KEY)),), target=("/a?key=", KEY))

    assert told(one)[0::2] == [
        "http://127.0.0.1:7357/a?key=it's a $key",
        [["X-Key", "Key it's a $key"]],
    ]


@pytest.mark.client
def test_user_and_password_are_coded_by_javascript() -> None:
    one = call(headers=(("Authorization", ("Basic ", Basic(("me:", KEY)))),))

    assert told(one)[2] == [["Authorization", "Basic bWU6aXQncyBhICRrZXk="]]


@pytest.mark.client
def test_headers_have_a_character_for_each_byte_and_bytes_stay_bytes() -> None:
    asked = told(call("PUT", headers=(("X-A", ("é",)), ("x-a", ())), body=b"\xff\x00"))

    assert asked[1:] == ["PUT", [["X-A", "Ã©"], ["x-a", ""]], [255, 0]]


def test_what_had_no_type_gets_none() -> None:
    plain = call("POST", body=("x",))
    typed = call("POST", headers=(("Content-Type", ("text/x",)),), body=("x",))

    assert 'body: Buffer.from("x")' in script([plain], ORIGIN)
    assert 'body: "x"' in script([typed], ORIGIN)


def test_one_name_is_made_once() -> None:
    text = script([call(), call(target=("/b",)), call()], ORIGIN)

    assert text.count("let response = ") == 1
    assert text.count("response = await fetch(") == 2
