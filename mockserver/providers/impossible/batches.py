"""Batches: tasks are gathered, run together, and read by batch or by run."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from mockserver.engine.clock import pause
from mockserver.engine.jobs import Job, MediaState
from mockserver.engine.timeline import Phase
from mockserver.errors import (
    ConflictError,
    InvalidPayloadError,
    NotFoundError,
    PayloadTooLargeError,
)
from mockserver.providers.call import Call
from mockserver.providers.impossible import requests, tokens
from mockserver.providers.impossible.accounts import batch_space, key_space, run_space
from mockserver.providers.impossible.subjects import of_batch, of_run
from mockserver.providers.impossible.table import table
from mockserver.providers.impossible.wire import CANCELLED, SLUG
from mockserver.providers.reply import Reply

__all__ = [
    "add_tasks",
    "batch_results",
    "batch_status",
    "cancel_batch",
    "create_batch",
    "run_batch",
]

TASKS_MAX: Final = 10_000
BATCHES_MAX: Final = 1000
BATCHES_MAX_BYTES: Final = 256 << 20
AT_ONCE: Final = 100
# Tasks end one after the other, or in so many waves: a batch fills up visibly.
WAVES: Final = 10
_WORDS: Final[Mapping[Phase, str]] = {
    Phase.WAITING: "pending",
    Phase.RUNNING: "running",
    Phase.SUCCEEDED: "completed",
    Phase.FAILED: "failed",
    Phase.CANCELLED: "cancelled",
}

Batch = Mapping[str, Any]


@table.post("/v2/batch", "create-batch", public=key_space)
async def create_batch(call: Call) -> Reply:
    """Create an empty batch.

    Source: contract impossible, section 3.7.
    """
    payload = await requests.read(call)
    call.check(payload, "create-batch.request")
    _make_room(call)
    number = call.table("batch").number()
    batch: Batch = {
        "id": f"b-{call.chance.fork('batch', number).uuid()}",
        "routing": payload.get("routing") or "default",
        "tasks": [],
        "size_bytes": 0,
        "run": None,
        "is_cancelled": False,
    }
    _put(call, batch)
    call.space.store.publish(SLUG, "batch", batch["id"], call.space.id)
    return _answer(call, batch)


@table.post("/v2/batch/{id}/tasks", "add-tasks", public=batch_space)
async def add_tasks(call: Call) -> Reply:
    """Add tasks; all or none."""
    batch = _found(call)
    tasks = await requests.read_tasks(call)
    if _status(call, batch) == "running":
        raise ConflictError("running")
    if len(batch["tasks"]) + len(tasks) > TASKS_MAX:
        raise InvalidPayloadError(problem=f"tasks: more than {TASKS_MAX}")
    more = {
        "tasks": [*batch["tasks"], *tasks],
        "size_bytes": batch["size_bytes"] + await _weighed(call),
    }
    return _answer(call, _put(call, {**batch, **more}))


@table.post("/v2/batch/{id}/run", "run-batch", public=batch_space)
async def run_batch(call: Call) -> Reply:
    """Render all tasks, in parallel."""
    batch = _found(call)
    if _status(call, batch) == "running":
        raise ConflictError("running")
    if not batch["tasks"]:
        raise InvalidPayloadError(code="no-tasks")
    number = call.table("run").number()
    run_id = f"r-{call.chance.fork('run', number).uuid()}"
    _put(call, {**batch, "is_starting": True})
    try:
        made = await _submitted(call, batch)
    except BaseException:
        _put(call, batch)
        raise
    run = {"id": run_id, "batch": batch["id"], "tokens": [job.id for job in made]}
    call.table("run").put(run_id, run)
    call.space.store.publish(SLUG, "run", run_id, call.space.id)
    return _answer(call, _put(call, {**batch, "run": run_id, "is_cancelled": False}))


@table.get(
    "/v2/batch/{id}", "batch-status", public=batch_space, subject=of_batch, polls=True
)
async def batch_status(call: Call) -> Reply:
    """Tell how far a batch is."""
    return _answer(call, _found(call))


@table.get(
    "/v2/batch/{id}/status",
    "batch-status",
    public=batch_space,
    subject=of_batch,
    polls=True,
)
async def batch_status_of_go(call: Call) -> Reply:
    """Tell how far a batch is; the Go client's path."""
    return await batch_status(call)


@table.get("/v2/batch/{id}/results", "batch-results", public=run_space, subject=of_run)
async def batch_results(call: Call) -> Reply:
    """List the results of a run, or of the latest run of a batch."""
    if call.known_space is None:
        raise NotFoundError("batch")
    wanted = call.parameters["id"]
    batch = call.table("batch").get(wanted)
    run_id = wanted if batch is None else batch["run"]
    if run_id is None:
        raise NotFoundError("results")
    run = call.table("run").get(run_id)
    if run is None:
        raise NotFoundError("batch")
    jobs = _jobs(call, run_id)
    results = []
    for number, (token, job) in enumerate(zip(run["tokens"], jobs, strict=True), 1):
        results.append(await _result(call, token, job))
        if number % AT_ONCE == 0:
            await pause(0)
    return call.reply(results)


