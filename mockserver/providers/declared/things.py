"""Things: what the operations of a declared provider do with what is no job."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from mockserver.engine.spaces import Space
from mockserver.errors import ForbiddenError, InvalidPayloadError, NotFoundError
from mockserver.providers import assets
from mockserver.providers.call import Call
from mockserver.providers.declared.answering import (
    Desk,
    answer,
    asked,
    check,
    refuse_unless,
)
from mockserver.providers.declared.documents import shown
from mockserver.providers.declared.jobs import make_of
from mockserver.providers.declared.model import Definition, Form, ThingKind, Upload
from mockserver.providers.declared.scenes import of_call, of_thing
from mockserver.providers.declared.words import Scene
from mockserver.providers.declared.words import Thing as Shown
from mockserver.providers.kinds import Kind, Thing
from mockserver.providers.reply import Reply
from mockserver.providers.wires import forms
from mockserver.scenarios.written.expressions import as_number, as_text

__all__ = ["change", "kinds", "make", "records", "remove", "show", "take"]

_MOST = 10_000
_ID_MAX = 200
Record = Mapping[str, Any]


def kinds(definition: Definition) -> tuple[Kind, ...]:
    """Return the kinds of things that worlds may hold of a provider."""
    return tuple(
        Kind(
            name=name,
            table=name,
            about=kind.about or f"Things of the kind {name}, by id.",
            complete=_declared,
            nowhere="nothing",
        )
        for name, kind in definition.things.items()
    )


def records(space: Space, slug: str, name: str) -> Iterator[Record]:
    """Yield the things of a kind in a space, in the order in which they came to be."""
    yield from space.table(slug, name).values()


async def make(call: Call, desk: Desk) -> Reply:
    """Make a thing, and answer with it."""
    definition = desk.definition
    kind = definition.things[desk.operation.of]
    form, data = None if kind.upload is None else kind.upload.form, None
    if form is not None and forms.is_form(call):
        document, data = await _with_form(call, desk, form)
    else:
        document = await asked(call, desk)
    table = call.table(kind.name)
    if len(table) >= _MOST:
        raise ForbiddenError("too-many", most=_MOST)
    number = table.number()
    chance = call.chance.fork("made", kind.name, number)
    scene = replace(of_call(call, definition, document), chance=chance)
    key = as_text(shown(kind.id, scene))[:_ID_MAX] or chance.uuid("id")
    kept = shown(kind.keep, scene)
    asset = None
    if kind.upload is not None:
        told = replace(scene, thing=Shown(key, number, call.now, call.now, kept))
        name, content_type = as_text(kept.get("filename")), _type(kind.upload, told)
        asset = assets.begin(call, name, content_type, draw=lambda _: key)
    record: Record = {"id": key, "number": number, "created": call.now, "kept": kept}
    table.put(key, record)
    if asset is not None and data is not None and form is not None:
        await assets.arrive(call, asset, data)
        scene = of_thing(call, definition, kind, record, document)
        record = _changed(call, kind, record, shown(form.sets, scene))
    return answer(call, desk, of_thing(call, definition, kind, record, document))


async def _with_form(
    call: Call, desk: Desk, form: Form
) -> tuple[dict[str, Any], bytes]:
    """Return what a form says, as a document, and the bytes that come with it.

    Raises:
        InvalidPayloadError: It has no such part, or does not fit.
        UnreadableBodyError: It is none.
    """
    parts = await forms.parts(call)
    files = [one for one in parts if one.name == form.part]
    if not files:
        message = f"{form.part}: found no such part"
        raise InvalidPayloadError(message=message)
    document: dict[str, Any] = {
        one.name: one.data.decode("utf-8", "replace")
        for one in parts
        if one.name != form.part
    }
    facts = {
        form.type: files[0].content_type or "application/octet-stream",
        form.size: len(files[0].data),
        form.name: files[0].file_name,
    }
    document |= {name: fact for name, fact in facts.items() if name}
    if desk.operation.request:
        call.check(document, f"{desk.operation.name}.request")
    await check(call, desk, document)
    return document, files[0].data


async def show(call: Call, desk: Desk) -> Reply:
    """Show a thing as it is now."""
    kind, record = _found(call, desk)
    return answer(call, desk, of_thing(call, desk.definition, kind, record))


async def change(call: Call, desk: Desk) -> Reply:
    """Change what a thing remembers, and answer with it."""
    kind, _ = _found(call, desk)
    has_body = desk.operation.request or desk.operation.sets is None
    document = await asked(call, desk) if has_body else None
    kind, record = _found(call, desk)
    if desk.operation.sets is None:
        more = document if isinstance(document, dict) else {}
    else:
        scene = of_thing(call, desk.definition, kind, record, document)
        # What is new now is another one each time.
        more = shown(desk.operation.sets, replace(scene, chance=None))
    record = _changed(call, kind, record, more)
    return answer(call, desk, of_thing(call, desk.definition, kind, record, document))


async def remove(call: Call, desk: Desk) -> Reply:
    """Forget a thing, with its bytes."""
    kind, record = _found(call, desk)
    scene = of_thing(call, desk.definition, kind, record)
    reply = answer(call, desk, scene)
    if kind.upload is not None and call.table(assets.TABLE).get(record["id"]):
        assets.remove(call, assets.get(call, record["id"]))
    call.table(kind.name).delete(record["id"])
    return reply


def take(definition: Definition, kind: ThingKind, upload: Upload) -> Callable[..., Any]:
    """Return what takes the bytes of a thing; no key is needed, but the link."""

    async def handler(call: Call) -> Reply:
        """Take the bytes of an upload."""
        asset = assets.get(call, call.parameters["id"])
        if call.parameters["seal"] != asset.seal:
            raise NotFoundError("asset", id=asset.id)
        if call.now > asset.created_at + upload.for_s:
            raise ForbiddenError("expired", id=asset.id)
        data = await call.body()
        record = call.table(kind.name).get(asset.id)
        if record is None:
            raise NotFoundError(kind.name, id=asset.id)
        scene = of_thing(call, definition, kind, record)
        wanted = as_number(shown(upload.size, scene))
        if wanted is not None and wanted != len(data):
            text = f"found {len(data)} bytes, expected {wanted}"
            raise InvalidPayloadError(code="size", message=text)
        is_first = asset.arrived_at is None
        await assets.arrive(call, asset, data)
        if is_first:
            _arrived(call, definition, kind, upload)
        return Reply.empty(upload.status, {"ETag": f'"{asset.seal}"'})

    return handler


def _arrived(
    call: Call, definition: Definition, kind: ThingKind, upload: Upload
) -> None:
    """Let happen what has to when the bytes of a thing have come."""
    record = call.table(kind.name).get(call.parameters["id"])
    if record is None:
        return
    scene = of_thing(call, definition, kind, record)
    if upload.makes:
        job = make_of(call, definition, upload.makes, shown(upload.origin, scene))
        scene = replace(scene, job=job)
    _changed(call, kind, record, shown(upload.sets, scene))


def _changed(
    call: Call, kind: ThingKind, record: Record, more: Mapping[str, Any]
) -> Record:
    if not more:
        return record
    changed = {**record, "kept": {**record["kept"], **more}, "changed": call.now}
    call.table(kind.name).put(record["id"], changed)
    return changed


def _found(call: Call, desk: Desk) -> tuple[ThingKind, Record]:
    """Return the thing that a call is about.

    Raises:
        NotFoundError: There is none, with the kind as its code.
        ConflictError: Its bytes have not come, and have to.
    """
    operation = desk.operation
    kind = desk.definition.things[operation.of]
    key = call.parameters[operation.parameter]
    record = call.table(kind.name).get(key)
    if record is None:
        raise NotFoundError(operation.of, id=key[:_ID_MAX])
    if operation.only == "uploaded":
        asset = call.table(assets.TABLE).get(key)
        has_come = asset is not None and asset.arrived_at is not None
        refuse_unless(has_come, "not-uploaded", id=key)
    if isinstance(operation.only, dict):
        for name, value in operation.only.items():
            found = record["kept"].get(name)
            refuse_unless(found == value, name, id=key, found=as_text(found))
    return kind, record


def _declared(key: str, thing: Thing) -> Thing:
    return {"id": key, "kept": dict(thing)}


def _type(upload: Upload, scene: Scene) -> str:
    return as_text(shown(upload.type, scene)) or "application/octet-stream"
