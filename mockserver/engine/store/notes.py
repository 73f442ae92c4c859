"""Notes: entries one after another in a file, until they are folded into rows.

What was written into a file is there after a `kill -9`, without waiting for the disk.
Of a write that was cut short, and of all after it, nothing counts; as entries are
numbered, none of a file counts if one before it is missing.
"""

import errno
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from struct import Struct
from typing import Final
from zlib import crc32

import msgspec

from mockserver.engine.store.shelf import Entry
from mockserver.errors import StoreError

__all__ = ["Notes", "noted", "unpacked"]

# How the names of the files end, in the order of what is in them.
_ENDINGS: Final = (".folding", ".noted")
_KIND: Final = b"video-mockserver notes "
_VERSION: Final = b"1"
# Of a note: how many bytes it has, and their sum.
_HEAD: Final = Struct("<II")
_log = logging.getLogger(__name__)
_decoder = msgspec.msgpack.Decoder(tuple[int, list[Entry]])

Note = tuple[int, Sequence[Entry]]


class Notes:
    """The file that is written to, and the one before it, which is being folded.

    What is in files that are there is of no use any more.

    Args:
        path: The file with the rows, which they are beside.
        mark: Which store they belong to.
        bytes_max: How long a file may be; None for a whole disk.

    Raises:
        OSError: They cannot be written.
    """

    def __init__(self, path: Path, mark: str, bytes_max: int | None = None) -> None:
        self._folding, self._path = _files(path)
        self._beginning = _beginning(mark)
        self._bytes_max = bytes_max
        self._is_torn = False
        self._begin()
        self._folding.unlink(missing_ok=True)

    def append(self, number: int, entries: Sequence[Entry]) -> None:
        """Write entries that belong together, all or none.

        Args:
            number: One more than that of the entries before.
            entries: What has changed.

        Raises:
            OSError: They cannot be written.
        """
        data = msgspec.msgpack.encode((number, entries))
        if self._is_torn:
            self._mend()
        size = _HEAD.size + len(data)
        if self._bytes_max is not None and self._length + size > self._bytes_max:
            raise _full()
        self._is_torn = True
        try:
            _write(self._file, _HEAD.pack(len(data), crc32(data)) + data)
        except OSError:
            self._mend()
            raise
        self._is_torn = False
        self._length += size

    def turn(self) -> None:
        """Begin a new file, as the one before is to be folded, and dropped then.

        Raises:
            OSError: That cannot be done; nothing has changed.
        """
        if self._folding.exists():
            return  # it could not be folded last time: first that
        before = self._file
        self._path.rename(self._folding)
        try:
            self._begin()
        except OSError:
            self._folding.rename(self._path)
            raise
        os.close(before)

    def drop(self) -> None:
        """Let go of what was to be folded: it is in its place, and on the disk.

        Raises:
            OSError: That cannot be done.
        """
        self._folding.unlink(missing_ok=True)

    def close(self, *, is_folded: bool) -> None:
        """Let go of the file, and of what is in it if that is in its place."""
        os.close(self._file)
        if is_folded:
            with suppress(OSError):
                self._folding.unlink(missing_ok=True)
                self._path.unlink()

    def _begin(self) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        # They hold what proves credentials: they are for nobody else to read.
        opened = os.open(self._path, flags, 0o600)
        try:
            _write(opened, self._beginning)
        except OSError:
            os.close(opened)
            raise
        self._file, self._length = opened, len(self._beginning)
        self._is_torn = False

    def _mend(self) -> None:
        os.ftruncate(self._file, self._length)
        self._is_torn = False


def noted(path: Path, mark: str, after: int) -> tuple[int, list[Entry]]:
    """Return what a process has noted that was killed, and the number of the last.

    Args:
        path: The file with the rows.
        mark: Which store this is.
        after: The number of what has been folded last.

    Raises:
        OSError: It cannot be read.
        StoreError: It has been written by a later release, or is damaged.
    """
    last, entries = after, list[Entry]()
    for file in _files(path):
        for number, group in _read(file, mark):
            if number <= last:
                continue
            if number != last + 1:
                _log.warning("%s: left out, as what was before it is missing", file)
                return last, entries
            last = number
            entries += group
    return last, entries


def _write(file: int, data: bytes) -> None:
    if os.write(file, data) < len(data):
        raise _full()


def _full() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _files(path: Path) -> tuple[Path, Path]:
    folding, current = (path.with_name(path.name + ending) for ending in _ENDINGS)
    return folding, current


def _beginning(mark: str) -> bytes:
    return _KIND + _VERSION + b" " + mark.encode() + b"\n"


def _read(file: Path, mark: str) -> Iterator[Note]:
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return
    at = len(_beginning(mark))
    if data[:at] != _beginning(mark):
        _refuse_later(file, data)
        _log.warning("%s: left out, as it does not belong to the file beside it", file)
        return
    while at < len(data):
        body = at + _HEAD.size
        size, total = _HEAD.unpack_from(data, at) if body <= len(data) else (0, 0)
        note = data[body : body + size]
        if not size or len(note) < size or crc32(note) != total:
            _log.warning("%s: left out from byte %d on: no whole note", file, at)
            return
        try:
            yield _decoder.decode(note)
        except (msgspec.MsgspecError, TypeError) as error:
            raise StoreError(
                f"{file}: found a damaged note at byte {at}: {error}; expected what a"
                " server has written: put this file aside, and a start goes on without"
                " what is in it"
            ) from error
        at = body + size


def _refuse_later(file: Path, data: bytes) -> None:
    kind, _, version = data.split(b"\n", 1)[0].rpartition(b" ")[0].rpartition(b" ")
    if kind + b" " == _KIND and version != _VERSION:
        raise StoreError(
            f"{file}: found version {version.decode('ascii', 'replace')}, expected"
            f" {_VERSION.decode()}: a later release has written it; use that one"
        )


def unpacked(file: Path, data: bytes) -> list[Entry]:
    """Return entries that were noted in SQLite's file, as until version 3.

    Raises:
        StoreError: They are damaged.
    """
    try:
        return msgspec.msgpack.decode(data, type=list[Entry])
    except (msgspec.MsgspecError, TypeError) as error:
        raise StoreError(
            f"{file}: found damaged bytes: {error}; expected what a server has written:"
            " put this file aside, and a start makes a new one"
        ) from error
