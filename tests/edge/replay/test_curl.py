"""Calls as lines for a shell, that it really reads as they were."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from mockserver.edge.replay.calls import Basic, Hole, Text
from mockserver.edge.replay.curl import curl, script
from tests.clients.programs import tool
from tests.deep import some
from tests.edge.replay.made import ORIGIN, call

KEY = Hole("api_key", is_field=True)


def words(line: str, tmp_path: Path) -> list[str]:
    """Return the words that a shell gives to curl, which here only tells them."""
    fake = tmp_path / "curl"
    fake.write_text(
        f"#!{tool('python3')}\nimport json, sys\nprint(json.dumps(sys.argv))"
    )
    fake.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        env={"PATH": path, "API_KEY": "it's a $key"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    told: list[str] = json.loads(done.stdout)
    return told[1:]


def test_a_call_is_one_line() -> None:
    assert curl(call(), ORIGIN) == "curl -sSgi http://127.0.0.1:7357/a"


@pytest.mark.parametrize(
    "text",
    some(
        ["it's", '"$HOME" `id` $(id)', "a\nb\\n\t", "@file", "é%s\N{SNOWMAN}", "!x"],
        of=3,
    ),
)
def test_every_text_is_the_same_after_the_shell(text: str, tmp_path: Path) -> None:
    line = curl(call("POST", body=(text,), headers=(("X-A", (text,)),)), ORIGIN)

    told = words(line, tmp_path)

    assert told[told.index("--data-raw") + 1] == text
    assert told[told.index("-H") + 1] == f"X-A: {text}"


def test_a_variable_stands_where_a_secret_was(tmp_path: Path) -> None:
    line = curl(call(headers=(("X-Key", ("Key ", KEY)),)), ORIGIN)

    assert words(line, tmp_path)[-2:] == ["-H", "X-Key: Key it's a $key"]


def test_user_and_password_are_coded_by_the_shell(tmp_path: Path) -> None:
    told = ("Basic ", Basic(("me:", KEY)))

    line = curl(call(headers=(("Authorization", told),)), ORIGIN)

    assert words(line, tmp_path)[-1] == "Authorization: Basic bWU6aXQncyBhICRrZXk="


def test_curl_does_not_say_that_a_body_is_a_form(tmp_path: Path) -> None:
    line = curl(call("POST", body=("{}",)), ORIGIN)

    assert words(line, tmp_path)[2:4] == ["-H", "content-type:"]


@pytest.mark.parametrize(
    ("method", "body", "told"),
    some(
        [
            ("GET", None, []),
            ("POST", ("x",), []),
            ("POST", None, ["-X", "POST"]),
            ("DELETE", None, ["-X", "DELETE"]),
            ("GET", ("x",), ["-X", "GET"]),
            ("HEAD", None, ["--head"]),
        ],
        of=3,
    ),
)
def test_the_method_is_said_where_curl_would_take_another(
    method: str, body: Text | None, told: list[str], tmp_path: Path
) -> None:
    said = words(curl(call(method, body=body), ORIGIN), tmp_path)[2:]

    assert said[: len(told)] == told
    assert ("-X" in said or "--head" in said) is bool(told)


def test_bytes_come_over_a_pipe(tmp_path: Path) -> None:
    line = curl(call("POST", body=b"\xff\x00"), ORIGIN)

    assert line.startswith("printf %s /wA= | base64 -d | curl ")
    assert words(line, tmp_path)[-2:] == ["--data-binary", "@-"]


def test_an_empty_header_is_sent_empty(tmp_path: Path) -> None:
    line = curl(call(headers=(("X-Empty", ()),)), ORIGIN)

    assert words(line, tmp_path)[-1] == "X-Empty;"


def test_a_script_asks_for_what_it_needs_and_says_nothing_twice() -> None:
    one = call(headers=(("X-Key", (KEY,)),))

    assert script([one, one], ORIGIN) == (
        ': "${API_KEY:?is hidden here, set it first}"\n'
        "curl -sSgi http://127.0.0.1:7357/a \\\n"
        "  -H 'X-Key: '\"$API_KEY\"\n"
    )
