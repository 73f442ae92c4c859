"""Upload tasks: sent while the client waits, or later with a callback."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from msgspec.structs import replace

from mockserver.delivery.delivery import ANY_STATUS, Delivery, DeliveryState
from mockserver.delivery.message import Message
from mockserver.engine.agenda import Due
from mockserver.engine.jobs import Job
from mockserver.engine.notices import Notice
from mockserver.engine.spaces import Space
from mockserver.engine.waiting import outcome_at
from mockserver.errors import (
    MediaError,
    NotFoundError,
    RateLimitError,
    UnavailableError,
)
from mockserver.providers.call import Call
from mockserver.providers.impossible import tokens
from mockserver.providers.impossible.destinations import (
    kind_of,
    public_part,
    response_of,
)
from mockserver.providers.impossible.files import file_of
from mockserver.providers.impossible.parcels import Transfer, parcel
from mockserver.providers.impossible.wire import RENDER_FAILED, SLUG, TIMED_OUT
from mockserver.providers.provider import Switches
from mockserver.providers.services import Services
from mockserver.providers.uploads import S3_ENDPOINT, upload_of

__all__ = [
    "EVENTS",
    "LABELS",
    "Task",
    "carry_out",
    "check_quota",
    "notices",
    "send",
    "tasks_of",
    "uploaded",
]

ASYNC_MAX: Final = 5
CALLBACK_S: Final = 10.0
AGENT: Final = "ImpossibleFX"
EVENT: Final = "upload"
UPLOADED: Final = "uploaded"
_FAILED: Final = "Upload failed"
_WORDS: Final = {TIMED_OUT: "Render timed out", RENDER_FAILED: "Render failed"}


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


class _Told(NamedTuple):
    """What a customer is told, and where."""

    label: str
    url: str
    message: str


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
    """Return how many asynchronous uploads have not come to their end."""
    dues = call.space.agenda.list_dues()
    pending = call.services.outbox.deliveries(
        call.space, slug=SLUG, state=DeliveryState.PENDING
    )
    return sum(
        (due.slug, due.kind) == (SLUG, EVENT) and bool(due.data["is_async"])
        for due in dues
    ) + sum(one.delivery.report == UPLOADED for one in pending)


def notices(switches: Switches, job: Job) -> Iterator[Notice]:
    """Carry tasks out once the render is done, has failed or takes too long."""
    tasks = job.data.get("uploads", ())
    if tasks:
        latest = job.created_at + switches("render_timeout_s")
        at = min(outcome_at(job) or latest, latest)
        for task in tasks:
            # What becomes of an upload is told by a callback, at once.
            tells = (f"upload.{kind_of(task['destination'])}", "onsuccess", "onerror")
            yield Notice(at, EVENT, task, tells=tells)


async def send(call: Call, job: Job, task: Task) -> str:
    """Upload while the client waits; return what the destination says.

    Raises:
        UnavailableError: Code `upload`.

    Source: contract impossible, section 6.2.
    """
    try:
        delivery = await _delivery(call.services, call.space, job, task)
    except MediaError as error:
        call.note(f"upload {task.index}: {error}")
        raise UnavailableError("upload") from error
    record = await call.services.outbox.deliver(call.space, delivery)
    last = record.attempts[-1:]
    if last and (last[0].is_recorded or record.state is not DeliveryState.DELIVERED):
        call.note(f"upload {task.index}: {last[0].reason or last[0].status}")
    if record.state is not DeliveryState.DELIVERED:
        raise UnavailableError("upload")
    return str((delivery.data or {})["response"])


async def carry_out(services: Services, space: Space, due: Due) -> None:
    """Begin a task that nobody waits for.

    Source: contract impossible, section 6.2.
    """
    job = space.jobs(SLUG).about(due)
    if job is None:
        return
    task = Task(**due.data)
    problem = tokens.problem_of(job, due.tells_of)
    if problem is not None:
        words = _WORDS.get(problem, problem)
        told = _Told("onerror", task.onerror, words)
        _call_back(services, space, job.id, told, due.at)
        return
    try:
        delivery = await _delivery(services, space, job, task)
    except (MediaError, NotFoundError):
        told = _Told("onerror", task.onerror, _FAILED)
        _call_back(services, space, job.id, told, due.at)
        return
    services.outbox.plan(space, replace(delivery, report=UPLOADED), due.at)


async def uploaded(services: Services, space: Space, due: Due) -> None:
    """Call back when an upload that nobody waits for has come to its end.

    Source: contract impossible, section 6.2.
    """
    record = services.outbox.find(space, due.data["delivery"])
    if record is None:
        return
    data = record.delivery.data or {}
    told = _Told("onerror", data["onerror"], _FAILED)
    if record.state is DeliveryState.DELIVERED:
        told = _Told("onsuccess", data["onsuccess"], data["response"])
    _call_back(services, space, record.delivery.job_id, told, due.at)


# The type of a destination is whatever the client calls it.
LABELS: Final = ("upload.*", "onsuccess", "onerror")
EVENTS: Final = {EVENT: carry_out, UPLOADED: uploaded}


async def _delivery(services: Services, space: Space, job: Job, task: Task) -> Delivery:
    """Return the upload of a token's file.

    Raises:
        MediaError: The file cannot be made.
        NotFoundError: There is no movie for its format.
    """
    file = await file_of(services, space, job, task.extension)
    chance = space.jobs(SLUG).chance(job.ordinal).fork("upload", task.index)
    response = response_of(task.destination, chance)
    transfer = Transfer(
        destination=task.destination,
        response=response,
        file=file,
        http_method=services.setting(SLUG, "http_upload_method", space),
        s3_endpoint=services.setting(SLUG, S3_ENDPOINT.name, space),
    )
    return upload_of(
        services,
        space,
        SLUG,
        job,
        parcel(transfer),
        label=f"upload.{kind_of(task.destination)}",
        data={
            "index": task.index,
            "extension": task.extension,
            "destination": public_part(task.destination),
            "response": response,
            "onsuccess": task.onsuccess,
            "onerror": task.onerror,
        },
    )


def _call_back(
    services: Services, space: Space, job_id: str, told: _Told, at: float
) -> None:
    """Tell the customer what became of an upload, if there is whom to tell."""
    if not told.url.startswith(("http://", "https://")):
        return
    url = _with_message(told.url, told.message)
    delivery = Delivery(
        slug=SLUG,
        label=told.label,
        message=Message("GET", url, {"User-Agent": AGENT}),
        job_id=job_id,
        timeout_s=CALLBACK_S,
        accepts=ANY_STATUS,
    )
    services.outbox.plan(space, delivery, at)


def _with_message(url: str, message: str) -> str:
    bare, hash_, fragment = url.partition("#")
    separator = "" if bare.endswith("?") else "&" if "?" in bare else "?"
    return f"{bare}{separator}msg={quote(message, safe='')}{hash_}{fragment}"
