"""Zip archives: read from their own directory, bounded in entries, size and ratio."""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["MAGIC", "Archive", "ArchiveError", "Entry", "open_archive"]

MAGIC: Final = b"PK\x03\x04"
ENTRIES_MAX: Final = 2000
DIRECTORY_BYTES_MAX: Final = 1024 * 1024
UNPACKED_BYTES_MAX: Final = 1024 * 1024 * 1024
RATIO_MAX: Final = 100
SMALL_BYTES: Final = 1024 * 1024  # below this, whatever the ratio

_END: Final = struct.Struct("<4s4H2LH")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x1
_SYMLINK, _FILE_TYPES = 0xA000, 0xF000
_UNIX = 3
_UNSAFE = re.compile(r"(^|/)\.\.(/|$)|^/|^[A-Za-z]:|[\\\x00-\x1f\x7f]")


class ArchiveError(ValueError):
    """An archive is broken, or beyond a bound; the text says which."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive.

    Attributes:
        name: Its path, with slashes.
        method: 0 stored, 8 deflated.
        packed_bytes: Its size in the archive.
        size_bytes: Its size.
        at: Where its local header begins.
    """

    name: str
    method: int
    packed_bytes: int
    size_bytes: int
    at: int


@dataclass(frozen=True, slots=True)
class Archive:
    """A checked archive.

    Attributes:
        entries: Its files by name, without folders.
        data: The archive itself.
    """

    entries: dict[str, Entry]
    data: bytes

    def read(self, name: str, *, bytes_max: int) -> bytes:
        """Return a file's bytes; never more than `bytes_max` are unpacked.

        Raises:
            ArchiveError: It is broken or longer.
            KeyError: There is no such file.
        """
        entry = self.entries[name]
        if entry.size_bytes > bytes_max:
            raise ArchiveError(f"{name}: more than {bytes_max} bytes")
        start = _content_at(self.data, entry)
        packed = self.data[start : start + entry.packed_bytes]
        if entry.method == _STORED:
            return packed
        return _inflate(name, packed, bytes_max)


def open_archive(data: bytes) -> Archive:
    """Check an archive as a whole, without unpacking anything.

    Raises:
        ArchiveError: It is broken, encrypted, has too many or too large files,
            unpacks to too much, or names a path outside itself.
    """
    entries: dict[str, Entry] = {}
    total = 0
    for entry in _entries(data):
        if entry.name in entries:
            raise ArchiveError(f"{_shown(entry.name)}: is there twice")
        if not entry.name.endswith("/"):
            entries[entry.name] = entry
        total += entry.size_bytes
        if total > UNPACKED_BYTES_MAX:
            raise ArchiveError(f"unpacks to more than {UNPACKED_BYTES_MAX} bytes")
    if total > max(SMALL_BYTES, RATIO_MAX * len(data)):
        raise ArchiveError(f"unpacks to more than {RATIO_MAX} times its size")
    return Archive(entries, data)


def _entries(data: bytes) -> Iterator[Entry]:
    count, size, at = _directory(data)
    if count > ENTRIES_MAX or size > DIRECTORY_BYTES_MAX:
        raise ArchiveError(f"more than {ENTRIES_MAX} files")
    end = at + size
    for _ in range(count):
        if at + _CENTRAL.size > end:
            raise ArchiveError("the directory is cut off")
        parts = _CENTRAL.unpack_from(data, at)
        name_at = at + _CENTRAL.size
        at = name_at + sum(parts[10:13])
        if parts[0] != b"PK\x01\x02" or at > end:
            raise ArchiveError("the directory is broken")
        yield _entry(parts, data[name_at : name_at + parts[10]])
    if at != end:
        raise ArchiveError(f"more files than the {count} that are announced")


def _entry(parts: tuple[int, ...], raw_name: bytes) -> Entry:
    made_by, flags, method = parts[1], parts[3], parts[4]
    packed, size, attributes, offset = parts[8], parts[9], parts[15], parts[16]
    try:
        name = raw_name.decode("utf-8" if flags & 0x800 else "cp437")
    except UnicodeDecodeError as error:
        raise ArchiveError("a file name is not UTF-8") from error
    if not name or _UNSAFE.search(name):
        raise ArchiveError(f"{_shown(name)}: the path leads out of the archive")
    if flags & _ENCRYPTED or method not in {_STORED, _DEFLATED}:
        raise ArchiveError(f"{_shown(name)}: is encrypted or packed in an unknown way")
    is_link = attributes >> 16 & _FILE_TYPES == _SYMLINK
    if made_by >> 8 == _UNIX and is_link:
        raise ArchiveError(f"{_shown(name)}: is a link")
    if size > max(SMALL_BYTES, RATIO_MAX * packed):
        raise ArchiveError(f"{_shown(name)}: unpacks to more than {RATIO_MAX} times")
    return Entry(name, method, packed, size, offset)


def _directory(data: bytes) -> tuple[int, int, int]:
    """Return how many files there are, and size and place of their directory."""
    # The end record may be followed by a comment of at most 65535 bytes.
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - _END.size - 65535))
    if at < 0 or at + _END.size > len(data):
        raise ArchiveError("no directory")
    _, _, _, _, count, size, offset, _ = _END.unpack_from(data, at)
    if count == 0xFFFF or 0xFFFFFFFF in {size, offset}:
        raise ArchiveError(f"more than {ENTRIES_MAX} files")
    if offset + size > at:
        raise ArchiveError("the directory is cut off")
    return count, size, offset


def _content_at(data: bytes, entry: Entry) -> int:
    if entry.at + _LOCAL.size > len(data):
        raise ArchiveError(f"{_shown(entry.name)}: is cut off")
    parts = _LOCAL.unpack_from(data, entry.at)
    start: int = entry.at + _LOCAL.size + parts[9] + parts[10]
    if parts[0] != MAGIC or start + entry.packed_bytes > len(data):
        raise ArchiveError(f"{_shown(entry.name)}: is cut off")
    return start


def _inflate(name: str, packed: bytes, bytes_max: int) -> bytes:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        found = unpacker.decompress(packed, bytes_max + 1)
    except zlib.error as error:
        raise ArchiveError(f"{_shown(name)}: {error}") from error
    if len(found) > bytes_max:
        raise ArchiveError(f"{_shown(name)}: more than {bytes_max} bytes")
    if not unpacker.eof:
        raise ArchiveError(f"{_shown(name)}: is cut off")
    return found


def _shown(name: str) -> str:
    return name if len(name) <= 80 else name[:77] + "..."
