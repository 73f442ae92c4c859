"""Lines: connections to other workers, which are used again."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Final, Protocol, cast

from mockserver.edge.answering.sending import set_no_linger
from mockserver.server.fleet.frames import Ending, Unframed
from mockserver.server.fleet.inner import greeting

__all__ = ["Line", "Lines", "Taker"]

CONNECT_S: Final = 2.0
IDLE_MAX: Final = 256


class Taker(Protocol):
    """Whoever gets an answer."""

    def take(self, data: bytes) -> bool:
        """Take a part of it; say whether there is room for more.

        Raises:
            ConnectionResetError: Nobody is there any more.
        """
        ...


class Line(asyncio.Protocol):
    """A connection to another worker; what comes on it goes out to a client.

    Attributes:
        address: Where it leads.
        ending: How the answer has ended; None as long as it has not.
        taken: Bytes of the answer that have come.
        is_full: The client takes no more for now.
        is_lost: Nothing more will come.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.ending: Ending | None = None
        self.taken = 0
        self.is_full = False
        self.is_lost = False
        self._unframed = Unframed(self._take, self._end)
        self._taker: Taker | None = None
        self._listener: Callable[[], None] | None = None
        self._transport: asyncio.Transport | None = None
        self._news: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_free = asyncio.Event()
        self._is_free.set()

    def begin(self, taker: Taker, listener: Callable[[], None] | None = None) -> None:
        """Let what comes from now on be the answer to a request.

        Args:
            taker: Gets it.
            listener: Is told what `news` waits for, if nobody waits.
        """
        self._taker, self._listener = taker, listener
        self.ending, self.taken, self.is_full = None, 0, False

    def write(self, data: bytes) -> None:
        """Send bytes to the worker."""
        if self._transport is not None:
            self._transport.write(data)

    async def send(self, data: bytes) -> None:
        """Send bytes to the worker, and wait until it takes more."""
        self.write(data)
        await self._is_free.wait()

    async def news(self, watch_s: float, look: Callable[[], bool]) -> None:
        """Wait until the answer has ended, the client is full, or nobody answers.

        Args:
            watch_s: How often somebody looks whether there still is a worker.
            look: Looks; the line is lost once there is none.
        """
        if self.ending is None and not self.is_full and not self.is_lost:
            loop = asyncio.get_running_loop()
            self._news = loop.create_future()
            self._timer = loop.call_later(watch_s, self._watch, watch_s, look)
            try:
                await self._news
            finally:
                self._news = None
                self._timer.cancel()

    def resume(self) -> None:
        """Take again what comes."""
        self.is_full = False
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def abort(self) -> None:
        """End the connection: nobody waits for what comes."""
        self._taker, self._listener, self.is_lost = None, None, True
        if self._transport is not None:
            # Who is merely closed may still be listening, and is waited for.
            set_no_linger(self._transport)
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # Of a stream, whatever class another loop than asyncio's has for that.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Pass on what has come."""
        self._unframed.feed(data)

    def pause_writing(self) -> None:
        """Let whoever sends wait."""
        self._is_free.clear()

    def resume_writing(self) -> None:
        """Let whoever sends go on."""
        self._is_free.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits that nothing more will come."""
        del exc
        self._transport, self.is_lost = None, True
        self._is_free.set()
        self._wake()

    def _take(self, data: bytes) -> None:
        self.taken += len(data)
        has_room = False
        try:
            has_room = self._taker is not None and self._taker.take(data)
        except ConnectionResetError:
            self._taker = None
        if self._taker is None:
            self.abort()
        elif not has_room and self._transport is not None:
            self.is_full = True
            self._transport.pause_reading()
            self._wake()

    def _end(self, ending: Ending) -> None:
        self.ending = ending
        self._wake()

    def lose(self) -> None:
        """Know that nobody answers any more."""
        self.is_lost = True
        self._wake()

    def _watch(self, watch_s: float, look: Callable[[], bool]) -> None:
        if look():
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(watch_s, self._watch, watch_s, look)
        else:
            self.lose()

    def _wake(self) -> None:
        if self._listener is not None:
            self._listener()
        elif self._news is not None and not self._news.done():
            self._news.set_result(None)


class Lines:
    """The lines to all other workers."""

    def __init__(self) -> None:
        self._kept: dict[str, list[Line]] = {}

    async def open(self, address: str) -> Line:
        """Return a new line.

        Args:
            address: `secret@host:port` of the other worker's inner door.

        Raises:
            OSError: There is nobody.
        """
        secret, _, place = address.rpartition("@")
        host, _, port = place.rpartition(":")
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(CONNECT_S):
            _, line = await loop.create_connection(
                lambda: Line(address), host.strip("[]"), int(port)
            )
        line.write(greeting(secret))
        return line

    def keep(self, line: Line) -> None:
        """Keep a line for other requests."""
        kept = self._kept.setdefault(line.address, [])
        kept.append(line)
        if len(kept) > IDLE_MAX:
            kept.pop(0).abort()

    def kept(self, address: str) -> Iterator[Line]:
        """Take the lines to a worker that are there, the last one first."""
        kept = self._kept.get(address, [])
        while kept:
            line = kept.pop()
            if not line.is_lost:
                yield line

    def close(self) -> None:
        """Close all lines that are kept."""
        for line in (one for kept in self._kept.values() for one in kept):
            line.abort()
        self._kept.clear()
