"""Views: what answers look like, guessed from the JSON Schemas of a description."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mockserver.providers.declared.described import members_of

__all__ = ["Told", "listed", "refusal", "view"]

_DEPTH_MAX: Final = 5
_LINK: Final = re.compile(r"(^|_)(url|uri|link)s?$|Url$|URL$|download")
_FAILURE: Final = re.compile(r"error|fail|reason", re.IGNORECASE)
_CREATED: Final = re.compile(r"creat|submitted|started", re.IGNORECASE)
_ENDED: Final = re.compile(r"complet|finish|ended|updat", re.IGNORECASE)
_NO_LINKS: Final = frozenset({"integer", "number", "boolean", "object"})
_PLAIN: Final = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of something: always, when it is done, and when it has failed."""

    body: Any
    done: Any
    failed: Any


def view(schema: Any, what: str, fixed: Mapping[str, str], depth: int = 0) -> Told:
    """Return what is told of a job, or of a thing.

    Args:
        schema: Its JSON Schema.
        what: `job`, `thing`, or `says` for what is about nothing.
        fixed: Members of which it is known what they hold.
        depth: How far inside it is.
    """
    body: dict[str, Any] = {}
    done: dict[str, Any] = {}
    failed: dict[str, Any] = {}
    for name, one in members_of(schema).items():
        if not _PLAIN.fullmatch(name):
            continue
        told = _member(name, one, what, fixed, depth)
        body[name] = told.body
        if told.done not in (None, {}):
            done[name] = told.done
        if told.failed not in (None, {}):
            failed[name] = told.failed
    return Told(body, done, failed)


def listed(schema: Any) -> Any:
    """Return the answer of a list."""
    if not members_of(schema):
        return "${page.items}"
    body: dict[str, Any] = {}
    is_told = False
    for name, one in members_of(schema).items():
        kinds = _types(one)
        if "array" in kinds and not is_told:
            body[name], is_told = "${page.items}", True
        elif re.search(r"more", name):
            body[name] = "${page.more}"
        elif re.search(r"next|cursor|token", name):
            body[name] = "${page.next}"
        elif re.search(r"total|count", name):
            body[name] = "${page.total}"
        elif re.search(r"limit|size", name):
            body[name] = "${page.limit}"
        elif members_of(one) and not is_told:
            body[name], is_told = listed(one), True
        else:
            body[name] = _usual(one)
    return body if is_told else {**body, "data": "${page.items}"}


def refusal(schema: Any, depth: int = 0) -> Any:
    """Return what errors look like."""
    members = members_of(schema)
    if not members or depth > _DEPTH_MAX:
        return {"error": "${error.text}"} if depth == 0 else "${error.text}"
    body: dict[str, Any] = {}
    for name, one in members.items():
        kinds = _types(one)
        if members_of(one):
            body[name] = refusal(one, depth + 1)
        elif {"integer", "number"} & kinds or name in {"status", "statusCode"}:
            body[name] = "${error.status}"
        elif "array" in kinds:
            body[name] = []
        elif "boolean" in kinds:
            body[name] = False
        elif name in {"code", "type", "error_code", "errorCode"}:
            body[name] = "${error.code}"
        else:
            body[name] = "${error.text}"
    return body


def _member(
    name: str, schema: Any, what: str, fixed: Mapping[str, str], depth: int
) -> Told:
    if name in fixed and depth == 0:
        return Told(fixed[name], None, None)
    kinds = _types(schema)
    if what == "job" and _LINK.search(name) and not kinds & _NO_LINKS:
        link: Any = ["${link.video}"] if "array" in kinds else "${link.video}"
        return Told([] if "array" in kinds else None, link, None)
    if what == "job" and _FAILURE.search(name):
        told = "${moment.reason}"
        inner = {one: told for one in members_of(schema) if _PLAIN.fullmatch(one)}
        return Told(None, None, inner or (told if "string" in kinds else None))
    if members_of(schema) and depth < _DEPTH_MAX:
        return view(schema, what, fixed, depth + 1)
    known = _known(name, kinds, what) if what != "says" else None
    return Told(_usual(schema) if known is None else known, None, None)


def _known(name: str, kinds: set[str], what: str) -> str | None:
    """Return the template of what a name commonly holds."""
    if re.fullmatch(r"(\w+_)?id|\w+Id", name) and "integer" not in kinds:
        return f"${{{what}.id}}"
    is_number = bool(kinds & {"integer", "number"})
    form = "unix" if is_number else "iso"
    if _CREATED.search(name) and (is_number or name.endswith(("at", "At", "ed"))):
        return f"${{{what}.created as {form}}}"
    ended = "job.ended" if what == "job" else "thing.changed"
    if _ENDED.search(name) and (is_number or name.endswith(("at", "At", "ed"))):
        return f"${{{ended} as {form}}}"
    if what == "job" and re.search(r"progress|percent", name, re.IGNORECASE):
        return "${moment.progress}"
    return None


def _usual(schema: Any) -> Any:
    """Return a value of the right type: an example, a default, or nothing."""
    if not isinstance(schema, Mapping):
        return None
    for word in ("default", "const"):
        if word in schema:
            return _literal(schema[word])
    if schema.get("enum"):
        return _literal(schema["enum"][0])
    kinds = _types(schema)
    if "null" in kinds:
        return None
    if members_of(schema):
        return {n: _usual(s) for n, s in members_of(schema).items() if _plain(n)}
    values: dict[str, Any] = {"string": "", "array": [], "object": {}, "boolean": False}
    return next(
        (values[kind] for kind in values if kind in kinds), None if not kinds else 0
    )


def _literal(value: Any) -> Any:
    """Return a value as it stands in a file, where a text may be a template."""
    return value.replace("${", "$${") if isinstance(value, str) else value


def _plain(name: str) -> bool:
    return _PLAIN.fullmatch(name) is not None


def _types(schema: Any) -> set[str]:
    if not isinstance(schema, Mapping):
        return set()
    said = schema.get("type")
    kinds = {said} if isinstance(said, str) else {*(said or ())}
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        kinds |= _types(part)
    return kinds or ({"object"} if members_of(schema) else set())
