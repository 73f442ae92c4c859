"""The service's own storage: links that need no key and end with their video."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import TOLERANCE_S
from mockserver.providers.services import Services
from mockserver.providers.stupeflix import renderings, wire
from mockserver.providers.stupeflix.formats import FORMATS

__all__ = [
    "STORED",
    "is_stored",
    "owner",
    "publish",
    "storage_path",
    "stored_job",
    "token",
]

STORED: Final = "stored"


def token(space: Space, job: Job) -> str:
    """Return the unguessable name of a job's video; another one for each job."""
    chance = space.chance(wire.STUPEFLIX).fork(STORED, job.id, job.ordinal)
    return chance.hex("token", 24)


def storage_path(
    space: Space, job: Job, data: Mapping[str, Any], extension: str = ""
) -> str:
    """Return the link to a job's video below the provider's root.

    Args:
        space: The job's space.
        job: A job that keeps its video.
        data: Its data, which are costly to unpack.
        extension: Another file beside it: `jpg` thumbnail, `xml` report.
    """
    extension = extension or FORMATS[data["profile"]].extension
    expires = (renderings.stored_at(job, data) or 0.0) + wire.DAY_S
    name = f"{token(space, job)}.{extension}"
    return f"/storage/stupeflix/{name}?Expires={int(expires)}"


def publish(space: Space, job: Job) -> None:
    """Let a job's video be found by its token alone."""
    name = token(space, job)
    space.table(wire.STUPEFLIX, STORED).put(name, job.id)
    space.store.publish(wire.STUPEFLIX, STORED, name, space.id)


def owner(services: Services, name: str) -> Space | None:
    """Return the space of a published token, or None."""
    return services.owner(wire.STUPEFLIX, STORED, name)


def stored_job(space: Space, name: str) -> Job | None:
    """Return the job of a token; None for a video that has been made anew."""
    job_id = space.table(wire.STUPEFLIX, STORED).get(name)
    job = None if job_id is None else space.jobs(wire.STUPEFLIX).find(job_id)
    return job if job is not None and token(space, job) == name else None


def is_stored(job: Job, now_s: float) -> bool:
    """Say whether a job's video is kept now: from its upload on, for a day.

    Source: contract stupeflix, section 4.
    """
    at = renderings.stored_at(job)
    return at is not None and at <= now_s + TOLERANCE_S and now_s < at + wire.DAY_S
