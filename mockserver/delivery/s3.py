"""Uploads to S3 and what speaks its protocol, signed with version 4."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from mockserver.delivery.files import check_files, sha256_hex
from mockserver.delivery.message import Answer, FileLike, Message
from mockserver.delivery.send import Client

__all__ = ["S3Key", "S3Object", "put_message", "put_object"]

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class S3Key:
    """What an upload is signed with.

    Attributes:
        access_key: Its public half.
        secret_key: Its secret half.
        session_token: What comes with temporary keys.
    """

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Object:
    """Where a file goes, and what is kept with it.

    Attributes:
        bucket: The bucket's name.
        key: The object's name; it may contain slashes.
        endpoint: Where the service is, such as `http://127.0.0.1:9000`.
        is_path_style: The bucket stands in the path and not in the host's name.
        region: The region that the signature is for.
        acl: A canned access list, such as `public-read`.
        content_type: The object's type.
        content_disposition: How it is to be saved.
        cache_control: How long it may be kept.
        storage_class: Such as `REDUCED_REDUNDANCY`.
        metadata: Further values, under `x-amz-meta-`.
    """

    bucket: str
    key: str
    endpoint: str
    is_path_style: bool = True
    region: str = "us-east-1"
    acl: str | None = None
    content_type: str | None = None
    content_disposition: str | None = None
    cache_control: str | None = None
    storage_class: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The object's address."""
        scheme, place = urlsplit(self.endpoint)[:2]
        path = "/" + _encoded(self.key)
        if self.is_path_style:
            return f"{scheme}://{place}/{_encoded(self.bucket)}{path}"
        return f"{scheme}://{self.bucket}.{place}{path}"

    @property
    def headers(self) -> dict[str, str]:
        """The headers that say what is kept with it."""
        wanted = {
            "Content-Type": self.content_type,
            "Content-Disposition": self.content_disposition,
            "Cache-Control": self.cache_control,
            "x-amz-acl": self.acl,
            "x-amz-storage-class": self.storage_class,
            **{f"x-amz-meta-{name}": text for name, text in self.metadata.items()},
        }
        return {name: text for name, text in wanted.items() if text is not None}


async def put_object(
    client: Client,
    target: S3Object,
    body: bytes | FileLike,
    *,
    key: S3Key | None,
    at_s: float,
    timeout_s: float = 30.0,
) -> Answer:
    """Upload a body; without a key, as anybody.

    Args:
        client: Sends it.
        target: Where it goes.
        body: What is sent.
        key: What it is signed with.
        at_s: The date of the signature, in seconds since 1970; services refuse one
            that is minutes off their own clock.
        timeout_s: Real seconds in all.

    Raises:
        DeliveryError: It did not arrive; a refusal by the service is an answer.
        MediaError: The file is gone.
    """
    await check_files((body,))
    digest = await sha256_hex(body)
    message = put_message(target, body, digest=digest, key=key, at_s=at_s)
    return await client.send(message, timeout_s=timeout_s, redirects=3)


def put_message(
    target: S3Object,
    body: bytes | FileLike,
    *,
    digest: str,
    key: S3Key | None,
    at_s: float,
) -> Message:
    """Return the upload of a body whose SHA-256 is `digest`, in hexadecimal digits."""
    headers = target.headers
    if key is not None:
        headers = _signed(target, headers, digest=digest, key=key, at_s=at_s)
    return Message("PUT", target.url, headers, body)


def _signed(
    target: S3Object,
    headers: Mapping[str, str],
    *,
    digest: str,
    key: S3Key,
    at_s: float,
) -> dict[str, str]:
    """Return the headers with a signature over all of them.

    Source: AWS Signature Version 4, for a request with one chunk and no query.
    """
    moment = datetime.fromtimestamp(at_s, tz=UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{target.region}/s3/aws4_request"
    signed = {**headers, "x-amz-content-sha256": digest, "x-amz-date": moment}
    if key.session_token is not None:
        signed["x-amz-security-token"] = key.session_token
    names, canonical = _canonical(target, signed, digest)
    lines = ("AWS4-HMAC-SHA256", moment, scope, _sha256(canonical))
    signature = _hmac(_signing_key(key, scope), "\n".join(lines)).hex()
    signed["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={key.access_key}/{scope},"
        f" SignedHeaders={names}, Signature={signature}"
    )
    return signed


def _canonical(
    target: S3Object, headers: Mapping[str, str], digest: str
) -> tuple[str, str]:
    """Return the names of the signed headers and the request in its signed form."""
    parts = urlsplit(target.url)
    values = {name.lower(): " ".join(text.split()) for name, text in headers.items()}
    values["host"] = _host(target)
    ordered = sorted(values.items())
    names = ";".join(name for name, _ in ordered)
    lines = [f"{name}:{text}" for name, text in ordered]
    return names, "\n".join(["PUT", parts.path, "", *lines, "", names, digest])


def _host(target: S3Object) -> str:
    """Return the `Host` header as it is sent: without the scheme's own port."""
    parts = urlsplit(target.url)
    place = parts.netloc.rpartition("@")[2]
    return place.removesuffix(f":{_PORTS.get(parts.scheme)}").lower()


def _signing_key(key: S3Key, scope: str) -> bytes:
    found = f"AWS4{key.secret_key}".encode()
    for part in scope.split("/"):
        found = _hmac(found, part)
    return found


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _encoded(name: str) -> str:
    return quote(name, safe="/-_.~")
