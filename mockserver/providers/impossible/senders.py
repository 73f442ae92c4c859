"""Carrying an upload out: for real where it may go, else recorded."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from mockserver.delivery.delivery import Attempt, Delivery
from mockserver.delivery.message import FileBody, Message
from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.errors import DeliveryError
from mockserver.media.files import MediaFile
from mockserver.providers.impossible.destinations import HIDDEN, kind_of, response_of
from mockserver.providers.impossible.files import file_of
from mockserver.providers.impossible.wire import SLUG
from mockserver.providers.services import Services

if TYPE_CHECKING:
    from mockserver.providers.impossible.uploads import Task

__all__ = ["deliver"]


@dataclass(frozen=True, slots=True)
class _Parcel:
    """One file on its way.

    Attributes:
        services: The house.
        space: Where the token is.
        job: The token.
        task: What is asked for.
        file: The file.
        response: What the destination says in the end.
    """

    services: Services
    space: Space
    job: Job
    task: "Task"
    file: MediaFile
    response: str

    @property
    def destination(self) -> Mapping[str, Any]:
        return self.task.destination

    def setting(self, name: str) -> Any:
        return self.services.setting(SLUG, name, self.space)

    @property
    def body(self) -> bytes | FileBody:
        path = self.file.path
        if self.file.data is not None or path is None:
            return self.file.read()
        return FileBody(path, self.file.size_bytes)


async def deliver(
    services: Services, space: Space, job: Job, task: "Task", *, at: float
) -> str:
    """Upload a token's file; return what the destination says.

    Args:
        services: The house.
        space: Where the token is.
        job: The token; its file is there.
        task: What is asked for.
        at: Virtual time.

    Raises:
        DeliveryError: The destination cannot be reached, or refuses.
        MediaError: The file cannot be made.
    """
    file = await file_of(services, space, job, task.extension)
    chance = space.jobs(SLUG).chance(job.ordinal).fork("upload", task.index)
    response = response_of(task.destination, chance)
    parcel = _Parcel(services, space, job, task, file, response)
    try:
        has_left = await _send(parcel)
    except DeliveryError as error:
        _keep(parcel, Attempt(number=1, at=at, status=error.status, error=error.kind,
                              reason=str(error)))  # fmt: skip
        raise
    said = response if has_left else f"{response} (recorded: it may not leave)"
    _keep(parcel, Attempt(number=1, at=at, answer=said))
    return response


def _keep(parcel: _Parcel, attempt: Attempt) -> None:
    """Put what was sent, or only recorded, among the space's deliveries."""
    task, file = parcel.task, parcel.file
    public = {k: v for k, v in parcel.destination.items() if k not in HIDDEN}
    delivery = Delivery(
        slug=SLUG,
        label=f"upload {kind_of(parcel.destination)}",
        message=Message("PUT", parcel.response, {"Content-Type": file.content_type}),
        job_id=parcel.job.id,
        data={
            "index": task.index,
            "extension": task.extension,
            "destination": public,
            "response": parcel.response,
            "size_bytes": file.size_bytes,
            "md5": file.md5_hex,
        },
    )
    parcel.services.outbox.keep(parcel.space, delivery, attempt)


async def _send(parcel: _Parcel) -> bool:
    """Send a file if it may leave; say whether it did.

    Raises:
        DeliveryError: It could not be sent.
    """
    send = _SENDERS.get(kind_of(parcel.destination))
    mode = parcel.setting("uploads")
    if send is None or mode == "record":
        return False
    try:
        return await send(parcel)
    except DeliveryError as error:
        if error.kind == "refused" and mode == "auto":
            return False
        raise


async def _http(parcel: _Parcel) -> bool:
    """Send to an HTTP destination of the client's own."""
    url = str(parcel.destination.get("url") or "")
    if urlsplit(url).scheme not in {"http", "https"}:
        raise DeliveryError("connect", f"no URL to upload to: {url!r}")
    method = parcel.destination.get("method") or parcel.setting("http_upload_method")
    headers = {"Content-Type": parcel.file.content_type}
    answer = await parcel.services.outbox.client.send(
        Message(str(method).upper(), url, headers, parcel.body),
        timeout_s=parcel.services.options.delivery_timeout_s,
    )
    if not answer.is_success:
        reason = f"{url} answered {answer.status}"
        raise DeliveryError("status", reason, status=answer.status)
    return True


_SENDERS: Final[Mapping[str, Callable[[_Parcel], Awaitable[bool]]]] = {"http": _http}
