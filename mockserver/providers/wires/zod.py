"""Zod: the issues of services that check their input with version 4 of it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from mockserver.errors import Violation

__all__ = ["Issue", "custom_issue", "issues"]

Issue = dict[str, Any]
Path = tuple[str | int, ...]

_WORDS: Final = {"integer": "number"}
_RECEIVED: Final = {
    dict: "object", list: "array", str: "string", bool: "boolean", int: "number",
    float: "number", type(None): "null",
}  # fmt: skip
_BOUNDS: Final = {
    "minimum": ("too_small", "number", "to be >="),
    "maximum": ("too_big", "number", "to be <="),
    "minLength": ("too_small", "string", "to have >="),
    "maxLength": ("too_big", "string", "to have <="),
    "minItems": ("too_small", "array", "to have >="),
    "maxItems": ("too_big", "array", "to have <="),
}
_UNITS: Final = {"string": " characters", "array": " items"}
_NOTHING: Final[Mapping[str, Any]] = {}


def issues(
    violations: Iterable[Violation], schema: Mapping[str, Any] = _NOTHING
) -> list[Issue]:
    """Return what Zod says of each violation, in their order.

    Args:
        violations: In the schema's order; unknown keys come last, as Zod has them.
        schema: The schema that they break, for what is expected of a missing key.

    Source: contract runway, section 3.1 and appendix C; what is not there, from the
    library's own English texts.
    """
    return [_issue(violation, schema) for violation in violations]


def custom_issue(path: Path, message: str) -> Issue:
    """Return the issue of a rule of the service's own."""
    return {"code": "custom", "message": message, "path": [*path]}


def _issue(violation: Violation, schema: Mapping[str, Any]) -> Issue:
    path, keyword, expected = violation.path, violation.keyword, violation.expected
    if keyword == "required":
        name = str(expected)
        return _missing(_member(schema, violation, name), (*path, name))
    if keyword == "type":
        return _mistyped(expected, violation.found, path)
    if keyword in {"enum", "const"}:
        values = expected if isinstance(expected, list) else [expected]
        return _unlisted(values, path)
    if keyword in _BOUNDS:
        return _out_of_bounds(keyword, expected, path)
    return _other(violation)


def _other(violation: Violation) -> Issue:
    found = violation.found
    if violation.keyword == "additionalProperties" and isinstance(found, dict):
        return _unrecognized([*found], violation.path)
    said = _said(violation.path, "Invalid input")
    return {"code": "invalid_union", "errors": [], **said}


def _said(path: Path, message: str) -> Issue:
    return {"path": [*path], "message": message}


def _member(schema: Any, violation: Violation, name: str) -> Mapping[str, Any]:
    """Return what a schema says of a key that is missing, where it is required."""
    inner: Any = schema
    for step in violation.schema_path[:-1]:
        if step != "$ref":
            inner = inner[step]
    known: Mapping[str, Any] = inner.get("properties", {}).get(name, {})
    return known


def _missing(member: Mapping[str, Any], path: Path) -> Issue:
    if "enum" in member or "const" in member:
        return _unlisted(member.get("enum") or [member["const"]], path)
    if "anyOf" in member:
        errors = [[_missing(branch, ())] for branch in member["anyOf"]]
        said = _said(path, "Invalid input")
        return {"code": "invalid_union", "errors": errors, **said}
    kind = str(member.get("type", "string"))
    return _invalid_type(_WORDS.get(kind, kind), "undefined", path)


def _mistyped(expected: Any, found: object, path: Path) -> Issue:
    kind = expected[0] if isinstance(expected, list) else str(expected)
    received = _RECEIVED.get(type(found), "unknown")
    if kind == "integer" and received == "number":
        told = _invalid_type("int", "number", path)
        return {"expected": "int", "format": "safeint", **told}
    return _invalid_type(_WORDS.get(kind, kind), received, path)


def _invalid_type(expected: str, received: str, path: Path) -> Issue:
    message = f"Invalid input: expected {expected}, received {received}"
    return {"expected": expected, "code": "invalid_type", **_said(path, message)}


def _unlisted(values: list[Any], path: Path) -> Issue:
    shown = "|".join(orjson.dumps(value).decode() for value in values)
    message = f"Invalid option: expected one of {shown}"
    if len(values) == 1:
        message = f"Invalid input: expected {shown}"
    return {"code": "invalid_value", "values": [*values], **_said(path, message)}


def _out_of_bounds(keyword: str, bound: Any, path: Path) -> Issue:
    code, origin, words = _BOUNDS[keyword]
    bound = int(bound) if float(bound).is_integer() else bound
    start = "Too big" if code == "too_big" else "Too small"
    message = f"{start}: expected {origin} {words}{bound}{_UNITS.get(origin, '')}"
    name = "maximum" if code == "too_big" else "minimum"
    told = {"origin": origin, "code": code, name: bound, "inclusive": True}
    return {**told, **_said(path, message)}


def _unrecognized(keys: list[str], path: Path) -> Issue:
    shown = ", ".join(f'"{key}"' for key in keys)
    message = f"Unrecognized key{'s' if len(keys) > 1 else ''}: {shown}"
    return {"code": "unrecognized_keys", "keys": keys, **_said(path, message)}
