"""Hello: which host a client means, from the first bytes that it says in TLS."""

from typing import Final

from msgspec import Struct

__all__ = ["HANDSHAKE", "Hello", "read_hello"]

HANDSHAKE: Final = 0x16
"""The first byte of every TLS connection; no HTTP method begins with it."""

_RECORD: Final = 5
_CLIENT_HELLO: Final = 1
_SERVER_NAME: Final = 0
_HOST_NAME: Final = 0


class Hello(Struct, frozen=True):
    """What a ClientHello says.

    Attributes:
        host: The server name, lower case; empty if it names none.
    """

    host: str


class _Cursor:
    """Reads big-endian numbers and counted bytes, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, size: int) -> bytes:
        """Return the next bytes; `ValueError` if there are not that many."""
        part = self._data[self._at : self._at + size]
        if len(part) < size:
            raise ValueError("a ClientHello that ends too early")
        self._at += size
        return part

    def number(self, size: int) -> int:
        """Return the next number of so many bytes."""
        return int.from_bytes(self.take(size), "big")

    def counted(self, size: int) -> bytes:
        """Return bytes that their length of `size` bytes stands before."""
        return self.take(self.number(size))

    @property
    def is_over(self) -> bool:
        """Whether everything has been read."""
        return self._at >= len(self._data)


def read_hello(said: bytes) -> Hello | None:
    """Return what a client says first; None until all of it has come.

    Source: RFC 8446, sections 4.1.2 and 5.1; RFC 6066, section 3.

    Raises:
        ValueError: It is no ClientHello.
    """
    message = b""
    records = said
    while True:
        if records and records[0] != HANDSHAKE:
            raise ValueError("no TLS handshake")
        if len(records) < _RECORD:
            return None
        size = int.from_bytes(records[3:_RECORD], "big")
        if len(records) < _RECORD + size:
            return None
        if not size:
            raise ValueError("an empty TLS record")
        message += records[_RECORD : _RECORD + size]
        records = records[_RECORD + size :]
        if message[0] != _CLIENT_HELLO:
            raise ValueError("no ClientHello")
        if len(message) >= 4 + int.from_bytes(message[1:4], "big"):
            return Hello(_host(_Cursor(message[4:])))


def _host(hello: _Cursor) -> str:
    hello.take(2 + 32)  # version and random
    hello.counted(1)  # session
    hello.counted(2)  # cipher suites
    hello.counted(1)  # compression
    if hello.is_over:
        return ""
    extensions = _Cursor(hello.counted(2))
    while not extensions.is_over:
        kind, body = extensions.number(2), extensions.counted(2)
        if kind == _SERVER_NAME:
            names = _Cursor(_Cursor(body).counted(2))
            if names.number(1) == _HOST_NAME:
                return names.counted(2).decode("ascii").rstrip(".").lower()
    return ""
