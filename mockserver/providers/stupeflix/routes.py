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
from mockserver.providers.routes import Routes, Traits
from mockserver.providers.services import Services
from mockserver.providers.stupeflix import (
    documents,
    films,
    pages,
    renderings,
    rows,
    storage,
    subjects,
    wire,
)
from mockserver.providers.stupeflix.batches import read_batch
from mockserver.providers.stupeflix.creation import create
from mockserver.providers.stupeflix.orders import read_form, read_profiles
from mockserver.providers.stupeflix.tasks import routes as tasks

__all__ = ["preview", "table"]

table = Routes[Call]()
ROOT: Final = "/stupeflix-1.0"
RESOURCE: Final = ROOT + "/{user}/{resource}"
PROFILE: Final = RESOURCE + "/{profile}"
_FILE: Final = Traits(subject=subjects.of_profile, answers_head=True)


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


@table.get(ROOT + "/status/", "get-status", subject=subjects.of_account, polls=True)
async def account_status(call: Call) -> Reply:
    """List the profiles of the whole account."""
    return _status(call, "")


@table.get(RESOURCE + "/", "get-status", subject=subjects.of_user, polls=True)
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


@table.delete(RESOURCE + "/", "cancel-profiles", subject=subjects.of_whole_resource)
async def cancel_profiles(call: Call) -> Reply:
    """Cancel the unfinished profiles of a resource; the body is never read."""
    user, resource = _names(call)
    if not call.subject:
        raise NotFoundError("profiles", id=f"{user}/{resource}")
    return _cancelled(call)


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


@table.get(
    RESOURCE + "/status/", "get-status", subject=subjects.of_resource, polls=True
)
async def resource_status(call: Call) -> Reply:
    """List the profiles of one resource."""
    user, resource = _names(call)
    return _status(call, f"{user}/{resource}/")


@table.get(PROFILE + "/", "get-profile", **_FILE)
async def get_profile(call: Call) -> Reply:
    """Serve the video, or redirect to it."""
    return await _stored(call, "")


@table.delete(PROFILE + "/", "cancel-profiles", subject=subjects.of_profile)
async def cancel_profile(call: Call) -> Reply:
    """Cancel one profile; the body is never read."""
    user, resource = _names(call)
    if not call.subject:
        name = f"{user}/{resource}/{call.parameters['profile']}"
        raise NotFoundError("profiles", id=name)
    return _cancelled(call)


@table.get(PROFILE + "/status/", "get-status", subject=subjects.of_profile, polls=True)
async def profile_status(call: Call) -> Reply:
    """List the one profile, or nothing."""
    user, resource = _names(call)
    return _status(call, f"{user}/{resource}/{call.parameters['profile']}", is_one=True)


@table.get(PROFILE + "/thumb.jpg/", "get-thumbnail", **_FILE)
async def get_thumbnail(call: Call) -> Reply:
    """Serve one frame of the video, or redirect to it."""
    return await _stored(call, "jpg")


@table.get(PROFILE + "/report.xml/", "get-report", **_FILE)
async def get_report(call: Call) -> Reply:
    """Serve the movie with its computed durations, or redirect to it."""
    return await _stored(call, "xml")


@table.get(PROFILE + "/preview.flv/", "get-preview", **_FILE)
async def get_preview(call: Call) -> Reply:
    """Serve a preview while the video is made, if one was asked for."""
    return await films.preview(call, _profile(call))


@table.get(
    "/storage/stupeflix/{token}.{extension}",
    "storage",
    public=lambda call: storage.owner(call.services, call.parameters["token"]),
    subject=subjects.of_link,
    answers_head=True,
)
async def stored_file(call: Call) -> Reply:
    """Serve a stored video, thumbnail or report; the link is all that is needed."""
    job = call.job
    if job is None:
        raise NotFoundError("video", id="this link")
    return await films.from_link(call, job, call.parameters["extension"])


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
    wanted = pages.wanted(call.query, prefix)
    if wanted is None:
        raise InvalidPayloadError(code="max-keys")
    jobs = [*call.subject]
    if is_one:
        jobs = [job for job in jobs if job.id > call.query.get("Marker", "")]
        page = pages.few(call.services, call.space, call.base, jobs)
    else:
        page = pages.read(call.services, call.space, call.base, wanted, jobs)
    checks = call.services.options.checks_replies
    document = orjson.loads(page.body) if checks else None
    tag = {"ETag": page.tag}
    return Reply(200, page.body, tag, content_type=JSON, document=document)


def _cancelled(call: Call) -> Reply:
    """End what is unfinished; a client may announce a body that never comes.

    Source: contract stupeflix, section 3.5.
    """
    for job in call.subject:
        if call.moment(job).step.phase in {Phase.WAITING, Phase.RUNNING}:
            call.jobs.force(job, renderings.CANCELED)
    tag = films.sent_tag(call.headers.get("Content-MD5"))
    reply = Reply.empty(200, {"ETag": tag})
    reply.closes = True
    return reply


async def _stored(call: Call, extension: str) -> Reply:
    return await films.stored(call, _profile(call), extension)


def _profile(call: Call) -> Job:
    """Return the profile that the path names."""
    user, resource = _names(call)
    job = call.job
    if job is None:
        name = f"{user}/{resource}/{call.parameters['profile']}"
        raise NotFoundError("video", id=name)
    return job
