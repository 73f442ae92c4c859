"""RedisDirectory: spaces are leased to workers, in the store that they share."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from secrets import token_hex
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from mockserver.engine.clock import monotonic_s, pause, wall_s
from mockserver.engine.store.directory import LEFT, RETIRED, Change, Listener, Worker
from mockserver.engine.store.redis.fetched import Fetched
from mockserver.engine.store.redis.line import Line, evaluate
from mockserver.engine.store.redis.nobodys import Nobodys
from mockserver.engine.store.redis.register import Register
from mockserver.engine.store.redis.scripts import (
    DUES,
    LEAVE,
    LOG,
    TOLD,
    keys_of,
    link_key,
)
from mockserver.engine.store.redis.shelf import in_order
from mockserver.engine.store.redis.taking import Held, Taken, read_in_slices, take
from mockserver.engine.store.redis.writing import DUE, Lease, write
from mockserver.engine.store.shelf import SERVER, Codec, Entry, Place, Row
from mockserver.errors import StoreError

__all__ = ["RedisDirectory"]

_ELSEWHERE_MAX: Final = 10_000
_AGAIN_S: Final = 1.0
_CANCEL_S: Final = 0.1
_BEATS: Final = 3


class RedisDirectory:
    """One worker's view of a store that many share.

    Args:
        line: Leads to the store.
        lease_s: How long a worker that says nothing keeps its spaces.
        server: What the store has of the server, read before this was made.
        name: This worker's, which no other process ever has; made up if empty.
        codec: Reads places and what they hold; without one, they are as they are.

    Attributes:
        beat_s: How often `beat` has to be called.
        fetched: The shelf from which spaces are opened that have been entered.
    """

    def __init__(
        self,
        line: Line,
        lease_s: float,
        server: Sequence[tuple[bytes, bytes]] = (),
        name: str = "",
        codec: Codec | None = None,
    ) -> None:
        self.beat_s = lease_s / _BEATS
        self._codec = codec
        me = Worker(name or token_hex(8), "", wall_s())
        self._line = line
        self._register = Register(line, me, lease_s)
        self.fetched = Fetched(server)
        self._server_at: bytes | None = None
        self._reading = asyncio.Lock()
        self._news = 0
        self._leases: dict[str, Lease] = {}
        self._nobodys = Nobodys(line, self._register, self._leases)
        # Who had a space a moment ago; if it has not any more, it says so.
        self._elsewhere: dict[str, tuple[str, float]] = {}
        self._entering: dict[str, asyncio.Task[Worker | None]] = {}
        self._left: list[tuple[str, str]] = []
        self._on_told: list[Listener] = []
        self._on_lost: list[Callable[[set[str]], None]] = []
        self._on_server: list[Callable[[Sequence[Change], bool], None]] = []
        self._ear: asyncio.Task[None] | None = None
        self._hears = asyncio.Event()
        self._fences = 0

    # Who this is, and who else lives

    @property
    def me(self) -> Worker:
        """This worker."""
        return self._register.me

    @property
    def offset_s(self) -> float:
        """What has to be added to this machine's time to have the store's."""
        return self._register.offset_s

    def workers(self) -> Sequence[Worker]:
        """Return the workers that lived a moment ago, this one among them."""
        return self._register.workers()

    def is_current(self) -> bool:
        """Say whether this worker is known to live; if not, `beat` comes first."""
        return self._register.is_current

    async def start(self, address: str = "") -> None:
        """Join: be known to the others, and know what they tell."""
        self._register.me = replace(self.me, address=address)
        await self._register.join()
        await self._register.beat()
        await self.refresh()
        self._ear = asyncio.create_task(self._hear())

    async def beat(self) -> None:
        """Go on living; if that is too late, all spaces are lost."""
        was_late = not self.is_current()
        if await self._register.beat() or was_late:
            self._lose_all()
        await self._give_back()

    async def retire(self) -> None:
        """Take no more spaces from now on, as long as anybody else does."""
        self._register.me = replace(self.me, is_leaving=True)
        await self.beat()
        await self.tell(RETIRED)

    def takers(self) -> Sequence[Worker]:
        """Return the other workers that take spaces, as far as anybody knows."""
        return self._register.takers()

    async def leave_all(self) -> None:
        """Give everything back at once, and leave the register of workers."""
        self._lose_all()
        await self._register.leave()

    async def close(self) -> None:
        """Leave, and let go of the store."""
        # Until Python 3.12, one cancellation may be lost in what the client waits for.
        while self._ear is not None and not self._ear.done():
            self._ear.cancel()
            await asyncio.wait([self._ear], timeout=_CANCEL_S)
        with suppress(StoreError):
            await self.leave_all()
        await self._line.close()

    # Spaces

    def holds(self, space: str) -> bool:
        """Say whether a space is this worker's; what the store has of it is here."""
        return space in self._leases and self.is_current()

    def rows(self, space: str) -> Sequence[Row]:
        """Return what the store has of a space that was entered, once."""
        return self.fetched.taken(space)

    def links(self, space: str) -> Sequence[Place]:
        """Return the public things of a space that was entered, once."""
        return self.fetched.linked(space)

    def _read(self, row: tuple[bytes, bytes]) -> Row:
        place, value = row
        if self._codec is None:
            return (place.decode(),), value
        return self._codec.read(place, value)

    def _read_link(self, link: bytes) -> Place:
        return (link.decode(),) if self._codec is None else self._codec.read_place(link)

    def held(self) -> Sequence[str]:
        """Return the spaces that are this worker's."""
        return [*self._leases]

    async def enter(self, space: str) -> Worker | None:
        """Take a space if no living worker has it; return who has it, None for me."""
        if not self.is_current():
            await self.beat()
        if self.holds(space):
            return None
        if self.me.is_leaving:
            is_entered = space in self._leases or space in self._entering
            taker = await self._register.taker(space, is_lost=not is_entered)
            if taker is not None:
                return taker
        name, until_s = self._elsewhere.get(space, ("", 0.0))
        known = self._register.find(name) if monotonic_s() < until_s else None
        if known is not None:
            return known
        # Many may ask for it at once; their asking is one.
        entering = self._entering.get(space)
        if entering is None:
            entering = asyncio.create_task(self._enter(space))
            self._entering[space] = entering
            entering.add_done_callback(lambda task: self._entered(space, task))
        return await asyncio.shield(entering)

    def forget(self, space: str) -> None:
        """Do not go by who had a space a moment ago."""
        self._elsewhere.pop(space, None)

    def drop(self, space: str) -> None:
        """Hold a space no more: as of now here, and soon for all others."""
        if space == SERVER:
            self._server_at = None
        lease = self._forget(space)
        if lease is not None:
            self._left.append((space, lease.fence))

    async def leave(self, space: str) -> None:
        """Give a space back that has been settled and put away; others may take it."""
        self.drop(space)
        await self._give_back()

    async def orphans(self, most: int) -> list[str]:
        """Return spaces in which something is planned and that nobody has."""
        if self.me.is_leaving and self.takers():
            return []
        return await self._nobodys.due(most)

    async def names(self) -> list[str]:
        """Return the spaces of the store, whoever has them, the latest first."""
        return await self._nobodys.names()

    async def asleep(self, most: int | None = None) -> list[str]:
        """Return the spaces that no worker has, the latest first."""
        return await self._nobodys.asleep(most)

    def number(self, last: int) -> int:
        """Return a number that no other worker gives, greater than an earlier one."""
        return self._register.number(last)

    def on_lost(self, listener: Callable[[set[str]], None]) -> None:
        """Call `listener` with spaces that are not this worker's any more."""
        self._on_lost.append(listener)

    # Entries

    async def write(self, entries: Sequence[Entry]) -> set[str]:
        """Append entries; return the spaces that are another worker's by now."""
        if not entries:
            await self._line.ask("PING")
            return set()
        return await write(self._line, self._leases, entries, self.me.id)

    # Public things

    def knows(self, link: bytes) -> bool:
        """Say whether it is known just now to which space a public thing leads."""
        return self.fetched.knows(link)

    async def look(self, link: bytes) -> None:
        """Find out to which space a public thing leads; known for a moment."""
        found = await self._line.ask("GET", link_key(link))
        self.fetched.learn(link, None if found is None else found.decode())

    # What is told

    async def is_hearing(self) -> None:
        """Return once nothing is missed that is told from now on."""
        await self._hears.wait()

    async def tell(self, what: str, **values: Any) -> None:
        """Tell something to all workers, this one as well; values are JSON-able."""
        said = json.dumps({"what": what, **values})
        await self._line.ask("PUBLISH", TOLD, said)

    def on_told(self, listener: Listener) -> None:
        """Call `listener` with whatever any worker tells."""
        self._on_told.append(listener)

    def on_server(self, listener: Callable[[Sequence[Change], bool], None]) -> None:
        """Call `listener` with what others have changed of the server."""
        self._on_server.append(listener)

    async def refresh(self) -> bool:
        """Know what other workers have changed of the server; say if that was news."""
        before = self._news
        async with self._reading:
            await self._read_server()
        return self._news != before

    async def _read_server(self) -> None:
        if self._server_at is None:
            keys = keys_of(SERVER)
            newest, state = await self._line.run(
                [("XREVRANGE", LOG, "+", "-", "COUNT", 1), ("HGETALL", keys.state)]
            )
            self._server_at = newest[0][0] if newest else b"0"
            self._fold(in_order(state), is_all=True)
            return
        read = await self._line.ask("XREAD", "STREAMS", LOG, self._server_at)
        changes: list[Change] = []
        for number, fields in read[0][1] if read else ():
            self._server_at = number
            said = dict(zip(fields[::2], fields[1::2], strict=True))
            if said[b"by"].decode() != self.me.id:
                changes += map(tuple, msgspec.msgpack.decode(said[b"what"]))
        if changes:
            self._fold(changes, is_all=False)

    async def _enter(self, space: str) -> Worker | None:
        self._fences += 1
        fence = f"{self.me.id}.{self._fences}"
        dead: Held | None = None
        rows: Sequence[Row] = ()
        links: Sequence[Place] = ()
        while True:
            taken = await take(self._line, space, self.me.id, fence, dead)
            if isinstance(taken, Taken):
                rows = await read_in_slices(taken.rows, self._read)
                links = await read_in_slices(taken.links, self._read_link)
                if self.is_current():
                    break
                # It took so long that somebody else may have it.
                await self.beat()
                dead = None
                continue
            await self.beat()
            worker = self._register.find(taken.owner.decode())
            if worker is not None:
                if len(self._elsewhere) >= _ELSEWHERE_MAX:
                    self._elsewhere.clear()
                until_s = monotonic_s() + self.beat_s
                self._elsewhere[space] = worker.id, until_s
                return worker
            dead = taken
        self.fetched.put(space, rows, links)
        is_due = any(place.startswith(DUE) for place, _ in taken.rows)
        since_ms = int((wall_s() + self.offset_s) * 1000)
        lease = Lease(fence, taken.number, since_ms, bool(rows), is_due)
        self._leases[space] = lease
        if rows and not is_due:
            await self._line.ask("SREM", DUES, space)
        return None

    def _entered(self, space: str, task: asyncio.Task[Worker | None]) -> None:
        del self._entering[space]
        if not task.cancelled():
            task.exception()  # who asked may be gone, which is no news

    def _forget(self, space: str) -> Lease | None:
        self.forget(space)
        self.fetched.forget(space)
        return self._leases.pop(space, None)

    def _lose_all(self) -> None:
        lost = {*self._leases}
        for space in lost:
            self._forget(space)
        self._server_at = None
        for listener in self._on_lost:
            listener(lost)

    async def _give_back(self) -> None:
        left, self._left = self._left, []
        try:
            await self._line.run(
                [evaluate(LEAVE, keys_of(space), fence) for space, fence in left]
            )
        except StoreError:
            self._left += left
            raise

    def _fold(self, changes: Sequence[Change], *, is_all: bool) -> None:
        self._news += 1
        for listener in self._on_server:
            listener(changes, is_all)

    async def _hear(self) -> None:
        """Pass on what is told, for ever."""
        while True:
            with suppress(StoreError):
                async for said in self._line.hear(TOLD):
                    await self._heard(said)
            # What was told meanwhile is found in the log, which is then read whole.
            self._server_at = None
            self._hears.clear()
            await pause(_AGAIN_S)

    async def _heard(self, said: bytes) -> None:
        told: Mapping[str, Any] = json.loads(said) if said else {"what": "server"}
        values = {name: value for name, value in told.items() if name != "what"}
        if told["what"] == "server":
            await self.refresh()
            self._hears.set()
            return
        if told["what"] in {LEFT, RETIRED} and self.is_current():
            await self.beat()
        for listener in self._on_told:
            await listener(told["what"], values)
