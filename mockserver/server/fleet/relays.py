"""Relays: what has just been handed over goes the same way again, unread.

A client that polls sends the same bytes again and again. Who has the space reads them
anyway, and finds out anew who asks and about what; so they go on as they are, as long
as it is known to whom, and the answer comes back by the connection that is kept there.
"""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from mockserver.engine.clock import monotonic_s
from mockserver.engine.store.directory import Worker
from mockserver.server.fleet.frames import Ending
from mockserver.server.fleet.inner import HEADER
from mockserver.server.fleet.lines import Line, Lines, Taker

__all__ = ["Asker", "Relay", "Relays"]

KNOWN_MAX: Final = 4096
KNOWN_BYTES: Final = 4 << 20
_LINE: Final = b"\r\n"


class Asker(Taker, Protocol):
    """The connection of a client whose request is relayed."""

    def relayed(self, relay: "Relay", ending: Ending | None) -> None:
        """Know how the answer has ended; None if it has not, and never will."""
        ...


class Relay:
    """One request that another worker answers.

    Attributes:
        asked: The request, as it came.
        worker: Who answers it.
        line: How it is reached.
    """

    __slots__ = ("_asker", "_relays", "asked", "line", "worker")

    def __init__(
        self, relays: "Relays", asker: Asker, asked: bytes, worker: Worker, line: Line
    ) -> None:
        self._relays, self._asker = relays, asker
        self.asked, self.worker, self.line = asked, worker, line

    def news(self) -> None:
        """See to what has become of the answer, or that there is room for it."""
        line = self.line
        if line.ending is None and not line.is_lost:
            return
        self._relays.end(self)
        self._asker.relayed(self, line.ending)

    def stop(self) -> None:
        """Wait no more: the client has left."""
        self._relays.end(self)


class Relays:
    """The requests that go on unread, and those that are on their way.

    Args:
        lines: The connections to other workers.
        is_alive: Says whether a worker still lives, as far as anybody knows.
        is_trusted: Says whether what this worker knows of others may be gone by.
        known_s: How long it is known who has got a request.
        look_s: How often it is looked whether those live that say nothing.

    Attributes:
        count: How many requests have been answered so.
    """

    def __init__(
        self,
        lines: Lines,
        is_alive: Callable[[Worker], bool],
        is_trusted: Callable[[], bool],
        known_s: float,
        look_s: float,
    ) -> None:
        self.count = 0
        self._lines = lines
        self._is_alive, self._is_trusted = is_alive, is_trusted
        self._known_s, self._look_s = known_s, look_s
        self._known: dict[bytes, tuple[float, Worker]] = {}
        self._held = 0
        self._under_way: set[Relay] = set()
        self._timer: asyncio.TimerHandle | None = None

    def learn(self, asked: bytes, worker: Worker) -> None:
        """Know for a moment who has answered a request."""
        if asked not in self._known:
            self._held += len(asked)
        if len(self._known) >= KNOWN_MAX or self._held > KNOWN_BYTES:
            self._known.clear()
            self._held = len(asked)
        self._known[asked] = monotonic_s() + self._known_s, worker

    def begin(self, asked: bytes, hop: bytes, asker: Asker) -> Relay | None:
        """Let a request go where it went a moment ago; None if nobody knows where.

        Args:
            asked: The whole request, which has no body.
            hop: How it has come, as `Hop` writes it.
            asker: Gets the answer.
        """
        known = self._known.get(asked)
        if known is None or not self._is_trusted():
            return None
        until_s, worker = known
        line = None
        if monotonic_s() < until_s and self._is_alive(worker):
            line = next(self._lines.kept(worker.address), None)
        if line is None:
            self._forget(asked)
            return None
        relay = Relay(self, asker, asked, worker, line)
        self._under_way.add(relay)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._look_s, self._look)
        at = asked.index(_LINE) + len(_LINE)
        line.begin(asker, relay.news)
        line.write(b"".join((asked[:at], HEADER, b": ", hop, _LINE, asked[at:])))
        return relay

    def end(self, relay: Relay) -> None:
        """Have a line for the next one, if all has been said on it."""
        self._under_way.discard(relay)
        line = relay.line
        if line.ending is not None:
            self.count += 1
        else:
            self._forget(relay.asked)
        if line.ending is Ending.KEEP:
            self._lines.keep(line)
        else:
            line.abort()

    def close(self) -> None:
        """Look after nobody any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _forget(self, asked: bytes) -> None:
        if self._known.pop(asked, None) is not None:
            self._held -= len(asked)

    def _look(self) -> None:
        """Wait no more for those that live no more."""
        self._timer = None
        for relay in [*self._under_way]:
            if not self._is_alive(relay.worker):
                relay.line.lose()
        if self._under_way:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._look_s, self._look)
