"""Compiling: a definition becomes the value that every provider is."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from mockserver.engine.chance import Chance
from mockserver.errors import SchemaError
from mockserver.providers import assets
from mockserver.providers.call import Call
from mockserver.providers.declared import auth, jobs, lists, things, webhooks
from mockserver.providers.declared.answering import (
    Desk,
    Function,
    called,
    count,
    headers_of,
    said,
)
from mockserver.providers.declared.data import Folder, folder_of
from mockserver.providers.declared.documents import shape_of
from mockserver.providers.declared.errors import renderer
from mockserver.providers.declared.model import (
    Definition,
    File,
    JobKind,
    Operation,
    ThingKind,
)
from mockserver.providers.declared.scenes import (
    file_operation,
    of_call,
    upload_operation,
)
from mockserver.providers.declared.trials import trials
from mockserver.providers.declared.words import draw
from mockserver.providers.facts import Setting, uuid_id, webhook_dates_setting
from mockserver.providers.kinds import WorldPart
from mockserver.providers.provider import Provider
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes, Traits
from mockserver.scenarios.written.expressions import Expression, Template
from mockserver.scenarios.written.pointers import MISSING, find, parts
from mockserver.validation import SchemaSet

__all__ = ["provider_of"]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_ACTS: Final[Mapping[tuple[str, bool], Callable[[Call, Desk], Awaitable[Reply]]]] = {
    ("makes", True): jobs.make,
    ("makes", False): things.make,
    ("shows", True): jobs.show,
    ("shows", False): things.show,
    ("changes", True): jobs.change,
    ("changes", False): things.change,
    ("cancels", True): jobs.cancel,
    ("removes", True): jobs.remove,
    ("removes", False): things.remove,
}


def provider_of(definition: Definition, functions: Mapping[str, Function]) -> Provider:
    """Return the provider that a file describes.

    Args:
        definition: What it says.
        functions: What its module has.

    Raises:
        ScenarioError: Two operations have the same path, or a schema is none.
    """
    kinds = [*definition.jobs.values()]
    signing = webhooks.signing(definition)
    first = kinds[0]
    return Provider(
        slug=definition.slug,
        title=definition.title,
        hosts=definition.hosts,
        roots=definition.roots,
        routes=_routes(definition, functions),
        authenticate=auth.authenticate(definition.auth, functions),
        render_error=renderer(definition),
        credential=auth.credential(definition.credentials),
        secrets=auth.secrets(definition.auth),
        timelines=_timelines(definition),
        failure=first.failed,
        ending=first.cancelled,
        states={word: at for kind in kinds for word, at in kind.states.items()},
        new_id=_new_id(definition.ids),
        settings=_settings(
            definition, is_dated=signing is not None and bool(signing.timestamp)
        ),
        world=WorldPart(kinds=things.kinds(definition)),
        notices=webhooks.notices(definition) if definition.webhooks else None,
        events=webhooks.events(definition),
        labels=webhooks.labels(definition),
        undated=webhooks.undated(definition),
        signing=signing,
        decorate=_decorate(definition) if definition.headers else None,
        preview=partial(jobs.preview, definition),
        prices=definition.prices,
        makes=partial(jobs.makes, definition),
        links_per_read=any(kind.media.link_s for kind in kinds),
        texts=partial(_texts, [pointer for kind in kinds for pointer in kind.texts]),
        failures={name: code for kind in kinds for name, code in kind.failures.items()},
        reasons={code: said for kind in kinds for code, said in kind.reasons.items()},
        start=trials(definition),
        clients=definition.clients,
        anchor=_data(definition),
    )


def _routes(definition: Definition, functions: Mapping[str, Function]) -> Routes[Call]:
    table = Routes[Call]()
    for name, operation in definition.operations.items():
        place = definition.place.at("operations", name)
        handler = _handler(Desk(definition, operation, functions))
        traits = _traits(definition, operation)
        try:
            table.add(operation.method, operation.path, name, **traits)(handler)
        except (ValueError, re.error) as error:
            place.at(operation.method.lower()).fail(operation.path, str(error))
    for kind in definition.jobs.values():
        for file in kind.files.values():
            name = file_operation(kind.name, file.name)
            serve = _server(definition, kind, file)
            finds: Traits[Call] = {"public": "id", "answers_head": True}
            if "{name}" in file.path:
                finds |= {"public": jobs.located, "subject": jobs.named}
            add = table.get(file.path, name, **finds)
            try:
                add(serve)
            except ValueError as error:
                place = definition.place.at("jobs", kind.name, "files", file.name)
                place.at("path").fail(file.path, str(error))
    for thing in definition.things.values():
        _add_upload(definition, thing, table)
    return table


def _add_upload(definition: Definition, kind: ThingKind, table: Routes[Call]) -> None:
    upload = kind.upload
    if upload is None:
        return
    name = upload_operation(kind.name)
    take = things.take(definition, kind, upload)
    located = assets.located("id")
    table.add(upload.method.upper(), upload.path, name, public=located)(take)


def _traits(definition: Definition, operation: Operation) -> Traits[Call]:
    if operation.of not in definition.jobs or not operation.parameter:
        return {}
    if operation.verb in {"makes", "lists"}:
        return {}
    return {"subject": operation.parameter, "polls": operation.verb == "shows"}


def _handler(desk: Desk) -> Callable[[Call], Awaitable[Reply]]:
    operation = desk.operation
    act: Callable[[Call, Desk], Awaitable[Reply]]
    if operation.verb in {"calls", "says"}:
        act = called if operation.verb == "calls" else said
    elif operation.verb == "lists":
        act = lists.list_all
    else:
        act = _ACTS[operation.verb, operation.of in desk.definition.jobs]

    async def handler(call: Call) -> Reply:
        count(call, operation)
        return await act(call, desk)

    handler.__doc__ = operation.about
    return handler


def _server(
    definition: Definition, kind: JobKind, file: File
) -> Callable[[Call], Awaitable[Reply]]:
    async def handler(call: Call) -> Reply:
        """Serve a file of a finished job; no credentials are needed."""
        return await jobs.serve(call, definition, kind, file)

    return handler


def _timelines(definition: Definition) -> dict[str, Any]:
    """Return the default life of the jobs that each operation makes."""
    made = {
        operation.name: definition.jobs[operation.of].life
        for operation in definition.operations.values()
        if operation.verb == "makes" and operation.of in definition.jobs
    }
    uploads = {
        upload_operation(kind.name): definition.jobs[kind.upload.makes].life
        for kind in definition.things.values()
        if kind.upload is not None and kind.upload.makes
    }
    return {**made, **uploads}


def _new_id(ids: Any) -> Callable[[Chance, float], str]:
    if not isinstance(ids, Template):
        return uuid_id

    def new_id(chance: Chance, at_s: float) -> str:
        del at_s
        return "".join(
            str(draw(chance, piece.key)) if isinstance(piece, Expression) else piece
            for piece in ids.pieces
        )

    return new_id


def _settings(definition: Definition, *, is_dated: bool) -> tuple[Setting, ...]:
    return (*definition.settings, *([webhook_dates_setting()] if is_dated else []))


def _decorate(definition: Definition) -> Callable[[Call, Reply], Reply]:
    def decorate(call: Call, reply: Reply) -> Reply:
        scene = of_call(call, definition)
        return reply.with_headers(headers_of(definition.headers, scene))

    return decorate


def _texts(pointers: list[str], payload: Any) -> Iterator[str]:
    for pointer in pointers:
        found = find(payload, parts(pointer))
        if found is not MISSING and isinstance(found, str):
            yield found


def _data(definition: Definition) -> Folder:
    """Return the schemas, the world and the examples, as others have them in folders.

    Raises:
        ScenarioError: A schema is none.
    """
    told = dict(definition.schemas)
    examples = _examples(definition)
    for name in examples:
        # What fits nothing else is a request, not an answer.
        told.setdefault(f"{name.split('.')[0]}.request", {"$schema": _DIALECT})
    told["error"] = {"$schema": _DIALECT, **shape_of(definition.error_body)}
    for name, operation in definition.operations.items():
        response = f"{name}.response"
        if operation.has_body and response not in told:
            shape = shape_of(operation.body, _shape_of_view(definition, operation.of))
            told[response] = {"$schema": _DIALECT, **shape}
    origin = definition.place.source.name
    try:
        SchemaSet(told, origin=origin)
    except SchemaError as error:
        reason = str(error).removeprefix(f"{origin}/")
        definition.place.fail(reason, "JSON Schemas (draft 2020-12)")
    start = _commented(definition)
    return folder_of(definition.slug, origin, told, definition.world, start, examples)


def _commented(definition: Definition) -> str:
    """Return the section of a world file to start from, all of it commented out."""
    pair = "{key: my-own-key, secret: my-own-secret}"
    key = "my-own-key" if definition.credentials.secret is None else pair
    lines = ["accounts:", "  acme:", f"    keys: [{key}]"]
    for kind in definition.things.values():
        members = ", ".join(f"{name.removesuffix('?')}: null" for name in kind.keep)
        lines += [f"    {kind.name}:", f"      my-own-{kind.name}: {{{members}}}"]
    return "".join(f"# {line}\n" for line in lines)


def _shape_of_view(definition: Definition, name: str) -> dict[str, Any]:
    """Return the JSON Schema of what is told of one of a kind, in any state."""
    kind = definition.jobs.get(name) or definition.things.get(name)
    views = [] if kind is None else [kind.view]
    views += kind.views.values() if isinstance(kind, JobKind) else []
    shapes = [shape_of(view) for view in views]
    members: dict[str, Any] = {}
    for shape in shapes:
        for member, one in shape.get("properties", {}).items():
            # What differs from state to state may be anything.
            members[member] = one if members.get(member, one) == one else {}
    if not members:
        return {}
    return {**shapes[0], "properties": members}


def _examples(definition: Definition) -> dict[str, Any]:
    """Return requests to copy, by `OPERATION.CASE`."""
    name, body = definition.start
    examples = {
        f"{operation}.{case}": one
        for operation, cases in definition.examples.items()
        for case, one in cases.items()
    }
    return {f"{name}.start": body, **examples} if name else examples
