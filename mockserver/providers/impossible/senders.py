"""Carrying an upload out: for real where it may go, else recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mockserver.delivery.delivery import Attempt, Delivery
from mockserver.delivery.message import FileBody, Message
from mockserver.engine.jobs import Job
from mockserver.engine.spaces import Space
from mockserver.errors import DeliveryError
from mockserver.media.files import MediaFile
from mockserver.providers.impossible.destinations import (
    kind_of,
    public_part,
    response_of,
)
from mockserver.providers.impossible.files import file_of
from mockserver.providers.impossible.transfers import TRANSFERS, Transfer
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

    def transfer(self) -> Transfer:
        """Return what sending it takes."""
        path, file = self.file.path, self.file
        return Transfer(
            client=self.services.outbox.client,
            destination=self.destination,
            body=file.read()
            if path is None or file.data is not None
            else FileBody(path, file.size_bytes),
            content_type=file.content_type,
            timeout_s=self.services.options.delivery_timeout_s,
            http_method=self.setting("http_upload_method"),
            s3_endpoint=self.setting("s3_endpoint"),
        )


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
    delivery = Delivery(
        slug=SLUG,
        label=f"upload {kind_of(parcel.destination)}",
        message=Message("PUT", parcel.response, {"Content-Type": file.content_type}),
        job_id=parcel.job.id,
        data={
            "index": task.index,
            "extension": task.extension,
            "destination": public_part(parcel.destination),
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
    transfer = TRANSFERS.get(kind_of(parcel.destination))
    mode = parcel.setting("uploads")
    if transfer is None or mode == "record":
        return False
    try:
        answer = await transfer(parcel.transfer())
    except ValueError as error:
        raise DeliveryError("connect", f"no such address: {error}") from error
    except DeliveryError as error:
        if error.kind == "refused" and mode == "auto":
            return False
        raise
    if answer is not None and not answer.is_success:
        reason = f"{parcel.response} answered {answer.status}: {answer.text[:200]}"
        raise DeliveryError("status", reason, status=answer.status)
    return answer is not None
