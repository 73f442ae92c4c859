"""Pydantic: the 422 entries of services that check their input with version 1 of it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from mockserver.errors import (
    InvalidPayloadError,
    ProviderError,
    UnreadableBodyError,
    Violation,
)
from mockserver.providers.wires.urls import url_problem

__all__ = [
    "Entry",
    "entries",
    "entries_of",
    "missing_entry",
    "rule_entry",
    "unreadable_entry",
]

Entry = dict[str, Any]
Place = tuple[str | int, ...]

_TYPES = {
    "string": ("type_error.str", "str type expected"),
    "integer": ("type_error.integer", "value is not a valid integer"),
    "number": ("type_error.float", "value is not a valid float"),
    "boolean": ("type_error.bool", "value could not be parsed to a boolean"),
    "array": ("type_error.list", "value is not a valid list"),
    "object": ("type_error.dict", "value is not a valid dict"),
}
_BOUNDS = {
    "minLength": ("any_str.min_length", "ensure this value has at least {} characters"),
    "maxLength": ("any_str.max_length", "ensure this value has at most {} characters"),
    "minItems": ("list.min_items", "ensure this value has at least {} items"),
    "maxItems": ("list.max_items", "ensure this value has at most {} items"),
    "minimum": ("number.not_ge", "ensure this value is greater than or equal to {}"),
    "maximum": ("number.not_le", "ensure this value is less than or equal to {}"),
    "exclusiveMinimum": ("number.not_gt", "ensure this value is greater than {}"),
    "exclusiveMaximum": ("number.not_lt", "ensure this value is less than {}"),
}
_LENGTHS = frozenset({"minLength", "maxLength", "minItems", "maxItems"})
_MISSING = ("value_error.missing", "field required")
_NONE = ("type_error.none.not_allowed", "none is not an allowed value")
_FORMATS = {
    "date": ("value_error.date", "invalid date format"),
    "date-time": ("value_error.datetime", "invalid datetime format"),
    "uuid": ("type_error.uuid", "value is not a valid uuid"),
}


def entries(
    violations: Iterable[Violation],
    prefix: Place = ("body",),
    *,
    needs_dotted_host: bool = False,
) -> list[Entry]:
    """Return the `detail` list of a 422 answer.

    Args:
        violations: In the schema's order; of several for one value only the
            first stage is told: a closed list of values, type, length, the rest.
            A `format` of `uri` counts as http(s) only.
        prefix: What every `loc` begins with.
        needs_dotted_host: URLs need a host name with a dot, or an address.

    Returns:
        `[{"loc": [...], "msg": str, "type": str, "ctx"?: {...}}, ...]`

    Source: contract hourone, appendix C.
    """
    single = (one for violation in violations for one in _singles(violation))
    found = [((*prefix, *violation.path), violation) for violation in single]
    first: dict[Place, int] = {}
    for place, violation in found:
        stage = _stage(violation)
        first[place] = min(first.get(place, stage), stage)
    return [
        {"loc": list(place), **worded}
        for place, violation in found
        if first[place] == _stage(violation)
        for worded in _worded(violation, needs_dotted_host=needs_dotted_host)
    ]


def entries_of(error: ProviderError) -> list[Entry] | None:
    """Return what an error says of wrong input; None if it is about anything else.

    An `InvalidPayloadError` has violations, or its `detail` has `entries` ready.
    """
    if isinstance(error, UnreadableBodyError) and error.code == "syntax":
        return [unreadable_entry(error)]
    if not isinstance(error, InvalidPayloadError):
        return None
    ready = error.detail.get("entries")
    if isinstance(ready, list):
        return ready
    return entries(error.violations) if error.violations else None


def missing_entry(*place: str | int) -> Entry:
    """Return the `detail` entry for something that is not there.

    Source: contract hourone, appendix C.
    """
    return {"loc": list(place), "msg": "field required", "type": "value_error.missing"}


def rule_entry(place: Iterable[str | int], message: str) -> Entry:
    """Return the `detail` entry for a rule that no schema can express.

    Source: contract hourone, section 3.2.
    """
    return {"loc": list(place), "msg": message, "type": "value_error"}


def unreadable_entry(error: UnreadableBodyError) -> Entry:
    """Return the `detail` entry for a body that is not JSON.

    Source: contract hourone, appendix C.
    """
    detail = error.detail
    return {
        "loc": ["body", detail.get("offset", 0)],
        "msg": detail.get("message", "Invalid JSON"),
        "type": "value_error.jsondecode",
        "ctx": {
            "msg": detail.get("short"),
            "doc": detail.get("document"),
            "pos": detail.get("offset"),
            "lineno": detail.get("line"),
            "colno": detail.get("column"),
        },
    }


def _as_entry(kind: str, message: str, context: Mapping[str, Any] | None) -> Entry:
    entry: Entry = {"msg": message, "type": kind}
    return entry if context is None else {**entry, "ctx": dict(context)}


def _singles(violation: Violation) -> Iterable[Violation]:
    """Return the violation with the place of the member that lacks or is too many."""
    names: Iterable[object] = ()
    if violation.keyword == "required":
        names = (violation.expected,)
    elif violation.keyword == "additionalProperties":
        names = violation.found if isinstance(violation.found, dict) else ()
    else:
        return (violation,)
    return [
        replace(violation, path=(*violation.path, str(name)), found=...)
        for name in names
    ]


def _stage(violation: Violation) -> int:
    # Pydantic looks a value up in a closed list before it looks at its type.
    if violation.keyword in {"enum", "const"}:
        return 0
    if violation.keyword in {"type", "anyOf"}:
        return 1
    return 2 if violation.keyword in _LENGTHS else 3


def _worded(violation: Violation, *, needs_dotted_host: bool) -> Iterable[Entry]:
    keyword, expected, found = violation.keyword, violation.expected, violation.found
    if found is None:
        return [_as_entry(*(_NONE if violation.path else _MISSING), None)]
    if keyword == "anyOf" and isinstance(expected, list):
        return [_as_entry(*_type(str(one.get("type"))), None) for one in expected]
    if keyword == "format" and expected == "uri":
        problem = url_problem(str(found), needs_dotted_host=needs_dotted_host)
        return [] if problem is None else [problem]
    if keyword in _BOUNDS:
        kind, message = _BOUNDS[keyword]
        context = {"limit_value": expected}
        return [_as_entry(f"value_error.{kind}", message.format(expected), context)]
    return [_as_entry(*_WORDINGS.get(keyword, _unworded)(violation))]


def _unworded(violation: Violation) -> tuple[str, str, None]:
    return "value_error", violation.describe(), None


def _type(name: str) -> tuple[str, str]:
    return _TYPES.get(name, _TYPES["object"])


def _types(violation: Violation) -> tuple[str, str, None]:
    expected = violation.expected
    names = expected if isinstance(expected, list | tuple) else [expected]
    name = next((str(name) for name in names if name != "null"), "object")
    return (*_type(name), None)


def _enum(violation: Violation) -> tuple[str, str, dict[str, Any]]:
    expected = violation.expected
    members = (
        [m for m in expected if m is not None] if isinstance(expected, list) else []
    )
    if len(members) == 1:
        return _only(members[0], violation.found)
    permitted = ", ".join(repr(member) for member in members)
    message = f"value is not a valid enumeration member; permitted: {permitted}"
    return "type_error.enum", message, {"enum_values": members}


def _only(expected: object, found: object) -> tuple[str, str, dict[str, Any]]:
    message = f"unexpected value; permitted: {expected!r}"
    return "value_error.const", message, {"given": found, "permitted": [expected]}


def _pattern(violation: Violation) -> tuple[str, str, dict[str, Any]]:
    message = f'string does not match regex "{violation.expected}"'
    return "value_error.str.regex", message, {"pattern": violation.expected}


def _format(violation: Violation) -> tuple[str, str, None]:
    known = _FORMATS.get(str(violation.expected))
    return (*(known or ("value_error", violation.describe())), None)


_WORDINGS: Mapping[
    str, Callable[[Violation], tuple[str, str, dict[str, Any] | None]]
] = {
    "type": _types,
    "enum": _enum,
    "const": lambda violation: _only(violation.expected, violation.found),
    "pattern": _pattern,
    "format": _format,
    "required": lambda _: ("value_error.missing", "field required", None),
    "uniqueItems": lambda _: (
        "value_error.list.unique_items", "the list has duplicated items", None
    ),
    "multipleOf": lambda violation: (
        "value_error.number.not_multiple",
        f"ensure this value is a multiple of {violation.expected}",
        {"multiple_of": violation.expected},
    ),
    "additionalProperties": lambda _: (
        "value_error.extra", "extra fields not permitted", None
    ),
}  # fmt: skip
