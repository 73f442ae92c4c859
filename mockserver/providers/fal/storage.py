"""Uploads: tokens, signed and direct ones, whole and in parts, and what lies there."""

import re
from string import ascii_letters, digits
from typing import Any, Final

import orjson

from mockserver.errors import ForbiddenError, NotFoundError
from mockserver.providers import assets
from mockserver.providers.assets import Asset
from mockserver.providers.call import Call
from mockserver.providers.fal import access, wire
from mockserver.providers.reply import Reply

__all__ = [
    "app_token",
    "begin_direct",
    "complete",
    "initiate",
    "keep_s",
    "put",
    "put_part",
    "serve",
    "upload",
    "upload_token",
]

_KEPT_S: Final = 7 * 86400.0
_LIVES: Final = ("X-Fal-Object-Lifecycle-Preference", "X-Fal-Object-Lifecycle")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_NAME_MAX: Final = 80
_OUTPUT: Final = "output.mp4"  # what the links of models' files end with
_BINARY: Final = "application/octet-stream"


def keep_s(call: Call) -> float:
    """Return for how long a file is kept that a call makes.

    Source: contract fal, sections 3.1, 3.12 and 5.
    """
    told = next((call.headers[name] for name in _LIVES if name in call.headers), "")
    try:
        said = orjson.loads(told)
    except orjson.JSONDecodeError:
        return _KEPT_S
    seconds = said.get("expiration_duration_seconds") if isinstance(said, dict) else 0
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return _KEPT_S
    return float(seconds) if 0 < seconds < _KEPT_S * 1000 else _KEPT_S


async def upload_token(call: Call) -> Reply:
    """Answer a token for direct uploads, and where they go.

    Source: contract fal, section 3.8.
    """
    ends_at = access.until(call)
    here = _near(call, "upload").removesuffix("/files/upload")
    told = {
        "token": access.minted(call, access.UPLOADS, ends_at),
        "token_type": "Bearer",
        "base_url": here.replace("/v3b.fal.media", "/v3.fal.media"),
        "expires_at": wire.stamp(ends_at),
    }
    return call.reply(told)


async def app_token(call: Call) -> Reply:
    """Answer a token for pages, which may call some apps with it for a while.

    Source: contract fal, section 3.9.
    """
    said: dict[str, Any] = await call.payload()
    ends_at = access.until(call, said.get("token_expiration"))
    return call.reply(
        access.minted(call, access.APPS, ends_at, said.get("allowed_apps"))
    )


async def initiate(call: Call) -> Reply:
    """Announce a file; answers where it goes and where it will be.

    Source: contract fal, sections 3.10 and 3.11.
    """
    said: dict[str, Any] = await call.payload("initiate-upload.request")
    asset = _begun(call, said["file_name"], said["content_type"])
    named = _named(call, asset)
    told = {
        "upload_url": f"{_near(call, 'put-upload', **named)}?sig={asset.seal}",
        "file_url": call.url_for("uploaded", **named),
    }
    return call.reply(told)


async def upload(call: Call) -> Reply:
    """Take a file at once; needs a token.

    Source: contract fal, section 3.12.
    """
    asset = await assets.arrive(call, _announced(call), await call.body())
    return call.reply({"access_url": call.url_for("uploaded", **_named(call, asset))})


async def begin_direct(call: Call) -> Reply:
    """Announce a file that comes in parts; needs a token.

    Source: contract fal, section 3.13.
    """
    asset = _announced(call)
    url = call.url_for("uploaded", **_named(call, asset))
    return call.reply({"access_url": url, "uploadId": asset.seal})


async def put(call: Call) -> Reply:
    """Take a file by its signed link; answers nothing, and no type of it.

    Source: contract fal, section 3.10.
    """
    await assets.arrive(call, _signed(call), await call.body())
    return Reply.empty(200)


async def put_part(call: Call) -> Reply:
    """Take one part of a file.

    Source: contract fal, sections 3.11 and 3.13.
    """
    number = int(call.parameters["part"])
    etag = assets.add_part(call, _signed(call), number, await call.body())
    told = {"partNumber": number, "etag": etag}
    return call.reply(told, headers={"ETag": f'"{etag}"'})


async def complete(call: Call) -> Reply:
    """Join the parts of a file.

    Source: contract fal, sections 3.11 and 3.13.
    """
    asset = _signed(call)
    said: dict[str, Any] = await call.payload("complete-upload.request")
    numbers = [part["partNumber"] for part in said["parts"]]
    await assets.complete(call, asset, numbers)
    return Reply.empty(200)


async def serve(call: Call) -> Reply:
    """Serve what a client has uploaded; no credentials are needed."""
    return assets.served(call, _found(call))


def _announced(call: Call) -> Asset:
    name = call.headers.get("X-Fal-File-Name", "upload.bin")
    return _begun(call, name, call.headers.get("Content-Type", _BINARY))


def _begun(call: Call, name: str, content_type: str) -> Asset:
    safe = _UNSAFE.sub("_", name)[-_NAME_MAX:].strip(".") or "upload.bin"
    end = f"_{safe}" if safe == _OUTPUT else safe
    return assets.begin(
        call,
        name,
        content_type,
        keep_s=keep_s(call),
        draw=lambda chance: f"{chance.word('name', 21, ascii_letters + digits)}_{end}",
    )


def _named(call: Call, asset: Asset) -> dict[str, str]:
    return {
        "shard": call.chance.fork("shard", asset.ordinal).hex("shard", 8),
        "asset": asset.id,
    }


def _near(call: Call, operation: str, **parameters: str) -> str:
    """Return a link that leads straight to us: pages upload past their own server.

    Source: contract fal, section 1.
    """
    return call.provider.url(call.door.near or call.base, operation, **parameters)


def _found(call: Call) -> Asset:
    asset = assets.get(call, call.parameters["asset"])
    named = _named(call, asset)
    if named != {name: call.parameters[name] for name in named}:
        raise NotFoundError("file")
    return asset


def _signed(call: Call) -> Asset:
    """Return the file that a link names which knows the file's secret.

    Raises:
        ForbiddenError: It does not.
    """
    asset = _found(call)
    if call.parameters.get("upload_id", call.query.get("sig")) != asset.seal:
        raise ForbiddenError
    return asset
