"""Assets: files that clients upload, at once, whole later or in parts; they expire."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import md5, sha256
from string import ascii_letters, digits
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from mockserver.engine.chance import Chance
from mockserver.engine.spaces import Space
from mockserver.errors import ConflictError, NotFoundError, PayloadTooLargeError
from mockserver.media.files import MediaFile
from mockserver.providers.bodies import off_loop
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply

if TYPE_CHECKING:
    from mockserver.engine.store.protocol import Table

__all__ = [
    "COST_BYTES",
    "TABLE",
    "Asset",
    "add_part",
    "arrive",
    "begin",
    "complete",
    "detail",
    "find",
    "get",
    "list_assets",
    "located",
    "parts_of",
    "read",
    "remove",
    "served",
]

COST_BYTES: Final = 1024
"""What a file takes beside its bytes."""

TABLE: Final = "asset"
"""Where they are kept, by id."""

_BYTES, _PARTS = "asset bytes", "asset part"
_USED: Final = "asset usage"
_SEAL: Final = 32
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_BINARY: Final = "application/octet-stream"
_TYPE: Final = re.compile(r"[\w.+-]+/[\w.+-]+(?:; *[\w.-]+=[\w.+-]+)*", re.ASCII)
_BETWEEN: Final = re.compile(r"[/:?#&=]+")
_LINK_MAX: Final = 4096


@dataclass(frozen=True, slots=True)
class Asset:
    """One uploaded file, or one that has been announced; its bytes lie beside it.

    Attributes:
        id: Its name in links; no two of a provider's have the same.
        name: What the client calls the file.
        content_type: What the client says that it is.
        ordinal: Its number in its space.
        seal: What only a link that we gave knows, for links that need no credentials.
        created_at: When it was announced, in seconds since 1970.
        expires_at: From when on it is there no more; None for never.
        arrived_at: When its last byte came; None until then.
        size_bytes: How large it is; 0 until then.
        md5_hex: MD5 of its bytes; empty until then.
        sha256_hex: SHA-256 of its bytes; empty until then.
        details: What else its provider has to remember; JSON-able and small.
    """

    id: str
    name: str
    content_type: str
    ordinal: int
    seal: str
    created_at: float
    expires_at: float | None = None
    arrived_at: float | None = None
    size_bytes: int = 0
    md5_hex: str = ""
    sha256_hex: str = ""
    details: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    def is_expired(self, now: float) -> bool:
        """Say whether its time is over."""
        return self.expires_at is not None and now >= self.expires_at

    def is_there(self, now: float) -> bool:
        """Say whether its bytes can be read."""
        return self.arrived_at is not None and not self.is_expired(now)


def begin(
    call: Call,
    name: str,
    content_type: str,
    *,
    keep_s: float | None = None,
    draw: Callable[[Chance], str] = Chance.uuid,
    details: Mapping[str, Any] = _NOTHING,
) -> Asset:
    """Announce a file, whose bytes are to come.

    Args:
        call: The call of whoever will own it.
        name: What the client calls it.
        content_type: What the client says that it is.
        keep_s: Seconds until it expires; None for never.
        draw: Draws its identifier.
        details: What else to remember of it.

    Raises:
        PayloadTooLargeError: Code `uploads`; the space's files would take too much.
    """
    table = call.table(TABLE)
    _take(call, COST_BYTES)
    ordinal = table.number()
    chance = call.chance.fork("asset", ordinal)
    now = call.now
    asset = Asset(
        id=draw(chance),
        name=name,
        content_type=content_type,
        ordinal=ordinal,
        seal=chance.word("seal", _SEAL, ascii_letters + digits),
        created_at=now,
        expires_at=None if keep_s is None else now + keep_s,
        details=details,
    )
    table.put(asset.id, asset)
    call.space.store.publish(call.provider.slug, TABLE, asset.id, call.space.id)
    return asset


async def arrive(
    call: Call,
    asset: Asset,
    data: bytes,
    *,
    content_type: str | None = None,
    details: Mapping[str, Any] = _NOTHING,
) -> Asset:
    """Let a file have its bytes, instead of any that it had; return it as it is then.

    Args:
        call: The call that brings them.
        asset: The file.
        data: Its bytes.
        content_type: What it is, if that is told only now.
        details: What else to remember of it from now on.

    Raises:
        NotFoundError: Code `asset`; it has been removed meanwhile.
        PayloadTooLargeError: Code `uploads`; the space's files would take too much.
    """
    digests = await off_loop(len(data), _digests, data)
    known = get(call, asset.id)
    known = replace(
        known,
        content_type=known.content_type if content_type is None else content_type,
        details={**known.details, **details},
    )
    return _arrived(call, known, data, digests)


def add_part(call: Call, asset: Asset, number: int, data: bytes) -> str:
    """Keep one part of a file, instead of one of its number; return its MD5.

    Args:
        call: The call that brings it.
        asset: The file.
        number: Where it stands among the others, from 0; an offset will do.
        data: Its bytes.

    Raises:
        PayloadTooLargeError: Code `uploads`; the space's files would take too much.
    """
    key, table = f"{asset.id}/{number:015}", call.table(_PARTS)
    before: bytes = table.get(key) or b""
    _take(call, len(data) - len(before))
    table.put(key, data)
    return md5(data, usedforsecurity=False).hexdigest()


def parts_of(call: Call, asset: Asset) -> dict[int, bytes]:
    """Return the parts of a file that have come, by number, in order."""
    start, table = f"{asset.id}/", call.table(_PARTS)
    found: dict[int, bytes] = {}
    for key, data in table.after(start, len(table)):
        if not key.startswith(start):
            break
        found[int(key.removeprefix(start))] = data
    return found


async def complete(
    call: Call, asset: Asset, numbers: Sequence[int] | None = None
) -> Asset:
    """Make a file of its parts; return it as it is then.

    Args:
        call: The call.
        asset: The file.
        numbers: The parts that there have to be, if the client says so.

    Raises:
        ConflictError: Code `parts`; there are none, or others.
        NotFoundError: Code `asset`; it has been removed meanwhile.
    """
    parts = parts_of(call, asset)
    if not parts or (numbers is not None and sorted(numbers) != [*parts]):
        raise ConflictError("parts", found=[*parts], wanted=numbers)
    data = b"".join(parts.values())
    digests = await off_loop(len(data), _digests, data)
    known = get(call, asset.id)
    _drop_parts(call, asset.id)
    return _arrived(call, known, data, digests)


def detail(call: Call, asset: Asset, **more: Any) -> Asset:
    """Remember more of a file; return it as it is then.

    Raises:
        NotFoundError: Code `asset`; it has been removed meanwhile.
    """
    known = get(call, asset.id)
    told = replace(known, details={**known.details, **more})
    call.table(TABLE).put(asset.id, told)
    return told


def get(call: Call, asset_id: str) -> Asset:
    """Return a file of the call's space, expired or not.

    Raises:
        NotFoundError: Code `asset`.
    """
    known: Asset | None = call.table(TABLE).get(asset_id)
    if known is None:
        raise NotFoundError("asset", id=asset_id)
    return known


def find(call: Call, link: str) -> Asset | None:
    """Return the file of the call's space that a link names, expired or not.

    A link of whatever form names it by its identifier: as a part of the path, as a
    host, or as a value of the query. None for all others, which are not ours to judge.
    """
    table: Table[Asset] = call.table(TABLE)
    if not len(table) or link.startswith("data:") or len(link) > _LINK_MAX:
        return None
    named = (table.get(unquote(part)) for part in reversed(_BETWEEN.split(link)))
    return next((one for one in named if one is not None), None)


def list_assets(call: Call) -> list[Asset]:
    """Return the files of the call's space that have not expired, newest first."""
    now, table = call.now, call.table(TABLE)
    return [one for one in table.values(newest_first=True) if not one.is_expired(now)]


