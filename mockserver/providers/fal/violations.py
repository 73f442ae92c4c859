"""What a model's runner says of input that does not fit: entries as of Pydantic 2."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mockserver.engine.packing import pack
from mockserver.errors import Violation

__all__ = ["entries", "entry"]

_SHOWN_MAX: Final = 2000
_DOCS: Final = "https://docs.fal.ai/errors/#"
_TYPES: Final[Mapping[str, tuple[str, str]]] = {
    "string": ("string_type", "Input should be a valid string"),
    "integer": ("int_type", "Input should be a valid integer"),
    "number": ("float_type", "Input should be a valid number"),
    "boolean": ("bool_type", "Input should be a valid boolean"),
    "array": ("list_type", "Input should be a valid list"),
    "object": ("dict_type", "Input should be a valid dictionary"),
}
# Contract fal, appendix C: type, message, name in `ctx`, whether the type is fal's own
_BOUNDS: Final[Mapping[str, tuple[str, str, str, bool]]] = {
    "minimum": (
        "greater_than_equal",
        "Input should be greater than or equal to {}",
        "ge",
        True,
    ),
    "maximum": (
        "less_than_equal",
        "Input should be less than or equal to {}",
        "le",
        True,
    ),
    "exclusiveMinimum": (
        "greater_than",
        "Input should be greater than {}",
        "gt",
        True,
    ),
    "exclusiveMaximum": ("less_than", "Input should be less than {}", "lt", True),
    "multipleOf": (
        "multiple_of",
        "Input should be a multiple of {}",
        "multiple_of",
        True,
    ),
    "minItems": (
        "sequence_too_short",
        "Sequence should have at least {} items",
        "min_length",
        True,
    ),
    "maxItems": (
        "sequence_too_long",
        "Sequence should have at most {} items",
        "max_length",
        True,
    ),
    "minLength": (
        "string_too_short",
        "String should have at least {} characters",
        "min_length",
        False,
    ),
    "maxLength": (
        "string_too_long",
        "String should have at most {} characters",
        "max_length",
        False,
    ),
    "pattern": (
        "string_pattern_mismatch",
        "String should match pattern '{}'",
        "pattern",
        False,
    ),
}


def entries(violations: Iterable[Violation]) -> list[dict[str, Any]]:
    """Return the `detail` list of a 422: `type`, `loc`, `msg`, `input`, `ctx`, `url`.

    Source: contract fal, appendix C.
    """
    return [_worded(violation) for violation in violations]


def entry(
    kind: str,
    message: str,
    place: Iterable[str | int],
    value: object,
    *,
    context: Mapping[str, Any] | None = None,
    is_own: bool = True,
) -> dict[str, Any]:
    """Return one item of `detail`.

    Args:
        kind: Its type.
        message: What it says.
        place: Where in the body.
        value: What is there; a large one is not shown.
        context: Its limits.
        is_own: It is one of fal's own types, which are documented.
    """
    shown = value if len(pack(value)) <= _SHOWN_MAX else None
    told = {"type": kind, "loc": ["body", *place], "msg": message, "input": shown}
    if context is not None:
        told["ctx"] = dict(context)
    return {**told, "url": f"{_DOCS}{kind}"} if is_own else told


def _worded(one: Violation) -> dict[str, Any]:
    if one.keyword == "required":
        place = (*one.path, str(one.expected))
        return entry("missing", "Field required", place, one.found, is_own=False)
    if one.keyword in _BOUNDS:
        kind, text, name, is_own = _BOUNDS[one.keyword]
        return entry(
            kind,
            text.format(one.expected),
            one.path,
            one.found,
            context={name: one.expected},
            is_own=is_own,
        )
    if one.keyword == "enum" and isinstance(one.expected, list):
        return _literal(one, one.expected)
    if one.keyword == "type":
        return _type(one)
    return entry("value_error", one.describe(), one.path, one.found, is_own=False)


def _literal(one: Violation, members: list[Any]) -> dict[str, Any]:
    *first, last = (repr(member) for member in members)
    expected = f"{', '.join(first)} or {last}" if first else last
    text = f"Input should be {expected}"
    context = {"expected": expected}
    return entry(
        "literal_error", text, one.path, one.found, context=context, is_own=False
    )


def _type(one: Violation) -> dict[str, Any]:
    names = one.expected if isinstance(one.expected, list) else [one.expected]
    name = next((str(name) for name in names if name != "null"), "object")
    kind, text = _TYPES.get(name, _TYPES["object"])
    if isinstance(one.found, str) and name in {"integer", "number"}:
        kind = kind.replace("_type", "_parsing")
        text = f"{text}, unable to parse string as {_PARSED[name]}"
    return entry(kind, text, one.path, one.found, is_own=False)


_PARSED: Final = {"integer": "an integer", "number": "a number"}
