"""Whether a call is the one that a rule means."""

from typing import Any

import pytest

from mockserver.scenarios.written.match import _named, fits, holds


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a", "a", True),
        ("a", "ab", False),
        ("a.c", "abc", False),
        ("*", "", True),
        ("a*", "a", True),
        ("a*", "ba", False),
        ("*.mp4", "x.mp4", True),
        ("*.mp4", "x_mp4", False),
        ("a*c", "a\nb\nc", True),
        ("a*b*c", "acb", False),
        ("(*", "(x", True),
        ("ab*ba", "aba", False),
        ("a*b*b", "ab", False),
    ],
)
def test_a_star_stands_for_anything_and_all_else_for_itself(
    pattern: str, text: str, expected: bool
) -> None:
    assert fits(pattern, text) is expected


@pytest.mark.parametrize(
    ("wanted", "found", "expected"),
    [
        ({}, {"a": 1}, True),
        ({}, [], False),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": 1}, {"b": 1}, False),
        ({"a": {"b": "x*"}}, {"a": {"b": "xyz"}}, True),
        ({"a": "*"}, {"a": None}, True),
        ({"a": "*"}, {}, False),
        ({"a": None}, {"a": None}, True),
        ({"a": None}, {}, False),
        ([], [1], True),
        ([], {}, False),
        ([2, 1], [1, 2, 3], True),
        ([1, 4], [1, 2, 3], False),
        ([{"a": 1}], [{"b": 1}, {"a": 1, "c": 1}], True),
        (1, 1, True),
        (1, True, False),
        (True, 1, False),
        (1, 1.0, False),
        (1, "1", False),
        ("1", 1, False),
        ("1*", "12", True),
        (None, None, True),
        (None, 0, False),
    ],
)
def test_a_value_has_all_that_is_wanted_and_may_have_more(
    wanted: Any, found: Any, expected: bool
) -> None:
    assert holds(wanted, found) is expected


@pytest.mark.parametrize(
    ("pattern", "found", "expected"),
    [
        ("a*", {"x": "ab"}, True),
        ("a*", {"x": "b"}, False),
        ("a*", {}, False),
        ("*", {}, False),
        (None, {}, True),
        (None, {"x": ""}, False),
    ],
)
def test_what_has_a_name_is_there_as_it_should_be_or_is_missing(
    pattern: str | None, found: dict[str, str], expected: bool
) -> None:
    assert _named((("x", pattern),), found) is expected