def read(call: Call, asset: Asset) -> bytes:
    """Return a file's bytes.

    Raises:
        NotFoundError: Code `asset`; they have not come, or it has expired.
    """
    data: bytes | None = call.table(_BYTES).get(asset.id)
    if data is None or not asset.is_there(call.now):
        raise NotFoundError("asset", id=asset.id)
    return data


def served(call: Call, asset: Asset) -> Reply:
    """Answer with a file, with ranges and validators.

    Raises:
        NotFoundError: Code `asset`; its bytes have not come, or it has expired.
    """
    told = asset.content_type
    file = MediaFile(
        data=read(call, asset),
        path=None,
        size_bytes=asset.size_bytes,
        md5_hex=asset.md5_hex,
        # What a client has said goes into a header.
        content_type=told if _TYPE.fullmatch(told) else _BINARY,
        duration_s=0.0,
    )
    return Reply.media(file, modified_s=asset.arrived_at or asset.created_at)


def remove(call: Call, asset: Asset) -> None:
    """Forget a file with its bytes and parts.

    Raises:
        NotFoundError: Code `asset`; it has been removed already.
    """
    known = get(call, asset.id)
    _drop_parts(call, asset.id)
    call.table(_BYTES).delete(asset.id)
    call.table(TABLE).delete(asset.id)
    _take(call, -COST_BYTES - known.size_bytes)
    call.space.store.retract(call.provider.slug, TABLE, asset.id, call.space.id)


def located(parameter: str) -> Callable[[Call], Space | None]:
    """Return what finds the space of a file for a route without credentials.

    Args:
        parameter: The path parameter that holds the file's identifier.
    """

    def locate(call: Call) -> Space | None:
        asset_id = call.parameters[parameter]
        return call.services.owner(call.provider.slug, TABLE, asset_id)

    return locate


def _arrived(call: Call, asset: Asset, data: bytes, digests: tuple[str, str]) -> Asset:
    """Keep a file's bytes, and say so of it."""
    _take(call, len(data) - asset.size_bytes)
    md5_hex, sha256_hex = digests
    there = replace(
        asset,
        arrived_at=call.now,
        size_bytes=len(data),
        md5_hex=md5_hex,
        sha256_hex=sha256_hex,
    )
    call.table(_BYTES).put(asset.id, data)
    call.table(TABLE).put(asset.id, there)
    return there


def _digests(data: bytes) -> tuple[str, str]:
    return md5(data, usedforsecurity=False).hexdigest(), sha256(data).hexdigest()


def _drop_parts(call: Call, asset_id: str) -> None:
    table, start = call.table(_PARTS), f"{asset_id}/"
    for key, data in table.after(start, len(table)):
        if not key.startswith(start):
            return
        table.delete(key)
        _take(call, -len(data))


def _take(call: Call, more_bytes: int) -> None:
    """Count what the files of a space take; what has expired makes room if need be.

    Raises:
        PayloadTooLargeError: They would take too much all the same.
    """
    table, most = call.table(_USED), call.services.options.uploads_max_bytes
    if more_bytes > 0 and (table.get("bytes") or 0) + more_bytes > most:
        for asset in [*call.table(TABLE).values()]:
            if asset.is_expired(call.now):
                remove(call, asset)
    used = (table.get("bytes") or 0) + more_bytes
    if more_bytes > 0 and used > most:
        raise PayloadTooLargeError("uploads", limit=most, found=used)
    table.put("bytes", used)
