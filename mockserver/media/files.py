"""MediaFile and MediaBundle: what the cache hands out."""

from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from mockserver.errors import MediaError
from mockserver.media.playlists import hls_playlist

__all__ = ["MediaBundle", "MediaFile"]


class MediaFile(Struct, frozen=True, eq=False, weakref=True):
    """One finished file; as long as it is held, its path stays.

    Attributes:
        data: Its bytes, unless it is too large to be held in memory.
        path: Where it lies, if the cache has a directory.
        size_bytes: Its size.
        md5_hex: MD5 of its bytes, 32 hex digits.
        content_type: Its MIME type.
        duration_s: How long it plays; 0 for a still.
    """

    data: bytes | None
    path: Path | None
    size_bytes: int
    md5_hex: str
    content_type: str
    duration_s: float

    @property
    def etag(self) -> str:
        """The strong entity tag, in its quotes: the MD5."""
        return f'"{self.md5_hex}"'

    def read(self) -> bytes:
        """Return the bytes, from memory or (blocking) from the file.

        Raises:
            MediaError: The file has been removed or cannot be read.
        """
        if self.data is not None:
            return self.data
        if self.path is None:
            raise MediaError("a media file has neither bytes nor a path")
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise MediaError(f"{self.path}: {error.strerror}") from error


class MediaBundle(Struct, frozen=True, eq=False):
    """The segments of an HLS clip, in order.

    Attributes:
        files: One transport stream each.
    """

    files: tuple[MediaFile, ...]

    def __len__(self) -> int:
        return len(self.files)

    def __iter__(self) -> Iterator[MediaFile]:
        return iter(self.files)

    def playlist(self, name: Callable[[int], str] = "{}.ts".format) -> str:
        """Return the VOD playlist.

        Args:
            name: Gives a segment's relative link by its index from 0.
        """
        return hls_playlist(
            [(name(i), file.duration_s) for i, file in enumerate(self.files)]
        )
