"""Expressions: forms, chains of `or`, and names that are only handed in."""

from collections.abc import Mapping
from typing import Any

import pytest

from mockserver.errors import ScenarioError
from mockserver.scenarios.written.expressions import (
    Expression,
    Name,
    Words,
    compiled,
    expressions,
    filled,
)
from mockserver.scenarios.written.source import Source

Scene = Mapping[str, Any]
WORDS: Words[Scene] = Words(
    names={
        "film.at": Name(lambda scene: scene.get("at"), counts=True, write=str),
        "film.size": Name(lambda scene: scene.get("size")),
        "film.none": Name(lambda scene: scene.get("none")),
    },
    keyed={"said/": lambda scene, name: scene.get("said", {}).get(name)},
)
SCENE: Scene = {
    "at": 1893456000.25,
    "size": "720p",
    "said": {"title": 'Ä "b"', "count": 3, "tags": ["x"]},
}


def read(text: Any) -> Any:
    return compiled(text, Source.of(text, "t.yaml").root.at("body"), WORDS)


SHOWN = [
    ("${film.at as unix}", 1893456000),
    ("${film.at as unix as text}", "1893456000"),
    ("${film.at as unix-ms}", 1893456000250),
    ("${film.at as iso}", "2030-01-01T00:00:00Z"),
    ("${film.at as iso-ms}", "2030-01-01T00:00:00.250Z"),
    ("${film.at + 1h as iso-us}", "2030-01-01T01:00:00.250000Z"),
    ("${film.at as date}", "Tue, 01 Jan 2030 00:00:00 GMT"),
    ("${film.size as number}", 720),
    ("${film.size as upper}", "720P"),
    ("${said/title as number}", None),
    ("${said/title as json}", '"Ä \\"b\\""'),
    ("${said/title as base64}", "w4QgImIi"),
    ("${said/count as text}", "3"),
    ("${said/count as list}", [3]),
    ("${said/tags as list}", ["x"]),
    ("${film.size as unix}", None),
    ("${film.none or said/count}", 3),
    ("${film.none or said/nothing or film.size as upper}", "720P"),
    ('${film.none or said/nothing or "a or b"}', "a or b"),
    ("${said/nothing or []}", []),
    ("${said/nothing as number or 5}", 5),
]


@pytest.mark.parametrize(("text", "expected"), SHOWN)
def test_an_expression_shows(text: str, expected: object) -> None:
    assert filled(read(text), SCENE) == expected


REFUSED = [
    ("${film.at as unx}", "'unix', the nearest known name"),
    ("${film.none or film.siez}", "'film.size', the nearest known name"),
    ("${film.none or siez}", "a number, true, false, null or \"text\" after 'or'"),
    ("${film.none or}", "a number, true, false, null or \"text\" after 'or'"),
    ("${or film.none}", '${NAME}, ${NAME + 5}, ${NAME - 30s} or ${NAME or "text"}'),
    ("${film.at as}", '${NAME}, ${NAME + 5}, ${NAME - 30s} or ${NAME or "text"}'),
]


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_it_is_refused(text: str, expected: str) -> None:
    with pytest.raises(ScenarioError, match=r"^t\.yaml: body: found ") as told:
        read(text)

    assert expected in str(told.value)


def test_what_is_asked_for_can_be_listed_with_the_ways_out() -> None:
    found = [
        one.name + one.key
        for one in expressions(read({"a": ["${film.none or said/b}"], "c": "plain"}))
    ]

    assert found == ["film.none", "said/b"]


def test_an_expression_is_known_by_what_it_says() -> None:
    one: Expression[Scene] = next(expressions(read("${film.at + 5}")))

    assert one == next(expressions(read("${film.at + 5}")))
    assert one != next(expressions(read("${film.at + 6}")))
