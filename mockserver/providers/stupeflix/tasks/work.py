"""Tasks as jobs: started, waited for, called back, and their files."""

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Final, TypeVar

import orjson

from mockserver.engine.agenda import Due
from mockserver.engine.clock import END_S, pause
from mockserver.engine.jobs import Job
from mockserver.engine.notices import Notice
from mockserver.engine.spaces import Space
from mockserver.engine.timeline import Phase
from mockserver.engine.waiting import outcome_at, stir
from mockserver.media.formats import gif, jpeg, mp3, mp4, png
from mockserver.media.sound.heard import Music
from mockserver.media.spec import Card, MediaSpec
from mockserver.providers.bodies import off_loop
from mockserver.providers.call import Call
from mockserver.providers.provider import Switches
from mockserver.providers.services import Services
from mockserver.providers.stupeflix import clips, documents, wire
from mockserver.providers.stupeflix.formats import FORMATS
from mockserver.providers.stupeflix.tasks import kinds, statuses
from mockserver.providers.wires.webhooks import Webhook

__all__ = ["CALLBACK", "LABELS", "called_back", "makes", "pass_time", "planned", "spec",
           "start", "unfinished"]  # fmt: skip

CALLBACK: Final = "callback"
LABELS: Final = ("task.callback", "task.errback")
AT_ONCE: Final = 50
GIVE_UP_S: Final = 1.0  # how often a wait looks whether the client is still there
LADDER_S: Final = (1.0, 1.0)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Studied:
    """A task that has been looked at.

    Attributes:
        task: As it was sent.
        wrong: What is wrong with it, by parameter.
        document: The movie of a good `video.create`.
    """

    task: Mapping[str, Any]
    wrong: Mapping[str, list[str]]
    document: documents.Document | None = None


def study(tasks: Iterable[Mapping[str, Any]]) -> list[Studied]:
    """Look at tasks that were sent, before any is queued; that may take a while."""
    return [_studied(task) for task in tasks]


def _studied(task: Mapping[str, Any]) -> Studied:
    wrong = kinds.problems(task)
    if wrong or task["task_name"] != "video.create":
        return Studied(task, wrong)
    return Studied(task, wrong, kinds.video_document(task))


async def start(call: Call, tasks: list[Mapping[str, Any]]) -> list[Job]:
    """Queue tasks: a few at a time, so that others are answered in between.

    Source: contract stupeflix, appendix B.
    """
    studied = await off_loop(len(await call.body()), study, tasks)
    jobs = []
    for number, one in enumerate(studied, 1):
        jobs.append(_start(call, one))
        if number % AT_ONCE == 0:
            await pause(0)
    return jobs


def _start(call: Call, studied: Studied) -> Job:
    task, wrong, document = studied.task, studied.wrong, studied.document
    data: dict[str, Any] = {"task": _kept(task), "facts": {}}
    duration_s = None
    if wrong:
        data["problems"] = wrong
    elif document is not None:
        documents.keep(call, document)
        shape = FORMATS[task.get("profile", kinds.DEFAULT_PROFILE)]
        duration_s = document.duration_s
        data["movie"] = document.digest
        data["facts"] = {
            "duration": duration_s,
            "width": shape.width_px,
            "height": shape.height_px,
        }
    else:
        kind = kinds.KINDS[task["task_name"]]
        data["facts"] = kind.facts(task, call.chance.fork("facts", len(call.jobs)))
    life = statuses.life(duration_s, is_wrong=bool(wrong))
    return call.submit(data, payload=dict(task), timeline=life)


def unfinished(call: Call, jobs: list[Job], now_s: float) -> list[Job]:
    """Return those, as they are by now, that have not ended at a time."""
    found = (call.jobs.find(job.id) for job in jobs)
    return [
        job
        for job in found
        if job is not None and not job.at(now_s).step.phase.is_terminal
    ]


