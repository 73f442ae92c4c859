"""Schemas: compiled once, and every violation explained in order."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockserver import violations
from mockserver.errors import SchemaError, Violation
from mockserver.validation import SchemaSet

ARABIC_ONE = "\u0661"  # a digit to Python's re, none to ECMA-262
ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["title", "data", "extra"],
    "properties": {
        "data": {"type": "array", "items": {"$ref": "item.json#/$defs/item"}},
        "title": {"type": "string", "minLength": 2, "pattern": "^[a-z]+$"},
        "size": {"type": "integer", "minimum": 1, "maximum": 9},
    },
    "additionalProperties": False,
}
ITEM: dict[str, Any] = {
    "$defs": {
        "item": {
            "type": "object",
            "required": ["key"],
            "properties": {"key": {"type": "string"}, "val": {"type": "string"}},
        }
    }
}


@pytest.fixture
def order() -> SchemaSet:
    return SchemaSet({"order": ORDER, "item": ITEM}, origin="acme")


def _only(schema: Any, payload: object) -> Violation:
    (violation,) = SchemaSet({"it": schema}).check("it", payload)
    return violation


def _keywords(schema: Any, payload: object) -> list[str]:
    return [one.keyword for one in SchemaSet({"it": schema}).check("it", payload)]


def test_a_payload_that_fits_has_no_violations(order: SchemaSet) -> None:
    payload = {"data": [{"key": "a"}], "title": "ab", "extra": 1}

    assert order.check("order", {**payload}) != ()
    assert order.check("item", payload) == ()


def test_violations_come_in_the_order_of_properties_and_items(order: SchemaSet) -> None:
    payload = {"x": 1, "size": 10, "data": [{"key": 1}, {}, {"val": 2, "key": ""}]}

    found = order.check("order", payload)

    assert [(one.path, one.keyword, one.expected) for one in found] == [
        (("data", 0, "key"), "type", "string"),
        (("data", 1), "required", "key"),
        (("data", 2, "val"), "type", "string"),
        ((), "required", "title"),
        (("size",), "maximum", 9),
        ((), "required", "extra"),
        ((), "additionalProperties", False),
    ]


def test_a_violation_says_what_was_found_and_where(order: SchemaSet) -> None:
    payload = {"data": [{"key": 5}], "title": "ab", "extra": 1}

    first, *_ = order.check("order", payload)

    assert first == Violation(
        path=("data", 0, "key"),
        keyword="type",
        expected="string",
        found=5,
        schema_path=("properties", "data", "items", "properties", "key", "type"),
    )


def test_each_failing_keyword_of_a_value_is_named() -> None:
    schema = {"minLength": 3, "pattern": "^[a-z]+$", "enum": ["abc"]}

    assert _keywords(schema, "A") == ["minLength", "pattern", "enum"]


def test_surplus_members_are_what_was_found() -> None:
    schema = {"properties": {"a": {}}, "additionalProperties": False}

    assert _only(schema, {"z": 1, "a": 2, "b": 3}).found == {"z": 1, "b": 3}


def test_without_surplus_members_there_is_no_violation_of_them() -> None:
    schema = {"required": ["a"], "additionalProperties": False}

    assert _keywords(schema, {}) == ["required"]


def test_surplus_members_with_a_schema_come_last_and_in_their_order() -> None:
    schema = {
        "properties": {"a": {"type": "null"}},
        "additionalProperties": {"type": "string"},
    }

    found = SchemaSet({"it": schema}).check("it", {"z": 1, "b": 2, "a": 3, "c": ""})

    assert [one.path for one in found] == [("a",), ("z",), ("b",)]


def test_members_named_by_a_pattern_are_no_surplus() -> None:
    schema = {
        "patternProperties": {"^x-": {"type": "integer"}},
        "additionalProperties": False,
    }

    found = SchemaSet({"it": schema}).check("it", {"x-a": "", "b": 1})

    assert [(one.path, one.keyword) for one in found] == [
        (("x-a",), "type"),
        ((), "additionalProperties"),
    ]


def test_keywords_of_objects_and_arrays_leave_other_values_alone() -> None:
    schema = {
        "type": "integer",
        "required": ["a"],
        "properties": {"a": {}},
        "additionalProperties": False,
        "patternProperties": {"a": False},
        "items": False,
        "pattern": "a",
    }

    assert _keywords(schema, 1.5) == ["type"]


def test_the_one_branch_that_was_meant_is_explained() -> None:
    schema = {
        "anyOf": [
            {"type": "null"},
            {"type": "object", "properties": {"n": {"minimum": 3}}},
        ]
    }

    assert _only(schema, {"n": 1}) == Violation(
        path=("n",),
        keyword="minimum",
        expected=3,
        found=1,
        schema_path=("anyOf", 1, "properties", "n", "minimum"),
    )


def test_a_constant_tells_which_branch_was_meant() -> None:
    schema = {
        "oneOf": [
            {"properties": {"kind": {"const": "a"}, "n": {"minimum": 3}}},
            {"properties": {"kind": {"const": "b"}, "n": {"minimum": 9}}},
        ]
    }

    assert _only(schema, {"kind": "b", "n": 4}).expected == 9


def test_branches_inside_branches_are_followed() -> None:
    inner = {"oneOf": [{"type": "string", "minLength": 2}, {"type": "null"}]}
    schema = {"anyOf": [{"type": "array", "items": inner}, {"type": "boolean"}]}

    found = _only(schema, ["a"])

    assert (found.path, found.keyword) == ((0,), "minLength")


@pytest.mark.parametrize("payload", [5, [], 2.5])
def test_when_no_branch_was_meant_the_keyword_is_the_violation(payload: object) -> None:
    schema = {"anyOf": [{"type": "string"}, {"type": "null"}]}

    found = _only(schema, payload)

    assert (found.keyword, found.expected) == ("anyOf", schema["anyOf"])


def test_when_two_branches_may_be_meant_the_keyword_is_the_violation() -> None:
    schema = {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}

    assert _only(schema, {}).keyword == "anyOf"


def test_two_branches_that_both_fit_are_a_violation_of_one_of() -> None:
    schema = {"oneOf": [{"type": "integer"}, {"minimum": 1}]}

    assert _only(schema, 2).keyword == "oneOf"


def test_a_member_that_may_not_be_there_is_reported_as_not() -> None:
    found = _only({"properties": {"a": False}}, {"a": 1})

    assert (found.path, found.keyword, found.expected) == (("a",), "not", {})


def test_items_beyond_a_closed_tuple_are_a_violation() -> None:
    found = _only({"prefixItems": [{}], "items": False}, [1, 2])

    assert (found.path, found.keyword) == ((), "items")


def test_items_of_a_tuple_are_reported_in_order() -> None:
    schema = {"prefixItems": [{"type": "null"}], "items": {"type": "string"}}

    found = SchemaSet({"it": schema}).check("it", [1, 2, "", 3])

    assert [one.path for one in found] == [(0,), (1,), (3,)]


def test_a_format_is_annotation_only() -> None:
    assert SchemaSet({"it": {"format": "email"}}).check("it", "nobody") == ()


def test_a_pattern_is_read_as_ecma_262_reads_it() -> None:
    schema = {"pattern": r"^\d+$"}

    assert _keywords(schema, "1\n") == ["pattern"]
    assert _keywords(schema, ARABIC_ONE) == ["pattern"]
    assert _keywords({"pattern": r"^\p{L}+$"}, "éa") == []


def test_three_tenths_are_a_multiple_of_a_tenth() -> None:
    assert _keywords({"multipleOf": 0.1}, 0.3) == []
    assert _keywords({"multipleOf": 0.1}, 0.35) == ["multipleOf"]


@pytest.mark.parametrize("payload", [b"raw", "\ud800", {1: 2}, object()])
def test_what_is_no_json_is_judged_all_the_same(payload: object) -> None:
    assert _keywords({"type": "integer"}, payload) == ["type"]


def test_half_a_surrogate_pair_is_still_a_string() -> None:
    assert _keywords({"type": "string", "pattern": "a"}, "\ud800") == ["pattern"]


def test_what_jsonschema_takes_for_right_is_summarized() -> None:
    schema = {"patternProperties": {r"^\d$": {}}, "unevaluatedProperties": False}

    found = _only(schema, {ARABIC_ONE: 1})

    assert (found.path, found.keyword) == ((), "unevaluatedProperties")


def test_nesting_too_deep_for_python_is_summarized() -> None:
    schema = {"type": "array", "items": {"$ref": "#"}}
    payload: Any = ""
    for _ in range(500):
        payload = [payload]

    found = _only(schema, payload)

    assert (len(found.path), found.keyword) == (500, "type")


def test_a_folder_names_its_schemas_as_its_files(tmp_path: Path) -> None:
    (tmp_path / "order.request.json").write_text(json.dumps(ORDER), encoding="utf-8")
    (tmp_path / "item.json").write_text(json.dumps(ITEM), encoding="utf-8")
    (tmp_path / "README.md").write_text("no schema", encoding="utf-8")

    loaded = SchemaSet.load(tmp_path)

    assert loaded.names == ("item", "order.request")
    assert "order.request" in loaded
    assert "order" not in loaded
    assert loaded.schema("order.request") == ORDER
    assert loaded.is_valid("order.request", {}) is False


def test_a_root_id_does_not_stand_in_the_way() -> None:
    named = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://acme.example/schemas/order.json",
        "$ref": "item.json#/$defs/item",
    }

    loaded = SchemaSet({"order": named, "item": ITEM})

    assert [one.keyword for one in loaded.check("order", {})] == ["required"]
    assert loaded.schema("order") == named


def test_a_schema_may_be_true_or_false() -> None:
    loaded = SchemaSet({"all": True, "none": False})

    assert loaded.check("all", 1) == ()
    assert [one.keyword for one in loaded.check("none", 1)] == ["not"]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"properties": {"a": {"type": "text"}}}, "properties/a/type: 'text' is not"),
        ({"minLength": -1}, "minLength: -1 is less than the minimum of 0"),
        ({"items": {"$ref": "none.json"}}, "items/$ref: found no file for 'none.json'"),
        ({"anyOf": [{"$ref": "#/$defs/x"}]}, "Pointer '/$defs/x' does not exist"),
        ({"pattern": "("}, '"(" is not a "regex"'),
        ({"$schema": "draft-07"}, "$schema: found 'draft-07', expected draft 2020-12"),
        (5, "(root): 5 is not of type"),
    ],
)
def test_a_broken_schema_names_file_place_and_reason(schema: Any, message: str) -> None:
    with pytest.raises(SchemaError) as caught:
        SchemaSet({"order.request": schema}, origin="acme")

    assert str(caught.value).startswith("acme/order.request.json: ")
    assert message in str(caught.value)


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "order.json").write_text("{", encoding="utf-8")

    with pytest.raises(SchemaError, match=r"order\.json: found no JSON: .*line 1"):
        SchemaSet.load(tmp_path)


def test_an_unknown_name_is_answered_with_those_known(order: SchemaSet) -> None:
    with pytest.raises(SchemaError, match=r"acme/x\.json: .* known: item, order"):
        order.check("x", {})


def test_jsonschema_is_imported_only_once_something_fails() -> None:
    program = """
