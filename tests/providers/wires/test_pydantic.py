"""The 422 entries that services with Pydantic write by themselves."""

from typing import Any

import pytest

from mockserver.errors import (
    InvalidPayloadError,
    NotFoundError,
    ProviderError,
    UnreadableBodyError,
    Violation,
)
from mockserver.providers.wires.pydantic import entries, entries_of
from mockserver.validation import SchemaSet


def told(schema: Any, document: object) -> list[dict[str, Any]]:
    """Return the entries for a document, each without its `loc`'s `body`."""
    found = entries(SchemaSet({"s": schema}).check("s", document))
    assert all(entry["loc"][0] == "body" for entry in found)
    return [{**entry, "loc": entry["loc"][1:]} for entry in found]


def entry(kind: str, message: str, *place: str | int, **context: Any) -> dict[str, Any]:
    plain = {"loc": list(place), "msg": message, "type": kind}
    return {**plain, "ctx": context} if context else plain


LEAST = "ensure this value is greater than"
MOST = "ensure this value is less than"


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "string"}, 5, entry("type_error.str", "str type expected")),
        ({"type": "integer"}, "x",
         entry("type_error.integer", "value is not a valid integer")),
        ({"type": "number"}, "x",
         entry("type_error.float", "value is not a valid float")),
        ({"type": "boolean"}, "x",
         entry("type_error.bool", "value could not be parsed to a boolean")),
        ({"type": "array"}, {}, entry("type_error.list", "value is not a valid list")),
        ({"type": "object"}, [], entry("type_error.dict", "value is not a valid dict")),
        ({"type": "string"}, None, entry("value_error.missing", "field required")),
        ({"properties": {"a": {"type": "string"}}}, {"a": None},
         entry("type_error.none.not_allowed", "none is not an allowed value", "a")),
        ({"properties": {"a": {"enum": ["b", "c"]}}}, {"a": None},
         entry("type_error.none.not_allowed", "none is not an allowed value", "a")),
        ({"type": "string", "enum": ["a", "b"]}, 5,
         entry("type_error.enum",
               "value is not a valid enumeration member; permitted: 'a', 'b'",
               enum_values=["a", "b"])),
        ({"enum": ["a"]}, "x",
         entry("value_error.const", "unexpected value; permitted: 'a'",
               given="x", permitted=["a"])),
        ({"type": "string", "const": "a"}, 5,
         entry("value_error.const", "unexpected value; permitted: 'a'",
               given=5, permitted=["a"])),
        ({"minLength": 1}, "",
         entry("value_error.any_str.min_length",
               "ensure this value has at least 1 characters", limit_value=1)),
        ({"maxLength": 2}, "abc",
         entry("value_error.any_str.max_length",
               "ensure this value has at most 2 characters", limit_value=2)),
        ({"pattern": "^a$"}, "b",
         entry("value_error.str.regex", 'string does not match regex "^a$"',
               pattern="^a$")),
        ({"minItems": 1}, [],
         entry("value_error.list.min_items", "ensure this value has at least 1 items",
               limit_value=1)),
        ({"maxItems": 1}, [1, 2],
         entry("value_error.list.max_items", "ensure this value has at most 1 items",
               limit_value=1)),
        ({"uniqueItems": True}, [1, 1],
         entry("value_error.list.unique_items", "the list has duplicated items")),
        ({"minimum": 1}, 0,
         entry("value_error.number.not_ge", f"{LEAST} or equal to 1", limit_value=1)),
        ({"maximum": 1}, 2,
         entry("value_error.number.not_le", f"{MOST} or equal to 1", limit_value=1)),
        ({"exclusiveMinimum": 1}, 1,
         entry("value_error.number.not_gt", f"{LEAST} 1", limit_value=1)),
        ({"exclusiveMaximum": 1}, 1,
         entry("value_error.number.not_lt", f"{MOST} 1", limit_value=1)),
        ({"multipleOf": 5}, 3,
         entry("value_error.number.not_multiple",
               "ensure this value is a multiple of 5", multiple_of=5)),
        ({"required": ["a"]}, {},
         entry("value_error.missing", "field required", "a")),
        ({"additionalProperties": False}, {"b": 1},
         entry("value_error.extra", "extra fields not permitted", "b")),
    ],
)  # fmt: skip
def test_each_keyword_has_its_words(
    schema: Any, value: object, expected: dict[str, Any]
) -> None:
    assert told(schema, value) == [expected]


def test_every_surplus_member_is_told() -> None:
    found = told({"additionalProperties": False}, {"a": 1, "b": 2})

    assert [one["loc"] for one in found] == [["a"], ["b"]]


def test_a_choice_of_types_is_told_once_for_each() -> None:
    choice = {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}]}

    found = told({"additionalProperties": choice}, {"a": []})

    assert [(one["loc"], one["type"]) for one in found] == [
        (["a"], "type_error.str"),
        (["a"], "type_error.integer"),
        (["a"], "type_error.bool"),
    ]


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("date", "value_error.date", "invalid date format"),
        ("date-time", "value_error.datetime", "invalid datetime format"),
        ("uuid", "type_error.uuid", "value is not a valid uuid"),
    ],
)
def test_formats_have_their_words(name: str, kind: str, message: str) -> None:
    violation = Violation(("day",), "format", name, "x")

    assert entries([violation], ("query",)) == [
        {"loc": ["query", "day"], "msg": message, "type": kind}
    ]


def test_only_the_first_stage_of_a_value_is_told() -> None:
    schema = {"type": "string", "minLength": 3, "pattern": "^a"}

    assert [one["type"] for one in told(schema, "b")] == [
        "value_error.any_str.min_length"
    ]
    assert [one["type"] for one in told(schema, 5)] == ["type_error.str"]


def test_several_values_are_told_in_the_schemas_order() -> None:
    text = {"type": "string"}
    schema = {"properties": {"b": text, "a": text}, "required": ["a", "c"]}

    found = told(schema, {"a": 1, "b": 2})

    assert [one["loc"] for one in found] == [["b"], ["a"], ["c"]]


SYNTAX = UnreadableBodyError(
    "syntax", message="m", short="s", document="{", offset=1, line=1, column=2
)
TYPE = {"loc": ["body", "a"], "msg": "str type expected", "type": "type_error.str"}


def test_an_error_tells_its_violations() -> None:
    error = InvalidPayloadError((Violation(("a",), "type", "string", 1),))

    assert entries_of(error) == [TYPE]


def test_an_error_may_have_its_entries_ready() -> None:
    assert entries_of(InvalidPayloadError(entries=[TYPE])) == [TYPE]


def test_a_body_that_is_no_json_tells_where_it_ends_to_be() -> None:
    assert entries_of(SYNTAX) == [
        {
            "loc": ["body", 1],
            "msg": "m",
            "type": "value_error.jsondecode",
            "ctx": {"msg": "s", "doc": "{", "pos": 1, "lineno": 1, "colno": 2},
        }
    ]


@pytest.mark.parametrize(
    "error",
    [NotFoundError(), InvalidPayloadError(code="x"), UnreadableBodyError("encoding")],
)
def test_other_errors_tell_none(error: ProviderError) -> None:
    assert entries_of(error) is None
