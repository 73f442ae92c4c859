"""Library: all files of a space, whether uploaded, made by a job or there before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import ascii_lowercase, digits
from typing import Any, Final

from mockserver.engine.chance import Chance
from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.timeline import Phase
from mockserver.errors import ForbiddenError, NotReadyError
from mockserver.providers import assets
from mockserver.providers.assets import Asset
from mockserver.providers.call import Call
from mockserver.providers.google import wire
from mockserver.providers.google.world import FILES

__all__ = [
    "ACTIVE",
    "FAILED",
    "PROCESSING",
    "File",
    "every",
    "find",
    "forget",
    "is_taken",
    "job_of",
    "keep",
    "names_for",
    "new_name",
    "next_number",
    "usable",
]

MADE: Final = "generated file"
PROCESSING, ACTIVE, FAILED = "PROCESSING", "ACTIVE", "FAILED"
VIDEO_S: Final = 3.0
_ID: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file as it is now.

    Attributes:
        id: Its name, without `files/`.
        number: Its place among all files of the space, by age.
        state: `PROCESSING`, `ACTIVE` or `FAILED`.
        content_type: What it is.
        created_at: When it came to be.
        expires_at: From when on it is there no more; None for never.
        name: What people call it; empty if nobody has said.
        seconds: How long it is, if it is a video and that is known.
        job: The job that has made it, if one has.
        sample: Which of the videos of that job it is.
        asset: The upload, if it is one.
        known: What a world says of it, if that has it.
    """

    id: str
    number: int
    state: str
    content_type: str
    created_at: float
    expires_at: float | None = None
    name: str = ""
    seconds: float | None = None
    job: Job | None = None
    sample: int = 0
    asset: Asset | None = None
    known: Mapping[str, Any] | None = None


def next_number(call: Call) -> int:
    """Return the place of another file among those of the space."""
    return call.table(MADE).number()


def new_name(chance: Chance) -> str:
    """Draw a file's name.

    Source: contract google, appendix B.
    """
    return chance.word("file", _ID, ascii_lowercase + digits)


def names_for(call: Call, count: int) -> list[str]:
    """Draw the names of the files that a job is going to make."""
    numbers = [next_number(call) for _ in range(count)]
    return [new_name(call.chance.fork("file", number)) for number in numbers]


def keep(call: Call, job: Job) -> None:
    """Let the files that a job is going to make be found by their names."""
    table = call.table(MADE)
    for sample, name in enumerate(job.data.get("files", ())):
        number = next_number(call)
        made = {"id": name, "job": job.id, "sample": sample, "number": number}
        table.put(name, made)


def find(call: Call, file_id: str) -> File:
    """Return a file of the call's space.

    Raises:
        ForbiddenError: It is not there, or not this one's: nobody is told which.

    Source: contract google, section 2.
    """
    made = call.table(MADE).get(file_id)
    found: File | None = None
    if made is not None:
        found = _made(call, made)
    elif (asset := call.table("asset").get(file_id)) is not None:
        found = _uploaded(call, asset)
    elif (known := call.table(FILES).get(file_id)) is not None:
        found = _known(known)
    if found is None:
        raise ForbiddenError("file", id=file_id)
    return found


def is_taken(call: Call, file_id: str) -> bool:
    """Say whether there is a file of a name, or has been one that is not forgotten."""
    tables = (MADE, "asset", FILES)
    return any(call.table(name).get(file_id) is not None for name in tables)


def usable(call: Call, file_id: str) -> File:
    """Return a file that can be used.

    Raises:
        ForbiddenError: It is not there.
        NotReadyError: It is not `ACTIVE`.
    """
    file = find(call, file_id)
    if file.state != ACTIVE:
        raise NotReadyError("file", id=file_id)
    return file


def every(call: Call) -> list[File]:
    """Return all files of the call's space, the newest first."""
    found = [*_every(call)]
    return sorted(found, key=lambda one: one.number, reverse=True)


def forget(call: Call, file: File) -> None:
    """Forget a file; the job that has made it stays."""
    if file.asset is not None:
        assets.remove(call, file.asset)
    elif file.job is not None:
        call.table(MADE).delete(file.id)
    else:
        call.table(FILES).delete(file.id)


def job_of(call: Call) -> Job | None:
    """Return the job that has made the file that a path names."""
    made = call.table(MADE).get(call.parameters["file_id"])
    return None if made is None else call.jobs.find(made["job"])


def _every(call: Call) -> Iterator[File]:
    for made in call.table(MADE).values():
        if (file := _made(call, made)) is not None:
            yield file
    for asset in assets.list_assets(call):
        if (file := _uploaded(call, asset)) is not None:
            yield file
    yield from map(_known, call.table(FILES).values())


def _made(call: Call, made: Mapping[str, Any]) -> File | None:
    """Return a file that a job has made; None if it is not there, or not any more."""
    job, now = call.jobs.find(made["job"]), call.now
    if job is None or job.at(now).step.phase is not Phase.SUCCEEDED:
        return None
    done, media = job.succeeded_at() or job.created_at, job.media_state(now)
    if media is MediaState.PURGED:
        return None
    state = PROCESSING if media is MediaState.ABSENT else ACTIVE
    if job.data.get("has_no_file"):
        state = FAILED
    keep_s = job.media.keep_s
    return File(
        id=made["id"],
        number=made["number"],
        state=state,
        content_type=wire.MP4,
        created_at=done,
        expires_at=None if keep_s is None else done + keep_s,
        seconds=float(job.data.get("seconds", 8)),
        job=job,
        sample=made["sample"],
    )


def _uploaded(call: Call, asset: Asset) -> File | None:
    """Return an uploaded file; None if its bytes have not come, or have expired."""
    now = call.now
    if asset.arrived_at is None or not asset.is_there(now):
        return None
    is_video = asset.content_type.startswith("video/")
    ready_at = asset.arrived_at + (VIDEO_S if is_video else 0.0)
    return File(
        id=asset.id,
        number=asset.details["number"],
        state=PROCESSING if now < ready_at else ACTIVE,
        content_type=asset.content_type,
        created_at=asset.arrived_at,
        expires_at=asset.expires_at,
        name=asset.name,
        seconds=asset.details.get("seconds"),
        asset=asset,
    )


def _known(known: Mapping[str, Any]) -> File:
    return File(
        id=known["id"],
        number=known["number"],
        state=known.get("state", ACTIVE),
        content_type=known["mime_type"],
        created_at=known["created_at"],
        name=known.get("display_name", ""),
        known=known,
    )
