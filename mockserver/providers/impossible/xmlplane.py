"""The XML plane: templates that are stored as movies, or rendered at once."""

from dataclasses import asdict
from typing import Any, Final
from urllib.parse import parse_qsl

from mockserver.errors import (
    InvalidPayloadError,
    MethodNotAllowedError,
    UnreadableBodyError,
)
from mockserver.providers.bodies import off_loop
from mockserver.providers.call import Call
from mockserver.providers.impossible import assets, requests, studio, tokens, uploads
from mockserver.providers.impossible.direct import DIRECT
from mockserver.providers.impossible.table import table
from mockserver.providers.reply import Reply

__all__ = ["render_xml", "store_xml"]

MOVIE: Final = "xml-template"
FIELDS_MAX: Final = 1000
_FLAGS: Final = frozenset({"true", "1", "yes"})


@table.post("/v1/xml/{region}/{project}/{name:.+}", "store-xml")
async def store_xml(call: Call) -> Reply:
    """Store a template, which is a movie from then on.

    Source: contract impossible, section 3.10.
    """
    uid, name = call.parameters["project"], call.parameters["name"]
    studio.project(call, uid)
    if not (await call.body()).strip():
        raise InvalidPayloadError(code="sdl")
    await assets.store(call, "sdl", uid, name)
    return call.reply({"Message": "OK", "Project-UID": uid})


@table.post(DIRECT, "render-xml")
async def render_xml(call: Call) -> Reply:
    """Render a template of a form; `/v1/render/{region}/{project}`.

    Source: contract impossible, section 3.10.
    """
    if call.parameters["mode"] != "render":
        raise MethodNotAllowedError("route", allow="GET")
    project = call.parameters["movie"]
    studio.project(call, project)
    body = await call.body()
    form = await off_loop(len(body), _form, body)
    if not form.get("template"):
        raise InvalidPayloadError(problem="template: is required")
    payload = _payload(call, form)
    wish = requests.wish(payload, project)
    tasks = uploads.tasks_of(payload)
    requests.check_format(wish.extension)
    is_async = form.get("async", "").lower() in _FLAGS
    if is_async and tasks:
        uploads.check_quota(call, tasks)
    background = map(asdict, tasks) if is_async else ()
    job = tokens.make(call, wish, movie=MOVIE, is_async=is_async, tasks=background)
    if is_async:
        return await tokens.answer(call, job, 201, None if tasks else tokens.MISSING)
    await tokens.finished(call, job)
    if not tasks:
        return await tokens.answer(call, job, 200)
    return await tokens.answer(call, job, 200, await uploads.send(call, job, tasks[0]))


def _form(body: bytes) -> dict[str, str]:
    """Return the fields of a form."""
    text = body.decode("utf-8", "replace")
    try:
        return dict(parse_qsl(text, max_num_fields=FIELDS_MAX))
    except ValueError as error:
        problem = f"more than {FIELDS_MAX} fields"
        raise InvalidPayloadError(problem=problem) from error


def _payload(call: Call, form: dict[str, str]) -> dict[str, Any]:
    """Return the render request that a form stands for."""
    extension = form.get("format") or "mp4"
    payload: dict[str, Any] = {"movie": MOVIE, "params": {}, "format": extension}
    if form.get("destination"):
        destination = call.parse(form["destination"].encode())
        if not isinstance(destination, dict):
            raise UnreadableBodyError("object")
        payload["upload"] = {
            "extension": extension,
            "destination": destination,
            "async": form.get("async", "").lower() in _FLAGS,
            "onsuccess": form.get("onsuccess"),
            "onerror": form.get("onerror"),
        }
    return payload
