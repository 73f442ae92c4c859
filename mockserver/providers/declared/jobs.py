"""Jobs: what the operations of a declared provider do with jobs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from mockserver.engine.jobs import Job, LinkState
from mockserver.engine.spaces import Space
from mockserver.errors import ForbiddenError, NotFoundError
from mockserver.media.spec import MediaSpec
from mockserver.providers.call import Call
from mockserver.providers.declared.answering import Desk, answer, asked, refuse_unless
from mockserver.providers.declared.documents import shown
from mockserver.providers.declared.lasting import lasting
from mockserver.providers.declared.media import is_there, spec_of
from mockserver.providers.declared.model import Definition, File, JobKind
from mockserver.providers.declared.scenes import (
    Sight,
    file_operation,
    known_links,
    of_call,
    of_job,
    parameters_of,
    seen_by,
)
from mockserver.providers.declared.words import Scene
from mockserver.providers.expiry import issued_at
from mockserver.providers.reply import Reply
from mockserver.providers.services import Services
from mockserver.scenarios.written.expressions import as_text

__all__ = [
    "cancel",
    "change",
    "kind_of",
    "located",
    "make",
    "make_of",
    "makes",
    "named",
    "preview",
    "remove",
    "scene_of",
    "serve",
    "show",
]

_KIND: Final = "_kind"  # of its kept data
_MADE: Final = "made"
NAMES: Final = "name"


async def make(call: Call, desk: Desk) -> Reply:
    """Accept a job, and answer with it."""
    document = await asked(call, desk)
    job = make_of(call, desk.definition, desk.operation.of, document)
    kind = desk.definition.jobs[desk.operation.of]
    return answer(call, desk, await scene_of(call, desk, kind, job, document))


def make_of(call: Call, definition: Definition, name: str, document: Any) -> Job:
    """Return a new job of a kind, which remembers what its file says of a document."""
    kind = definition.jobs[name]
    number = call.table(_MADE).number()
    scene = of_call(call, definition, document)
    scene = replace(scene, chance=call.chance.fork(_MADE, number))
    kept = shown(kind.keep, scene)
    data = {**kept, _KIND: name}
    job = call.submit(data, payload=document, timeline=kind.life, media=kind.media)
    for other in _names(kind, replace(scene, job=job)):
        call.table(NAMES).put(other, job.id)
        call.space.store.publish(definition.slug, NAMES, other, call.space.id)
    return job


def _names(kind: JobKind, scene: Scene) -> list[str]:
    """Return the other names under which the files of a job are served."""
    told = shown(kind.names, scene)
    several = told if isinstance(told, list) else [told]
    return [as_text(one) for one in several if one]


def located(call: Call) -> Space | None:
    """Return the space of the job that is served under another name."""
    name, slug = call.parameters["name"], call.provider.slug
    return call.services.owner(slug, NAMES, name)


def named(call: Call) -> Job | None:
    """Return the job that is served under another name."""
    job_id = call.table(NAMES).get(call.parameters["name"])
    return None if job_id is None else call.jobs.find(job_id)


async def change(call: Call, desk: Desk) -> Reply:
    """Change what a job remembers, and answer with it."""
    has_body = desk.operation.request or desk.operation.sets is None
    document = await asked(call, desk) if has_body else None
    kind, job = _found(call, desk)
    if desk.operation.sets is None:
        more = document if isinstance(document, dict) else {}
    else:
        scene = await scene_of(call, desk, kind, job, document)
        more = shown(desk.operation.sets, replace(scene, chance=None))
    known = {name: one for name, one in more.items() if not name.startswith("_")}
    job = call.jobs.revise(job, **known)
    return answer(call, desk, await scene_of(call, desk, kind, job, document))


async def show(call: Call, desk: Desk) -> Reply:
    """Show a job as it is now."""
    kind, job = _found(call, desk)
    reply = answer(call, desk, await scene_of(call, desk, kind, job))
    return lasting(call, desk, kind, job, reply)


async def cancel(call: Call, desk: Desk) -> Reply:
    """End a job that is not over, and answer with it."""
    kind, job = _found(call, desk)
    step = call.moment(job).step
    refuse_unless(not step.phase.is_terminal, "finished", state=step.state, id=job.id)
    job = call.jobs.force(job, kind.cancelled or kind.failed)
    return answer(call, desk, await scene_of(call, desk, kind, job))


async def remove(call: Call, desk: Desk) -> Reply:
    """Forget a job; nobody is told."""
    kind, job = _found(call, desk)
    scene = await scene_of(call, desk, kind, job)
    reply = answer(call, desk, scene)
    for other in _names(kind, scene):
        call.table(NAMES).delete(other)
        call.space.store.retract(desk.definition.slug, NAMES, other, call.space.id)
    call.jobs.delete(job, quietly=True)
    return reply


async def serve(call: Call, definition: Definition, kind: JobKind, file: File) -> Reply:
    """Serve a file of a finished job; no key is needed."""
    job = call.find_job(file.name)
    if kind_of(definition, job) is not kind or not is_there(job, call.now):
        raise NotFoundError(file.name, id=job.id)
    if job.link_state(call.now, issued_at(call.query, job)) is LinkState.EXPIRED:
        raise ForbiddenError("expired", id=job.id)
    scene = of_job(seen_by(call, definition), kind, job)
    is_small = call.services.options.media_size == "small"
    spec = spec_of(file, scene, small=is_small)
    if call.parameters.get("ext", spec.extension) != spec.extension:
        raise NotFoundError(file.name, id=job.id)
    return Reply.media(await call.render(spec), modified_s=job.ends_at)


async def scene_of(
    call: Call, desk: Desk, kind: JobKind, job: Job, document: Any = None
) -> Scene:
    """Return the scene of a job in the answer of an operation."""
    shows = (desk.operation.body, desk.operation.headers)
    links = await known_links(call, desk.definition, kind, job, shows)
    sight = seen_by(call, desk.definition)
    return of_job(sight, kind, job, document, links)


def kind_of(definition: Definition, job: Job) -> JobKind | None:
    """Return what kind of job it is; that of a fixture is said by its operation."""
    name = job.data.get(_KIND)
    if name is None:
        maker = definition.operations.get(job.operation)
        name = "" if maker is None else maker.of
    return definition.jobs.get(name)


def preview(
    definition: Definition, services: Services, space: Space, job: Job
) -> Mapping[str, str]:
    """Return where people can look at what a finished job has made."""
    kind, now = kind_of(definition, job), space.clock.now()
    if kind is None or not is_there(job, now):
        return {}
    scene = of_job(Sight(services, definition, space, now, ""), kind, job)
    routes = services.providers[definition.slug].routes
    found: dict[str, str] = {}
    for file in kind.files.values():
        spec = spec_of(file, scene, small=False)
        told = parameters_of(kind, file, scene, job)
        shows = "thumbnail" if spec.is_still else "video"
        url = routes.url_for("", file_operation(kind.name, file.name), **told)
        found.setdefault(shows, url)
    return found


def makes(
    definition: Definition, services: Services, space: Space, job: Job
) -> list[MediaSpec]:
    """Return the first of a job's files: the others are other forms of it."""
    kind = kind_of(definition, job)
    if kind is None or not kind.files:
        return []
    scene = of_job(Sight(services, definition, space, space.clock.now(), ""), kind, job)
    return [spec_of(next(iter(kind.files.values())), scene, small=False)]


def _found(call: Call, desk: Desk) -> tuple[JobKind, Job]:
    """Return the job that a call is about, which has to be of the operation's kind.

    Raises:
        NotFoundError: There is none, with the kind as its code.
        ConflictError: It is over, or is not, and may not be.
    """
    operation = desk.operation
    kind = desk.definition.jobs[operation.of]
    asked_id = call.parameters.get(operation.parameter, "")[:200]
    try:
        job = call.find_job(operation.of)
    except NotFoundError:
        raise NotFoundError(operation.of, id=asked_id) from None
    if kind_of(desk.definition, job) is not kind:
        raise NotFoundError(operation.of, id=asked_id)
    step = call.moment(job).step
    if operation.only:
        is_over = step.phase.is_terminal
        wanted = operation.only == "finished"
        code = "unfinished" if wanted else "finished"
        refuse_unless(is_over == wanted, code, state=step.state, id=job.id)
    return kind, job
