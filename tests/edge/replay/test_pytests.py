"""A job as a module of one test: what it says; test_replays.py lets it run."""

import ast
from typing import Any

import pytest

from mockserver.edge.replay.calls import Basic, Call, Hole, Text
from mockserver.edge.replay.lives import Met
from mockserver.edge.replay.pytests import module
from mockserver.verdict.journal import Exchange
from tests.edge.conftest import Running

FIELD = Hole("api_key", is_field=True)
EVIL = '"""\n\\\x00\'; import os  # <img onerror> {braces} %s é'


def call(body: Text | bytes | None = None, **headers: Text) -> Call:
    exchange = Exchange("POST", "/a", {}, 201, {}, b"", 0, 0.0, 0.0)
    told = tuple(headers.items())
    return Call(exchange=exchange, target=("/a",), headers=told, body=body, missing=0)


@pytest.fixture
def met(server: Running) -> Met:
    services = server.instance.services
    exchange = Exchange(
        "POST", "/a", {}, 201, {}, b"", 0, 0.0, 0.0, operation="draw", slug="sketch"
    )
    space = services.spaces.open("sketch.main")
    return Met(space, services.providers["sketch"], None, [exchange])


def text_of(met: Met, *calls: Call) -> str:
    text = module(met, calls, {"scenario": "x"}, "exchange-1")
    ast.parse(text)
    return text


def asked(text: str) -> dict[str, Any]:
    """Return the headers and the body that a module would send."""
    tree = ast.parse(text)
    names = {"key": type("Key", (), {"fields": {"api_key": "of-the-test"}})}
    found: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            (target,) = node.targets
            value = compile(ast.Expression(node.value), "x", "eval")
            found[ast.unparse(target)] = eval(value, dict(names))  # noqa: S307 - ours
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "call":
            body = compile(ast.Expression(node.args[-1]), "x", "eval")
            found["body"] = eval(body, {**names, "headers": None})  # noqa: S307 - ours
    return found


def test_it_begins_in_a_space_of_its_own_with_its_scenario(met: Met) -> None:
    text = text_of(met, call())

    assert text.startswith('"""Call 0 of sketch: draw.\n')
    assert 'SCENARIO = {"scenario": "x"}\n' in text
    assert '@pytest.mark.mockserver(pace="manual")\ndef test_exchange_1(' in text
    assert "    assert status == 201\n" in text


def test_a_credential_is_asked_of_the_space(met: Met) -> None:
    text = text_of(met, call(Authorization=("Bearer ", FIELD)))

    assert '    key = mockserver.space.credential("sketch")\n' in text
    assert asked(text)["headers"] == {"Authorization": "Bearer of-the-test"}


def test_what_nobody_knows_is_asked_of_the_environment(met: Met) -> None:
    text = text_of(met, call(Token=(Hole("TOKEN"),)))

    assert '"Token": os.environ["TOKEN"],' in text
    assert "\nimport os\n" in text


def test_user_and_password_are_coded_by_the_test(met: Met) -> None:
    text = text_of(met, call(Authorization=("Basic ", Basic((FIELD, ":x")))))

    assert "from base64 import b64encode\n" in text
    assert 'basic(key.fields["api_key"] + ":x")' in text


@pytest.mark.parametrize("said", [EVIL, EVIL * 40, '{"a": "it\'s"}', "x" * 500])
def test_every_text_is_sent_as_it_was(met: Met, said: str) -> None:
    found = asked(text_of(met, call((said,), One=(said,))))

    assert found["headers"] == {"One": said}
    assert found["body"] == said.encode()


def test_bytes_are_sent_as_they_were(met: Met) -> None:
    assert asked(text_of(met, call(b"\xff\x00'\"")))["body"] == b"\xff\x00'\""


def test_headers_are_said_once_while_they_are_the_same(met: Met) -> None:
    text = text_of(met, call(One=("1",)), call(One=("1",)), call(One=("2",)))

    assert text.count("headers = {") == 2
