"""The texts of schema errors, in the words of a well-known Java validator."""

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, Final

from msgspec.structs import replace

from mockserver.errors import VIOLATIONS_MAX, Violation

__all__ = ["RULE", "place", "schema_errors", "surplus"]

RULE: Final = "rule"  # the keyword of violations whose `expected` is the whole text


def schema_errors(
    violations: Iterable[Violation], *, quotes: bool = False
) -> list[str]:
    """Return one description for each violation, in their order.

    Args:
        violations: What breaks the schema.
        quotes: Members that are not in the schema stand in quotes, as version 3 has
            them: its client looks for that.

    Source: contract idomoo, section 3.2 and appendix A.
    """
    known = {**_TEXTS, "additionalProperties": _quoted} if quotes else _TEXTS
    texts = (
        f"Schema error: {text}"
        for violation in violations
        for text in known.get(violation.keyword, _other)(violation)
    )
    return [*islice(texts, VIOLATIONS_MAX)]


def place(path: Iterable[str | int]) -> str:
    """Return a path as `$.output.video[0].height`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "$" + "".join(parts)


def surplus(
    schemas: Callable[[str], Any], name: str, value: Any
) -> tuple[Violation, ...]:
    """Return a violation for each object with members that its schema does not name.

    Args:
        schemas: Returns a schema by its name; they refer to each other by file.
        name: The schema that the value is held against.
        value: A document that is valid otherwise.
    """
    return tuple(_surplus(schemas, schemas(name), value, ()))


def _surplus(
    schemas: Callable[[str], Any], schema: Any, value: Any, path: tuple[str | int, ...]
) -> Iterable[Violation]:
    if "$ref" in schema:
        schema = schemas(schema["$ref"].removesuffix(".json"))
    members = schema.get("properties", {})
    if isinstance(value, dict) and members:
        more = {key: held for key, held in value.items() if key not in members}
        if more:
            yield Violation(path, "additionalProperties", False, more)  # noqa: FBT003 - as in the schema
        for key in (name for name in value if name in members):
            yield from _surplus(schemas, members[key], value[key], (*path, key))
    elif isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from _surplus(schemas, schema["items"], item, (*path, index))


def _bound(text: str) -> Callable[[Violation], list[str]]:
    return lambda violation: [
        f"{place(violation.path)}: {text.format(_number(violation.expected))}"
    ]


def _number(value: object) -> object:
    is_whole = isinstance(value, float) and value.is_integer()
    return int(value) if is_whole else value  # type: ignore[call-overload]  # a float


def _missing(violation: Violation) -> list[str]:
    name = str(violation.expected)
    return [f"{place((*violation.path, name))}: is missing but it is required"]


def _type(violation: Violation) -> list[str]:
    expected = _first_type(violation.expected)
    return [
        f"{place(violation.path)}: {_kind(violation.found)} found, {expected} expected"
    ]


def _first_type(expected: object) -> str:
    """Return the type that is declared first; others are only tolerated."""
    first = expected[0] if isinstance(expected, list | tuple) else expected
    return str(first["type"] if isinstance(first, Mapping) else first)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    return _KINDS.get(type(value), "object")


def _enum(violation: Violation) -> list[str]:
    expected = violation.expected
    members = expected if isinstance(expected, list | tuple) else [expected]
    listed = ", ".join(str(member) for member in members if member is not None)
    return [
        f"{place(violation.path)}: does not have a value in the enumeration [{listed}]"
    ]


_SURPLUS: Final = (
    "is not defined in the schema and the schema does not allow additional properties"
)


def _unknown(violation: Violation) -> list[str]:
    places = (place((*violation.path, name)) for name in _names(violation))
    return [f"{where}: {_SURPLUS}" for where in places]


def _quoted(violation: Violation) -> list[str]:
    where = place(violation.path)
    return [f"{where}: property '{name}' {_SURPLUS}" for name in _names(violation)]


def _names(violation: Violation) -> list[str]:
    found = violation.found
    return [str(name) for name in found] if isinstance(found, dict) else []


def _other(violation: Violation) -> list[str]:
    return [f"{place(violation.path)}: {violation.keyword} is not fulfilled"]


def _rule(violation: Violation) -> list[str]:
    return [f"{place(violation.path)}: {violation.expected}"]


_KINDS: Final[Mapping[type, str]] = {
    str: "string",
    int: "integer",
    float: "number",
    list: "array",
    type(None): "null",
}
_TEXTS: Final[Mapping[str, Callable[[Violation], list[str]]]] = {
    "required": _missing,
    "type": _type,
    "anyOf": _type,
    "multipleOf": lambda violation: _type(replace(violation, expected="integer")),
    "enum": _enum,
    "additionalProperties": _unknown,
    "minimum": _bound("must have a minimum value of {}"),
    "maximum": _bound("must have a maximum value of {}"),
    "pattern": _bound("does not match the regex pattern {}"),
    "minItems": _bound("there must be a minimum of {} items in the array"),
    "minProperties": _bound("should have a minimum of {} properties"),
    RULE: _rule,
}
