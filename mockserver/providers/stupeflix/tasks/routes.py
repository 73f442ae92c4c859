"""The Tasks API's operations, one thin function each."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import orjson

from mockserver.engine.jobs import Job
from mockserver.errors import InvalidPayloadError
from mockserver.providers.call import Call
from mockserver.providers.reply import JSON, Reply
from mockserver.providers.routes import Routes, Traits
from mockserver.providers.stupeflix.subjects import of_file, of_tasks
from mockserver.providers.stupeflix.tasks import files, statuses, work

__all__ = ["register"]

VERSIONS: Final = ("/v2", "/v1")


def register(table: Routes[Call]) -> None:
    """Add the operations to the provider's table, under each version."""
    for version in VERSIONS:
        for method, path, name, handler in _OPERATIONS:
            traits = Traits[Call](body_first=method != "GET")
            if name in _POLLS:
                traits = Traits[Call](**traits, subject=of_tasks, polls=True)
            table.add(method, version + path, name, **traits)(handler)
    table.get(
        "/storage/tasks/{job_id}/{name}",
        "tasks-file",
        public="job_id",
        subject=of_file,
        answers_head=True,
    )(task_file)


async def create(call: Call) -> Reply:
    """Queue tasks and answer their statuses, at once or when all have ended."""
    payload = await call.payload("tasks-create.request")
    jobs = await work.start(call, _listed(payload["tasks"]))
    if payload.get("block"):
        await _block(call, jobs)
    return call.reply(_said(call, [job.id for job in jobs]))


async def create_stream(call: Call) -> Reply:
    """Queue tasks and answer each change of their statuses as a line."""
    payload = await call.payload("tasks-create.request")
    jobs = await work.start(call, _listed(payload["tasks"]))
    return _streamed(call, [job.id for job in jobs])


async def status(call: Call) -> Reply:
    """Answer the statuses of tasks, at once or when all have ended."""
    keys, wanted = await _asked(call)
    if _is_true(wanted.get("block")):
        await _block(call, [*call.subject])
    told = call.reply(_said(call, keys, details=_is_true(wanted.get("details"))))
    return call.lasting(told, *call.subject, parts=100)


async def status_stream(call: Call) -> Reply:
    """Answer each change of tasks' statuses as a line."""
    keys, _ = await _asked(call)
    return _streamed(call, keys)


async def list_files(call: Call) -> Reply:
    """List a folder of the storage."""
    is_recursive = _is_true(call.query.get("recursive"))
    folder = call.parameters["path"]
    return call.reply(files.listing(call, folder, is_recursive=is_recursive))


async def delete_files(call: Call) -> Reply:
    """Delete files of the storage."""
    wanted = await _object(call)
    return call.reply(files.delete(call, call.parameters["path"], wanted))


async def expiration(call: Call) -> Reply:
    """Tell after how many days files go."""
    return call.reply(files.days(call))


async def set_expiration(call: Call) -> Reply:
    """Say after how many days files go."""
    return call.reply(files.set_days(call, await _object(call)))


async def task_file(call: Call) -> Reply:
    """Serve a file that a task has made; the link is all that is needed."""
    job = call.find_job("file")
    name = files.found_file(call, job, call.parameters["name"])
    file = await call.render(work.spec(call.services, call.space, job, name))
    made_at = job.succeeded_at() or job.created_at
    return Reply.media(file, modified_s=made_at, headers={"ETag": file.etag})


_OPERATIONS: Final = (
    ("POST", "/create", statuses.CREATE, create),
    ("POST", "/create_stream", "tasks-create-stream", create_stream),
    ("GET", "/status", "tasks-status", status),
    ("POST", "/status", "tasks-status", status),
    ("GET", "/status_stream", "tasks-status-stream", status_stream),
    ("POST", "/status_stream", "tasks-status-stream", status_stream),
    ("GET", "/stream", "tasks-status-stream", status_stream),
    ("POST", "/stream", "tasks-status-stream", status_stream),
    ("GET", "/storage/files{path:(/.*)?}", "tasks-list-files", list_files),
    ("DELETE", "/storage/files{path:(/.*)?}", "tasks-delete-files", delete_files),
    ("GET", "/storage/expiration", "tasks-expiration", expiration),
    ("POST", "/storage/expiration", "tasks-set-expiration", set_expiration),
)


_POLLS: Final = frozenset({"tasks-status", "tasks-status-stream"})


def _listed(tasks: Any) -> list[Mapping[str, Any]]:
    return tasks if isinstance(tasks, list) else [tasks]


async def _object(call: Call) -> Mapping[str, Any]:
    """Return the query's parameters and the body's members, if there is a body."""
    return {**call.query, **(await call.payload() or {})}


async def _asked(call: Call) -> tuple[list[str], Mapping[str, Any]]:
    """Return the keys of the tasks that are asked for, and the rest."""
    if call.request.method == "GET":
        keys, wanted = call.query.getall("tasks", []), dict(call.query)
    else:
        wanted = await call.payload("tasks-status.request")
        keys = _keys(wanted["tasks"])
    if not keys:
        raise InvalidPayloadError(
            name="tasks", location="querystring", description="Required"
        )
    return keys, wanted


def _is_true(value: object) -> bool:
    return value is True or value in {"true", "1", "True"}


def _keys(tasks: Any) -> list[str]:
    return [tasks] if isinstance(tasks, str) else list(tasks)


def _known(call: Call, keys: list[str]) -> list[Job]:
    found = (call.jobs.find(key) for key in keys)
    return [
        job for job in found if job is not None and job.operation in statuses.OPERATIONS
    ]


def _said(
    call: Call, keys: list[str], *, details: bool = False
) -> list[dict[str, Any]]:
    return _told(call, keys, call.now, details=details)


def _told(
    call: Call, keys: list[str], now_s: float, *, details: bool = False
) -> list[dict[str, Any]]:
    known = {job.id: job for job in _known(call, keys)}
    return [
        statuses.status(call.space, known[key], now_s, call.base, details=details)
        if key in known
        else statuses.unknown(key)
        for key in keys
    ]


async def _block(call: Call, jobs: list[Job]) -> None:
    """Wait until all tasks have ended, or the client has gone; holds no thread."""
    now = call.now
    while left := work.unfinished(call, jobs, now):
        if not await work.pass_time(call, left, now):
            return
        now = call.now


def _streamed(call: Call, keys: list[str]) -> Reply:
    return Reply(content_type=JSON, stream=_lines(call, keys))


async def _lines(call: Call, keys: list[str]) -> AsyncIterator[bytes]:
    """Yield the list of statuses, then each status that has changed.

    One moment decides both what is told and what is still to be told: between two
    looks at a fast clock, a task may end.
    """
    now = call.now
    told = _told(call, keys, now)
    yield orjson.dumps(told) + b"\n"
    jobs = _known(call, keys)
    while left := work.unfinished(call, jobs, now):
        if not await work.pass_time(call, left, now):
            return
        now = call.now
        latest = _told(call, keys, now)
        for before, after in zip(told, latest, strict=True):
            if before != after:
                yield orjson.dumps(after) + b"\n"
        told = latest
