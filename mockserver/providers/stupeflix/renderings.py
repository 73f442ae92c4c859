"""Renderings: the life of one, and what is said of it at one moment: the view."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import TOLERANCE_S, Phase, Step, Timeline
from mockserver.providers.stupeflix import wire
from mockserver.providers.stupeflix.formats import FORMATS, Format
from mockserver.providers.stupeflix.parcels import place

__all__ = [
    "CANCELED",
    "DONE",
    "FAILED",
    "REAL",
    "STANDARD",
    "WAITING",
    "Upload",
    "View",
    "file_name",
    "is_settled",
    "job_of",
    "life",
    "marked",
    "render_s",
    "stored_at",
    "upload_times",
    "view",
]

REAL: Final = frozenset({"httpPOST", "httpPUT", "s3", "ftp"})
WAITING, DONE, FAILED = "0", "1", "2"  # what has become of an upload
CANCELED: Final = Step("error", Phase.CANCELLED, error="canceled")

_FULL_PROGRESS: Final = (100.0, 100.0)
_BEGUN: Final = frozenset({"generating", "generated", "uploading", "available"})
_SMALL_PX, _DVD_PX = 320 * 240, 720 * 480


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload that is done.

    Attributes:
        number: Its place among the profile's uploads, from 0.
        kind: Its element's name.
        id: What the target calls the video.
        url: Where it is there; empty for the server's own storage.
    """

    number: int
    kind: str
    id: str
    url: str


@dataclass(frozen=True, slots=True)
class View:
    """What a job says of itself at one moment.

    Attributes:
        state: The wire's word.
        complete: Percent done; None before anything is rendered.
        error: Why it failed, or None.
        uploads: Those that are done.
    """

    state: str
    complete: int | None
    error: str | None
    uploads: tuple[Upload, ...]


def render_s(duration_s: float, shape: Format) -> float:
    """Return the seconds that rendering takes: by size, half to twice the length.

    Source: contract stupeflix, section 4.
    """
    area = shape.width_px * shape.height_px
    share = 0.5 + 0.5 * (area - _SMALL_PX) / (_DVD_PX - _SMALL_PX)
    return round(max(2.0, duration_s * max(0.3, share)), 1)


@lru_cache(maxsize=1024)
def life(
    uploads: int = 1,
    *,
    renders_s: float | None = 30.0,
    problem: str | None = None,
    failing: int | None = None,
    reason: str = "",
) -> Timeline:
    """Return a job's life.

    Args:
        uploads: How many uploads it makes: each has a step of its own.
        renders_s: How long rendering takes; None renders nothing.
        problem: Why its definition cannot be rendered.
        failing: The upload that is known to fail.
        reason: Why it does.

    Source: contract stupeflix, section 4.
    """
    steps = [
        Step("queued", Phase.WAITING, (1.0, 3.0)),
        Step("starting", Phase.RUNNING, (1.0, 2.0)),
        Step("info", Phase.RUNNING, (1.0, 3.0)),
    ]
    if problem is not None:
        return Timeline((*steps, Step("error", Phase.FAILED, error=problem)))
    if renders_s is not None:
        steps += [
            Step("generating", Phase.RUNNING, renders_s, (0.0, 100.0)),
            Step("generated", Phase.RUNNING, 1.0, _FULL_PROGRESS),
        ]
    count = max(1, uploads) if failing is None else failing + 1
    steps += [Step("uploading", Phase.RUNNING, 2.0, _FULL_PROGRESS)] * count
    if failing is not None:
        return Timeline((*steps, Step("error", Phase.FAILED, error=reason)))
    last = Step("available", Phase.SUCCEEDED, progress=_FULL_PROGRESS)
    return Timeline((*steps, last))


STANDARD: Final = life()


