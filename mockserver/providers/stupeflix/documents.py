"""Definitions as they are sent: XML or zip, read once and kept by their MD5."""

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import md5
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from mockserver.engine.spaces import Space
from mockserver.engine.store.protocol import Table
from mockserver.errors import InvalidPayloadError, NotFoundError, PayloadTooLargeError
from mockserver.media.cards.pictures import small
from mockserver.media.spec import Picture
from mockserver.providers.call import Call
from mockserver.providers.stupeflix import movie, wire
from mockserver.providers.stupeflix.archive import (
    MAGIC,
    Archive,
    ArchiveError,
    open_archive,
)
from mockserver.providers.stupeflix.xmltree import BYTES_MAX, Node, XmlError, parse

__all__ = [
    "Document",
    "expires_at",
    "keep",
    "md5_hex",
    "movie_of",
    "off_loop",
    "picture_of",
    "put",
    "read",
    "read_document",
    "sent_body",
]

P = ParamSpec("P")
T = TypeVar("T")

KEPT_MAX_BYTES: Final = 1 << 30
KEPT_COST_BYTES: Final = 1024
PICTURE_MAX_BYTES: Final = 32 << 20
_ROOM_BYTES: Final = 32 * 1024  # what is parsed without leaving the event loop
_FOLDERS: Final = ("images", "audios", "videos", "fonts", "soundtracks", "music")


@dataclass(frozen=True, slots=True)
class Document:
    """A definition that can be stored.

    Attributes:
        digest: Hexadecimal MD5 of what was sent.
        is_zip: It came with its files.
        xml: The movie.
        duration_s: How long its video plays.
        cards: What is seen; see `movie.Movie`.
        heard: What is heard; see `movie.Movie`.
        problem: Why it cannot be rendered, or None.
        pictures: Those that it has brought and shows, by their digests; cards name
            them as `picture`.
    """

    digest: str
    is_zip: bool
    xml: str
    duration_s: float
    cards: tuple[Mapping[str, Any], ...]
    heard: tuple[Mapping[str, Any], ...]
    problem: str | None
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def kept(self) -> dict[str, Any]:
        """What is kept of it as a movie; pictures are kept by themselves."""
        return {
            name: value for name, value in asdict(self).items() if name != "pictures"
        }


def md5_hex(data: bytes) -> str:
    """Return 32 hexadecimal digits."""
    return md5(data, usedforsecurity=False).hexdigest()


async def sent_body(call: Call) -> bytes:
    """Return the body, which has to be what `Content-MD5` says if that is there.

    Raises:
        InvalidPayloadError: Code `digest`.

    Source: contract stupeflix, section 2.6.
    """
    body = await call.body()
    said = call.headers.get("Content-MD5")
    if said is not None:
        found = b64encode(bytes.fromhex(md5_hex(body))).decode()
        if found != said.strip():
            raise InvalidPayloadError(code="digest")
    return body


async def off_loop(
    body: bytes,
    function: Callable[Concatenate[bytes, P], T],
    *args: P.args,
    **named: P.kwargs,
) -> T:
    """Return what a function makes of a body; of a large one, in a thread."""
    # A small archive may hold a large picture.
    if len(body) <= _ROOM_BYTES and not body.startswith(MAGIC):
        return function(body, *args, **named)
    return await asyncio.to_thread(function, body, *args, **named)


def read_document(body: bytes, *, is_strict: bool = False) -> Document:
    """Return a definition that was sent, XML or zip by its first bytes.

    Args:
        body: What was sent.
        is_strict: A fault in the language is an error, not a later problem.

    Raises:
        InvalidPayloadError: Code `definition`.

    Source: contract stupeflix, section 3.1.
    """
    is_zip = body.startswith(MAGIC)
    xml, assets = _unpacked(body) if is_zip else (body, frozenset())
    try:
        root = parse(xml)
    except XmlError as error:
        reason = str(error) if error.is_bound else "the body is not well-formed XML"
        raise _invalid(reason) from error
    if root.name != "movie":
        raise _invalid("the root element must be movie")
    document = _studied(root, body, xml, assets, is_strict=is_strict)
    return _illustrated(document, open_archive(body)) if is_zip else document


def put(call: Call, name: str, body: bytes, document: Document) -> None:
    """Store a definition under `user/resource`; one that is there is replaced."""
    kept = {
        "digest": document.digest,
        "is_zip": document.is_zip,
        "put_at": call.now,
        "body": b64encode(body).decode() if document.is_zip else None,
    }
    keep(call, document)
    before = call.table("definition").get(name)
    _weigh(call, _zip_bytes(kept) - (0 if before is None else _zip_bytes(before)))
    call.table("definition").put(name, kept)


