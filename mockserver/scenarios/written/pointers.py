"""Pointers: JSON Pointers (RFC 6901) to read, set and remove parts of a document."""

import re
from collections.abc import Callable
from typing import Any, Final

__all__ = ["MISSING", "find", "parts", "removed", "replaced"]

MISSING: Final = object()

# As RFC 6901 spells it: ASCII, no leading zero; and short enough for `int`.
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}")

Change = Callable[[Any], Any]


def parts(pointer: str) -> tuple[str, ...]:
    """Return the steps of a pointer such as `/video/0/url`.

    Raises:
        ValueError: It does not begin with a slash.
    """
    if not pointer.startswith("/"):
        raise ValueError(pointer)
    steps = pointer[1:].split("/")
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)


def find(document: Any, steps: tuple[str, ...]) -> Any:
    """Return what stands there, or `MISSING`."""
    for step in steps:
        if isinstance(document, dict) and step in document:
            document = document[step]
        elif isinstance(document, list):
            at = int(step) if _INDEX.fullmatch(step) else len(document)
            if at >= len(document):
                return MISSING
            document = document[at]
        else:
            return MISSING
    return document


def replaced(document: Any, steps: tuple[str, ...], value: Any) -> Any:
    """Return a copy with a value set; members that are missing on the way are made.

    A list is only changed where it has an item; the step `-` appends one.
    """
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(document, list):
        if step == "-":
            return [*document, replaced({}, rest, value)]
        return _in_list(document, step, lambda item: replaced(item, rest, value))
    if not isinstance(document, dict):
        document = {}
    inner = document.get(step, {})
    return {**document, step: replaced(inner, rest, value)}


def removed(document: Any, steps: tuple[str, ...]) -> Any:
    """Return a copy without a part; what is not there is no error."""
    step, rest = steps[0], steps[1:]
    if isinstance(document, dict) and step in document:
        if not rest:
            return {name: value for name, value in document.items() if name != step}
        return {**document, step: removed(document[step], rest)}
    if isinstance(document, list):
        if not rest:
            return [one for at, one in enumerate(document) if str(at) != step]
        return _in_list(document, step, lambda item: removed(item, rest))
    return document


def _in_list(document: list[Any], step: str, change: Change) -> list[Any]:
    return [change(one) if str(at) == step else one for at, one in enumerate(document)]
