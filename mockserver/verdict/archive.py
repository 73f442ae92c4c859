"""Archivist: a journal is written behind, and comes back with its spaces."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final

import msgspec

from mockserver.engine.clock import monotonic_s, pause
from mockserver.engine.jobs import DELIVERED, Life
from mockserver.engine.space import Space
from mockserver.engine.store.archive import Archive, Item, Tail
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import StoreError
from mockserver.verdict.journal import Exchange, Journal

__all__ = ["Archivist", "pack", "unpack"]

REST_S: Final = 2.0
# Under load, what is kept of it costs next to nothing: of each space the latest are
# written, and all of that takes a fiftieth of the time.
MOST: Final = 200
SHARE: Final = 50
AT_ONCE: Final = 20
WAIT_S: Final = 2.0
BODY_MAX: Final = 64 * 1024
VERSION: Final = 1

# Some names of headers are of a class of their own.
_encode = msgspec.msgpack.Encoder(enc_hook=str).encode
_decode = msgspec.msgpack.Decoder().decode
_log = logging.getLogger(__name__)


class Archivist:
    """Keeps what is in a journal, in an archive for which nobody waits.

    Args:
        journal: The journal.
        archive: Where it is kept.
    """

    def __init__(self, journal: Journal, archive: Archive) -> None:
        self._journal, self._archive = journal, archive
        self._written: dict[str, int] = {}
        self._loading: dict[str, asyncio.Task[None]] = {}
        self._clearing: list[str | None] = []
        self._leaving: dict[str, Tail] = {}
        self._lock = asyncio.Lock()
        self._is_troubled = False
        self._is_closed = False
        journal.on_clear(self._cleared)
        journal.go_on_after(archive.last)

    async def run(self) -> None:
        """Write again and again, until cancelled."""
        while True:
            began_s = monotonic_s()
            await self.flush()
            await pause(max(REST_S, SHARE * (monotonic_s() - began_s)))

    async def flush(self, space: str | None = None) -> None:
        """Write what is new of a space, or of all, as far as that is possible."""
        async with self._lock:
            try:
                await self._write_past()
                await self._write(space)
            except StoreError as error:
                if not self._is_troubled:
                    _log.warning("exchanges are not kept for now: %s", error)
                self._is_troubled = True
            else:
                self._is_troubled = False

    def opened(self, space: Space) -> None:
        """Bring what was kept of a space that has come from a store."""
        if space.is_restored and not self._is_closed:
            task = asyncio.create_task(self._load(space.id))
            self._loading[space.id] = task
            task.add_done_callback(lambda _: self._loading.pop(space.id, None))

    def dropped(self, space: str, is_lost: bool) -> None:  # noqa: FBT001 - a listener's shape
        """Have the exchanges of a space in memory no more.

        Args:
            space: Its name.
            is_lost: It is another worker's by now, and so is what is kept of it.
        """
        if not is_lost:
            ring = self._journal.ring(space)
            fresh = [one for one in ring if one.number > self._written.get(space, 0)]
            if fresh:
                items = [Item(one.number, pack(one)) for one in fresh]
                before = self._leaving.get(space)
                items = items if before is None else [*before.items, *items]
                self._leaving[space] = Tail(items, max(len(items), len(ring)))
        self._written.pop(space, None)
        self._journal.forget(space)

    async def loaded(self) -> None:
        """Return once all that is being brought is there, or takes too long."""
        if self._loading:
            await asyncio.wait([*self._loading.values()], timeout=WAIT_S)

    async def close(self) -> None:
        """Write what is left, and let go of the archive, which nobody asks then."""
        # Who stops may still adopt a space that another one has left just now.
        self._is_closed = True
        await self.flush()
        await self._archive.close()

    async def _write(self, only: str | None) -> None:
        for space in [only] if only else self._journal.fresh(self._written):
            ring = self._journal.ring(space)
            after, items = self._written.get(space, 0), list[Item]()
            fresh = [one for one in ring if one.number > after]
            for exchange in fresh if only else fresh[-MOST:]:
                items.append(Item(exchange.number, pack(exchange)))
                if len(items) % AT_ONCE == 0:
                    await pause(0)
            if items:
                await self._archive.write({space: Tail(items, len(ring))})
                if self._journal.ring(space):
                    self._written[space] = items[-1].number

    async def _write_past(self) -> None:
        """Write what is in memory no more."""
        clearing, self._clearing = self._clearing, []
        if None in clearing:
            await self._archive.clear(None)
        named = [one for one in clearing if one is not None]
        if named:
            await self._archive.clear(named)
        leaving, self._leaving = self._leaving, {}
        if leaving:
            await self._archive.write(leaving)

    def _cleared(self, space: str | None, known: Sequence[str]) -> None:
        """Know that a space's exchanges, or all, are to be kept no more."""
        self._clearing += [space] if space is not None else [None, *known]
        for name in known if space is None else [space]:
            self._written.pop(name, None)
            self._leaving.pop(name, None)

    async def _load(self, space: str) -> None:
        with suppress(StoreError):
            async with self._lock:
                await self._write_past()
                found = await self._archive.read(space)
            exchanges: dict[int, Exchange] = {}
            for number, raw in enumerate(found, 1):
                exchange = unpack(space, raw)
                if exchange is not None:
                    exchanges[exchange.number] = exchange
                if number % AT_ONCE == 0:
                    await pause(0)
            if not exchanges:
                return
            brought = [exchanges[number] for number in sorted(exchanges)]
            self._journal.bring(space, brought)
            self._written.setdefault(space, brought[-1].number)


