"""Pictures that were sent, put into their places before a film is drawn."""

import asyncio
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from hashlib import sha256
from importlib import import_module
from typing import Final
from urllib.parse import unquote_to_bytes

from msgspec import Struct, field, structs

from mockserver.media.cards.card import Card, Picture, Slot
from mockserver.media.probe import glimpse, is_known
from mockserver.media.shelf import Shelf
from mockserver.media.spec import MediaSpec

__all__ = ["SCHEME", "SentPictures", "bytes_of"]

SCHEME: Final = "sent:"
"""What links to pictures begin with that came in a request and are kept here."""

_KEPT: Final = 256
_AT_ONCE: Final = 8
_FILMS_AT_ONCE: Final = 2
_DATA: Final = re.compile(r"data:[^,;]{0,200}((?:;[^,;]{0,200}){0,5}),")
_DIGEST: Final = re.compile(r"[0-9a-f]{32}")
_LINK_MAX: Final = 4096


class SentPictures(Struct):
    """Knows each picture once; what cannot be had stays a placeholder with its name.

    Attributes:
        fetch: Returns what a link leads to, or None; nothing is fetched without it.
        shelf: Where pictures are kept that came in requests; else only some are, in
            memory.
    """

    fetch: Callable[[str], Awaitable[bytes | None]] | None = None
    shelf: Shelf | None = None
    _known: OrderedDict[str, asyncio.Future[Picture | None]] = field(
        default_factory=OrderedDict
    )
    _slots: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(_AT_ONCE)
    )
    # Each is a process.
    _films: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(_FILMS_AT_ONCE)
    )

    async def keep(self, data: bytes) -> str:
        """Keep a picture that came in a request, or the first one of a film.

        Returns:
            A link for a slot; empty if it is neither.
        """
        picture = await self._small(data)
        if picture is None:
            return ""
        if self.shelf is not None:
            try:
                key = _key(picture.digest)
                await asyncio.to_thread(self.shelf.write, key, [picture.data], "jpg")
            except OSError:
                self.shelf = None
        link = f"{SCHEME}{picture.digest}"
        there: asyncio.Future[Picture | None] = (
            asyncio.get_running_loop().create_future()
        )
        there.set_result(picture)
        self._remember(link, there)
        return link

    async def filled(self, spec: MediaSpec) -> MediaSpec:
        """Return a spec with the pictures that its slots link to."""
        urls = {slot.url for slot in _slots_of(spec.cards) if self._is_open(slot)}
        if not urls:
            return spec
        found = dict(
            zip(urls, await asyncio.gather(*map(self._picture, urls)), strict=True)
        )
        return structs.replace(
            spec, cards=tuple(_filled(card, found) for card in spec.cards)
        )

    def _is_open(self, slot: Slot) -> bool:
        is_here = slot.url.startswith((SCHEME, "data:"))
        may_be_had = is_here or (self.fetch is not None and bool(slot.url))
        return may_be_had and slot.picture is None and slot.kind != "audio"

    async def _picture(self, url: str) -> Picture | None:
        # What is all in its link is long.
        name = url if len(url) < _LINK_MAX else sha256(url.encode()).hexdigest()
        task = self._known.get(name)
        if task is None or task.cancelled():
            task = asyncio.create_task(self._read(url))
            self._remember(name, task)
        # Others may wait for it, too. What was not there is not asked for again: a
        # player would wait for it at each part of a film.
        return await asyncio.shield(task)

    def _remember(self, name: str, found: asyncio.Future[Picture | None]) -> None:
        self._known[name] = found
        self._known.move_to_end(name)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)

    async def _read(self, url: str) -> Picture | None:
        if url.startswith(SCHEME):
            return await asyncio.to_thread(self._stored, url.removeprefix(SCHEME))
        if url.startswith("data:"):
            data: bytes | None = bytes_of(url)
        elif self.fetch is None:
            return None
        else:
            async with self._slots:
                data = await self.fetch(url)
        return None if data is None else await self._small(data)

    def _stored(self, digest: str) -> Picture | None:
        if self.shelf is None or _DIGEST.fullmatch(digest) is None:
            return None
        stored = self.shelf.read(_key(digest), 1)
        return None if stored is None else Picture(digest, stored[0].data)

    async def _small(self, data: bytes) -> Picture | None:
        if is_known(data) and not data.startswith(b"RIFF"):
            async with self._films:
                data = await glimpse(data)
        # Pillow takes a while to load, and most servers are sent nothing.
        module = import_module("mockserver.media.cards.pictures")
        picture: Picture | None = await asyncio.to_thread(module.small, data)
        return picture


def bytes_of(url: str) -> bytes | None:
    """Return what is in a `data:` link, or None."""
    found = _DATA.match(url)
    if found is None:
        return None
    body = url[found.end() :]
    if not found[1].endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return b64decode(body, validate=True)
    except (Base64Error, ValueError):
        return None


def _key(digest: str) -> str:
    return f"sent-{digest}"


def _slots_of(cards: Iterable[Card]) -> Iterable[Slot]:
    for card in cards:
        yield from card.slots
        yield from (overlay.slot for overlay in card.overlays)


def _filled(card: Card, found: dict[str, Picture | None]) -> Card:
    def shown(slot: Slot) -> Slot:
        is_seen = slot.picture is None and slot.kind != "audio"
        picture = found.get(slot.url) if is_seen else None
        return slot if picture is None else replace(slot, picture=picture)

    return structs.replace(
        card,
        slots=tuple(map(shown, card.slots)),
        overlays=tuple(
            structs.replace(overlay, slot=shown(overlay.slot))
            for overlay in card.overlays
        ),
    )
