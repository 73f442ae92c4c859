"""What the web framework behind several providers answers by itself."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from mockserver.errors import UnreadableBodyError, Violation

__all__ = ["entries", "unreadable_entry", "url_problem"]

Entry = dict[str, Any]

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
_STAGES = ("type", "minLength", "maxLength", "minItems", "maxItems")
_NONE = ("type_error.none.not_allowed", "none is not an allowed value")


def entries(
    violations: Iterable[Violation], prefix: tuple[str | int, ...] = ("body",)
) -> list[Entry]:
    """Return the `detail` list of a 422 answer.

    Args:
        violations: In the schema's order; of several for one value only the
            first stage is told: type, then length, then everything else.
        prefix: What every `loc` begins with.

    Returns:
        `[{"loc": [...], "msg": str, "type": str, "ctx"?: {...}}, ...]`

    Source: contract hourone, appendix C.
    """
    told: list[Entry] = []
    known: dict[tuple[str | int, ...], int] = {}
    for violation in violations:
        place = (*prefix, *violation.path)
        if violation.keyword == "required":
            place = (*place, str(violation.expected))
        stage = _stage(violation.keyword)
        if known.setdefault(place, stage) == stage:
            told.append(_entry(place, violation))
    return told


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


def url_problem(url: str, *, needs_dotted_host: bool = False) -> Entry | None:
    """Return what is wrong with an http(s) URL: `{"msg", "type", "ctx"?}`, or None.

    Source: contract hourone, appendix C; digitalcarbon, appendix A.
    """
    scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*)://", url)
    if scheme is None:
        return _url_entry("scheme", "invalid or missing URL scheme")
    if scheme[1].lower() not in {"http", "https"}:
        context = {"allowed_schemes": ["http", "https"]}
        return _url_entry("scheme", "URL scheme not permitted", context)
    blank = re.search(r"\s", url)
    extra = url[blank.start() :] if blank else ""
    try:
        parts = urlsplit(url.removesuffix(extra) if extra else url)
        host = parts.hostname
    except ValueError:
        return _url_entry("host", "URL host invalid")
    if not host:
        return _url_entry("host", "URL host invalid")
    if needs_dotted_host and "." not in host and ":" not in host:
        return _url_entry("host", "URL host invalid, top level domain required")
    return _port_problem(parts.netloc) or (
        _url_entry(
            "extra",
            f"URL invalid, extra characters found after valid URL: {extra!r}",
            {"extra": extra},
        )
        if extra
        else None
    )


def _port_problem(netloc: str) -> Entry | None:
    port = re.search(r":(\d+)$", netloc)
    if port is None or int(port[1]) <= 65535:
        return None
    return _url_entry("port", "URL port invalid, port cannot exceed 65535")


def _url_entry(
    kind: str, message: str, context: Mapping[str, Any] | None = None
) -> Entry:
    entry: Entry = {"msg": message, "type": f"value_error.url.{kind}"}
    return entry if context is None else {**entry, "ctx": dict(context)}


def _stage(keyword: str) -> int:
    return 0 if keyword == "type" else 1 if keyword in _STAGES else 2


def _entry(place: tuple[str | int, ...], violation: Violation) -> Entry:
    kind, message, context = _worded(violation)
    entry: Entry = {"loc": list(place), "msg": message, "type": kind}
    return entry if context is None else {**entry, "ctx": context}


def _worded(violation: Violation) -> tuple[str, str, dict[str, Any] | None]:
    keyword, expected = violation.keyword, violation.expected
    if keyword in _BOUNDS:
        kind, message = _BOUNDS[keyword]
        return (
            f"value_error.{kind}",
            message.format(expected),
            {"limit_value": expected},
        )
    word = _WORDINGS.get(keyword)
    if word is None:
        return "value_error", violation.describe(), None
    return word(violation)


def _type(violation: Violation) -> tuple[str, str, None]:
    if violation.found is None:
        return (*_NONE, None)
    expected = violation.expected
    names = expected if isinstance(expected, list | tuple) else [expected]
    name = next((str(name) for name in names if name != "null"), "object")
    return (*_TYPES[name], None)


def _enum(violation: Violation) -> tuple[str, str, dict[str, Any]]:
    if violation.found is None:
        return (*_NONE, {})
    expected = violation.expected
    members = (
        [m for m in expected if m is not None] if isinstance(expected, list) else []
    )
    permitted = ", ".join(repr(member) for member in members)
    message = f"value is not a valid enumeration member; permitted: {permitted}"
    return "type_error.enum", message, {"enum_values": members}


def _const(violation: Violation) -> tuple[str, str, dict[str, Any]]:
    message = f"unexpected value; permitted: {violation.expected!r}"
    context = {"given": violation.found, "permitted": [violation.expected]}
    return "value_error.const", message, context


def _pattern(violation: Violation) -> tuple[str, str, dict[str, Any]]:
    message = f'string does not match regex "{violation.expected}"'
    return "value_error.str.regex", message, {"pattern": violation.expected}


_WORDINGS: Mapping[
    str, Callable[[Violation], tuple[str, str, dict[str, Any] | None]]
] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
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
