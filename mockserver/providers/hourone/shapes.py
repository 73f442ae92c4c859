"""Requests as the framework's models read them, and answers as they write them."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import orjson

from mockserver.errors import InvalidPayloadError, UnreadableBodyError, Violation
from mockserver.providers.bodies import parse_json
from mockserver.providers.call import Call
from mockserver.providers.framework import (
    Entry,
    entries,
    missing_entry,
    url_problem,
)
from mockserver.providers.reply import Reply

__all__ = ["answer", "judge", "read_body", "read_document", "read_query", "refuse"]

Place = tuple[str | int, ...]
Components = Mapping[str, Any]

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


async def read_body(call: Call, *, before: tuple[Entry, ...] = ()) -> Any:
    """Return the JSON body as its model keeps it: known members, defaults filled in.

    Args:
        call: The call.
        before: What was already wrong with path, query or headers.

    Raises:
        UnreadableBodyError: It is not JSON.
        InvalidPayloadError: It breaks its schema, or something was wrong before.

    Source: contract hourone, section 8 and appendix C.
    """
    document = await read_document(call)
    if document is None:
        refuse([*before, missing_entry("body")])
    value, wrong = judge(call, f"{call.operation}.request", document, ("body",))
    refuse([*before, *wrong])
    return value


async def read_document(call: Call) -> Any:
    """Return the JSON body as it was sent; None for no body and for `null`.

    Raises:
        UnreadableBodyError: It is not JSON, or no text that could be sent back.
    """
    body = await call.body()
    document = parse_json(body)
    if b"\\u" in body:
        try:
            orjson.dumps(document)
        except TypeError as error:  # half a surrogate pair
            raise UnreadableBodyError("encoding", message=str(error)) from error
    return document


def read_query(call: Call, schema: str) -> dict[str, Any]:
    """Return the query's parameters; of one that is sent twice, the last.

    Raises:
        InvalidPayloadError: They break the schema.
    """
    sent = {name: call.query.getall(name)[-1] for name in call.query}
    value, wrong = judge(call, schema, sent, ("query",))
    refuse(wrong)
    return dict(value)


def refuse(wrong: list[Entry]) -> None:
    """Answer 422 if anything is wrong.

    Raises:
        InvalidPayloadError: Something is.
    """
    if wrong:
        raise InvalidPayloadError(entries=wrong)


def judge(
    call: Call, schema: str, document: Any, prefix: Place
) -> tuple[Any, list[Entry]]:
    """Return a document as its model keeps it, and what is wrong with it.

    A null for a member that may be left out and has no default counts as absent,
    except in dialect `strict`.
    """
    schemas = call.services.schemas(call.provider.slug)
    root, components = schemas.schema(schema), _components(call)
    drops_nulls = call.setting("dialect") != "strict"
    value = _tidy(root, document, components, drops_nulls=drops_nulls)
    violations = [
        *schemas.check(schema, value),
        *(one for one in _formats(root, value, components) if not _fits(call, one)),
    ]
    if not violations:
        return value, []
    for violation in violations[:5]:
        call.note(f"{schema}: {violation.describe()}")
    told = entries(
        sorted(violations, key=lambda one: _rank(root, one, components)),
        prefix,
        needs_dotted_host=call.setting("strict_hosts"),
    )
    return value, told


def answer(call: Call, document: Any, status: int = 200) -> Reply:
    """Return a JSON answer; with `emit_nulls`, members without a value are null.

    Source: contract hourone, section 8.
    """
    reply = call.reply(document, status)
    if call.setting("emit_nulls"):
        schemas = call.services.schemas(call.provider.slug)
        root = schemas.schema(f"{call.operation}.response")
        reply.body = orjson.dumps(_with_nulls(root, document, _components(call)))
    return reply


def _components(call: Call) -> Components:
    description = call.services.schemas(call.provider.slug).schema("openapi")
    components: Components = description["components"]["schemas"]
    return components


def _resolved(schema: Mapping[str, Any], components: Components) -> Mapping[str, Any]:
    while True:
        if "$ref" in schema:
            schema = components[schema["$ref"].rpartition("/")[2]]
        elif len(schema.get("allOf", ())) == 1:
            schema = schema["allOf"][0]
        else:
            return schema


def _tidy(
    schema: Mapping[str, Any], value: Any, components: Components, *, drops_nulls: bool
) -> Any:
    schema = _resolved(schema, components)
    if isinstance(value, list) and "items" in schema:
        items = schema["items"]
        return [
            _tidy(items, each, components, drops_nulls=drops_nulls) for each in value
        ]
    if not isinstance(value, dict) or "properties" not in schema:
        return value
    required, kept = schema.get("required", ()), {}
    for name, member in schema["properties"].items():
        is_optional = name not in required and "default" not in member
        sent = value.get(name, member.get("default"))
        is_dropped = is_optional and drops_nulls and sent is None
        if (name in value and not is_dropped) or "default" in member:
            kept[name] = _tidy(member, sent, components, drops_nulls=drops_nulls)
    return kept


def _formats(
    schema: Mapping[str, Any], value: Any, components: Components, path: Place = ()
) -> Iterator[Violation]:
    """Yield the texts that have a `format`, which the validators take for a remark."""
    schema = _resolved(schema, components)
    if isinstance(value, str):
        if "format" in schema:
            yield Violation(path, "format", schema["format"], value)
    elif isinstance(value, list) and "items" in schema:
        for index, each in enumerate(value):
            yield from _formats(schema["items"], each, components, (*path, index))
    elif isinstance(value, dict):
        for name, member in schema.get("properties", {}).items():
            if name in value:
                yield from _formats(member, value[name], components, (*path, name))


def _fits(call: Call, text: Violation) -> bool:
    """Say whether a text has the format that is expected of it."""
    found = str(text.found)
    if text.expected == "uri":
        is_strict = call.setting("strict_hosts")
        return url_problem(found, needs_dotted_host=is_strict) is None
    if text.expected != "date" or _DATE.fullmatch(found) is None:
        return text.expected != "date"
    try:
        date.fromisoformat(found)
    except ValueError:
        return False
    return True


def _rank(
    schema: Mapping[str, Any], violation: Violation, components: Components
) -> tuple[int, ...]:
    """Return where a violation stands: by the schema's members, by a list's indexes."""
    path = violation.path
    if violation.keyword == "required":
        path = (*path, str(violation.expected))
    ranks: list[int] = []
    for part in path:
        schema = _resolved(schema, components)
        if isinstance(part, int):
            ranks.append(part)
            schema = schema.get("items", {})
        else:
            members = schema.get("properties", {})
            names = [*members]
            ranks.append(names.index(part) if part in members else len(names))
            schema = members.get(part, {})
    return tuple(ranks)


def _with_nulls(schema: Mapping[str, Any], value: Any, components: Components) -> Any:
    schema = _resolved(schema, components)
    if "anyOf" in schema:
        schema = _meant(schema["anyOf"], value, components)
    if isinstance(value, list):
        items = schema.get("items", {})
        return [_with_nulls(items, each, components) for each in value]
    if not isinstance(value, dict) or "properties" not in schema:
        return value
    return {
        name: _with_nulls(member, value.get(name), components)
        for name, member in schema["properties"].items()
    }


def _meant(
    branches: list[Mapping[str, Any]], scenes: Any, components: Components
) -> Mapping[str, Any]:
    """Return the kind of scenes that a list holds: they name it themselves."""
    kind = scenes[0].get("type") if scenes else None
    for branch in branches:
        scene = _resolved(branch["items"], components)
        if scene["properties"]["type"]["const"] == kind:
            return branch
    return branches[0]
