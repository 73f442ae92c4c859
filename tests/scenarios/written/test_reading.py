"""YAML is read alike by the fast parser and by the one that every machine has."""

from importlib.resources.abc import Traversable

import pytest
import yaml

from mockserver import resources
from mockserver.errors import ScenarioError
from mockserver.scenarios.written.reading import read
from tests.deep import some

SHIPPED = [
    file
    for folder in (resources.scenarios(), resources.providers())
    for file in sorted(folder.iterdir(), key=lambda file: file.name)
    if file.name.endswith(".yaml")
]
WRONG = [
    ("a: b: c", "a ':' where none may be"),
    ("a:\n\tb: 1", "a tab; indent with blanks"),
    ("a: [1, 2", "brackets that do not end"),
    ("a: 'x", "a text in quotes that does not end"),
    ("a: *b", "a value that begins with '*'"),
    ('a: "\\q"', "a backslash in double quotes"),
    ("a: @b", "a sign no value begins with"),
    ("a: 1\n---\nb: 2", "a second document"),
    ("a: {x: {y}", "brackets that do not end"),
    ("[" * 2000, "parts within parts without end"),
]


@pytest.fixture(params=["fast", "everywhere"])
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "everywhere":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_what_ships_is_read_alike(
    file: Traversable, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = file.read_text("utf-8")
    fast = read(text, "it")
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)

    assert read(text, "it") == fast
    assert fast[1][()] >= 1


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize(("text", "why"), some(WRONG, of=4))
def test_what_is_no_yaml_is_told_in_the_same_words(text: str, why: str) -> None:
    with pytest.raises(ScenarioError, match=why.replace("*", r"\*")):
        read(text, "it")


@pytest.mark.usefixtures("_parser")
def test_each_part_has_its_line() -> None:
    document, lines = read("a:\n  - 1\n  - b:\n\nc: {d: 2}\non: x", "it")

    assert document == {"a": [1, {"b": None}], "c": {"d": 2}, "on": "x"}
    assert [lines["a", 1, "b"], lines["c", "d"], lines[("on",)]] == [3, 5, 6]
