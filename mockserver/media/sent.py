"""Pictures that requests link to, put into their places before a film is drawn."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Final

from mockserver.media.cards.card import Card, Picture, Slot
from mockserver.media.spec import MediaSpec

__all__ = ["SentPictures"]

_KEPT: Final = 256
_AT_ONCE: Final = 8


@dataclass(slots=True)
class SentPictures:
    """Fetches each link once; what cannot be had stays a placeholder with its name.

    Attributes:
        fetch: Returns what a link leads to, or None.
    """

    fetch: Callable[[str], Awaitable[bytes | None]]
    _known: OrderedDict[str, asyncio.Task[Picture | None]] = field(
        default_factory=OrderedDict
    )
    _slots: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(_AT_ONCE)
    )

    async def filled(self, spec: MediaSpec) -> MediaSpec:
        """Return a spec with the pictures that its slots link to."""
        urls = {slot.url for slot in _slots_of(spec.cards) if _is_open(slot)}
        if not urls:
            return spec
        found = dict(
            zip(urls, await asyncio.gather(*map(self._picture, urls)), strict=True)
        )
        return replace(spec, cards=tuple(_filled(card, found) for card in spec.cards))

    async def _picture(self, url: str) -> Picture | None:
        task = self._known.get(url)
        if task is None or task.cancelled():
            task = self._known[url] = asyncio.create_task(self._fetched(url))
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        # Others may wait for it, too. What was not there is not asked for again: a
        # player would wait for it at each part of a film.
        return await asyncio.shield(task)

    async def _fetched(self, url: str) -> Picture | None:
        async with self._slots:
            data = await self.fetch(url)
        if data is None:
            return None
        # Pillow takes a while to load, and most servers fetch nothing.
        module = import_module("mockserver.media.cards.pictures")
        picture: Picture | None = await asyncio.to_thread(module.small, data)
        return picture


def _slots_of(cards: Iterable[Card]) -> Iterable[Slot]:
    for card in cards:
        yield from card.slots
        yield from (overlay.slot for overlay in card.overlays)


def _is_open(slot: Slot) -> bool:
    return bool(slot.url) and slot.picture is None and slot.kind != "video"


def _filled(card: Card, found: dict[str, Picture | None]) -> Card:
    def shown(slot: Slot) -> Slot:
        picture = found.get(slot.url) if _is_open(slot) else None
        return slot if picture is None else replace(slot, picture=picture)

    return replace(
        card,
        slots=tuple(map(shown, card.slots)),
        overlays=tuple(
            replace(overlay, slot=shown(overlay.slot)) for overlay in card.overlays
        ),
    )
