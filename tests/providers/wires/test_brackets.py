"""Nested values as forms name them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.providers.wires.brackets import nested


@pytest.mark.parametrize(
    ("fields", "document"),
    [
        ([("a", "1"), ("b", "2")], {"a": "1", "b": "2"}),
        ([("video[id]", "x")], {"video": {"id": "x"}}),
        ([("a[b][c]", "1"), ("a[b][d]", "2")], {"a": {"b": {"c": "1", "d": "2"}}}),
        ([("a[]", "1"), ("a[]", "2")], {"a": ["1", "2"]}),
        (
            [("characters[][id]", "x"), ("characters[][id]", "y")],
            {"characters": [{"id": "x"}, {"id": "y"}]},
        ),
        (
            [("a[][b]", "1"), ("a[][c]", "2"), ("a[][b]", "3")],
            {"a": [{"b": "1", "c": "2"}, {"b": "3"}]},
        ),
        ([("a[][b][c]", "1")], {"a": [{"b": {"c": "1"}}]}),
        ([("a", "1"), ("a", "2")], {"a": "2"}),
        ([("a", "1"), ("a[b]", "2")], {"a": {"b": "2"}}),
        ([("a[b", "1"), ("[a]", "2"), ("", "3")], {"a[b": "1", "[a]": "2", "": "3"}),
    ],
)
def test_names_say_where_values_belong(
    fields: list[tuple[str, str]], document: dict[str, Any]
) -> None:
    assert nested(fields) == document


@given(names=st.lists(st.text("ab[]", max_size=60), max_size=12))
def test_any_name_leads_somewhere(names: list[str]) -> None:
    """However odd, nothing is raised, and something is there."""
    document = nested((name, "x") for name in names)

    assert bool(document) == bool(names)
