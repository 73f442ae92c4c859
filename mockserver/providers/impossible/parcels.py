"""What is sent to which destination: over HTTP, to S3, by FTP, or to a platform."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from mockserver.delivery.message import Message
from mockserver.delivery.parcel import FtpPut, Parcel, Posting, S3Key, S3Put
from mockserver.media.files import MediaFile
from mockserver.numbers import PORT_MAX, whole
from mockserver.providers.impossible.destinations import kind_of
from mockserver.providers.uploads import body_of

__all__ = ["Transfer", "parcel"]

BINARY: Final = "application/octet-stream"
ACL: Final = "public-read"
FTP_PORT: Final = 21


@dataclass(frozen=True, slots=True)
class Transfer:
    """One file that is to leave.

    Attributes:
        destination: Where to, as the client of the API says it.
        response: What the destination says in the end.
        file: The file.
        http_method: How it goes to a destination of type http.
        s3_endpoint: What stands in for Amazon's own S3; empty for nothing.
    """

    destination: Mapping[str, Any]
    response: str
    file: MediaFile
    http_method: str
    s3_endpoint: str

    def text(self, *names: str) -> str:
        """Return the first of these members that says something, as text."""
        found = (self.destination.get(name) for name in names)
        return next((str(value) for value in found if value), "")


def parcel(transfer: Transfer) -> Parcel:
    """Return what is sent.

    Source: contract impossible, section 6.1.
    """
    kind = kind_of(transfer.destination)
    make = _FORMS.get(kind)
    if make is not None:
        return make(transfer)
    return Posting(
        platform=kind,
        url=transfer.response,
        body=body_of(transfer.file),
        content_type=transfer.file.content_type,
    )


def _to_http(transfer: Transfer) -> Message:
    method = (transfer.text("method") or transfer.http_method).upper()
    headers = {"Content-Type": transfer.file.content_type}
    return Message(method, transfer.text("url"), headers, body_of(transfer.file))


def _to_s3(transfer: Transfer) -> S3Put:
    destination = transfer.destination
    host = transfer.text("s3host")
    scheme = "https" if destination.get("secure") else "http"
    endpoint = host if "://" in host else f"{scheme}://{host}" if host else ""
    access = transfer.text("aws_access_key_id")
    is_cheap = destination.get("reduced_redundancy")
    return S3Put(
        bucket=transfer.text("bucket"),
        key=transfer.text("filename"),
        body=body_of(transfer.file),
        endpoint=endpoint or transfer.s3_endpoint,
        access=S3Key(access, transfer.text("aws_secret_access_key"))
        if access
        else None,
        acl=transfer.text("acl") or ACL,
        content_type=transfer.text("contenttype") or BINARY,
        content_disposition=transfer.text("contentdisposition") or None,
        cache_control=transfer.text("cachecontrol") or None,
        storage_class="REDUCED_REDUNDANCY" if is_cheap else None,
        metadata=_metadata(destination),
    )


def _to_ftp(transfer: Transfer) -> FtpPut:
    """Return a file for a server; a URL or its parts say where."""
    url = _read(transfer.text("url"))
    port = transfer.text("port")
    login = {
        "user": transfer.text("user", "username") or unquote(url.username or ""),
        "password": transfer.text("password") or unquote(url.password or ""),
    }
    return FtpPut(
        host=transfer.text("host", "hostname", "server") or url.hostname or "",
        path=transfer.text("path", "filename") or unquote(url.path),
        body=body_of(transfer.file),
        port=whole(port, least=1, most=PORT_MAX) or url.port or FTP_PORT,
        **{name: value for name, value in login.items() if value},
    )


_FORMS: Final[Mapping[str, Callable[[Transfer], Parcel]]] = {
    "http": _to_http,
    "s3": _to_s3,
    "ftp": _to_ftp,
}


def _read(url: str) -> SplitResult:
    """Return a URL's parts; none of what is no URL, which nothing can be sent to."""
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.port is None or parts.port > 0:
            return parts
    return urlsplit("")


def _metadata(destination: Mapping[str, Any]) -> dict[str, str]:
    found = destination.get("metadata")
    if not isinstance(found, dict):
        return {}
    return {str(name): str(value) for name, value in found.items()}