class _Past(Life):
    """A job as it was when an exchange was about it: in one state, for ever."""

    __slots__ = ()

    def __init__(self, job_id: str, state: str) -> None:
        self.id, self.created_at, self.ends = job_id, 0.0, ()
        self.timeline, self.media = _standing_still(state), DELIVERED


@lru_cache(maxsize=256)
def _standing_still(state: str) -> Timeline:
    return Timeline((Step(state, Phase.WAITING),))


def pack(exchange: Exchange) -> bytes:
    """Return an exchange as bytes; of bodies, as much as lists show."""
    states = [(job, exchange.state_of(job)) for job in exchange.jobs]
    lead = exchange.job
    asked, told = exchange.request_body, exchange.response_body
    said = [
        VERSION, exchange.number, exchange.method, exchange.target,
        [*exchange.request_headers], exchange.status, [*exchange.response_headers],
        told and told[:BODY_MAX], exchange.size_bytes, exchange.wall_at,
        exchange.elapsed_s, asked and asked[:BODY_MAX], exchange.request_bytes,
        exchange.slug, exchange.operation, exchange.at, lead, states, exchange.is_poll,
        exchange.fault, [*exchange.notes], exchange.hint, exchange.role,
        exchange.asked_at, exchange.origin, [*exchange.version],
    ]  # fmt: skip
    try:
        return _encode(said)
    except UnicodeEncodeError:
        return _encode(_readable(said))


def unpack(space: str, raw: bytes) -> Exchange | None:
    """Return what `pack` has written; None of what another release has."""
    try:
        version, *said = _decode(raw)
        if version != VERSION:
            return None
        (number, method, target, asked_headers, status, told_headers, told, size,
         wall_at, elapsed_s, asked, asked_bytes, slug, operation, at, lead, states,
         is_poll, fault, notes, hint, role, asked_at, *wire) = said  # fmt: skip
        # What was written before has none of them.
        origin, http = wire or ("http", (1, 1))
    except (msgspec.MsgspecError, ValueError, TypeError):
        return None
    exchange = Exchange(
        method, target, _Pairs(asked_headers), status, _Pairs(told_headers), told, size,
        wall_at, elapsed_s, asked, slug, operation, space, at,
        is_poll=is_poll, fault=fault, notes=tuple(notes), hint=hint, role=role,
        asked_at=asked_at, origin=origin, version=tuple(http),
    )  # fmt: skip
    exchange.number, exchange.request_bytes = number, asked_bytes
    past = {job: _Past(job, state) for job, state in states}
    exchange.remember(past.get(lead), [*past.values()])
    return exchange


class _Pairs(dict[str, str]):
    """Headers, of which there may be several of one name."""

    __slots__ = ("_pairs",)

    def __init__(self, pairs: Sequence[Sequence[str]]) -> None:
        super().__init__((name, value) for name, value in pairs)
        self._pairs = [(name, value) for name, value in pairs]

    def items(self) -> Any:
        """Return all names and values."""
        return self._pairs


def _readable(value: Any) -> Any:
    """Return data with escapes in place of bytes that are no text."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list | tuple):
        return [_readable(one) for one in value]
    return value
