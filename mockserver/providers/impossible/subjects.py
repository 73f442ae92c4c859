"""Which tokens a call is about: by the path, by a file's name, by a batch or run."""

from mockserver.engine.jobs import Job
from mockserver.providers.call import Call

__all__ = ["of_batch", "of_file", "of_run"]


def of_file(call: Call) -> Job | None:
    """Return the token of a file's name."""
    return call.jobs.find(call.parameters["id"].rpartition(".")[0])


def of_batch(call: Call) -> list[Job]:
    """Return the tokens of a batch's latest run."""
    batch = call.table("batch").get(call.parameters["id"])
    return [] if batch is None else _tokens(call, batch["run"])


def of_run(call: Call) -> list[Job]:
    """Return the tokens of a run, or of a batch's latest."""
    return of_batch(call) or _tokens(call, call.parameters["id"])


def _tokens(call: Call, run_id: str | None) -> list[Job]:
    run = call.table("run").get(run_id) if run_id else None
    found = map(call.jobs.find, run["tokens"] if run else ())
    return [job for job in found if job is not None]
