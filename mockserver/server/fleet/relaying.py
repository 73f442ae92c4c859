"""Relaying: a client's connection whose requests may go on to other workers unread."""

from typing import Any

from aiohttp import web

from mockserver.edge.answering.sending import set_no_linger
from mockserver.edge.routing.hops import Hop
from mockserver.server.fleet.frames import Ending
from mockserver.server.fleet.relays import Relay, Relays

__all__ = ["Relaying"]


class Relaying(web.RequestHandler):
    """One connection; while a request is relayed, nothing that comes is looked at."""

    __slots__ = ("_has_ended", "_hop", "_late", "_relay")

    def __init__(self, manager: web.Server, **settings: Any) -> None:
        super().__init__(manager, **settings)
        self._has_ended = False
        self._relay: Relay | None = None
        self._late, self._hop = b"", b""

    def relays_to(self, relays: Relays, asked: bytes) -> bool:
        """Relay a request if it is known to whom; say whether it is on its way."""
        if not self._hop:
            scheme = "http" if self.ssl_context is None else "https"
            transport = self.transport
            assert transport is not None  # noqa: S101 - it is idle
            peer = transport.get_extra_info("peername")
            here = transport.get_extra_info("sockname")
            self._hop = Hop(scheme, peer, here, hops=1).dump()
        self._relay = relays.begin(asked, self._hop, self)
        if self._relay is None:
            return False
        # Who ends the connections waits for it, as for what is answered here.
        self._request_in_progress = True
        return True

    def holds(self, data: bytes) -> bool:
        """Keep what comes too early; say whether it does."""
        if self._relay is None:
            return False
        transport = self.transport
        if not self._late and transport is not None and not transport.is_closing():
            transport.pause_reading()
        self._late += data
        return True

    def take(self, data: bytes) -> bool:
        """Send a part of an answer; say whether the client takes more."""
        if self.transport is None:
            raise ConnectionResetError("the client has left")
        self.transport.write(data)
        return not self._paused

    def relayed(self, relay: Relay, ending: Ending | None) -> None:
        """Go on after an answer as the other worker would; if there is none, here."""
        self._relay, self._request_in_progress = None, False
        late, self._late = self._late, b""
        transport = self.transport
        if self._handler_waiter is not None:
            self._handler_waiter.set_result(None)
        if transport is None:
            return
        if late and not transport.is_closing():
            transport.resume_reading()
        if ending is None and not relay.line.taken and not self._close:
            self.data_received(relay.asked)
            if late:
                self.data_received(late)
        elif ending is Ending.KEEP and not self._has_ended and not self._close:
            self._count()
            if late:
                self.data_received(late)
        elif ending is Ending.KEEP or ending is Ending.CLOSE:
            self.force_close()
        else:
            set_no_linger(transport)
            transport.abort()

    def resume_writing(self) -> None:
        """Let whoever writes go on."""
        super().resume_writing()
        if self._relay is not None:
            self._relay.line.resume()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Let nobody work for a client that has left."""
        relay, self._relay = self._relay, None
        if relay is not None:
            relay.stop()
        super().connection_lost(exc)

    def _count(self) -> None:
        """Count an answer as aiohttp would, and wait for what is asked next."""
        manager = self._manager
        assert manager is not None  # noqa: S101 - it is connected
        self._request_count += 1
        manager.requests_count += 1
        self._next_keepalive_close_time = self._loop.time() + self._keepalive_timeout

    def _process_keepalive(self) -> None:
        """End a connection on which nobody asks, but none that waits for an answer."""
        if self._relay is None:
            super()._process_keepalive()
            return
        delay_s = self._keepalive_timeout
        self._keepalive_handle = self._loop.call_later(delay_s, self._process_keepalive)