async def pass_time(call: Call, jobs: list[Job], seen_s: float) -> bool:
    """Wait until one of the jobs may look different; say if the client waits, too.

    A stepping clock is moved there: at such a pace nobody has to wait.

    Args:
        call: Who waits.
        jobs: What is waited for.
        seen_s: The time at which they were last looked at.
    """
    clock = call.space.clock
    changes = [job.next_change_at(seen_s) for job in jobs]
    at = min((change for change in changes if change is not None), default=inf)
    if clock.pace.is_stepping and clock.is_frozen and at <= END_S:
        clock.set(at)
        return True
    return await _together(call, stir(clock, at if at < inf else None))


def planned(switches: Switches, job: Job) -> Iterator[Notice]:
    """Call back when a task has ended, or a little earlier."""
    task, at = job.data.get("task", {}), outcome_at(job)
    if at is not None and (task.get("url_callback") or task.get("url_errback")):
        step = job.at(at).step
        tells = (LABELS[0 if step.phase is Phase.SUCCEEDED else 1],)
        lead_s = float(switches("callback_lead_s"))
        yield Notice(at, CALLBACK, {"state": step.state}, lead_s, tells)


async def called_back(services: Services, space: Space, due: Due) -> None:
    """Tell the caller that a task has ended.

    Source: contract stupeflix, appendix B.
    """
    job = space.jobs(wire.STUPEFLIX).about(due)
    if job is None or due.about is None:
        return
    task, at = job.data["task"], due.about.at
    is_good = job.at(at).step.phase is Phase.SUCCEEDED
    url = task.get("url_callback" if is_good else "url_errback")
    if not isinstance(url, str) or not url:
        return
    said = orjson.dumps(statuses.status(space, job, at, job.base))
    label = LABELS[0 if is_good else 1]
    callback = Webhook(label=label, url=url, body=said, ladder=LADDER_S)
    callback.send(services, space, due)


def spec(services: Services, space: Space, job: Job, name: str) -> MediaSpec:
    """Return the spec of one of a task's files."""
    data = job.data
    task = data["task"]
    extension = statuses.files(job)[name]
    if task["task_name"] != "video.create":
        return _plain(job, extension)
    movie = documents.movie_of(space, data["movie"])
    profile = task.get("profile", kinds.DEFAULT_PROFILE)
    shape = FORMATS[profile]
    longest_s = clips.longest_s(services, space, shape)
    made = clips.clip(shape, movie, name=job.id, longest_s=longest_s)
    if name == "thumbnail":
        return made.still(at_s=min(float(task.get("thumbnail_time", 1.0)), 1e6))
    return clips.as_preview(made) if name == "preview" else made


def makes(services: Services, space: Space, job: Job) -> list[MediaSpec]:
    """Return the main file of a task, or the video of a movie's profile."""
    data = job.data
    if "task" not in data:
        return [clips.video(services, space, job)] if "profile" in data else []
    if "problems" in data:
        return []  # nobody could read what it is to make
    return [spec(services, space, job, name) for name in [*statuses.files(job)][:1]]


def _plain(job: Job, extension: str) -> MediaSpec:
    task = job.data["task"]
    card = Card(lines=(str(task.get("url", "")), job.id), title=task["task_name"])
    if extension == "mp3":
        return mp3(10.0, heard=(Music(str(task.get("url", ""))),))
    makers = {"mp4": mp4, "gif": gif, "png": png, "jpg": jpeg}
    return makers[extension](640, 360, seconds=10.0, cards=(card,))


def _kept(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return what to remember of a task: the movie is kept elsewhere."""
    return {name: value for name, value in task.items() if name != "definition"}


async def _together(call: Call, wait: Awaitable[T]) -> bool:
    """Wait for something, but not for longer than the client does."""
    task = asyncio.ensure_future(wait)
    try:
        while not task.done():
            transport = call.request.transport
            if transport is None or transport.is_closing():
                return False
            await asyncio.wait({task}, timeout=GIVE_UP_S)
    finally:
        task.cancel()
    return True