@table.get(
    "/v2/batch/run/{id}/results", "batch-results", public=run_space, subject=of_run
)
async def batch_results_of_go(call: Call) -> Reply:
    """List the results of a run; the Go client's path."""
    return await batch_results(call)


@table.post(
    "/v2/batch/{id}/cancel", "cancel-batch", public=batch_space, subject=of_batch
)
async def cancel_batch(call: Call) -> Reply:
    """Cancel what is unfinished; what is finished stays."""
    batch = _found(call)
    status = _status(call, batch)
    if status in {"completed", "failed"}:
        raise ConflictError("idle")
    for number, job in enumerate(call.subject, 1):
        if number % AT_ONCE == 0:
            await pause(0)
        if not call.moment(job).step.phase.is_terminal:
            call.jobs.force(job, CANCELLED)
    return _answer(call, _put(call, {**batch, "is_cancelled": True}))


async def _weighed(call: Call) -> int:
    """Return what more tasks take.

    Raises:
        PayloadTooLargeError: All batches of the account would take too much.
    """
    size_bytes = len(await call.body())
    found = size_bytes + sum(one["size_bytes"] for one in call.table("batch").values())
    if found > BATCHES_MAX_BYTES:
        raise PayloadTooLargeError(limit=BATCHES_MAX_BYTES, found=found)
    return size_bytes


def _make_room(call: Call) -> None:
    """Forget the oldest batch that is not running, once there are very many."""
    batches = call.table("batch")
    if len(batches) < BATCHES_MAX:
        return
    oldest = islice(batches.values(), AT_ONCE)
    idle = next((one for one in oldest if _status(call, one) != "running"), None)
    if idle is None:
        return
    batches.delete(idle["id"])
    call.space.store.retract(SLUG, "batch", idle["id"], call.space.id)
    if idle["run"] is not None:
        call.table("run").delete(idle["run"])
        call.space.store.retract(SLUG, "run", idle["run"], call.space.id)


def _found(call: Call) -> Batch:
    batch: Batch | None = None
    if call.known_space is not None:
        batch = call.table("batch").get(call.parameters["id"])
    if batch is None:
        raise NotFoundError("batch")
    return batch


def _put(call: Call, batch: Batch) -> Batch:
    call.table("batch").put(batch["id"], batch)
    return batch


async def _submitted(call: Call, batch: Batch) -> list[Job]:
    """Make all jobs of a batch: a few at a time, others are answered in between."""
    made = []
    count = len(batch["tasks"])
    waves = min(count, WAVES)
    for number, task in enumerate(batch["tasks"], 1):
        wave = (-(-number * waves // count), waves)
        made.append(_submit(call, batch, task, wave))
        if number % AT_ONCE == 0:
            await pause(0)
    return made


def _submit(
    call: Call, batch: Batch, task: Mapping[str, Any], wave: tuple[int, int]
) -> Job:
    wish = requests.wish({"routingKey": batch["routing"], **task}, "")
    movie = requests.movie_for(wish.movie, wish.extension)
    return tokens.make(call, wish, movie=movie, is_async=True, wave=wave)


def _jobs(call: Call, run_id: str | None) -> list[Job | None]:
    """Return the jobs of a run in the tasks' order; None for a deleted token."""
    run = call.table("run").get(run_id) if run_id else None
    return [call.jobs.find(token) for token in run["tokens"]] if run else []


def _word(call: Call, job: Job | None) -> str:
    if job is None:
        return "failed"
    phase = call.moment(job).step.phase
    is_there = job.media_state(call.now) is MediaState.AVAILABLE
    if phase is Phase.SUCCEEDED and not is_there:
        phase = Phase.RUNNING
    return _WORDS[phase]


def _status(call: Call, batch: Batch) -> str:
    """Return the word for a whole batch.

    Source: contract impossible, section 4.2.
    """
    if batch.get("is_starting"):
        return "running"
    if batch["is_cancelled"]:
        return "cancelled"
    words = {_word(call, job) for job in _jobs(call, batch["run"])}
    if not words:
        return "pending"
    if words & {"pending", "running"}:
        return "running"
    return "failed" if words == {"failed"} else "completed"


def _answer(call: Call, batch: Batch) -> Reply:
    """Answer with the one object that all generations read.

    Source: contract impossible, section 3.7.
    """
    words = [_word(call, job) for job in _jobs(call, batch["run"])]
    count = len(batch["tasks"])
    return call.reply(
        {
            "id": batch["id"],
            "batchId": batch["id"],
            "runId": batch["run"],
            "status": _status(call, batch),
            "tasks": count,
            "total": count,
            "done": words.count("completed"),
            "failed": words.count("failed"),
        }
    )


async def _result(call: Call, token: str, job: Job | None) -> dict[str, Any]:
    if job is None:
        return {"token": token, "url": "", "status": "failed", "movie": "",
                "error": "Token not found"}  # fmt: skip
    word, data = _word(call, job), job.data
    result = {
        "token": token,
        "url": await tokens.link(call, job),
        "status": word,
        "movie": requests.movie_for(data["movie"], data["format"]),
    }
    if word == "failed":
        result |= {"url": "", "error": "Render failed"}
    return result
