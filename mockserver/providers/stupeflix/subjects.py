"""Which job a call is about, found before its route runs; for scenarios."""

from collections.abc import Iterable
from itertools import islice

import orjson

from mockserver.engine.jobs import Job
from mockserver.providers.call import Call
from mockserver.providers.stupeflix import rows, storage

__all__ = ["job_of"]

_LOOKED_AT = 100


async def job_of(call: Call) -> Job | None:
    """Return the profile or task of a call; of several, the one that changes next."""
    parameters = call.parameters
    if "token" in parameters:
        return storage.stored_job(call.space, parameters["token"])
    if "job_id" in parameters:
        return call.jobs.find(parameters["job_id"])
    if call.operation.startswith("tasks-"):
        keys = await _keys(call)
        return _next(call, filter(None, map(call.jobs.find, keys)))
    names = [parameters.get(name) for name in ("user", "resource", "profile")]
    path = "/".join(name for name in names if name is not None)
    if "profile" in parameters:
        return call.jobs.find(path)
    return _next(call, rows.profiles(call.space, f"{path}/" if path else ""))


async def _keys(call: Call) -> list[str]:
    """Return the keys of the tasks that are asked for."""
    if call.request.method == "GET":
        return [str(key) for key in call.query.getall("tasks", [])]
    try:
        said = orjson.loads(await call.body())
    except orjson.JSONDecodeError:
        return []
    tasks = said.get("tasks") if isinstance(said, dict) else None
    listed = tasks if isinstance(tasks, list) else [tasks]
    return [key for key in listed if isinstance(key, str)]


def _next(call: Call, jobs: Iterable[Job]) -> Job | None:
    """Return the job that changes next, else the first of them."""
    now = call.now
    looked_at = [*islice(jobs, _LOOKED_AT)]
    changes = [(job.next_change_at(now), job) for job in looked_at]
    moving = [(at, job) for at, job in changes if at is not None]
    if moving:
        return min(moving, key=lambda found: found[0])[1]
    return looked_at[0] if looked_at else None
