"""Frames: an answer between two workers, byte for byte, and how it ends.

What goes out to a client need not be HTTP: it may be cut, garbage, or longer than it
says. So the bytes of answers are not parsed on their way but framed, and the end of
each is told: nothing else could tell an emulated loss of the connection from a real
one.
"""

import asyncio
import socket
import struct
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Any, Final

from mockserver.edge.answering.sending import NO_LINGER

__all__ = ["Ending", "Framed", "Unframed"]

_HEAD: Final = struct.Struct(">BI")
_BYTES: Final = 0
_FLUSH_BYTES: Final = 64 * 1024
_LINGER: Final = struct.pack("ii", 0, 0)


class Ending(IntEnum):
    """What becomes of the client's connection after an answer, or what was of one.

    Attributes:
        KEEP: It stays.
        CLOSE: It is closed.
        RESET: It is reset.
    """

    KEEP = 1
    CLOSE = 2
    RESET = 3


_KEPT: Final = _HEAD.pack(Ending.KEEP, 0)


class Framed(asyncio.Transport):
    """What the worker that answers takes for the connection of the client.

    Args:
        inner: The connection to the worker that the client has reached.
    """

    def __init__(self, inner: asyncio.Transport) -> None:
        super().__init__()
        self._known: Mapping[str, Any] | None = None
        self._inner = inner
        self._pending: list[bytes] = []
        self._size = 0
        self._loop = asyncio.get_running_loop()

    def begin(self, known: Mapping[str, Any]) -> None:
        """Let what is written from now on be the answer to a request.

        Args:
            known: What `get_extra_info` says of the client's connection.
        """
        self._known = known

    def say(self, answer: bytes) -> None:
        """Send a whole answer, after which the client's connection stays."""
        head, end = _HEAD.pack(_BYTES, len(answer)), _KEPT
        self._inner.write(b"".join((head, answer, end)))

    def end(self, ending: Ending) -> None:
        """Tell how the answer to the request under way has ended."""
        if self._known is not None:
            self._known = None
            self._pending.append(_HEAD.pack(ending, 0))
            self._flush()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes to the client, together with what is written in the same turn."""
        if not data:
            return
        if not self._pending:
            self._loop.call_soon(self._flush)
        self._pending += (_HEAD.pack(_BYTES, len(data)), bytes(data))
        self._size += len(data)
        if self._size >= _FLUSH_BYTES:
            self._flush()

    def close(self) -> None:
        """Close the client's connection, or only this one if nothing is under way."""
        self.end(Ending.CLOSE)
        self._flush()
        self._inner.close()

    def abort(self) -> None:
        """End the client's connection at once; reset it if that was prepared."""
        opened = self._inner.get_extra_info("socket")
        is_reset = _linger(opened) == NO_LINGER
        if is_reset:
            # The other worker resets; here, that would overtake what tells it to.
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        self.end(Ending.RESET if is_reset else Ending.CLOSE)
        self._flush()
        self._inner.close()

    def leave(self) -> None:
        """End this connection alone: whoever has handed over looks for another worker.

        Of an answer that has begun, the client's connection ends with it.
        """
        self._known = None
        self.close()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what is known of the client's connection."""
        if self._known is not None and name in self._known:
            return self._known[name]
        return self._inner.get_extra_info(name, default)

    def is_closing(self) -> bool:
        """Say whether it is being closed."""
        return self._inner.is_closing()

    def pause_reading(self) -> None:
        """Take no more for now."""
        self._inner.pause_reading()

    def resume_reading(self) -> None:
        """Take again."""
        self._inner.resume_reading()

    def get_write_buffer_size(self) -> int:
        """Return how many bytes have not left."""
        return self._size + self._inner.get_write_buffer_size()

    def set_write_buffer_limits(
        self, high: int | None = None, low: int | None = None
    ) -> None:
        """Say when whoever writes has to wait."""
        self._inner.set_write_buffer_limits(high, low)

    def _flush(self) -> None:
        if self._pending:
            data = b"".join(self._pending)
            self._pending.clear()
            self._size = 0
            self._inner.write(data)


class Unframed:
    """Takes frames apart as they come.

    Args:
        take: Gets the bytes of answers.
        end: Gets the ends of answers.
    """

    def __init__(
        self, take: Callable[[bytes], None], end: Callable[[Ending], None]
    ) -> None:
        self._take, self._end = take, end
        self._rest = b""
        self._left = 0

    def feed(self, data: bytes) -> None:
        """Take what has come."""
        data, at = self._rest + data, 0
        while at < len(data):
            if self._left:
                piece = data[at : at + self._left]
                self._left -= len(piece)
                at += len(piece)
                self._take(piece)
            elif len(data) - at < _HEAD.size:
                break
            else:
                kind, self._left = _HEAD.unpack_from(data, at)
                at += _HEAD.size
                if kind != _BYTES:
                    self._end(Ending(kind))
        self._rest = data[at:]


def _linger(opened: Any) -> bytes:
    size = len(NO_LINGER)
    told: bytes = opened.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, size)
    return told
