"""The 422 entries that services with Pydantic 2 write by themselves."""

from typing import Any

import pytest

from mockserver.errors import (
    InvalidPayloadError,
    NotFoundError,
    UnreadableBodyError,
    Violation,
)
from mockserver.providers.wires.pydantic2 import entries, entries_of
from mockserver.validation import SchemaSet

OBJECT = "Input should be a valid dictionary or object to extract fields from"


@pytest.mark.parametrize(
    ("schema", "value", "kind", "message"),
    [
        ({"type": "string"}, 5, "string_type", "Input should be a valid string"),
        ({"type": ["string", "null"]}, 5, "string_type",
         "Input should be a valid string"),
        ({"type": "integer"}, "x", "int_parsing",
         "Input should be a valid integer, unable to parse string as an integer"),
        ({"type": "integer"}, 1.5, "int_from_float",
         "Input should be a valid integer, got a number with a fractional part"),
        ({"type": "integer"}, [], "int_type", "Input should be a valid integer"),
        ({"type": "number"}, "x", "float_parsing",
         "Input should be a valid number, unable to parse string as a number"),
        ({"type": "number"}, [], "float_type", "Input should be a valid number"),
        ({"type": "boolean"}, "x", "bool_parsing",
         "Input should be a valid boolean, unable to interpret input"),
        ({"type": "boolean"}, [], "bool_type", "Input should be a valid boolean"),
        ({"type": "array"}, {}, "list_type", "Input should be a valid list"),
        ({"type": "object"}, [], "model_attributes_type", OBJECT),
        ({"enum": ["ray-2", "ray-flash-2"]}, "ray-9", "literal_error",
         "Input should be 'ray-2' or 'ray-flash-2'"),
        ({"enum": ["a", "b", "c"]}, "x", "literal_error",
         "Input should be 'a', 'b' or 'c'"),
        ({"enum": ["a", None]}, "x", "literal_error", "Input should be 'a'"),
        ({"const": "a"}, "x", "literal_error", "Input should be 'a'"),
        ({"minimum": 1}, 0, "greater_than_equal",
         "Input should be greater than or equal to 1"),
        ({"maximum": 100}, 101, "less_than_equal",
         "Input should be less than or equal to 100"),
        ({"exclusiveMinimum": 0}, 0, "greater_than",
         "Input should be greater than 0"),
        ({"exclusiveMaximum": 9}, 9, "less_than", "Input should be less than 9"),
        ({"multipleOf": 2}, 3, "multiple_of", "Input should be a multiple of 2"),
        ({"pattern": "^a"}, "b", "string_pattern_mismatch",
         "String should match pattern '^a'"),
        ({"minLength": 1}, "", "string_too_short",
         "String should have at least 1 character"),
        ({"maxLength": 2}, "abc", "string_too_long",
         "String should have at most 2 characters"),
        ({"minItems": 1}, [], "too_short",
         "List should have at least 1 item after validation, not 0"),
        ({"maxItems": 4}, [1, 2, 3, 4, 5], "too_long",
         "List should have at most 4 items after validation, not 5"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_type_and_place(
    schema: Any, value: object, kind: str, message: str
) -> None:
    whole = {"properties": {"a": schema}}

    found = entries(SchemaSet({"s": whole}).check("s", {"a": value}))

    assert found == [
        {"type": kind, "loc": ["body", "a"], "msg": message, "input": value}
    ]


def test_what_is_missing_is_told_with_what_lacks_it() -> None:
    schema = {"properties": {"media": {"required": ["url"]}}, "required": ["model"]}

    found = entries(SchemaSet({"s": schema}).check("s", {"media": {"x": 1}}))

    assert found == [
        {"type": "missing", "loc": ["body", "media", "url"], "msg": "Field required",
         "input": {"x": 1}},
        {"type": "missing", "loc": ["body", "model"], "msg": "Field required",
         "input": {"media": {"x": 1}}},
    ]  # fmt: skip


def test_no_body_at_all_is_missing() -> None:
    found = entries(SchemaSet({"s": {"type": "object"}}).check("s", None))

    assert found == [
        {"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}
    ]


@pytest.mark.parametrize(
    ("url", "kind", "message"),
    [
        ("", "url_parsing",
         "Input should be a valid URL, relative URL without a base"),
        ("/hook", "url_parsing",
         "Input should be a valid URL, relative URL without a base"),
        ("ftp://a/b", "url_scheme", "URL scheme should be 'http' or 'https'"),
        ("http://a:99999/", "url_parsing",
         "Input should be a valid URL, invalid port number"),
        ("http://", "url_parsing",
         "Input should be a valid URL, invalid international domain name"),
    ],
)  # fmt: skip
def test_what_is_no_address_says_why(url: str, kind: str, message: str) -> None:
    found = entries([Violation(("callback_url",), "format", "uri", url)])

    assert [(one["type"], one["msg"]) for one in found] == [(kind, message)]


def test_a_rule_without_words_of_its_own_is_described() -> None:
    (found,) = entries([Violation(("a",), "uniqueItems", True, [1, 1])])

    assert found["type"] == "value_error"
    assert found["msg"] == "Value error, a: found [1, 1], expected uniqueItems True"


def test_a_large_input_is_not_shown() -> None:
    (found,) = entries([Violation(("a",), "type", "integer", "x" * 20_000)])

    assert found["input"] is None


def test_a_body_that_is_no_json_says_where() -> None:
    error = UnreadableBodyError("syntax", offset=7, message="m")

    assert entries_of(error) == [
        {"type": "json_invalid", "loc": ["body", 7], "msg": "JSON decode error",
         "input": {}}
    ]  # fmt: skip


def test_a_query_is_told_as_one() -> None:
    error = InvalidPayloadError(
        (Violation(("limit",), "minimum", 1, "0"),), part="query"
    )

    assert [one["loc"] for one in entries_of(error) or ()] == [["query", "limit"]]


def test_what_is_no_wrong_input_has_no_entries() -> None:
    errors = [
        NotFoundError("job"),
        UnreadableBodyError("encoding", message="m"),
        InvalidPayloadError((), "said"),
    ]

    assert [entries_of(error) for error in errors] == [None, None, None]
