"""What files inside a body need: are they still there, read, and hashed."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Sequence

from mockserver.delivery.body import FileLike
from mockserver.errors import MediaError

__all__ = ["check_files", "read_pieces", "sha256_hex"]

_PIECE_BYTES = 256 * 1024


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


async def read_pieces(pieces: Iterable[bytes | FileLike]) -> AsyncIterator[bytes]:
    """Yield a whole body, files in parts that fit into memory.

    Raises:
        OSError: A file cannot be read, or has become shorter.
    """
    for piece in pieces:
        if isinstance(piece, bytes):
            if piece:
                yield piece
            continue
        left = piece.size_bytes
        with await asyncio.to_thread(piece.path.open, "rb") as file:
            while left:
                data = await asyncio.to_thread(file.read, min(left, _PIECE_BYTES))
                if not data:
                    raise OSError(f"{piece.path}: {left} bytes short of its size")
                left -= len(data)
                yield data


async def sha256_hex(pieces: Sequence[bytes | FileLike]) -> str:
    """Return a body's SHA-256 in lower-case hexadecimal digits.

    Raises:
        OSError: A file cannot be read.
    """
    return await asyncio.to_thread(_sha256_hex, pieces)


def _sha256_hex(pieces: Sequence[bytes | FileLike]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        if isinstance(piece, bytes):
            digest.update(piece)
            continue
        with piece.path.open("rb") as file:
            while data := file.read(_PIECE_BYTES):
                digest.update(data)
    return digest.hexdigest()
