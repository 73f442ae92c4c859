"""S3's signature, version 4: what turns an `S3Put` into an HTTP message.

Written by hand, and held against botocore's own in the tests. botocore's signer costs
32 MB and 175 ms of imports for these sixty lines; aws-request-signer (0.1 MB, 5 ms)
signs for the present only, by a call that Python has deprecated.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from mockserver.delivery.files import sha256_hex
from mockserver.delivery.message import Message
from mockserver.delivery.parcel import S3Key, S3Put

__all__ = ["signed"]

_PORTS = {"http": 80, "https": 443}

Headers = tuple[tuple[str, str], ...]


async def signed(put: S3Put, *, at_s: float) -> Message:
    """Return the request that puts an object; without a key, as anybody.

    Args:
        put: The object and where it goes.
        at_s: The date of the signature, in seconds since 1970, if the put has none
            of its own; services refuse one that is minutes off their own clock.

    Raises:
        MediaError: The file is gone.
    """
    message = Message("PUT", put.url, put.header_pairs, put.body)
    if put.access is None:
        return message
    digest = await sha256_hex(message.pieces)
    dated_s = at_s if put.signed_at_s is None else put.signed_at_s
    moment = datetime.fromtimestamp(dated_s, tz=UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{put.region}/s3/aws4_request"
    headers = (*put.header_pairs, *_added(put.access, digest, moment))
    authorization = _authorization(put, put.access, headers, (digest, moment, scope))
    return Message(
        "PUT", put.url, (*headers, ("Authorization", authorization)), put.body
    )


def _added(key: S3Key, digest: str, moment: str) -> Headers:
    found = (("x-amz-content-sha256", digest), ("x-amz-date", moment))
    if key.session_token is None:
        return found
    return (*found, ("x-amz-security-token", key.session_token))


def _authorization(
    put: S3Put, key: S3Key, headers: Headers, signing: tuple[str, str, str]
) -> str:
    """Return a signature over all headers.

    Source: AWS Signature Version 4, for a request with one chunk and no query.
    """
    digest, moment, scope = signing
    values = {name.lower(): " ".join(text.split()) for name, text in headers}
    values["host"] = _host(put.url)
    ordered = sorted(values.items())
    names = ";".join(name for name, _ in ordered)
    lines = [f"{name}:{text}" for name, text in ordered]
    path = urlsplit(put.url).path
    canonical = "\n".join(["PUT", path, "", *lines, "", names, digest])
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashed}"
    signature = _chained(
        f"AWS4{key.secret_key}".encode(), [*scope.split("/"), text]
    ).hex()
    return (
        f"AWS4-HMAC-SHA256 Credential={key.access_key}/{scope},"
        f" SignedHeaders={names}, Signature={signature}"
    )


def _host(url: str) -> str:
    """Return the `Host` header as it is sent: without the scheme's own port."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return place.removesuffix(f":{_PORTS.get(parts.scheme)}").lower()


def _chained(key: bytes, texts: Sequence[str]) -> bytes:
    for text in texts:
        key = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return key
