"""Upload destinations: which there are, what they answer, where they really are."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from mockserver.engine.chance import Chance

__all__ = ["kind_of", "public_part", "response_of"]

_HIDDEN: Final = frozenset(
    {
        "aws_access_key_id",
        "aws_secret_access_key",
        "auth_secret",
        "oauth_access_token",
        "password",
    }
)
_VIDEO_ID: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


def kind_of(destination: Mapping[str, Any]) -> str:
    """Return a destination's type, guessed when the client sends none.

    Source: contract impossible, section 6.1.
    """
    if destination.get("type"):
        return str(destination["type"])
    if "bucket" in destination:
        return "s3"
    if "container" in destination and "key" in destination:
        return "azureblob"
    if "category" in destination:
        return "youtube"
    is_dropbox = "filename" in destination and "auth_secret" in destination
    return "dropbox" if is_dropbox else "facebook"


def public_part(destination: Mapping[str, Any]) -> dict[str, Any]:
    """Return a destination without its secrets."""
    kept = {k: v for k, v in destination.items() if k not in _HIDDEN}
    if kind_of(destination) != "azureblob":
        # The v2 SDK sends others' tokens under these (contract, section 6.1).
        kept = {k: v for k, v in kept.items() if k not in {"account", "container"}}
    if isinstance(kept.get("url"), str):
        kept["url"] = re.sub(r"://[^/@]*@", "://", kept["url"])
    return kept


def response_of(destination: Mapping[str, Any], chance: Chance) -> str:
    """Return what the service says about a finished upload.

    Args:
        destination: Where it went.
        chance: Draws the identifiers that others would give.

    Source: contract impossible, section 6.1.
    """
    kind = kind_of(destination)
    known = _RESPONSES.get(kind)
    if known is not None:
        return known(destination, chance)
    return str(destination.get("filename") or destination.get("url") or kind)


def _s3(destination: Mapping[str, Any], _: Chance) -> str:
    scheme = "https" if destination.get("secure") else "http"
    bucket, path = destination["bucket"], quote(str(destination["filename"]))
    host = destination.get("s3host")
    if host:
        return f"{scheme}://{_bare(str(host))}/{bucket}/{path}"
    return f"{scheme}://{bucket}.s3.amazonaws.com/{path}"


def _azure(destination: Mapping[str, Any], _: Chance) -> str:
    place = f"{destination['account']}.blob.core.windows.net"
    return (
        f"https://{place}/{destination['container']}/{quote(str(destination['key']))}"
    )


def _youtube(_: Mapping[str, Any], chance: Chance) -> str:
    return chance.word("video", 11, _VIDEO_ID)


def _facebook(_: Mapping[str, Any], chance: Chance) -> str:
    digits = chance.integer("length", 15, 17)
    return "1" + chance.word("object", digits - 1, "0123456789")


def _ftp(destination: Mapping[str, Any], _: Chance) -> str:
    """Return the address without user and password."""
    url = str(destination.get("url") or "")
    if url:
        return re.sub(r"^ftp://[^/@]*@", "ftp://", url)
    names = ("host", "hostname", "server")
    host = next((str(destination[n]) for n in names if destination.get(n)), "")
    port = destination.get("port")
    place = f"{host}:{port}" if port else host
    path = str(destination.get("path") or destination.get("filename") or "")
    return f"ftp://{place}/{quote(path.removeprefix('/'))}"


def _bare(host: str) -> str:
    return re.sub(r"^https?://", "", host).rstrip("/")


_RESPONSES: Final[Mapping[str, Callable[[Mapping[str, Any], Chance], str]]] = {
    "s3": _s3,
    "azureblob": _azure,
    "youtube": _youtube,
    "facebook": _facebook,
    "ftp": _ftp,
}
