"""Stupeflix's operations, one thin function each."""

from collections.abc import Mapping
from typing import Final

import orjson

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.errors import InvalidPayloadError, NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.reply import JSON, Reply
from mockserver.providers.routes import Routes
from mockserver.providers.services import Services
from mockserver.providers.stupeflix import (
    documents,
    films,
    lives,
    notices,
    pages,
    rows,
    storage,
    wire,
)
from mockserver.providers.stupeflix.batches import read_batch
from mockserver.providers.stupeflix.creation import create
from mockserver.providers.stupeflix.orders import read_form, read_profiles
from mockserver.providers.stupeflix.tasks import routes as tasks

__all__ = ["preview", "table"]

table = Routes()
ROOT: Final = "/stupeflix-1.0"
RESOURCE: Final = ROOT + "/{user}/{resource}"
PROFILE: Final = RESOURCE + "/{profile}"
ROWS_MAX: Final = 1000


@table.put(ROOT + "/batch/", "send-batch")
async def send_batch(call: Call) -> Reply:
    """Store several definitions and create their profiles, or nothing at all."""
    body = await documents.sent_body(call)
    is_strict: bool = call.setting("strict_definitions")
    tasks_of = await documents.off_loop(body, read_batch, is_strict=is_strict)
    for task in tasks_of:
        try:
            wire.check_names(call, user=task.user, resource=task.resource)
        except InvalidPayloadError as error:
            pattern = error.detail["pattern"]
            reason = f"task {task.number}: {error.detail['which']} must match {pattern}"
            raise InvalidPayloadError(code="batch", reason=reason) from error
    for task in tasks_of:
        documents.put(call, f"{task.user}/{task.resource}", task.body, task.document)
        create(call, task.user, task.resource, task.orders)
    return _done(body)


@table.get(ROOT + "/status/", "get-status")
async def account_status(call: Call) -> Reply:
    """List the profiles of the whole account."""
    return _status(call, "")


@table.get(RESOURCE + "/", "get-status")
async def user_status(call: Call) -> Reply:
    """List the profiles of one user."""
    if call.parameters["resource"] != "status":
        raise NotFoundError("route")
    user = call.parameters["user"]
    wire.check_names(call, user=user)
    return _status(call, f"{user}/")


@table.post(RESOURCE + "/", "create-profiles")
async def create_profiles(call: Call) -> Reply:
    """Start rendering a definition in one or more forms."""
    body = await documents.sent_body(call)
    user, resource = _names(call)
    documents.read(call, user, resource)
    root = await documents.off_loop(body, read_form)
    create(call, user, resource, read_profiles(root))
    return _done(body)


@table.delete(RESOURCE + "/", "cancel-profiles")
async def cancel_profiles(call: Call) -> Reply:
    """Cancel the unfinished profiles of a resource; the body is never read."""
    user, resource = _names(call)
    prefix = f"{user}/{resource}/"
    jobs = list(rows.profiles(call.space, prefix))
    if not jobs:
        raise NotFoundError("profiles", id=prefix.rstrip("/"))
    return _cancelled(call, jobs)


@table.put(RESOURCE + "/definition/", "send-definition")
async def send_definition(call: Call) -> Reply:
    """Store a definition; one that is there is replaced."""
    body = await documents.sent_body(call)
    user, resource = _names(call)
    is_strict: bool = call.setting("strict_definitions")
    document = await documents.off_loop(
        body, documents.read_document, is_strict=is_strict
    )
    documents.put(call, f"{user}/{resource}", body, document)
    return _done(body)


@table.get(RESOURCE + "/definition/", "get-definition")
async def get_definition(call: Call) -> Reply:
    """Return a definition as it was sent, byte for byte."""
    user, resource = _names(call)
    found = documents.read(call, user, resource)
    kind = "application/zip" if found["is_zip"] else "text/xml"
    tag = {"ETag": found["digest"]}
    return Reply(200, found["content"], tag, content_type=kind)


@table.get(RESOURCE + "/status/", "get-status")
async def resource_status(call: Call) -> Reply:
    """List the profiles of one resource."""
    user, resource = _names(call)
    return _status(call, f"{user}/{resource}/")


@table.get(PROFILE + "/", "get-profile", answers_head=True)
async def get_profile(call: Call) -> Reply:
    """Serve the video, or redirect to it."""
    return await _stored(call, "")


@table.delete(PROFILE + "/", "cancel-profiles")
async def cancel_profile(call: Call) -> Reply:
    """Cancel one profile; the body is never read."""
    user, resource = _names(call)
    name = f"{user}/{resource}/{call.parameters['profile']}"
    job = call.jobs.find(name)
    if job is None:
        raise NotFoundError("profiles", id=name)
    call.job = job
    return _cancelled(call, [job])


@table.get(PROFILE + "/status/", "get-status")
async def profile_status(call: Call) -> Reply:
    """List the one profile, or nothing."""
    user, resource = _names(call)
    return _status(call, f"{user}/{resource}/{call.parameters['profile']}", is_one=True)


