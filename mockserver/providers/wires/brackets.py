"""Brackets: nested values as forms name them, `video[id]` and `characters[][id]`."""

import re
from collections.abc import Iterable
from typing import Any, Final, TypeVar

__all__ = ["nested"]

T = TypeVar("T")

_NAME: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_STEP: Final = re.compile(r"\[([^\[\]]*)\]")
_DEPTH_MAX: Final = 20


def nested(fields: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return fields of a form as the document that they write down.

    `a=1` is `{"a": 1}`, `a[b]=1` is `{"a": {"b": 1}}`, `a[]=1` adds to a list, and
    `a[][b]=1` adds an object to one, or a member to the last object that does not
    have it yet. Of a name that comes twice, the last counts. What is not written so is
    a name as it is.
    """
    document: dict[str, Any] = {}
    for name, value in fields:
        found = _NAME.fullmatch(name)
        steps = _STEP.findall(found[2]) if found is not None else []
        if found is None or len(steps) > _DEPTH_MAX:
            document[name] = value
        else:
            _put(document, found[1], steps, value)
    return document


def _put(into: dict[str, Any], name: str, steps: list[str], value: Any) -> None:
    """Put a value where a name leads to, which may not have been written yet."""
    for at, step in enumerate(steps):
        if step:
            into, name = _member(into, name, {}), step
            continue
        items, rest = _member(into, name, []), steps[at + 1 :]
        if not rest:
            items.append(value)
            return
        if not items or not isinstance(items[-1], dict) or rest[0] in items[-1]:
            items.append({})
        into, name = items[-1], rest[0]
        if len(rest) > 1:
            _put(into, name, rest[1:], value)
            return
        break
    into[name] = value


def _member(into: dict[str, Any], name: str, usual: T) -> T:
    """Return what is under a name; something of the usual kind if nothing of it is."""
    known = into.get(name)
    if not isinstance(known, type(usual)):
        known = into[name] = usual
    return known
