"""Uploads: announced here, posted as a form to the store, named `runway://` then."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from mockserver.engine.clock import iso
from mockserver.engine.packing import pack
from mockserver.errors import (
    ForbiddenError,
    InvalidPayloadError,
    NotFoundError,
    PayloadTooLargeError,
    Violation,
)
from mockserver.providers import assets
from mockserver.providers.assets import Asset
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.providers.runway import wire
from mockserver.providers.wires import forms
from mockserver.providers.wires.jwt import read_token, token

__all__ = ["SCHEME", "create", "find", "take"]

SCHEME: Final = "runway://"
KEEP_S: Final = 24 * 3600.0  # contract runway, appendix B
_OPEN_S: Final = 3600.0
_SMALLEST, _LARGEST = 512, 200_000_000
_BUCKET: Final = "runway-api-uploads"
_ALGORITHM: Final = "AWS4-HMAC-SHA256"


async def create(call: Call) -> Reply:
    """Announce a file; answers where its form goes, and its URI.

    Source: contract runway, section 9.4 and appendix B.
    """
    said: dict[str, Any] = await call.payload()
    name = str(said["filename"])
    asset = assets.begin(call, name, "", keep_s=KEEP_S)
    told = {
        "uploadUrl": call.url_for("upload", asset_id=asset.id),
        "fields": _fields(asset),
        "runwayUri": _uri(call, asset),
    }
    return call.reply(told)


async def take(call: Call) -> Reply:
    """Take a file by its signed form; answers 204, and no credentials are needed.

    Raises:
        ForbiddenError: A field is missing or another one than was given; code
            `expired` an hour after that.
        InvalidPayloadError: It is too small.
        PayloadTooLargeError: It is too large.

    Source: contract runway, appendix B.
    """
    asset = assets.get(call, call.parameters["asset_id"])
    parts = {part.name: part for part in await forms.parts(call)}
    right = _fields(asset)
    if any(_text(parts, name) != value for name, value in right.items()):
        call.note("a field of the form is missing, or another one than was given")
        raise ForbiddenError
    if call.now >= asset.created_at + _OPEN_S:
        raise ForbiddenError("expired")
    file = parts.get("file")
    if file is None or len(file.data) < _SMALLEST:
        violation = Violation(("file",), "minLength", _SMALLEST, None)
        raise InvalidPayloadError((violation,))
    if len(file.data) > _LARGEST:
        raise PayloadTooLargeError(limit=_LARGEST, found=len(file.data))
    said = await call.services.media.facts_of(file.data)
    facts: dict[str, Any] = {
        name: said[name] for name in ("seconds", "size") if name in said
    }
    kind = file.content_type or ""
    await assets.arrive(call, asset, file.data, content_type=kind, details=facts)
    return Reply.empty()


def find(call: Call, uri: str) -> Asset | None:
    """Return the space's upload that a `runway://` URI names, or None."""
    if not uri.startswith(SCHEME):
        return None
    claims = read_token(uri.removeprefix(SCHEME), wire.secret_of(call.space))
    if claims is None:
        return None
    try:
        return assets.get(call, str(claims.get("id")))
    except NotFoundError:
        return None


def _uri(call: Call, asset: Asset) -> str:
    return SCHEME + token(
        {"id": asset.id, "type": "ephemeral"}, wire.secret_of(call.space)
    )


def _text(parts: Mapping[str, forms.Part], name: str) -> str:
    return parts[name].data.decode("utf-8", "replace") if name in parts else ""


def _fields(asset: Asset) -> dict[str, str]:
    """Return the fields of a file's form, signed as S3 wants them.

    Source: contract runway, section 9.4.
    """
    date = iso(asset.created_at).replace("-", "").replace(":", "")
    key = f"ephemeral/{asset.id}/{asset.name}"
    credential = f"MOCKSERVER/{date[:8]}/us-east-1/s3/aws4_request"
    policy = {
        "expiration": iso(asset.created_at + _OPEN_S),
        "conditions": [
            {"bucket": _BUCKET},
            {"key": key},
            ["content-length-range", _SMALLEST, _LARGEST],
        ],
    }
    coded = b64encode(pack(policy)).decode()
    sealed = hmac.new(asset.seal.encode(), coded.encode(), sha256).hexdigest()
    return {
        "key": key,
        "bucket": _BUCKET,
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": credential,
        "X-Amz-Date": date,
        "Policy": coded,
        "X-Amz-Signature": sealed,
    }
