"""Renderings: the life of one, and what is said of it at one moment: the view."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import TOLERANCE_S, Phase, Step, Timeline
from mockserver.providers.stupeflix import wire
from mockserver.providers.stupeflix.formats import Format

__all__ = [
    "CANCELED",
    "REAL",
    "STANDARD",
    "Upload",
    "View",
    "job_of",
    "life",
    "real_uploads",
    "render_s",
    "results_of",
    "stored_at",
    "upload_times",
    "view",
]

REAL: Final = frozenset({"httpPOST", "httpPUT", "s3", "ftp"})
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


def view(
    job: Job, data: Mapping[str, Any], now_s: float, results: Mapping[str, Any]
) -> View:
    """Return what a job says of itself.

    Args:
        job: A job of `create-profiles`.
        data: Its data, which are costly to unpack.
        now_s: The virtual time.
        results: What became of its real uploads so far, by number.

    A job is not available before its real uploads have been answered, however late
    it is on the clock.
    """
    moment = job.at(now_s)
    state, step = moment.step.state, moment.step
    uploads, is_waiting = _uploads(job, data, now_s, results)
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


def real_uploads(data: Mapping[str, Any]) -> set[str]:
    """Return the numbers of the uploads that really leave."""
    uploads = enumerate(data["uploads"])
    return {str(number) for number, upload in uploads if "result" not in upload}


def results_of(space: Space, job: Job, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what became of a job's real uploads so far, by number."""
    if not real_uploads(data):
        return {}
    found = space.table(wire.STUPEFLIX, "uploaded").get(job.id)
    # An earlier job of the same name has left its own.
    if found is None or found["ordinal"] != job.ordinal:
        return {}
    uploads: Mapping[str, Any] = found["uploads"]
    return uploads


def job_of(space: Space, data: Mapping[str, Any]) -> Job | None:
    """Return the job that something due is about, unless another has its name now."""
    job = space.jobs(wire.STUPEFLIX).find(data["job"])
    return job if job is not None and job.ordinal == data["ordinal"] else None


def _uploads(
    job: Job, data: Mapping[str, Any], now_s: float, results: Mapping[str, Any]
) -> tuple[tuple[Upload, ...], bool]:
    """Return the uploads that are done, and whether a real one is on its way."""
    done, is_waiting = [], False
    kinds = data["uploads"]
    for number, at in enumerate(upload_times(job, len(kinds))):
        if at is None or now_s + TOLERANCE_S < at:
            continue
        upload = kinds[number]
        result = upload.get("result") or results.get(str(number))
        if result is None:
            is_waiting = True
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
