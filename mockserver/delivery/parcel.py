"""Parcel: what is sent, in one of four forms: by HTTP, to S3, by FTP, or to nobody.

All have `method`, `url`, `header_pairs` and `body`, for whoever shows what was sent,
and none of these shows a secret that the form keeps apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from msgspec import Struct

from mockserver.delivery.body import Body, pack_body, unpack_body
from mockserver.delivery.message import Message
from mockserver.records import members

__all__ = ["FtpPut", "Parcel", "Posting", "S3Key", "S3Put", "pack_parcel", "place_of",
           "unpack_parcel"]  # fmt: skip

_AMAZON = "https://s3.amazonaws.com"
_NOTHING: Mapping[str, str] = MappingProxyType({})
_ANYBODYS: Final = "anonymous@"


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


class S3Put(Struct, frozen=True, kw_only=True):
    """An object for S3, or what speaks its protocol.

    Attributes:
        bucket: The bucket's name.
        key: The object's name; it may contain slashes.
        body: The object.
        endpoint: Where the service is, such as `http://127.0.0.1:9000`, with the
            bucket in the path; empty for Amazon, with the bucket in the host's name.
        access: What it is signed with; None sends it as anybody.
        signed_at_s: The date of the signature in seconds since 1970; the moment of
            the attempt if None, which is what services accept.
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
    body: Body
    endpoint: str = ""
    access: S3Key | None = None
    signed_at_s: float | None = None
    region: str = "us-east-1"
    acl: str | None = None
    content_type: str | None = None
    content_disposition: str | None = None
    cache_control: str | None = None
    storage_class: str | None = None
    metadata: Mapping[str, str] = _NOTHING

    @property
    def method(self) -> str:
        """How it is put there."""
        return "PUT"

    @property
    def url(self) -> str:
        """The object's address, as far as the endpoint is one."""
        scheme, _, rest = (self.endpoint or _AMAZON).partition("://")
        place = rest.partition("/")[0]
        path = "/" + _encoded(self.key)
        if self.endpoint:
            return f"{scheme}://{place}/{_encoded(self.bucket)}{path}"
        return f"{scheme}://{self.bucket}.{place}{path}"

    @property
    def header_pairs(self) -> tuple[tuple[str, str], ...]:
        """The headers that say what is kept with it; a signature adds its own."""
        wanted = {
            "Content-Type": self.content_type,
            "Content-Disposition": self.content_disposition,
            "Cache-Control": self.cache_control,
            "x-amz-acl": self.acl,
            "x-amz-storage-class": self.storage_class,
            **{f"x-amz-meta-{name}": text for name, text in self.metadata.items()},
        }
        return tuple((name, text) for name, text in wanted.items() if text is not None)


class FtpPut(Struct, frozen=True, kw_only=True):
    """A file for an FTP server.

    Attributes:
        host: The server.
        path: The file's path from the login folder, or from the root with a slash
            in front; its folders are made.
        body: The file.
        port: The server's port.
        user: Who logs in.
        password: With what.
    """

    host: str
    path: str
    body: Body
    port: int = 21
    user: str = "anonymous"
    password: str = _ANYBODYS

    def __repr__(self) -> str:
        """Return what a bug report may show: no password."""
        shown = (f"{name}={getattr(self, name)!r}" for name in members(FtpPut)[:-1])
        return f"FtpPut({', '.join(shown)})"

    @property
    def method(self) -> str:
        """How it is put there."""
        return "STOR"

    @property
    def url(self) -> str:
        """The file's address, without user and password."""
        port = "" if self.port == 21 else f":{self.port}"
        return f"ftp://{self.host}{port}/{self.path.lstrip('/')}"

    @property
    def header_pairs(self) -> tuple[tuple[str, str], ...]:
        """Nothing; FTP has none."""
        return ()


class Posting(Struct, frozen=True, kw_only=True):
    """Something for a closed platform: nobody but itself could take it.

    Attributes:
        platform: Its name, such as `youtube`.
        url: Where it would be there: an address, or the platform's own name for it.
        body: What it is given or told.
        content_type: The body's type.
    """

    platform: str
    url: str
    body: Body
    content_type: str

    @property
    def method(self) -> str:
        """How it would be put there."""
        return "POST"

    @property
    def header_pairs(self) -> tuple[tuple[str, str], ...]:
        """The headers that it would have."""
        return (("Content-Type", self.content_type),)


Parcel = Message | S3Put | FtpPut | Posting


def place_of(parcel: Parcel) -> dict[str, str]:
    """Return the kind of a parcel's destination, and what names the place there."""
    match parcel:
        case S3Put():
            return {"kind": "s3", "bucket": parcel.bucket, "key": parcel.key}
        case FtpPut():
            return {"kind": "ftp", "host": parcel.host, "path": parcel.path}
        case Posting():
            return {"kind": parcel.platform}
        case Message():
            return {"kind": "http"}


def pack_parcel(parcel: Parcel) -> dict[str, Any]:
    """Return a parcel, secrets and all, as JSON-able data."""
    if isinstance(parcel, Message):
        return parcel.pack()
    packed = {name: getattr(parcel, name) for name in members(type(parcel))}
    packed["body"] = pack_body(parcel.body)
    if isinstance(parcel, S3Put):
        packed["metadata"] = dict(parcel.metadata)
        key = parcel.access
        packed["access"] = key and [key.access_key, key.secret_key, key.session_token]
    return {"form": type(parcel).__name__, **packed}


def unpack_parcel(data: Mapping[str, Any]) -> Parcel:
    """Return what `pack_parcel` has packed."""
    if "form" not in data:
        return Message.unpack(data)
    packed = {**data, "body": unpack_body(data["body"])}
    form = packed.pop("form")
    if form == "S3Put":
        access = packed["access"]
        return S3Put(**{**packed, "access": access and S3Key(*access)})
    return FtpPut(**packed) if form == "FtpPut" else Posting(**packed)


def _encoded(name: str) -> str:
    return quote(name, safe="/-_.~", errors="surrogatepass")
