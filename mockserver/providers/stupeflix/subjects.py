"""What a call is about: profiles by their names, tasks by their keys, stored files."""

from collections.abc import Iterable

from mockserver.engine.jobs import Job
from mockserver.errors import UnreadableBodyError
from mockserver.providers.call import Call
from mockserver.providers.stupeflix import pages, rows, storage
from mockserver.providers.stupeflix.tasks import statuses

__all__ = [
    "of_account",
    "of_file",
    "of_link",
    "of_profile",
    "of_resource",
    "of_tasks",
    "of_user",
    "of_whole_resource",
]


def of_account(call: Call) -> Iterable[Job]:
    """Return the profiles on the page of the whole account."""
    return _on_page(call, "")


def of_user(call: Call) -> Iterable[Job]:
    """Return the profiles on the page of one user."""
    return _on_page(call, f"{call.parameters['user']}/")


def of_resource(call: Call) -> Iterable[Job]:
    """Return the profiles on the page of one resource."""
    user, resource = call.parameters["user"], call.parameters["resource"]
    return _on_page(call, f"{user}/{resource}/")


def of_whole_resource(call: Call) -> Iterable[Job]:
    """Return all profiles of one resource."""
    user, resource = call.parameters["user"], call.parameters["resource"]
    return rows.profiles(call.space, f"{user}/{resource}/")


def of_profile(call: Call) -> Job | None:
    """Return the one profile that the path names."""
    names = ("user", "resource", "profile")
    job = call.jobs.find("/".join(call.parameters[name] for name in names))
    return job if job is not None and job.operation in rows.OPERATIONS else None


def of_link(call: Call) -> Job | None:
    """Return the profile whose file a link of the storage names."""
    return storage.stored_job(call.space, call.parameters["token"])


def of_file(call: Call) -> Job | None:
    """Return the task that has made a file."""
    job = call.jobs.find(call.parameters["job_id"])
    return job if job is not None and job.operation in statuses.OPERATIONS else None


async def of_tasks(call: Call) -> list[Job]:
    """Return the tasks whose keys are in the query, or in the body."""
    found = map(call.jobs.find, dict.fromkeys(await _keys(call)))
    return [
        job for job in found if job is not None and job.operation in statuses.OPERATIONS
    ]


def _on_page(call: Call, prefix: str) -> Iterable[Job]:
    wanted = pages.wanted(call.query, prefix)
    return () if wanted is None else pages.jobs(call.space, wanted)


async def _keys(call: Call) -> list[str]:
    if call.request.method == "GET":
        return call.query.getall("tasks", [])
    try:
        said = await call.document()
    except UnreadableBodyError:
        return []
    tasks = said.get("tasks") if isinstance(said, dict) else None
    listed = tasks if isinstance(tasks, list) else [tasks]
    return [key for key in listed if isinstance(key, str)]
