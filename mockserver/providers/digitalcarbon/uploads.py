"""Sending a finished video to the client's own address."""

from typing import Final

from mockserver.delivery.delivery import Attempt, Delivery, DeliveryState
from mockserver.delivery.message import Message
from mockserver.engine.jobs import Job
from mockserver.errors import UnavailableError
from mockserver.media.files import MediaFile
from mockserver.providers.call import Call
from mockserver.providers.uploads import body_of, upload_of

__all__ = ["LABEL", "upload"]

LABEL: Final = "upload.http"
REDIRECTS_MAX = 5


async def upload(call: Call, job: Job, url: str, file: MediaFile) -> None:
    """Send a file, byte for byte what its link serves, and wait until it is there.

    Raises:
        UnavailableError: Code `upload`; its reason is what the client is told.

    Source: contract digitalcarbon, appendix C.
    """
    headers = {"Content-Type": file.content_type}
    message = Message(call.setting("upload_method"), url, headers, body_of(file))
    delivery = upload_of(
        call.services,
        call.space,
        call.provider.slug,
        job,
        message,
        label=LABEL,
        connect_timeout_s=call.setting("upload_connect_timeout_s"),
        timeout_s=call.setting("upload_timeout_s"),
        redirects=REDIRECTS_MAX,
    )
    record = await call.services.outbox.deliver(call.space, delivery)
    last = record.attempts[-1] if record.attempts else None
    if last is not None and last.reason:
        call.note(f"upload to {url}: {last.reason}")
    if record.state is not DeliveryState.DELIVERED:
        raise UnavailableError("upload", reason=_reason(delivery, last))


def _reason(delivery: Delivery, last: Attempt | None) -> str:
    """Return what the client is told about an upload that has failed."""
    error = "connect" if last is None else last.error
    if last is not None and error is None:
        return f"upload URL responded with status {last.status}"
    reasons = {
        "timeout": f"timed out after {delivery.timeout_s:g} seconds",
        "redirects": "too many redirects",
    }
    return reasons.get(error or "", "could not connect to the upload URL")