def upload_times(job: Job, count: int) -> list[float | None]:
    """Return when each of a job's uploads is done, if its life goes on as it is.

    That is the end of one step in state `uploading` for each; without enough of
    them, the job's success.
    """
    steps = job.timeline.steps
    times: list[float | None] = [
        job.entered_at(index + 1)
        for index, step in enumerate(steps[:-1])
        if step.state == "uploading" and not _is_bad(steps[index + 1])
    ]
    return [*times, *[job.succeeded_at()] * count][:count]


def view(job: Job, data: Mapping[str, Any], now_s: float) -> View:
    """Return what a job says of itself.

    Args:
        job: A job of `create-profiles`.
        data: Its data, which are costly to unpack.
        now_s: The virtual time.

    A job is not available before its real uploads have been answered, however late
    it is on the clock.
    """
    moment = job.at(now_s)
    state, step = moment.step.state, moment.step
    uploads, is_waiting = _uploads(job, data, now_s)
    if step.phase is Phase.SUCCEEDED and is_waiting:
        return View("uploading", 100, None, uploads)
    error = wire.error_text(step.error) if state == "error" else None
    complete = _complete(job, moment.position, moment.progress)
    return View(state, complete, error, uploads)


def stored_at(job: Job, data: Mapping[str, Any] | None = None) -> float | None:
    """Return when a job's video is kept by the service itself; None if never."""
    uploads = (data or job.data)["uploads"]
    times = upload_times(job, len(uploads))
    return next(
        (
            at
            for upload, at in zip(uploads, times, strict=True)
            if upload["kind"] == "stupeflixStore"
        ),
        None,
    )


def is_settled(data: Mapping[str, Any]) -> bool:
    """Say whether it is known what has become of all uploads that really leave."""
    marks = data.get("uploaded", "")
    uploads = enumerate(data["uploads"])
    return all("result" in one or marks[n : n + 1] != WAITING for n, one in uploads)


def marked(data: Mapping[str, Any], number: int, mark: str) -> str:
    """Return the marks of a job's uploads with another one for one of them.

    They are as long as the job has uploads: what is kept of a job never grows.
    """
    marks = str(data["uploaded"])
    return marks[:number] + mark + marks[number + 1 :]


def file_name(profile: str, extension: str = "") -> str:
    """Return a file's name at a target; the video's without an extension."""
    return f"{profile}.{extension or FORMATS[profile].extension}"


def job_of(space: Space, data: Mapping[str, Any]) -> Job | None:
    """Return the job that something due is about, unless another has its name now."""
    job = space.jobs(wire.STUPEFLIX).find(data["job"])
    return job if job is not None and job.ordinal == data["ordinal"] else None


def _uploads(
    job: Job, data: Mapping[str, Any], now_s: float
) -> tuple[tuple[Upload, ...], bool]:
    """Return the uploads that are done, and whether a real one is on its way."""
    done, is_waiting = [], False
    kinds, marks = data["uploads"], data.get("uploaded", "")
    for number, at in enumerate(upload_times(job, len(kinds))):
        if at is None or now_s + TOLERANCE_S < at:
            continue
        upload = kinds[number]
        result = upload.get("result")
        if result is None and marks[number] == DONE:
            result = place(upload, file_name(data["profile"]))
        if result is None:
            is_waiting = is_waiting or marks[number] == WAITING
        elif "id" in result:
            name = upload["kind"]
            done.append(Upload(number, name, result["id"], result["url"]))
    return tuple(done), is_waiting


def _complete(job: Job, position: int, progress: float | None) -> int | None:
    step = job.timeline.steps[position]
    if progress is not None:
        return int(progress + 1e-6)
    if step.state in _BEGUN:
        return 0 if step.state == "generating" else 100
    if step.state != "error":
        return None
    past = [s.progress for s in job.timeline.steps[:position] if s.progress is not None]
    return int(past[-1][1] + 1e-6) if past else None


def _is_bad(step: Step) -> bool:
    return step.phase in {Phase.FAILED, Phase.CANCELLED}
