"""Calls as lines of Python: what they say, and what httpx would be told."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mockserver.edge.replay.calls import Basic, Hole
from mockserver.edge.replay.python import script
from tests.edge.replay.made import ORIGIN, call

KEY = Hole("api_key", is_field=True, scope="acme")
FAKE = """
import json
from types import SimpleNamespace

def request(method, url, **how):
    print(json.dumps([method, url, how], default=lambda data: [*data]))
    return SimpleNamespace(status_code="", text="")
"""


def told(text: str, tmp_path: Path) -> list[Any]:
    """Return method, URL and the rest that a script gives to httpx."""
    (tmp_path / "httpx.py").write_text(FAKE)
    done = subprocess.run(
        [sys.executable, "-c", text],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "ACME_API_KEY": "it's a $key"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    asked: list[Any] = json.loads(done.stdout.splitlines()[0])
    return asked


def test_a_call_is_a_few_lines() -> None:
    assert script([call()], ORIGIN) == (
        "import httpx\n\n"
        'response = httpx.request("GET", "http://127.0.0.1:7357/a")\n'
        "print(response.status_code, response.text)\n"
    )


@pytest.mark.parametrize(
    "text",
    ["it's", '"$HOME" {braces}', "a\nb\\n\t", '{"a": "b"}', "é%s\N{SNOWMAN}", '"""'],
)
def test_every_text_is_the_same_after_python(text: str, tmp_path: Path) -> None:
    asked = told(script([call("POST", body=(text,))], ORIGIN), tmp_path)

    assert bytes(asked[2]["content"]).decode() == text


def test_the_environment_stands_where_a_secret_was(tmp_path: Path) -> None:
    one = call(headers=(("X-Key", ("Key ", KEY)),), target=("/a?key=", KEY, "&b=1"))

    asked = told(script([one], ORIGIN), tmp_path)

    assert asked == [
        "GET",
        "http://127.0.0.1:7357/a?key=it's a $key&b=1",
        {"headers": {"X-Key": "Key it's a $key"}},
    ]


def test_user_and_password_are_coded_by_python(tmp_path: Path) -> None:
    one = call(headers=(("Authorization", ("Basic ", Basic(("me:", KEY)))),))

    asked = told(script([one], ORIGIN), tmp_path)

    assert asked[2]["headers"]["Authorization"] == "Basic bWU6aXQncyBhICRrZXk="


def test_a_header_that_comes_twice_is_sent_twice(tmp_path: Path) -> None:
    asked = told(
        script([call(headers=(("X-A", ("1",)), ("x-a", ("é",))))], ORIGIN), tmp_path
    )

    assert asked[2]["headers"] == [["X-A", "1"], ["x-a", [195, 169]]]


def test_bytes_are_sent_as_they_were(tmp_path: Path) -> None:
    asked = told(script([call("PUT", body=b"\xff\x00")], ORIGIN), tmp_path)

    assert asked[2]["content"] == [255, 0]


def test_an_empty_header_is_sent_empty(tmp_path: Path) -> None:
    asked = told(script([call(headers=(("X-Empty", ()),))], ORIGIN), tmp_path)

    assert asked[2]["headers"] == {"X-Empty": ""}


def test_a_script_says_nothing_twice() -> None:
    one = call(headers=(("X-Key", (KEY,)),))

    text = script([one, one], ORIGIN)

    assert text.startswith("import os\n\nimport httpx\n\n")
    assert text.count("httpx.request(") == 1
