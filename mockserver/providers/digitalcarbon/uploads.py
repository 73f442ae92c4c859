"""Sending a finished video to the client's own address."""

from asyncio import to_thread

from mockserver.delivery.message import Message
from mockserver.errors import DeliveryError
from mockserver.media.files import MediaFile
from mockserver.providers.call import Call

__all__ = ["upload"]

REDIRECTS_MAX = 5


async def upload(call: Call, url: str, file: MediaFile) -> None:
    """Send a file, byte for byte what its link serves.

    Raises:
        DeliveryError: Its text is the reason that the client is told.

    Source: contract digitalcarbon, appendix C.
    """
    total_s = call.setting("upload_timeout_s")
    message = Message(
        call.setting("upload_method"),
        url,
        headers={"Content-Type": file.content_type},
        body=await to_thread(file.read),
    )
    try:
        answer = await call.services.outbox.client.send(
            message,
            connect_timeout_s=call.setting("upload_connect_timeout_s"),
            timeout_s=total_s,
            redirects=REDIRECTS_MAX,
        )
    except DeliveryError as error:
        call.note(f"upload to {url}: {error}")
        reasons = {
            "timeout": f"timed out after {total_s:g} seconds",
            "redirects": "too many redirects",
        }
        reason = reasons.get(error.kind, "could not connect to the upload URL")
        raise DeliveryError(error.kind, reason) from error
    if not 200 <= answer.status < 300:
        reason = f"upload URL responded with status {answer.status}"
        raise DeliveryError("status", reason, status=answer.status)
