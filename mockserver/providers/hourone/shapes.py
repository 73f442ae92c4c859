"""Requests as Pydantic's models read them, and answers as they write them."""

import re
from datetime import date
from itertools import islice
from typing import Any, Final

import orjson

from mockserver.errors import VIOLATIONS_MAX, InvalidPayloadError, Violation
from mockserver.providers.bodies import off_loop
from mockserver.providers.call import Call
from mockserver.providers.hourone.models import Model
from mockserver.providers.reply import Reply
from mockserver.providers.wires.pydantic import Entry, entries, missing_entry
from mockserver.providers.wires.urls import url_problem

__all__ = ["answer", "judge", "read_body", "read_document", "read_query", "refuse"]

Place = tuple[str | int, ...]

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
    value, wrong = await judge_body(
        call, f"{call.operation}.request", document, ("body",)
    )
    refuse([*before, *wrong])
    return value


async def read_document(call: Call) -> Any:
    """Return the JSON body as it was sent; None for no body and for `null`.

    Raises:
        UnreadableBodyError: It is not JSON.
    """
    return await call.document()


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


async def judge_body(
    call: Call, schema: str, document: Any, prefix: Place
) -> tuple[Any, list[Entry]]:
    """Judge what came in a body; a large one in a thread."""
    body, valid, slug = await call.body(), call.services.valid, call.provider.slug
    dialect = f"{schema} {call.setting('dialect')} {call.setting('strict_hosts')}"
    if valid.has(slug, dialect, body):
        return _kept(call, schema, document), []
    value, wrong = await off_loop(len(body), judge, call, schema, document, prefix)
    if not wrong:
        valid.add(slug, dialect, body)
    return value, wrong


def judge(
    call: Call, schema: str, document: Any, prefix: Place
) -> tuple[Any, list[Entry]]:
    """Return a document as its model keeps it, and what is wrong with it.

    A null for a member that may be left out and has no default counts as absent,
    except in dialect `strict`.
    """
    model, value = _model(call, schema), _kept(call, schema, document)
    violations = [
        *call.services.schemas(call.provider.slug).check(schema, value),
        *islice(
            (one for one in model.formats(value) if not _fits(call, one)),
            VIOLATIONS_MAX,
        ),
    ]
    if not violations:
        return value, []
    for violation in violations[:5]:
        call.note(f"{schema}: {violation.describe()}")
    told = entries(
        sorted(violations, key=model.rank),
        prefix,
        needs_dotted_host=call.setting("strict_hosts"),
    )
    return value, told


def _kept(call: Call, schema: str, document: Any) -> Any:
    """Return a document as its model keeps it."""
    drops_nulls = call.setting("dialect") != "strict"
    return _model(call, schema).read(document, drops_nulls=drops_nulls)


def answer(call: Call, document: Any, status: int = 200) -> Reply:
    """Return a JSON answer; with `emit_nulls`, members without a value are null.

    Source: contract hourone, section 8.
    """
    reply = call.reply(document, status)
    if call.setting("emit_nulls"):
        model = _model(call, f"{call.operation}.response")
        reply.body = orjson.dumps(model.with_nulls(document))
    return reply


def _model(call: Call, schema: str) -> Model:
    """Return the model of one of the schemas, made at its first use."""
    known: dict[str, Model] = call.services.memos.setdefault(call.provider.slug, {})
    model = known.get(schema)
    if model is None:
        schemas = call.services.schemas(call.provider.slug)
        components = schemas.schema("openapi")["components"]["schemas"]
        model = known[schema] = Model.of(schemas.schema(schema), components)
    return model


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
