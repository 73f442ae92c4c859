"""Uploads to S3: the video and its thumbnail under a prefix of a bucket."""

from collections.abc import Mapping
from typing import Final

from mockserver.delivery.files import sha256_hex
from mockserver.delivery.message import FileLike, Message
from mockserver.delivery.s3 import S3Key, S3Object, put_message
from mockserver.engine.clock import wall_s

__all__ = ["place", "put"]

AMAZON: Final = "http://s3.amazonaws.com"


def place(attributes: Mapping[str, str]) -> dict[str, str]:
    """Return what the service says of where an uploaded video is.

    Source: contract stupeflix, section 6.2.
    """
    bucket, prefix = attributes["bucket"], attributes.get("resourcePrefix", "")
    folder = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
    url = f"http://{bucket}.s3.amazonaws.com/{folder}"
    return {"id": prefix or bucket, "url": url}


async def put(
    attributes: Mapping[str, str],
    name: str,
    body: bytes | FileLike,
    *,
    content_type: str,
    endpoint: str,
) -> Message:
    """Return the upload of a file under the prefix; without keys, as anybody.

    Args:
        attributes: Those of the `s3` element.
        name: The file's name.
        body: What is sent.
        content_type: Its type.
        endpoint: Where the service is; empty for the real one.
    """
    prefix = attributes.get("resourcePrefix", "").strip("/")
    target = S3Object(
        bucket=attributes["bucket"],
        key=f"{prefix}/{name}" if prefix else name,
        endpoint=endpoint or AMAZON,
        is_path_style=bool(endpoint),
        content_type=content_type,
    )
    access, secret = attributes.get("accesskey"), attributes.get("secretkey")
    key = S3Key(access, secret) if access and secret else None
    digest = await sha256_hex(body)
    # Services hold a signature's date against their own clock: real time it is.
    return put_message(target, body, digest=digest, key=key, at_s=wall_s())
