"""Uploads by FTP: the video into a directory of a server."""

from collections.abc import Mapping

from mockserver.delivery.ftp import FtpTarget, put_file
from mockserver.delivery.guard import Guard
from mockserver.delivery.message import FileLike
from mockserver.errors import DeliveryError

__all__ = ["place", "store"]


def place(attributes: Mapping[str, str], name: str) -> dict[str, str]:
    """Return what the service says of where an uploaded video is.

    Source: contract stupeflix, section 6.2.
    """
    directory = attributes.get("directory", "").strip("/")
    path = f"{directory}/{name}" if directory else name
    return {"id": path, "url": f"ftp://{attributes['server']}/{path}"}


async def store(
    guard: Guard,
    attributes: Mapping[str, str],
    name: str,
    body: bytes | FileLike,
    *,
    timeout_s: float,
) -> DeliveryError | None:
    """Store a file; return why that failed, or None.

    Args:
        guard: Who may be reached.
        attributes: Those of the `ftp` element.
        name: The file's name.
        body: What is stored.
        timeout_s: Real seconds that it may take.
    """
    host, _, port = attributes["server"].removeprefix("ftp://").partition(":")
    directory = attributes.get("directory", "").rstrip("/")
    login = {}
    if attributes.get("login"):
        login = {
            "user": attributes["login"],
            "password": attributes.get("password", ""),
        }
    target = FtpTarget(
        host=host,
        port=int(port) if port.isdigit() else 21,
        path=f"{directory}/{name}" if directory else name,
        **login,
    )
    try:
        answer = await put_file(guard, target, body, timeout_s=timeout_s)
    except DeliveryError as error:
        return error
    if answer.status < 400:
        return None
    return DeliveryError("status", answer.text, status=answer.status)