import sys
from mockserver.validation import SchemaSet
loaded = SchemaSet({"it": {"type": "integer"}})
loaded.check("it", 1)
before = "jsonschema" in sys.modules
loaded.check("it", "")
print(before, "jsonschema" in sys.modules)
"""

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert ran.stdout == "False True\n"


# Scalars at the edges where two validators may part.
NUMBERS = st.one_of(
    st.integers(-3, 3),
    st.integers(),
    st.sampled_from(
        [1.0, -0.0, 2**53 + 1, 2**63, 2**64, 10**30, 1e300, 0.1, 0.3, 5e-324]
    ),
    st.floats(allow_nan=False, allow_infinity=False),
)
TEXTS = st.one_of(
    st.text(max_size=4),
    st.sampled_from(
        ["", "a", "1\n", "é", "e\u0301", "😀", "👩‍👩‍👧", "\x00", ARABIC_ONE]
    ),
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
NAMES = st.sampled_from(["a", "b", "x-1", ARABIC_ONE])
PAYLOADS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
    ),
    max_leaves=6,
)
WORDS = ["null", "boolean", "integer", "number", "string", "array", "object"]
PATTERNS = st.sampled_from([r"^\d+$", "a", "^.$", "", r"^\w*$", "^x-", "[^a]", r"\s"])
COUNTS = st.integers(0, 3)
LEAVES = st.one_of(
    st.booleans(),
    st.fixed_dictionaries({"type": st.sampled_from(WORDS)}),
    st.fixed_dictionaries({"const": PAYLOADS}),
    st.fixed_dictionaries({"enum": st.lists(PAYLOADS, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"pattern": PATTERNS}),
    st.fixed_dictionaries({}, optional={"minLength": COUNTS, "maxLength": COUNTS}),
    st.fixed_dictionaries({}, optional={"minimum": NUMBERS, "maximum": NUMBERS}),
    st.fixed_dictionaries({"exclusiveMinimum": NUMBERS}),
    st.fixed_dictionaries({"multipleOf": st.sampled_from([1, 2, 3, 7, 0.1, 0.5])}),
    st.fixed_dictionaries({"uniqueItems": st.just(value=True)}),
)


def _composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(inner, min_size=1, max_size=2)
    return st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(NAMES, inner, max_size=2),
            "patternProperties": st.dictionaries(PATTERNS, inner, max_size=1),
            "additionalProperties": inner,
            "required": st.lists(NAMES, unique=True, max_size=2),
            "propertyNames": inner,
            "minProperties": COUNTS,
            "items": inner,
            "prefixItems": some,
            "contains": inner,
            "maxItems": COUNTS,
            "anyOf": some,
            "oneOf": some,
            "allOf": some,
            "not": inner,
            "if": inner,
            "then": inner,
        },
    )


SCHEMAS = st.recursive(LEAVES, _composed, max_leaves=6)


@given(SCHEMAS, PAYLOADS)
@example({"type": "integer"}, 1.0)
@example({"type": "integer"}, 2**70)
@example({"maximum": 2**63}, 2**63 + 1)
@example({"maxLength": 1}, "😀")
@example({"pattern": "^1$"}, "1\n")
@example({"multipleOf": 0.1}, 0.3)
@example({"const": 1}, True)
@example({"uniqueItems": True}, [1, 1.0])
def test_the_fast_validator_and_the_explaining_one_agree(
    schema: Any, payload: Any
) -> None:
    Draft202012Validator.check_schema(schema)
    explain = violations.explainer({"file:///it.json": schema}, "file:///it.json")

    is_fine = SchemaSet({"it": schema}).is_valid("it", payload)

    assert is_fine is (explain(payload) == ())
