"""The storage of the Tasks API: listing, deleting, expiring."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mockserver.engine.clock import iso
from mockserver.engine.jobs import Job
from mockserver.errors import InvalidPayloadError, NotFoundError
from mockserver.providers.call import Call
from mockserver.providers.stupeflix.tasks import statuses

__all__ = ["days", "delete", "found_file", "listing", "set_days"]


@dataclass(frozen=True, slots=True)
class _File:
    """One stored file: its path, its link and when it came to be."""

    path: str
    url: str
    made_at: float


def listing(call: Call, folder: str, *, is_recursive: bool) -> dict[str, Any]:
    """Return what a folder of the storage holds.

    Returns:
        `{"files": [{"path", "url", "date"}], "directories": [str]}`

    Source: contract stupeflix, appendix B.
    """
    prefix = folder.strip("/") + "/" if folder.strip("/") else ""
    inside = [file for file in _files(call) if file.path.startswith(prefix)]
    deep = {file.path for file in inside if "/" in file.path[len(prefix) :]}
    shown = [file for file in inside if is_recursive or file.path not in deep]
    folders = {prefix + path[len(prefix) :].split("/")[0] for path in deep}
    return {
        "files": [
            {"path": file.path, "url": file.url, "date": iso(file.made_at)}
            for file in shown
        ],
        "directories": [] if is_recursive else sorted(folders),
    }


def delete(call: Call, folder: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Delete files below a folder, by link, date or age.

    Args:
        call: The call.
        folder: Path of a folder or a file.
        wanted: `{"urls"?, "dry_run"?, "from"?, "to"?, "max_age"?}`; dates in ISO
            8601, the age in seconds.

    Returns:
        `{"deleted": [str], "dry_run": bool}`

    Source: contract stupeflix, appendix B.
    """
    place = folder.strip("/")
    since, until = _moment(wanted, "from"), _moment(wanted, "to")
    age = wanted.get("max_age")
    if age is not None:
        since = max(since or 0.0, call.now - _seconds(age))
    urls = wanted.get("urls")
    chosen = [
        file
        for file in _files(call)
        if (not place or file.path == place or file.path.startswith(place + "/"))
        and (urls is None or file.url in urls)
        and (age is None or file.made_at < (since or 0.0))
        and (age is not None or since is None or file.made_at >= since)
        and (until is None or file.made_at <= until)
    ]
    is_dry = wanted.get("dry_run") in {True, "true", "1"}
    for file in () if is_dry else chosen:
        call.table("deleted-file").put(file.path, {"at": call.now})
    return {"deleted": [file.path for file in chosen], "dry_run": is_dry}


def days(call: Call) -> dict[str, int]:
    """Return after how many days files go: `{"days": int}`; 0 is never."""
    return call.table("expiration").get("days") or {"days": 0}


def set_days(call: Call, wanted: Mapping[str, Any]) -> dict[str, int]:
    """Say after how many days files go.

    Raises:
        InvalidPayloadError: It is no whole number of days.
    """
    found = wanted.get("days")
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found < 36500:
        raise InvalidPayloadError(name="days", description="must be 0 or more days")
    call.table("expiration").put("days", {"days": found})
    return {"days": found}


def found_file(call: Call, job: Job, name: str) -> str:
    """Return the result that a file's name stands for.

    Raises:
        NotFoundError: It is not there, not yet or no longer.
    """
    for result in statuses.files(job):
        path = statuses.path_of(job, result)
        if path != f"{job.id}/{name}" or call.table("deleted-file").get(path):
            continue
        # The preview is there as soon as rendering has begun.
        is_early = result == "preview" and call.moment(job).step.state == "executing"
        if is_early or statuses.is_kept(call.space, job, call.now):
            return result
    raise NotFoundError("file")


def _files(call: Call) -> Iterator[_File]:
    gone = call.table("deleted-file")
    for job in call.jobs.list_jobs():
        if job.operation not in statuses.OPERATIONS:
            continue
        if not statuses.is_kept(call.space, job, call.now):
            continue
        for name in statuses.files(job):
            path = statuses.path_of(job, name)
            if not gone.get(path):
                url = f"{call.base}/storage/tasks/{path}"
                yield _File(path, url, job.succeeded_at() or 0.0)


def _moment(wanted: Mapping[str, Any], name: str) -> float | None:
    raw = wanted.get(name)
    if raw is None:
        return None
    try:
        found = datetime.fromisoformat(str(raw))
    except ValueError as error:
        raise InvalidPayloadError(
            name=name, description="must be an ISO 8601 date"
        ) from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _seconds(raw: object) -> float:
    try:
        return max(0.0, float(str(raw)))
    except ValueError as error:
        raise InvalidPayloadError(
            name="max_age", description="must be a number of seconds"
        ) from error
