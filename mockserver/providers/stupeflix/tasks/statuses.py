"""What the Tasks API says of a task, and the life of one."""

from typing import Any, Final
from urllib.parse import quote

from mockserver.engine.clock import iso
from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.providers.stupeflix import renderings, wire
from mockserver.providers.stupeflix.formats import FORMATS
from mockserver.providers.stupeflix.tasks.kinds import DEFAULT_PROFILE, KINDS

__all__ = [
    "CREATE",
    "OPERATIONS",
    "STANDARD",
    "files",
    "is_kept",
    "life",
    "path_of",
    "status",
    "unknown",
]

CREATE: Final = "tasks-create"
OPERATIONS: Final = frozenset({CREATE, "tasks-create-stream"})
WEEK_S: Final = 7 * wire.DAY_S
_SHORT_S: Final = 4.0
_QUEUED: Final = Step("queued", Phase.WAITING, (0.5, 2.0))


def life(duration_s: float | None, *, is_wrong: bool = False) -> Timeline:
    """Return a task's life; rendering takes about half as long as the video plays."""
    if is_wrong:
        return Timeline((_QUEUED, Step("error", Phase.FAILED)))
    if duration_s is None:
        work_s = _SHORT_S
    else:
        work_s = renderings.render_s(duration_s, FORMATS[DEFAULT_PROFILE])
    return Timeline(
        (
            _QUEUED,
            Step("executing", Phase.RUNNING, work_s, (0.0, 100.0)),
            Step("success", Phase.SUCCEEDED, progress=(100.0, 100.0)),
        )
    )


STANDARD: Final = life(None)


def status(
    space: Space, job: Job, now_s: float, base: str, *, details: bool = False
) -> dict[str, Any]:
    """Return what is said of a task.

    Returns:
        `{"status", "key", "progress", "events": {"queued", "started"?,
        "completed"?}, "result"?, "error"?}`

    Source: contract stupeflix, appendix B.
    """
    moment = job.at(now_s)
    state = moment.step.state
    data = job.data
    found: dict[str, Any] = {
        "status": state,
        "key": job.id,
        "progress": int((moment.progress or 0.0) + 1e-6),
        "events": _events(job, moment.position),
    }
    if moment.step.phase in {Phase.FAILED, Phase.CANCELLED}:
        wrong = data.get("problems")
        text = wire.error_text(moment.step.error)
        found["error"] = {"parameters": wrong} if wrong else text
    else:
        result = _result(space, job, data, state, base)
        if result:
            found["result"] = result
    return {**found, "task": data["task"]} if details else found


def unknown(key: str) -> dict[str, Any]:
    """Return what is said of a task that is not there."""
    return {"status": "error", "key": key, "error": "unknown task"}


def files(job: Job) -> dict[str, str]:
    """Return the files that a finished task has: extension by name of the result."""
    task = job.data["task"]
    kind = KINDS.get(task["task_name"])
    if kind is None:
        return {}
    defaults = {"export": True, "preview": False}
    return {
        name: _extension(task, name, extension)
        for name, extension in kind.files.items()
        if task.get(name, defaults.get(name, True))
    }


def path_of(job: Job, name: str) -> str:
    """Return a file's path in the storage."""
    return f"{job.id}/{name}.{files(job)[name]}"


def is_kept(space: Space, job: Job, now_s: float) -> bool:
    """Say whether a finished task's files are still there.

    Source: contract stupeflix, appendix B.
    """
    done = job.succeeded_at()
    if done is None or now_s < done:
        return False
    store = (job.data["task"].get("task_store") or {}).get("type", "persistent")
    days = (space.table(wire.STUPEFLIX, "expiration").get("days") or {}).get("days", 0)
    keep_s = WEEK_S if store == "volatile" else days * wire.DAY_S
    return not keep_s or now_s < done + keep_s


def _events(job: Job, position: int) -> dict[str, str | None]:
    names = {"executing": "started", "success": "completed", "error": "completed"}
    events: dict[str, str | None] = {"queued": None, "started": None, "completed": None}
    events["queued"] = iso(job.created_at)
    for index, step in enumerate(job.timeline.steps[: position + 1]):
        name = names.get(step.state)
        if name is not None and events[name] is None:
            events[name] = iso(job.entered_at(index))
    return events


def _result(
    space: Space, job: Job, data: dict[str, Any], state: str, base: str
) -> dict[str, Any]:
    if state == "queued":
        return {}
    facts: dict[str, Any] = dict(data["facts"])
    is_video = data["task"]["task_name"] == "video.create"
    if state != "success" and not is_video:
        return {}
    # A video's length, size and preview are told while it is rendered.
    early = {"preview"} if state != "success" else set(files(job))
    for name in files(job):
        if name in early:
            facts[name] = _link(space, job, data, name, base)
    return facts


def _link(space: Space, job: Job, data: dict[str, Any], name: str, base: str) -> str:
    store = (data["task"].get("task_store") or {}).get("type")
    if store == "youtube" and name == "export":
        chance = space.chance(wire.STUPEFLIX).fork("task", job.ordinal)
        return f"http://www.youtube.com/watch?v={chance.hex('youtube', 11)}"
    return f"{base}/storage/tasks/{quote(path_of(job, name))}"


def _extension(task: dict[str, Any], name: str, extension: str) -> str:
    if task["task_name"] != "video.create" or name != "export":
        return extension
    shape = FORMATS.get(task.get("profile", DEFAULT_PROFILE))
    return extension if shape is None else shape.extension
