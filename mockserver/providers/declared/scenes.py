"""Scenes: what a template is shown of a job, or of a thing, and the links of jobs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.providers import assets
from mockserver.providers.assets import Asset
from mockserver.providers.call import Call
from mockserver.providers.declared.documents import shown
from mockserver.providers.declared.media import spec_of
from mockserver.providers.declared.model import Definition, File, JobKind, ThingKind
from mockserver.providers.declared.words import Scene, Thing
from mockserver.providers.expiry import expiring
from mockserver.providers.handover import INSIDE
from mockserver.providers.services import Services
from mockserver.scenarios.written.expressions import as_text, expressions

__all__ = [
    "Sight",
    "file_operation",
    "known_links",
    "line",
    "of_call",
    "of_job",
    "of_thing",
    "parameters_of",
    "seen_by",
    "thing_of",
    "upload_operation",
]

Links = Callable[[str], str | None]

_HEADER_MAX: Final = 4096


@dataclass(frozen=True, slots=True)
class Sight:
    """From where a job is seen: in an answer, or in a webhook.

    Attributes:
        services: The server's rooms.
        definition: The provider's file.
        space: The job's space.
        now: The time.
        base: What links begin with.
        call: The call in whose answer it is shown, if it is.
    """

    services: Services
    definition: Definition
    space: Space
    now: float
    base: str
    call: Call | None = None


def file_operation(kind: str, name: str) -> str:
    """Return what the operation that serves a file of a kind of jobs is called."""
    return f"{kind}-{name}"


def upload_operation(kind: str) -> str:
    """Return what the operation that takes the bytes of a kind of things is called."""
    return f"{kind}-upload"


def line(value: Any) -> str:
    """Return a value as a header may have it: one line of what can be seen."""
    text = as_text(value)[:_HEADER_MAX]
    return "".join(one for one in text if one.isprintable()).strip()


def of_call(call: Call, definition: Definition, document: Any = None) -> Scene:
    """Return the scene of a call that is about nothing yet."""
    space = call.known_space
    return Scene(
        services=call.services,
        slug=definition.slug,
        maker=definition.title,
        functions=definition.functions,
        now=0.0 if space is None else space.clock.now(),
        space=space,
        call=call,
        document=document,
    )


def seen_by(call: Call, definition: Definition) -> Sight:
    """Return from where the jobs of a call are seen."""
    return Sight(call.services, definition, call.space, call.now, call.base, call)


def of_job(
    sight: Sight,
    kind: JobKind,
    job: Job,
    document: Any = None,
    links: Mapping[str, str] | None = None,
) -> Scene:
    """Return the scene of a job.

    Args:
        sight: From where it is seen.
        kind: What kind of job it is.
        job: The job.
        document: The body of its request.
        links: What stands in place of the links, where a file is handed over inside.
    """
    scene = Scene(
        services=sight.services,
        slug=sight.definition.slug,
        maker=sight.definition.title,
        functions=sight.definition.functions,
        now=sight.now,
        space=sight.space,
        call=sight.call,
        document=document,
        job=job,
        reasons=kind.reasons,
        view=partial(_job_view, kind),
        chance=sight.space.jobs(sight.definition.slug).chance(job.ordinal),
    )
    find = _linked(sight, kind, scene)
    known = links or {}
    return replace(scene, links=lambda name: known.get(name) or find(name))


def _linked(sight: Sight, kind: JobKind, scene: Scene) -> Links:
    """Return what finds the link to a file of a scene's job."""
    job = scene.job

    def find(name: str) -> str | None:
        file = kind.files.get(name)
        if file is None or job is None:
            return None
        told = parameters_of(kind, file, scene, job)
        operation = file_operation(kind.name, name)
        url = sight.services.link(sight.definition.slug, sight.base, operation, **told)
        return expiring(url, job, scene.now) if kind.media.link_s else url

    return find


def parameters_of(kind: JobKind, file: File, scene: Scene, job: Job) -> dict[str, str]:
    """Return the parameters of the path of a job's file."""
    told = {"id": job.id}
    if "{name}" in file.path:
        names = shown(kind.names, scene)
        first = names[0] if isinstance(names, list) and names else names
        told = {"name": as_text(first) or job.id}
    if "{ext}" in file.path:
        told["ext"] = spec_of(file, scene, small=False).extension
    return told


async def known_links(
    call: Call,
    definition: Definition,
    kind: JobKind,
    job: Job,
    documents: tuple[Any, ...],
) -> dict[str, str]:
    """Return what stands in an answer for files that are handed over inside of it.

    Args:
        call: The call.
        definition: The provider's file.
        kind: What kind of job it is.
        job: The job.
        documents: What is answered: only what it asks for is made.
    """
    if call.services.options.handover not in INSIDE:
        return {}
    moment = job.at(call.now)
    asked = [*documents, kind.view_in(moment.step.state)]
    names = {
        one.key
        for document in asked
        for one in expressions(document)
        if one.name == "link." and one.key in kind.files
    }
    if job.succeeded_at() is None or not moment.step.phase.is_terminal:
        return {}
    scene = of_job(seen_by(call, definition), kind, job)
    found = {}
    for name in sorted(names):
        told = parameters_of(kind, kind.files[name], scene, job)
        found[name] = await call.link(file_operation(kind.name, name), **told)
    return found


def of_thing(
    call: Call,
    definition: Definition,
    kind: ThingKind,
    record: Mapping[str, Any],
    document: Any = None,
) -> Scene:
    """Return the scene of a thing."""
    asset = _asset(call, kind, record["id"])
    url = until = None
    if asset is not None and kind.upload is not None:
        until = asset.created_at + kind.upload.for_s
        name = upload_operation(kind.name)
        url = call.url_for(name, id=asset.id, seal=asset.seal)
    thing = thing_of(call.space, record, asset, url, until)
    return Scene(
        services=call.services,
        slug=definition.slug,
        maker=definition.title,
        functions=definition.functions,
        now=call.now,
        space=call.space,
        call=call,
        document=document,
        thing=thing,
        view=lambda scene: shown(kind.view, scene),
        chance=call.chance.fork(kind.name, record["id"]),
    )


def thing_of(
    space: Space,
    record: Mapping[str, Any],
    asset: Asset | None = None,
    url: str | None = None,
    until: float | None = None,
) -> Thing:
    """Return a thing as it is kept in a space; a declared one is as old as that."""
    at = record.get("created", space.clock.started_at_s)
    arrived = asset is not None and asset.arrived_at is not None
    return Thing(
        id=record["id"],
        number=record.get("number", -1),
        created_at=at,
        changed_at=record.get("changed", at),
        kept=record["kept"],
        size_bytes=asset.size_bytes if asset is not None and arrived else None,
        url=url,
        until=until,
    )


def _asset(call: Call, kind: ThingKind, key: str) -> Asset | None:
    if kind.upload is None:
        return None
    known: Asset | None = call.table(assets.TABLE).get(key)
    return known


def _job_view(kind: JobKind, scene: Scene) -> Any:
    moment = scene.moment
    state = "" if moment is None else moment.step.state
    return shown(kind.view_in(state), scene)
