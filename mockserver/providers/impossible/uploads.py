"""Upload tasks: sent while the client waits, or later with a callback."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from mockserver.delivery.delivery import ANY_STATUS, Delivery
from mockserver.delivery.message import Message
from mockserver.engine.agenda import Due
from mockserver.engine.jobs import Job
from mockserver.engine.notices import Notice
from mockserver.engine.spaces import Space
from mockserver.engine.waiting import outcome_at
from mockserver.errors import (
    DeliveryError,
    MediaError,
    NotFoundError,
    RateLimitError,
    UnavailableError,
)
from mockserver.providers.call import Call
from mockserver.providers.impossible import tokens
from mockserver.providers.impossible.senders import deliver
from mockserver.providers.impossible.wire import SLUG, TIMED_OUT
from mockserver.providers.provider import Switches
from mockserver.providers.services import Services

__all__ = [
    "EVENTS",
    "Task",
    "carry_out",
    "check_quota",
    "notices",
    "send",
    "tasks_of",
]

ASYNC_MAX: Final = 5
CALLBACK_S: Final = 10.0
AGENT: Final = "ImpossibleFX-emulator"
EVENT: Final = "upload"
_FAILED: Final = "Upload failed"
_WORDS: Final = {TIMED_OUT: "Render timed out"}


@dataclass(frozen=True, slots=True)
class Task:
    """One upload that is asked for.

    Attributes:
        index: Its place among those of its request.
        extension: The format that is uploaded.
        destination: Where to, as the client says it.
        is_async: Nobody waits for it.
        onsuccess: URL that is called when it has been done.
        onerror: URL that is called when it has failed.
    """

    index: int
    extension: str
    destination: Mapping[str, Any]
    is_async: bool = False
    onsuccess: str = ""
    onerror: str = ""


def tasks_of(payload: Mapping[str, Any]) -> list[Task]:
    """Return the upload tasks of a valid render request.

    Source: contract impossible, section 6.1.
    """
    upload = payload.get("upload")
    raw = upload if isinstance(upload, list) else [upload] if upload else []
    return [
        Task(
            index=index,
            extension=task["extension"].lower(),
            destination=task["destination"],
            is_async=bool(task.get("async")),
            onsuccess=task.get("onsuccess") or "",
            onerror=task.get("onerror") or "",
        )
        for index, task in enumerate(raw)
    ]


def check_quota(call: Call, tasks: Sequence[Task]) -> None:
    """Refuse more asynchronous uploads than an account may have at once.

    Raises:
        RateLimitError: Code `async`.

    Source: contract impossible, section 6.2.
    """
    limit = int(call.setting("async_uploads_max"))
    if not limit and call.services.options.limits == "real":
        limit = ASYNC_MAX
    new = sum(task.is_async for task in tasks)
    if limit and new and _planned(call) + new > limit:
        raise RateLimitError(code="async")


def _planned(call: Call) -> int:
    """Return how many asynchronous uploads are still to be carried out."""
    dues = call.space.agenda.list_dues()
    return sum((due.slug, due.kind) == (SLUG, EVENT) and due.data["is_async"]
               for due in dues)  # fmt: skip


def notices(switches: Switches, job: Job) -> Iterator[Notice]:
    """Carry tasks out once the render is done, has failed or takes too long."""
    tasks = job.data.get("uploads", ())
    if tasks:
        latest = job.created_at + switches("render_timeout_s")
        at = min(outcome_at(job) or latest, latest)
        yield from (Notice(at, EVENT, task) for task in tasks)


async def send(call: Call, job: Job, task: Task) -> str:
    """Upload while the client waits; return what the destination says.

    Raises:
        UnavailableError: Code `upload`.

    Source: contract impossible, section 6.2.
    """
    try:
        return await deliver(call.services, call.space, job, task, at=call.now)
    except (DeliveryError, MediaError) as error:
        call.note(f"upload {task.index}: {error}")
        raise UnavailableError("upload") from error


async def carry_out(services: Services, space: Space, due: Due) -> None:
    """Carry out a task that nobody waits for, and call back.

    Source: contract impossible, section 6.2.
    """
    job = space.jobs(SLUG).about(due)
    if job is None:
        return
    task = Task(**due.data)
    url, message = await _result(services, space, job, task, due.at)
    if not url.startswith(("http://", "https://")):
        return
    delivery = Delivery(
        slug=SLUG,
        label="onsuccess" if url == task.onsuccess else "onerror",
        message=Message("GET", _with_message(url, message), {"User-Agent": AGENT}),
        job_id=job.id,
        timeout_s=CALLBACK_S,
        accepts=ANY_STATUS,
    )
    services.outbox.plan(space, delivery, due.at)


EVENTS: Final = {EVENT: carry_out}


async def _result(
    services: Services, space: Space, job: Job, task: Task, at: float
) -> tuple[str, str]:
    """Return whom to call, and what to say."""
    problem = tokens.problem_of(job, at)
    if problem is not None:
        return task.onerror, _WORDS.get(problem, "Render failed")
    try:
        response = await deliver(services, space, job, task, at=at)
    except (DeliveryError, MediaError, NotFoundError):
        return task.onerror, _FAILED
    return task.onsuccess, response


def _with_message(url: str, message: str) -> str:
    bare, hash_, fragment = url.partition("#")
    separator = "" if bare.endswith("?") else "&" if "?" in bare else "?"
    return f"{bare}{separator}msg={quote(message, safe='')}{hash_}{fragment}"
