"""What bodies on disk need: are they still there, and what is their hash."""

import asyncio
import hashlib
from collections.abc import Iterable

from mockserver.delivery.message import FileLike
from mockserver.errors import MediaError

__all__ = ["check_files", "sha256_hex"]


async def check_files(pieces: Iterable[bytes | FileLike]) -> None:
    """Find out about a lost file now, lest it look like a lost connection.

    Raises:
        MediaError: A file is gone or has another size.
    """
    for piece in pieces:
        if isinstance(piece, bytes):
            continue
        try:
            found = (await asyncio.to_thread(piece.path.stat)).st_size
        except OSError as error:
            raise MediaError(f"{piece.path}: cannot be sent: {error}") from error
        if found != piece.size_bytes:
            raise MediaError(
                f"{piece.path}: found {found} bytes, expected {piece.size_bytes}"
            )


async def sha256_hex(body: bytes | FileLike) -> str:
    """Return a body's SHA-256 in lower-case hexadecimal digits."""
    if isinstance(body, bytes):
        return hashlib.sha256(body).hexdigest()
    return await asyncio.to_thread(_hash_file, body)


def _hash_file(body: FileLike) -> str:
    with body.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
