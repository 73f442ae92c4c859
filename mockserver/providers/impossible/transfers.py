"""The three ways in which a file can really leave: S3, HTTP and FTP."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from mockserver.delivery.ftp import FtpTarget, put_file
from mockserver.delivery.message import Answer, FileBody, Message
from mockserver.delivery.s3 import S3Key, S3Object, put_object
from mockserver.delivery.send import Client
from mockserver.engine.clock import wall_s
from mockserver.errors import DeliveryError

__all__ = ["TRANSFERS", "Transfer"]

BINARY: Final = "application/octet-stream"
ACL: Final = "public-read"
FTP_PORT: Final = 21


@dataclass(frozen=True, slots=True)
class Transfer:
    """One file that is to leave.

    Attributes:
        client: What sends it.
        destination: Where to, as the client of the API says it.
        body: The file.
        content_type: What it is.
        timeout_s: How long it may take.
        http_method: How it goes to a destination of type http.
        s3_endpoint: What stands in for Amazon's own S3; empty for nothing.
    """

    client: Client
    destination: Mapping[str, Any]
    body: bytes | FileBody
    content_type: str
    timeout_s: float
    http_method: str
    s3_endpoint: str

    def text(self, *names: str) -> str:
        """Return the first of these members that says something, as text."""
        found = (self.destination.get(name) for name in names)
        return next((str(value) for value in found if value), "")


async def to_http(transfer: Transfer) -> Answer | None:
    """Send to a URL of the customer's own."""
    url = transfer.text("url")
    if urlsplit(url).scheme not in {"http", "https"}:
        raise DeliveryError("connect", f"no URL to upload to: {url!r}")
    method = (transfer.text("method") or transfer.http_method).upper()
    headers = {"Content-Type": transfer.content_type}
    message = Message(method, url, headers, transfer.body)
    return await transfer.client.send(message, timeout_s=transfer.timeout_s)


async def to_s3(transfer: Transfer) -> Answer | None:
    """Store an object; None when only Amazon itself could take it.

    Source: contract impossible, section 6.1.
    """
    destination = transfer.destination
    host = transfer.text("s3host")
    scheme = "https" if destination.get("secure") else "http"
    endpoint = host if "://" in host else f"{scheme}://{host}" if host else ""
    endpoint = endpoint or transfer.s3_endpoint
    if not endpoint:
        return None
    target = S3Object(
        bucket=transfer.text("bucket"),
        key=transfer.text("filename"),
        endpoint=endpoint,
        acl=transfer.text("acl") or ACL,
        content_type=transfer.text("contenttype") or BINARY,
        content_disposition=transfer.text("contentdisposition") or None,
        cache_control=transfer.text("cachecontrol") or None,
        storage_class=(
            "REDUCED_REDUNDANCY" if destination.get("reduced_redundancy") else None
        ),
        metadata=_metadata(destination),
    )
    access = transfer.text("aws_access_key_id")
    key = S3Key(access, transfer.text("aws_secret_access_key")) if access else None
    # The other side compares the signature's date with its own, real, clock.
    return await put_object(
        transfer.client,
        target,
        transfer.body,
        key=key,
        at_s=wall_s(),
        timeout_s=transfer.timeout_s,
    )


async def to_ftp(transfer: Transfer) -> Answer | None:
    """Store a file on an FTP server; a URL or its parts say where."""
    url = urlsplit(transfer.text("url"))
    host = transfer.text("host", "hostname", "server") or url.hostname or ""
    path = transfer.text("path", "filename") or unquote(url.path)
    if not host or not path.strip("/"):
        raise DeliveryError("connect", "no FTP host and path to upload to")
    port = transfer.text("port")
    target = FtpTarget(
        host=host,
        path=path,
        port=int(port) if port.isdigit() else url.port or FTP_PORT,
        user=transfer.text("user", "username")
        or unquote(url.username or "")
        or "anonymous",
        password=transfer.text("password")
        or unquote(url.password or "")
        or "anonymous@",
    )
    guard = transfer.client.guard
    return await put_file(guard, target, transfer.body, timeout_s=transfer.timeout_s)


TRANSFERS: Final[Mapping[str, Callable[[Transfer], Awaitable[Answer | None]]]] = {
    "http": to_http,
    "s3": to_s3,
    "ftp": to_ftp,
}


def _metadata(destination: Mapping[str, Any]) -> dict[str, str]:
    found = destination.get("metadata")
    if not isinstance(found, dict):
        return {}
    return {str(name): str(value) for name, value in found.items()}
