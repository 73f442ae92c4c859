"""Keeps rendered files in a directory that several processes may share.

Each entry is a directory named by its key; it appears whole, by one rename. A file's
name ends in the MD5 of its bytes, so that damage shows.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

from msgspec import Struct

__all__ = ["Shelf", "Stored", "md5_of"]


class Stored(Struct, frozen=True):
    """One file of an entry, with its bytes as they were when it was checked."""

    path: Path | None
    data: bytes
    md5_hex: str


class Shelf(Struct, frozen=True):
    """A directory of entries; every method blocks.

    Attributes:
        directory: Where; made when first needed.
        max_bytes: What all entries together may take.
    """

    directory: Path
    max_bytes: int

    def read(self, key: str, count: int) -> tuple[Stored, ...] | None:
        """Return an entry and mark it as used; `None` if it is not there, whole.

        A damaged entry is removed.

        Args:
            key: Its name.
            count: How many files it must have.
        """
        folder = self.directory / key
        try:
            files = tuple(_checked(path) for path in sorted(folder.iterdir()))
            os.utime(folder)
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            self.remove(key)
            return None
        if len(files) != count:
            self.remove(key)
            return None
        return files

    def write(
        self, key: str, parts: Sequence[bytes], extension: str
    ) -> tuple[Stored, ...]:
        """Add an entry; if another process was quicker, its equal one stays.

        Raises:
            OSError: The directory cannot be written.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix="new-", dir=self.directory))
        try:
            named = [_written(new, i, data, extension) for i, data in enumerate(parts)]
            new.chmod(0o755)
            _moved(new, self.directory / key)
        except OSError:
            shutil.rmtree(new, ignore_errors=True)
            raise
        return tuple(
            Stored(self.directory / key / name, data, md5_hex)
            for (name, md5_hex), data in zip(named, parts, strict=True)
        )

    def trim(self, keep: Collection[str]) -> None:
        """Remove what was used longest ago until the rest fits.

        Args:
            keep: Keys of entries that are in use.
        """
        entries = sorted(_measured(self.directory))
        total = sum(size for _, size, _ in entries)
        for _, size, name in entries:
            if total <= self.max_bytes:
                return
            if name not in keep:
                self.remove(name)
                total -= size

    def remove(self, key: str) -> None:
        """Forget an entry, if it is there."""
        shutil.rmtree(self.directory / key, ignore_errors=True)


def md5_of(data: bytes) -> str:
    """Return the MD5 of bytes as 32 hex digits."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _checked(path: Path) -> Stored:
    data = path.read_bytes()
    md5_hex = md5_of(data)
    if not path.stem.endswith(md5_hex):
        raise ValueError(path)
    return Stored(path, data, md5_hex)


def _written(folder: Path, index: int, data: bytes, extension: str) -> tuple[str, str]:
    md5_hex = md5_of(data)
    name = f"{index:05d}-{md5_hex}.{extension}"
    (folder / name).write_bytes(data)
    return name, md5_hex


def _moved(new: Path, entry: Path) -> None:
    try:
        new.rename(entry)
    except OSError:
        # Equal keys have equal bytes: whoever came first is as good.
        if not entry.is_dir():
            raise
        shutil.rmtree(new, ignore_errors=True)


def _measured(directory: Path) -> list[tuple[int, int, str]]:
    """Return `(when used, size, name)` of each entry."""
    found = []
    for entry in directory.iterdir():
        # Another process may remove it at any moment.
        with contextlib.suppress(OSError):
            size = sum(file.stat().st_size for file in entry.iterdir())
            found.append((entry.stat().st_mtime_ns, size, entry.name))
    return found
