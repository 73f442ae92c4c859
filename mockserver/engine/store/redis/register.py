"""Register: which workers live, and what time it is for all of them."""

import json
from collections import deque
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final
from zlib import crc32

from mockserver.engine.clock import monotonic_s, wall_s
from mockserver.engine.store.directory import LEFT, Worker
from mockserver.engine.store.redis.line import Line, evaluate
from mockserver.engine.store.redis.scripts import (
    JOIN,
    JOINED,
    LEAVE,
    ROLL,
    TOLD,
    WHO,
    keys_of,
)

__all__ = ["Register", "strike"]

_READINGS: Final = 5
_STEADY_S: Final = 0.02
_NUMBERS_SINCE_S: Final = 1_735_689_600.0  # 2025-01-01: short, and safe in any JSON
_SLOTS: Final = 128
_IN_A_MS: Final = 8


class Register:
    """This worker among the others.

    Each has to say that it lives, before its lease ends.

    Args:
        line: Leads to the store.
        me: This worker.
        lease_s: For how long it lives after each time that it has said so.

    Attributes:
        me: This worker.
        offset_s: What has to be added to this machine's time to have the store's.
    """

    def __init__(self, line: Line, me: Worker, lease_s: float) -> None:
        self.me = me
        self.offset_s = 0.0
        self._line = line
        self._lease_s = lease_s
        self._slot = 0
        self._until_s = float("-inf")
        self._readings: deque[float] = deque(maxlen=_READINGS)
        self._workers: Mapping[str, Worker] = {}

    @property
    def is_current(self) -> bool:
        """Whether this worker lives for all others, by its own reckoning."""
        return monotonic_s() < self._until_s

    def workers(self) -> Sequence[Worker]:
        """Return those that lived when this one last said that it lives."""
        return [*self._workers.values()]

    async def join(self) -> None:
        """Get what tells this worker's numbers from those of the others.

        Raises:
            StoreError: The store cannot be reached.
        """
        self._slot = int(await self._line.ask("INCR", JOINED)) % _SLOTS

    def number(self, last: int) -> int:
        """Return a number of this worker's own, greater than an earlier one.

        It is made of the store's time; a worker's numbers have a remainder that no
        other one's have.
        """
        passed_ms = int((wall_s() + self.offset_s - _NUMBERS_SINCE_S) * 1000)
        number = passed_ms * _SLOTS * _IN_A_MS + self._slot
        return number if number > last else last - last % _SLOTS + _SLOTS + self._slot

    async def beat(self) -> bool:
        """Say that this worker lives; return whether it was dead before.

        Raises:
            StoreError: The store cannot be reached.
        """
        began_s, wall_before_s = monotonic_s(), wall_s()
        me = self.me
        said = json.dumps(
            {"address": me.address, "since": me.since, "is_leaving": me.is_leaving}
        )
        lease_ms = int(self._lease_s * 1000)
        reply = await self._line.ask(
            *evaluate(JOIN, [ROLL, WHO], self.me.id, said, lease_ms)
        )
        self._until_s = began_s + self._lease_s
        seconds, micros, was_dead, living = reply
        passed_s = (monotonic_s() - began_s) / 2
        self._read(int(seconds) + int(micros) / 1e6 - wall_before_s - passed_s)
        names, told = living[::2], living[1::2]
        self._workers = {
            name.decode(): Worker(name.decode(), **json.loads(said))
            for name, said in zip(names, told, strict=True)
        }
        return bool(was_dead)

    def find(self, worker: str) -> Worker | None:
        """Return a worker if it lived when this one last said that it lives."""
        return self._workers.get(worker)

    def takers(self) -> Sequence[Worker]:
        """Return the other workers that take spaces, as far as anybody knows."""
        me = self.me.id
        return [one for one in self.workers() if one.id != me and not one.is_leaving]

    async def taker(self, space: str, *, is_lost: bool) -> Worker | None:
        """Return who has a space, or is to have it; None if there is nobody else.

        Args:
            space: The space.
            is_lost: This worker has it no more, whatever the store says.

        Raises:
            StoreError: The store cannot be reached.
        """
        asked = ("HMGET", keys_of(space).meta, "owner", "fence")
        owner, fence = ((one or b"").decode() for one in await self._line.ask(*asked))
        known = self.find(owner)
        if known is not None and known.id != self.me.id:
            return known
        takers = self.takers()
        if owner == self.me.id and takers and is_lost:
            # Whoever was silent for too long has lost all. For the others, it is this
            # worker's until it says so: they would send back whom it sends to them.
            await self._line.ask(*evaluate(LEAVE, keys_of(space), fence))
        # Whoever leaves next chooses the same one.
        return takers[crc32(space.encode()) % len(takers)] if takers else None

    async def leave(self) -> None:
        """Live no more: whatever this worker had, others may take.

        Raises:
            StoreError: The store cannot be reached.
        """
        self._until_s = float("-inf")
        await strike(self._line, self.me.id)

    def _read(self, offset_s: float) -> None:
        """Keep to what the clocks differ by, unless it is not just one slow answer."""
        self._readings.append(offset_s)
        usual_s = median(self._readings)
        if abs(usual_s - self.offset_s) > _STEADY_S:
            self.offset_s = usual_s


async def strike(line: Line, worker: str) -> None:
    """Let a worker that has ended live no more, whatever it has said.

    Raises:
        StoreError: The store cannot be reached.
    """
    told = json.dumps({"what": LEFT})
    await line.run(
        [("ZREM", ROLL, worker), ("HDEL", WHO, worker)], [("PUBLISH", TOLD, told)]
    )
