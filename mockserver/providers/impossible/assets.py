"""The files of a project: stored bytes, and the list that clients sort them from."""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockserver.engine.clock import iso
from mockserver.engine.store.protocol import Table
from mockserver.errors import NotFoundError, PayloadTooLargeError
from mockserver.providers import things
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply

__all__ = ["date_of", "fetch", "listing", "names_of", "remove", "store"]

BINARY: Final = "application/octet-stream"
# What an account's files may take in all, each with what is kept about it.
FILES_MAX_BYTES: Final = 256 << 20
FILE_COST_BYTES: Final = 1024
LISTS: Final = (
    "Audios", "Videos", "Images", "Fonts", "Datasources", "Generic"
)  # fmt: skip
_BY_TYPE: Final = {"audio": "Audios", "video": "Videos", "image": "Images",
                   "font": "Fonts"}  # fmt: skip
_SUFFIXES: Final[Mapping[str, str]] = {
    "Audios": "mp3 wav aac m4a ogg flac wma aif aiff",
    "Videos": "mp4 mov webm flv wmv avi mpg mpeg mkv m4v",
    "Images": "jpg jpeg png gif tif tiff bmp webp svg",
    "Fonts": "ttf otf woff woff2 pfb",
    "Datasources": "csv tsv xls xlsx xml json",
}
_BY_SUFFIX: Final[Mapping[str, str]] = {
    suffix: name for name, suffixes in _SUFFIXES.items() for suffix in suffixes.split()
}
_SOUND: Final[Mapping[str, Any]] = {
    "acodec": "aac",
    "channels": 2,
    "framesize": 1024,
    "numsamples": 0,
    "samplefmt": "fltp",
    "samplerate": 48000,
}
_SILENCE: Final[Mapping[str, Any]] = {
    name: "" if isinstance(value, str) else 0 for name, value in _SOUND.items()
}
_RATES: Final[Mapping[str, Any]] = {
    "fps": [25, 1],
    "avg_fps": [25, 1],
    "par": [1, 1],
    "dar": [16, 9],
    "tbn": None,
    "tbc": None,
}


def date_of(at_s: float) -> str:
    """Write a time as `2017-01-02 03:04:05`.

    Source: contract impossible, section 3.9.
    """
    return iso(at_s, sep=" ", zone="")


async def store(call: Call, kind: str, project: str, name: str) -> None:
    """Keep the body's bytes under a name.

    Raises:
        PayloadTooLargeError: The account's files would take more than 256 MiB.
    """
    key, table = f"{project}/{name}", call.table(kind)
    body = await call.body()
    facts = await call.services.media.facts_of(body) if kind == "data" else {}
    now = date_of(call.now)
    old = table.get(key) or {}
    _account_for(call, _cost(len(body)) - _cost_of(old))
    table.put(
        key,
        {
            "name": name,
            "content_type": call.headers.get("Content-Type") or BINARY,
            "date_created": old.get("date_created", now),
            "date_modified": now,
            "uid": call.chance.fork(kind, key).uuid(),
            "size_bytes": len(body),
            "base64": b64encode(body).decode(),
            **({"facts": facts} if facts else {}),
        },
    )


def fetch(call: Call, kind: str, project: str, name: str) -> Reply:
    """Answer with stored bytes, exactly as they came in.

    Raises:
        NotFoundError: Code `resource`.
    """
    kept = call.table(kind).get(f"{project}/{name}")
    if kept is None:
        raise NotFoundError("resource")
    body = b64decode(kept.get("base64", ""))
    return Reply(body=body, content_type=kept.get("content_type") or BINARY)


def remove(call: Call, kind: str, project: str, name: str) -> None:
    """Forget stored bytes.

    Raises:
        NotFoundError: Code `resource`.
    """
    key = f"{project}/{name}"
    old = call.table(kind).get(key)
    if old is None:
        raise NotFoundError("resource")
    things.remove(call, kind, key)
    _account_for(call, -_cost_of(old))


def _account_for(call: Call, change_bytes: int) -> None:
    """Count what the files of an account take.

    Raises:
        PayloadTooLargeError: They would take too much.
    """
    used = call.table("usage")
    now = (used.get("bytes") or 0) + change_bytes
    if change_bytes > 0 and now > FILES_MAX_BYTES:
        call.note(f"the files of an account take at most {FILES_MAX_BYTES} bytes here")
        raise PayloadTooLargeError(limit=FILES_MAX_BYTES, found=now)
    used.put("bytes", max(0, now))


def _cost(size_bytes: int) -> int:
    return FILE_COST_BYTES + (size_bytes + 2) // 3 * 4


def _cost_of(kept: Mapping[str, Any]) -> int:
    # What the fixtures bring was never counted.
    return _cost(kept["size_bytes"]) if "size_bytes" in kept else 0


def names_of(table: Table[Any], project: str) -> list[str]:
    """Return the names that a project has in a table, sorted."""
    return [kept["name"] for kept in _of(table, project)]


def listing(table: Table[Any], project: str) -> dict[str, Any]:
    """Return a project's files, sorted into the lists that clients read.

    Source: contract impossible, section 3.9.
    """
    lists: dict[str, list[str]] = {name: [] for name in LISTS}
    metadata = {}
    for kept in _of(table, project):
        where = _list_of(kept)
        lists[where].append(kept["name"])
        metadata[kept["name"]] = _metadata(kept, where)
    return {**lists, "Metadata": metadata}


def _of(table: Table[Any], project: str) -> Iterator[Mapping[str, Any]]:
    prefix = f"{project}/"
    for key, kept in table.after(prefix, len(table)):
        if not key.startswith(prefix):
            return
        yield kept


def _list_of(kept: Mapping[str, Any]) -> str:
    kind = str(kept.get("content_type", "")).partition("/")[0].lower()
    suffix = str(kept["name"]).rpartition(".")[2].lower()
    return _BY_TYPE.get(kind) or _BY_SUFFIX.get(suffix) or "Generic"


def _metadata(kept: Mapping[str, Any], where: str) -> dict[str, Any]:
    created = kept.get("date_created", "2017-01-02 03:04:05")
    found: dict[str, Any] = {
        "name": kept["name"],
        "uid": kept.get("uid", kept["name"]),
        "date_created": created,
        "date_modified": kept.get("date_modified", created),
    }
    facts = kept.get("facts") or {}
    if where in {"Audios", "Videos"}:
        # What could be read and has no sound has none; of others it is likely.
        found |= _SILENCE if facts else _SOUND
    if where == "Videos":
        found |= _RATES
    return {name: facts.get(name, value) for name, value in found.items()}
