"""Which job a call is about, found before its route runs; for scenarios."""

from mockserver.engine.jobs import Job
from mockserver.providers.call import Call

__all__ = ["job_of"]


async def job_of(call: Call) -> Job | None:
    """Return the token of a call; of a batch's, the one that changes next."""
    name = call.parameters.get("id", "")
    job = call.jobs.find(name) or call.jobs.find(name.rpartition(".")[0])
    return _of_batch(call, name) if job is None else job


def _of_batch(call: Call, name: str) -> Job | None:
    batch = call.table("batch").get(name)
    run = call.table("run").get(name if batch is None else batch["run"] or "")
    tokens = run["tokens"] if run else ()
    jobs = [job for job in map(call.jobs.find, tokens) if job is not None]
    now = call.now
    changes = [(job.next_change_at(now), job) for job in jobs]
    moving = [(at, job) for at, job in changes if at is not None]
    if moving:
        return min(moving, key=lambda found: found[0])[1]
    return jobs[0] if jobs else None
