"""Parts of a JSON document are found, set and taken out; the document stays."""

from typing import Any

import pytest

from mockserver.scenarios.written.pointers import (
    MISSING,
    find,
    parts,
    removed,
    replaced,
)

DOCUMENT: Any = {"a": {"b": [{"c": 1}, {"c": 2}]}, "x/y": 3, "t~": 4}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/a/b/1/c", 2),
        ("/x~1y", 3),
        ("/t~0", 4),
        ("/a/b/2", MISSING),
        ("/a/b/first", MISSING),
        ("/a/b/01/c", MISSING),
        ("/a/b/" + 5000 * "1", MISSING),
        ("/a/b/\N{SUPERSCRIPT TWO}", MISSING),
        ("/a/b/\N{ARABIC-INDIC DIGIT ONE}/c", MISSING),
        ("/a/z/c", MISSING),
    ],
)
def test_a_part_is_found(pointer: str, value: object) -> None:
    assert find(DOCUMENT, parts(pointer)) == value


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("/a", {"a": 9, "x/y": 3, "t~": 4}),
        ("/n/m", {**DOCUMENT, "n": {"m": 9}}),
        ("/a/b/0/c", {**DOCUMENT, "a": {"b": [{"c": 9}, {"c": 2}]}}),
        ("/a/b/-/c", {**DOCUMENT, "a": {"b": [{"c": 1}, {"c": 2}, {"c": 9}]}}),
        ("/x~1y/z", {**DOCUMENT, "x/y": {"z": 9}}),
    ],
)
def test_a_part_is_set(pointer: str, expected: object) -> None:
    assert replaced(DOCUMENT, parts(pointer), 9) == expected


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("/a", {"x/y": 3, "t~": 4}),
        ("/a/b/0", {**DOCUMENT, "a": {"b": [{"c": 2}]}}),
        ("/a/b/0/c", {**DOCUMENT, "a": {"b": [{}, {"c": 2}]}}),
        ("/nothing/there", DOCUMENT),
    ],
)
def test_a_part_is_taken_out(pointer: str, expected: object) -> None:
    assert removed(DOCUMENT, parts(pointer)) == expected


def test_a_pointer_begins_with_a_slash() -> None:
    with pytest.raises(ValueError, match="a/b"):
        parts("a/b")