@table.get(PROFILE + "/thumb.jpg/", "get-thumbnail", answers_head=True)
async def get_thumbnail(call: Call) -> Reply:
    """Serve one frame of the video, or redirect to it."""
    return await _stored(call, "jpg")


@table.get(PROFILE + "/report.xml/", "get-report", answers_head=True)
async def get_report(call: Call) -> Reply:
    """Serve the movie with its computed durations, or redirect to it."""
    return await _stored(call, "xml")


@table.get(PROFILE + "/preview.flv/", "get-preview", answers_head=True)
async def get_preview(call: Call) -> Reply:
    """Serve a preview while the video is made, if one was asked for."""
    user, resource = _names(call)
    name = f"{user}/{resource}/{call.parameters['profile']}"
    job = call.jobs.find(name)
    if job is None:
        raise NotFoundError("video", id=name)
    call.job = job
    return await films.preview(call, job)


@table.get(
    "/storage/stupeflix/{token}.{extension}",
    "storage",
    public=lambda call: storage.owner(call.services, call.parameters["token"]),
    answers_head=True,
)
async def stored_file(call: Call) -> Reply:
    """Serve a stored video, thumbnail or report; the link is all that is needed."""
    space = call.known_space
    token, extension = call.parameters["token"], call.parameters["extension"]
    job = None if space is None else storage.stored_job(space, token)
    if space is None or job is None:
        raise NotFoundError("video", id="this link")
    call.job = job
    return await films.from_link(call, job, extension)


tasks.register(table)


def preview(services: Services, space: Space, job: Job) -> Mapping[str, str]:
    """Return where people can look at a finished job, below the provider's root."""
    del services
    if job.operation not in rows.OPERATIONS or not storage.is_stored(
        job, space.clock.now()
    ):
        return {}
    data = job.data
    return {
        "video": storage.storage_path(space, job, data),
        "thumbnail": storage.storage_path(space, job, data, "jpg"),
    }


def _names(call: Call) -> tuple[str, str]:
    """Return user and resource, checked."""
    user, resource = call.parameters["user"], call.parameters["resource"]
    wire.check_names(call, user=user, resource=resource)
    return user, resource


def _done(body: bytes) -> Reply:
    """Return the empty answer that tells what was received."""
    return Reply.empty(200, {"ETag": documents.md5_hex(body)})


def _status(call: Call, prefix: str, *, is_one: bool = False) -> Reply:
    limit = _limit(call)
    marker = call.query.get("Marker", "")
    _step_on(call, prefix, is_one=is_one)
    if is_one:
        jobs = [job for job in _one(call, prefix) if job.id > marker]
        page = pages.few(call.services, call.space, call.base, jobs)
    else:
        wanted = pages.Wanted(prefix, max(marker, prefix), limit)
        page = pages.read(call.services, call.space, call.base, wanted)
    checks = call.services.options.checks_replies
    document = orjson.loads(page.body) if checks else None
    tag = {"ETag": page.tag}
    return Reply(200, page.body, tag, content_type=JSON, document=document)


def _one(call: Call, name: str) -> list[Job]:
    job = call.jobs.find(name)
    call.job = job if job is not None and job.operation in rows.OPERATIONS else None
    return [] if call.job is None else [call.job]


def _step_on(call: Call, prefix: str, *, is_one: bool) -> None:
    """Let a read move a stepping clock: to the next change of what it is about."""
    clock = call.space.clock
    if not (clock.pace.is_stepping and clock.is_frozen):
        return
    now = clock.now()
    jobs = _one(call, prefix) if is_one else rows.profiles(call.space, prefix)
    changes = [(job.next_change_at(now), job) for job in jobs]
    moving = [(at, job) for at, job in changes if at is not None]
    if moving:
        call.poll(min(moving, key=lambda found: found[0])[1])


def _limit(call: Call) -> int:
    """Return how many rows are asked for.

    Raises:
        InvalidPayloadError: Code `max-keys`.

    Source: contract stupeflix, section 3.6.
    """
    raw = call.query.get("MaxKeys")
    if raw is None:
        return ROWS_MAX
    if not (raw.isascii() and raw.isdigit() and len(raw) < 19 and int(raw) > 0):
        raise InvalidPayloadError(code="max-keys")
    return min(int(raw), ROWS_MAX)


def _cancelled(call: Call, jobs: list[Job]) -> Reply:
    """End what is unfinished; a client may announce a body that never comes.

    Source: contract stupeflix, section 3.5.
    """
    for job in jobs:
        if call.moment(job).step.phase in {Phase.WAITING, Phase.RUNNING}:
            changed = call.jobs.force(job, lives.CANCELED)
            notices.watch(call.space, changed, call.now)
    tag = films.sent_tag(call.headers.get("Content-MD5"))
    reply = Reply.empty(200, {"ETag": tag})
    reply.closes = True
    return reply


async def _stored(call: Call, extension: str) -> Reply:
    user, resource = _names(call)
    name = f"{user}/{resource}/{call.parameters['profile']}"
    job = call.jobs.find(name)
    if job is None:
        raise NotFoundError("video", id=name)
    call.job = job
    return await films.stored(call, job, extension)
