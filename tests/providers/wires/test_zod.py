"""Zod's issues, word for word."""

from typing import Any

import pytest

from mockserver.providers.wires.zod import custom_issue, issues
from mockserver.validation import SchemaSet

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["text", "ratio", "image"],
    "additionalProperties": False,
    "properties": {
        "text": {"type": "string", "minLength": 1, "maxLength": 5},
        "ratio": {"enum": ["1:1", "16:9"]},
        "image": {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 2,
                    "items": {"type": "object", "required": ["uri"],
                              "properties": {"uri": {"type": "string"}}},
                },
            ]
        },
        "seconds": {"type": "integer", "minimum": 2, "maximum": 10},
        "scale": {"type": "number", "maximum": 0.5},
        "count": {"enum": [4, 6, 8]},
        "kind": {"const": "video"},
        "loud": {"type": "boolean"},
    },
}  # fmt: skip
FINE: dict[str, Any] = {"text": "abc", "ratio": "1:1", "image": "x"}
SCHEMAS = SchemaSet({"body": SCHEMA})


def told(**changed: Any) -> list[dict[str, Any]]:
    body = {**FINE, **changed}
    return issues(SCHEMAS.check("body", body), SCHEMA)


@pytest.mark.parametrize(
    ("changed", "issue"),
    [
        ({"text": 5}, {"expected": "string", "code": "invalid_type", "path": ["text"],
                       "message": "Invalid input: expected string, received number"}),
        ({"text": None}, {"expected": "string", "code": "invalid_type",
                          "path": ["text"],
                          "message": "Invalid input: expected string, received null"}),
        ({"text": ""}, {"origin": "string", "code": "too_small", "minimum": 1,
                        "inclusive": True, "path": ["text"],
                        "message": "Too small: expected string"
                                   " to have >=1 characters"}),
        ({"text": "abcdef"}, {"origin": "string", "code": "too_big", "maximum": 5,
                              "inclusive": True, "path": ["text"],
                              "message": "Too big: expected string"
                                         " to have <=5 characters"}),
        ({"ratio": "2:1"}, {"code": "invalid_value", "values": ["1:1", "16:9"],
                            "path": ["ratio"],
                            "message": 'Invalid option: expected one of "1:1"|"16:9"'}),
        ({"seconds": 11}, {"origin": "number", "code": "too_big", "maximum": 10,
                           "inclusive": True, "path": ["seconds"],
                           "message": "Too big: expected number to be <=10"}),
        ({"seconds": 1}, {"origin": "number", "code": "too_small", "minimum": 2,
                          "inclusive": True, "path": ["seconds"],
                          "message": "Too small: expected number to be >=2"}),
        ({"seconds": "5"}, {"expected": "number", "code": "invalid_type",
                            "path": ["seconds"],
                            "message": "Invalid input: expected number"
                                       ", received string"}),
        ({"seconds": 5.5}, {"expected": "int", "format": "safeint",
                            "code": "invalid_type", "path": ["seconds"],
                            "message": "Invalid input: expected int, received number"}),
        ({"scale": 1}, {"origin": "number", "code": "too_big", "maximum": 0.5,
                        "inclusive": True, "path": ["scale"],
                        "message": "Too big: expected number to be <=0.5"}),
        ({"count": 5}, {"code": "invalid_value", "values": [4, 6, 8], "path": ["count"],
                        "message": "Invalid option: expected one of 4|6|8"}),
        ({"kind": "image"}, {"code": "invalid_value", "values": ["video"],
                             "path": ["kind"],
                             "message": 'Invalid input: expected "video"'}),
        ({"loud": "yes"}, {"expected": "boolean", "code": "invalid_type",
                           "path": ["loud"],
                           "message": "Invalid input: expected boolean"
                                      ", received string"}),
        ({"image": 5}, {"code": "invalid_union", "errors": [], "path": ["image"],
                        "message": "Invalid input"}),
        ({"image": []}, {"origin": "array", "code": "too_small", "minimum": 1,
                         "inclusive": True, "path": ["image"],
                         "message": "Too small: expected array to have >=1 items"}),
        ({"image": [{}]}, {"expected": "string", "code": "invalid_type",
                           "path": ["image", 0, "uri"],
                           "message": "Invalid input: expected string"
                                      ", received undefined"}),
        ({"x": 1}, {"code": "unrecognized_keys", "keys": ["x"], "path": [],
                    "message": 'Unrecognized key: "x"'}),
        ({"x": 1, "y": 2}, {"code": "unrecognized_keys", "keys": ["x", "y"], "path": [],
                            "message": 'Unrecognized keys: "x", "y"'}),
    ],
)  # fmt: skip
def test_a_violation_is_told_as_zod_tells_it(
    changed: dict[str, Any], issue: dict[str, Any]
) -> None:
    assert told(**changed) == [issue]


def test_all_that_is_missing_is_told_in_the_order_of_the_schema() -> None:
    found = issues(SCHEMAS.check("body", {"z": 1}), SCHEMA)

    assert found == [
        {"expected": "string", "code": "invalid_type", "path": ["text"],
         "message": "Invalid input: expected string, received undefined"},
        {"code": "invalid_value", "values": ["1:1", "16:9"], "path": ["ratio"],
         "message": 'Invalid option: expected one of "1:1"|"16:9"'},
        {"code": "invalid_union", "path": ["image"], "message": "Invalid input",
         "errors": [
             [{"expected": "string", "code": "invalid_type", "path": [],
               "message": "Invalid input: expected string, received undefined"}],
             [{"expected": "array", "code": "invalid_type", "path": [],
               "message": "Invalid input: expected array, received undefined"}],
         ]},
        {"code": "unrecognized_keys", "keys": ["z"], "path": [],
         "message": 'Unrecognized key: "z"'},
    ]  # fmt: skip


def test_a_body_that_is_no_object_is_told_as_such() -> None:
    assert issues(SCHEMAS.check("body", [1]), SCHEMA) == [
        {"expected": "object", "code": "invalid_type", "path": [],
         "message": "Invalid input: expected object, received array"}
    ]  # fmt: skip


def test_a_rule_of_the_services_own_has_its_own_words() -> None:
    assert custom_issue(("videoUri",), "Invalid URL") == {
        "code": "custom",
        "message": "Invalid URL",
        "path": ["videoUri"],
    }
