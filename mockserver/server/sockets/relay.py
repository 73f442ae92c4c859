"""Relay: bytes of a tunnel go on to a host that the user has let through, and back."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, cast

__all__ = ["Relay", "connect"]

CONNECT_S: Final = 10.0


class Relay(asyncio.Protocol):
    """One end of a tunnel; what it receives, the other end sends.

    Args:
        idle_s: How long both ends may be silent.
        known: All that are open.
    """

    def __init__(self, idle_s: float, known: "set[Relay]") -> None:
        self._known = known
        self._idle_s = idle_s
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._peer: Relay | None = None
        self._heard_at = self._loop.time()

    def join(self, peer: "Relay") -> None:
        """Make two ends one tunnel."""
        self._peer, peer._peer = peer, self  # noqa: SLF001  (of the same class)

    def send(self, data: bytes) -> None:
        """Send bytes to whoever is at this end."""
        if self._transport is not None:
            self._transport.write(data)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to watch the time."""
        # Of a stream, whatever class another loop than asyncio's has for that.
        self._transport = cast("asyncio.Transport", transport)
        self._known.add(self)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Give bytes to the other end."""
        self._heard_at = self._loop.time()
        if self._peer is not None:
            self._peer.send(data)

    def eof_received(self) -> bool:
        """Let the other end know that no more comes, and stay open for answers."""
        other = None if self._peer is None else self._peer._transport  # noqa: SLF001
        if other is None or other.is_closing() or not other.can_write_eof():
            return False
        other.write_eof()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Close the other end, too, once it has got everything."""
        del exc
        self._known.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        peer, self._peer = self._peer, None
        if peer is not None and peer._transport is not None:  # noqa: SLF001
            peer._transport.close()  # noqa: SLF001
        self._transport = None

    def pause_writing(self) -> None:
        """Take no more from the other end than this one takes."""
        self._let_peer(is_reading=False)

    def resume_writing(self) -> None:
        """Take again."""
        self._let_peer(is_reading=True)

    def abort(self) -> None:
        """End the tunnel at once."""
        if self._transport is not None:
            self._transport.abort()

    def _let_peer(self, *, is_reading: bool) -> None:
        other = None if self._peer is None else self._peer._transport  # noqa: SLF001
        if other is None or other.is_closing():
            return
        with suppress(RuntimeError):
            (other.resume_reading if is_reading else other.pause_reading)()

    def _watch(self) -> None:
        peer_heard = self._heard_at if self._peer is None else self._peer._heard_at  # noqa: SLF001
        left_s = max(self._heard_at, peer_heard) + self._idle_s - self._loop.time()
        if left_s > 0:
            self._timer = self._loop.call_later(left_s, self._watch)
        else:
            self.abort()


async def connect(
    addresses: Sequence[str], port: int, idle_s: float, known: set[Relay]
) -> Relay:
    """Return the far end of a tunnel, connected to the first address that answers.

    Raises:
        OSError: None does.
    """
    loop, failed = asyncio.get_running_loop(), OSError("no address")
    for address in addresses:
        try:
            async with asyncio.timeout(CONNECT_S):
                _, end = await loop.create_connection(
                    lambda: Relay(idle_s, known), address, port
                )
        except (OSError, TimeoutError) as error:
            failed = error if isinstance(error, OSError) else OSError("no answer")
        else:
            return end
    raise failed
