"""Pydantic 2: the 422 entries of services that check their input with version 2."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mockserver.engine.packing import pack
from mockserver.errors import (
    InvalidPayloadError,
    ProviderError,
    UnreadableBodyError,
    Violation,
)
from mockserver.providers.wires.urls import url_problem

__all__ = ["Entry", "entries", "entries_of"]

Entry = dict[str, Any]
Place = tuple[str | int, ...]

_SHOWN_MAX: Final = 10_000
_TYPES: Final[Mapping[str, tuple[str, str]]] = {
    "string": ("string_type", "Input should be a valid string"),
    "integer": ("int_type", "Input should be a valid integer"),
    "number": ("float_type", "Input should be a valid number"),
    "boolean": ("bool_type", "Input should be a valid boolean"),
    "array": ("list_type", "Input should be a valid list"),
    "object": (
        "model_attributes_type",
        "Input should be a valid dictionary or object to extract fields from",
    ),
}
_BOUNDS: Final[Mapping[str, tuple[str, str]]] = {
    "minimum": (
        "greater_than_equal",
        "Input should be greater than or equal to {}",
    ),
    "maximum": ("less_than_equal", "Input should be less than or equal to {}"),
    "exclusiveMinimum": ("greater_than", "Input should be greater than {}"),
    "exclusiveMaximum": ("less_than", "Input should be less than {}"),
    "multipleOf": ("multiple_of", "Input should be a multiple of {}"),
    "pattern": ("string_pattern_mismatch", "String should match pattern '{}'"),
}
_LENGTHS: Final[Mapping[str, tuple[str, str]]] = {
    "minLength": ("string_too_short", "String should have at least {} character{}"),
    "maxLength": ("string_too_long", "String should have at most {} character{}"),
    "minItems": (
        "too_short",
        "List should have at least {} item{} after validation, not {}",
    ),
    "maxItems": (
        "too_long",
        "List should have at most {} item{} after validation, not {}",
    ),
}
_URL: Final = "Input should be a valid URL, "
_URLS: Final[Mapping[str, tuple[str, str]]] = {
    "invalid or missing URL scheme": (
        "url_parsing",
        f"{_URL}relative URL without a base",
    ),
    "URL scheme not permitted": (
        "url_scheme",
        "URL scheme should be 'http' or 'https'",
    ),
    "URL port invalid, port cannot exceed 65535": (
        "url_parsing",
        f"{_URL}invalid port number",
    ),
}
_NO_URL: Final = ("url_parsing", f"{_URL}invalid international domain name")


def entries(violations: Iterable[Violation], prefix: Place = ("body",)) -> list[Entry]:
    """Return the `detail` list of a 422 answer.

    Args:
        violations: In the schema's order; a `format` of `uri` is http(s) only.
        prefix: What every `loc` begins with.

    Returns:
        `[{"type": str, "loc": [...], "msg": str, "input": ...}, ...]`; an input of more
        than some kilobytes is not shown.

    Source: contract luma, section 2 and exchange 9.2.
    """
    return [_worded(violation, prefix) for violation in violations]


def entries_of(error: ProviderError) -> list[Entry] | None:
    """Return what an error says of wrong input; None if it is about anything else.

    The `detail` of an `InvalidPayloadError` may say with `part` that its violations
    are about the `query`.
    """
    if isinstance(error, UnreadableBodyError) and error.code == "syntax":
        place = ("body", int(str(error.detail.get("offset", 0))))
        return [_entry("json_invalid", "JSON decode error", place, {})]
    if not isinstance(error, InvalidPayloadError) or not error.violations:
        return None
    return entries(error.violations, (str(error.detail.get("part", "body")),))


def _entry(kind: str, message: str, place: Place, found: object) -> Entry:
    shown = found if len(pack(found)) <= _SHOWN_MAX else None
    return {"type": kind, "loc": [*place], "msg": message, "input": shown}


def _worded(one: Violation, prefix: Place) -> Entry:
    place = (*prefix, *one.path)
    if one.keyword == "required":
        place = (*place, str(one.expected))
        return _entry("missing", "Field required", place, one.found)
    if one.found is None and not one.path:
        return _entry("missing", "Field required", place, None)
    kind, message = _said(one)
    return _entry(kind, message, place, one.found)


def _said(one: Violation) -> tuple[str, str]:
    """Return type and message."""
    if one.keyword in _BOUNDS:
        kind, text = _BOUNDS[one.keyword]
        return kind, text.format(one.expected)
    if one.keyword in _LENGTHS:
        kind, text = _LENGTHS[one.keyword]
        count = len(one.found) if isinstance(one.found, list) else 0
        return kind, text.format(one.expected, "" if one.expected == 1 else "s", count)
    if one.keyword in {"enum", "const"}:
        members = one.expected if isinstance(one.expected, list) else [one.expected]
        return "literal_error", f"Input should be {_listed(members)}"
    if one.keyword == "type":
        return _of_type(one)
    if one.keyword == "format" and one.expected == "uri":
        problem = url_problem(str(one.found)) or {"msg": ""}
        return _URLS.get(problem["msg"], _NO_URL)
    return "value_error", f"Value error, {one.describe()}"


def _listed(members: list[Any]) -> str:
    *first, last = (repr(one) for one in members if one is not None)
    return f"{', '.join(first)} or {last}" if first else last


def _of_type(one: Violation) -> tuple[str, str]:
    names = one.expected if isinstance(one.expected, list) else [one.expected]
    name = next((str(name) for name in names if name != "null"), "object")
    kind, message = _TYPES.get(name, _TYPES["object"])
    is_text, found = isinstance(one.found, str), one.found
    if name == "boolean" and isinstance(found, str | int | float):
        return "bool_parsing", f"{message}, unable to interpret input"
    if name == "integer" and is_text:
        return "int_parsing", f"{message}, unable to parse string as an integer"
    if name == "integer" and isinstance(found, float):
        part = "got a number with a fractional part"
        return "int_from_float", f"{message}, {part}"
    if name == "number" and is_text:
        return "float_parsing", f"{message}, unable to parse string as a number"
    return kind, message