def keep(call: Call, document: Document) -> None:
    """Remember a movie, for as long as its space is there: jobs may need it.

    Raises:
        PayloadTooLargeError: The movies of the account would take too much.
    """
    if call.table("movie").get(document.digest) is None:
        new = {
            name: b64encode(data).decode()
            for name, data in document.pictures.items()
            if call.table("picture").get(name) is None
        }
        size = len(document.xml) + sum(map(len, new.values()))
        _weigh(call, KEPT_COST_BYTES + size)
        call.table("movie").put(document.digest, document.kept)
        for name, written in new.items():
            call.table("picture").put(name, written)


def _weigh(call: Call, change_bytes: int) -> None:
    used = call.table("usage")
    now = (used.get("bytes") or 0) + change_bytes
    if change_bytes > 0 and now > KEPT_MAX_BYTES:
        raise PayloadTooLargeError(limit=KEPT_MAX_BYTES, found=now)
    used.put("bytes", now)


def _zip_bytes(kept: Mapping[str, Any]) -> int:
    return len(kept["body"] or "")


def read(call: Call, user: str, resource: str) -> Mapping[str, Any]:
    """Return a stored definition: `{"digest", "is_zip", "put_at", "content"}`.

    Raises:
        NotFoundError: Code `definition`; there is none, or it has expired.

    Source: contract stupeflix, sections 3.1 and 3.2.
    """
    name = f"{user}/{resource}"
    kept = call.table("definition").get(name)
    if kept is None or call.now >= expires_at(call.table("definition"), name):
        raise NotFoundError("definition", user=user, resource=resource)
    if kept["is_zip"]:
        return {**kept, "content": b64decode(kept["body"])}
    return {**kept, "content": movie_of(call.space, kept["digest"])["xml"].encode()}


def expires_at(definitions: Table[Any], name: str) -> float:
    """Return when a definition is forgotten: a month after it was sent."""
    kept = definitions.get(name)
    return 0.0 if kept is None else kept["put_at"] + wire.MONTH_S


def movie_of(space: Space, digest: str) -> Mapping[str, Any]:
    """Return what is known of a movie: a `Document` as a dict.

    Raises:
        NotFoundError: The space has never seen it.
    """
    found: Mapping[str, Any] | None = space.table(wire.STUPEFLIX, "movie").get(digest)
    if found is None:
        raise NotFoundError("movie")
    return found


def picture_of(space: Space, digest: str) -> Picture | None:
    """Return a picture that came with a definition, or None."""
    found = space.table(wire.STUPEFLIX, "picture").get(digest)
    return None if found is None else Picture(digest, b64decode(found))


def _unpacked(body: bytes) -> tuple[bytes, frozenset[str]]:
    try:
        archive = open_archive(body)
        if "movie.xml" not in archive.entries:
            raise _invalid("the archive has no movie.xml")
        xml = archive.read("movie.xml", bytes_max=BYTES_MAX)
    except ArchiveError as error:
        raise _invalid(f"the archive: {error}") from error
    names = set(archive.entries)
    for name in archive.entries:
        folder, _, rest = name.partition("/")
        if folder in _FOLDERS and rest:
            names.add(rest)
    return xml, frozenset(names)


def _illustrated(document: Document, archive: Archive) -> Document:
    """Return a document whose cards show the pictures that came with it."""
    found: dict[str, Picture | None] = {}
    for card in document.cards:
        file = card.get("file")
        if file is not None and file not in found:
            found[file] = _picture(archive, file)
    cards = tuple(
        card if (one := found.get(card.get("file", ""))) is None
        else {**card, "picture": one.digest}
        for card in document.cards
    )  # fmt: skip
    pictures = {one.digest: one.data for one in found.values() if one is not None}
    return replace(document, cards=cards, pictures=pictures)


def _picture(archive: Archive, file: str) -> Picture | None:
    names = (file, *(f"{folder}/{file}" for folder in _FOLDERS))
    name = next((one for one in names if one in archive.entries), None)
    if name is None:
        return None
    try:
        return small(archive.read(name, bytes_max=PICTURE_MAX_BYTES))
    except ArchiveError:
        return None


def _studied(
    root: Node, body: bytes, xml: bytes, assets: frozenset[str], *, is_strict: bool
) -> Document:
    problem = None
    try:
        movie.check(root, assets)
    except movie.MovieError as error:
        if is_strict:
            raise _invalid(str(error)) from error
        problem = str(error)
    found = movie.Movie(movie.LEAF_S, ()) if problem else movie.study(root)
    return Document(
        digest=md5_hex(body),
        is_zip=body.startswith(MAGIC),
        xml=xml.decode("utf-8"),
        duration_s=found.duration_s,
        cards=found.cards,
        heard=found.heard,
        problem=problem,
    )


def _invalid(reason: str) -> InvalidPayloadError:
    return InvalidPayloadError(code="definition", reason=reason)
