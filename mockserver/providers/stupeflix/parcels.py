"""The open targets: in which form a video goes there, and where it then is."""

from collections.abc import Mapping
from typing import Any

from mockserver.delivery.body import Form, Part
from mockserver.delivery.message import Message
from mockserver.delivery.parcel import FtpPut, Parcel, S3Key, S3Put
from mockserver.media.files import MediaFile
from mockserver.numbers import PORT_MAX, whole
from mockserver.providers.uploads import body_of

__all__ = ["parcel", "place"]

Upload = Mapping[str, Any]


def place(upload: Upload, name: str) -> dict[str, str]:
    """Return what the service says of where an uploaded video is.

    Args:
        upload: The upload, as it was ordered.
        name: The video's file name.

    Source: contract stupeflix, section 6.2.
    """
    attributes = upload["attributes"]
    if upload["kind"] == "s3":
        bucket, prefix = attributes["bucket"], attributes.get("resourcePrefix", "")
        folder = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        url = f"http://{bucket}.s3.amazonaws.com/{folder}"
        return {"id": prefix or bucket, "url": url}
    if upload["kind"] == "ftp":
        path = _below(attributes.get("directory", "").strip("/"), name)
        return {"id": path, "url": f"ftp://{attributes['server']}/{path}"}
    return {"id": attributes["url"], "url": attributes["url"]}


def parcel(upload: Upload, name: str, file: MediaFile, *, endpoint: str) -> Parcel:
    """Return what is sent for an upload.

    Args:
        upload: The upload, as it was ordered.
        name: The file's name at the target.
        file: The file.
        endpoint: What stands in for Amazon's S3; empty for nothing.

    Source: contract stupeflix, section 6.2.
    """
    attributes, kind = upload["attributes"], upload["kind"]
    if kind == "s3":
        return _object(attributes, name, file, endpoint)
    if kind == "ftp":
        return _stored(attributes, name, file)
    if kind == "httpPOST":
        part = Part("file", body_of(file), name, file.content_type)
        return Message("POST", attributes["url"], body=Form((part,)))
    own = tuple((key, value) for key, value in upload["headers"])
    has_type = any(key.lower() == "content-type" for key, _ in own)
    type_ = () if has_type else (("Content-Type", file.content_type),)
    return Message("PUT", attributes["url"], (*type_, *own), body_of(file))


def _object(
    attributes: Mapping[str, str], name: str, file: MediaFile, endpoint: str
) -> S3Put:
    """Return a file under the prefix of a bucket; without keys, from anybody."""
    access, secret = attributes.get("accesskey"), attributes.get("secretkey")
    return S3Put(
        bucket=attributes["bucket"],
        key=_below(attributes.get("resourcePrefix", "").strip("/"), name),
        body=body_of(file),
        endpoint=endpoint,
        access=S3Key(access, secret) if access and secret else None,
        content_type=file.content_type,
    )


def _stored(attributes: Mapping[str, str], name: str, file: MediaFile) -> FtpPut:
    """Return a file in a directory of a server."""
    server = attributes["server"].removeprefix("ftp://").rstrip("/")
    host, _, port = server.partition(":")
    login = {}
    if attributes.get("login"):
        login = {
            "user": attributes["login"],
            "password": attributes.get("password", ""),
        }
    return FtpPut(
        host=host,
        port=whole(port, least=1, most=PORT_MAX) or 21,
        path=_below(attributes.get("directory", "").rstrip("/"), name),
        body=body_of(file),
        **login,
    )


def _below(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
