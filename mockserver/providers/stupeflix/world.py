"""What a fixture account begins with: definitions, and profiles in every state."""

from typing import Any, Final

from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.errors import FixtureError
from mockserver.providers.kinds import WorldPart
from mockserver.providers.services import Services
from mockserver.providers.stupeflix import documents, rows, storage, targets, wire

__all__ = ["PART", "furnish"]

PART: Final = WorldPart(
    details={
        "definitions": {
            "type": ["object", "null"],
            "description": "Movies in XML by user and resource: alice/clip1.",
            "propertyNames": {"pattern": "^[^/]+/[^/]+$"},
            "additionalProperties": {"type": "string"},
        }
    }
)


def furnish(services: Services, space: Space) -> None:
    """Store an account's definitions, and complete its frozen profiles."""
    world = services.world_in(wire.STUPEFLIX, space)
    account = world.account_of(space.id, wire.STUPEFLIX)
    for name, text in world.details("definitions", account).items():
        _define(space, name, text.strip().encode())
    keys = [] if account is None else [grant.key for grant in account.keys]
    for job in list(space.jobs(wire.STUPEFLIX).list_jobs()):
        if job.operation in rows.OPERATIONS:
            _complete(space, job, keys[0] if keys else "")


def _define(space: Space, name: str, body: bytes) -> None:
    document = documents.read_document(body)
    space.table(wire.STUPEFLIX, "movie").put(document.digest, document.kept)
    kept = {
        "digest": document.digest,
        "is_zip": False,
        "put_at": space.clock.started_at_s,
        "body": None,
    }
    space.table(wire.STUPEFLIX, "definition").put(name, kept)


def _complete(space: Space, job: Job, key: str) -> None:
    """Fill in what a request would have brought."""
    user, resource, profile = job.id.split("/")
    defined = space.table(wire.STUPEFLIX, "definition").get(f"{user}/{resource}")
    if defined is None:
        raise FixtureError(f"{job.id}: the account has no such definition")
    chance = space.chance(wire.STUPEFLIX).fork("upload", job.id)
    given = job.data
    data: dict[str, Any] = {
        "key": key,
        "user": user,
        "resource": resource,
        "profile": profile,
        "meta": given.get("meta", {}),
        "notify": None,
        "uploads": [
            _upload(kind, job, chance.fork(number))
            for number, kind in enumerate(given.get("uploads", ()))
        ],
        "uploaded": "",
        "movie": defined["digest"],
        "base": "",
        "keeps_until": defined["put_at"] + wire.MONTH_S,
    }
    changed = space.jobs(wire.STUPEFLIX).revise(job, **data)
    storage.publish(space, changed)


def _upload(kind: str, job: Job, chance: Chance) -> dict[str, Any]:
    upload = {"kind": kind, "attributes": {}, "headers": [], "meta": {}}
    return {
        **upload,
        "result": targets.outcome(upload, job_id=job.id, chance=chance),
    }
