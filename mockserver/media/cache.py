"""MediaCache: each file is rendered once, then comes from memory or disk."""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from weakref import WeakValueDictionary

from msgspec import Struct, field

from mockserver.errors import MediaError
from mockserver.media.files import MediaBundle, MediaFile
from mockserver.media.parts import Part, segment_frames
from mockserver.media.probe import probe
from mockserver.media.renderer import Renderer
from mockserver.media.sent import SentPictures
from mockserver.media.shelf import Shelf, Stored, md5_of
from mockserver.media.spec import AudioCodec, Card, Container, MediaSpec, VideoCodec

__all__ = ["MediaCache"]

_LOG: Final = logging.getLogger("mockserver.media")
_MEGABYTE: Final = 1 << 20
_KEYS_MAX: Final = 1024
_PROBES_AT_ONCE: Final = 2
_SEGMENT_TYPE: Final = "video/mp2t"
_USUAL: Final = MediaSpec(
    Container.MP4,
    64,
    64,
    seconds=1.0,
    cards=(Card(("warm",), "Warm"),),
    video_codec=VideoCodec.H264,
    audio_codec=AudioCodec.AAC,
)


class _Flight(Struct):
    """A rendering under way and how many wait for it."""

    task: asyncio.Task[tuple[MediaFile, ...]]
    waiters: int = 0


class MediaCache(Struct):
    """Files by what is in them.

    Attributes:
        directory: Where files are kept between runs; `None` keeps them in memory.
        renderer: Makes what is not there.
        max_bytes: Bound of the directory; files in use are never removed from it.
        memory_bytes: Bound of what is held in memory.
        sent: Keeps pictures that were sent, and puts them into a spec.
    """

    directory: Path | None
    renderer: Renderer
    max_bytes: int = 1024 * _MEGABYTE
    memory_bytes: int = 128 * _MEGABYTE
    sent: SentPictures = field(default_factory=SentPictures)
    _memory: OrderedDict[str, tuple[MediaFile, ...]] = field(
        default_factory=OrderedDict
    )
    _keys: dict[MediaSpec, str] = field(default_factory=dict)
    _held_bytes: int = 0
    # Each is a process, whoever asks for how many.
    _probes: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(_PROBES_AT_ONCE)
    )
    _flights: dict[str, _Flight] = field(default_factory=dict)
    _line: asyncio.Future[None] | None = None
    _on_disk: WeakValueDictionary[str, MediaFile] = field(
        default_factory=WeakValueDictionary
    )

    async def get(self, spec: MediaSpec) -> MediaFile:
        """Return the file of a spec; concurrent calls share one rendering.

        Raises:
            MediaError: It cannot be made, or is an HLS clip (see `get_bundle`).
        """
        if spec.container is Container.HLS:
            raise MediaError("an HLS clip has many files: ask for the bundle")
        return (await self._files(spec))[0]

    async def get_bundle(self, spec: MediaSpec) -> MediaBundle:
        """Return all files of a spec: the segments of an HLS clip, else one.

        Raises:
            MediaError: They cannot be made.
        """
        return MediaBundle(await self._files(spec))

    async def warm(self) -> None:
        """Make a clip that nobody keeps, so that the first one need not wait.

        It loads what draws, encodes and packs, and encodes the silence that most
        clips have. Where a clip has been asked for
        already, all of that is under way; where none can be made, the log says so.
        """
        if self._keys:
            return
        try:
            await self.renderer.render(_USUAL)
        except MediaError as error:
            _LOG.warning("media cannot be made yet: %s", error)

    async def facts_of(self, data: bytes) -> dict[str, Any]:
        """Return what a file says that somebody has sent; see `probe`."""
        async with self._probes:
            return await probe(data)

    async def _files(self, spec: MediaSpec) -> tuple[MediaFile, ...]:
        spec = await self.sent.filled(spec)
        key = self._key(spec)
        known = self._memory.get(key)
        if known is not None:
            self._memory.move_to_end(key)
            return known
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = _Flight(
                asyncio.create_task(self._make(key, spec))
            )
        return await self._join(key, flight)

    async def _join(self, key: str, flight: _Flight) -> tuple[MediaFile, ...]:
        flight.waiters += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiters -= 1
            if not flight.waiters:
                # Whoever comes later must not join what is over or given up; the
                # last one to leave kills the process.
                if self._flights.get(key) is flight:
                    del self._flights[key]
                flight.task.cancel()

    async def _make(self, key: str, spec: MediaSpec) -> tuple[MediaFile, ...]:
        before, here = self._line, asyncio.get_running_loop().create_future()
        self._line = here
        try:
            stored = await asyncio.to_thread(self._from_disk, key, spec)
            if stored is None and before is not None and not before.done():
                # Threads end in any order; what has to be made is made in turn.
                await asyncio.wait([before])
        finally:
            _follow(here, before)
        if stored is None:
            parts = await self.renderer.render(spec)
            stored = await asyncio.to_thread(self._to_disk, key, spec, parts)
        files = self._described(spec, stored)
        self._remember(key, files)
        return files

    def _key(self, spec: MediaSpec) -> str:
        known = self._keys.get(spec)
        if known is None:
            text = f"{spec.digest()}:{self.renderer.identity(spec)}"
            known = hashlib.sha256(text.encode()).hexdigest()
            if len(self._keys) >= _KEYS_MAX:
                self._keys.clear()
            self._keys[spec] = known
        return known

    def _from_disk(self, key: str, spec: MediaSpec) -> tuple[Stored, ...] | None:
        shelf = self._shelf()
        return shelf.read(key, len(segment_frames(spec))) if shelf else None

    def _to_disk(
        self, key: str, spec: MediaSpec, parts: Sequence[Part]
    ) -> tuple[Stored, ...]:
        raw = [part.data for part in parts]
        extension = "ts" if spec.container is Container.HLS else spec.extension
        shelf = self._shelf()
        try:
            if shelf is not None:
                stored = shelf.write(key, raw, extension)
                shelf.trim({key, *self._in_use()})
                return stored
        except OSError as error:
            _LOG.warning("media is kept in memory only: %s", error)
            self.directory = None
        return tuple(Stored(None, data, md5_of(data)) for data in raw)

    def _shelf(self) -> Shelf | None:
        if self.directory is None:
            return None
        return Shelf(self.directory, self.max_bytes)

    def _in_use(self) -> set[str]:
        return {Path(path).parent.name for path in list(self._on_disk)}

    def _described(
        self, spec: MediaSpec, stored: Sequence[Stored]
    ) -> tuple[MediaFile, ...]:
        in_memory = sum(len(one.data) for one in stored) <= self.memory_bytes // 2
        lengths = [float(frames / spec.fps) for frames in segment_frames(spec)]
        kind = _SEGMENT_TYPE if spec.container is Container.HLS else spec.content_type
        files = []
        for one, seconds in zip(stored, lengths, strict=True):
            data = one.data if in_memory or one.path is None else None
            file = MediaFile(
                data=data,
                path=one.path,
                size_bytes=len(one.data),
                md5_hex=one.md5_hex,
                content_type=kind,
                duration_s=0.0 if spec.is_still else seconds,
            )
            files.append(file)
            if data is None:
                self._on_disk[str(one.path)] = file
        return tuple(files)

    def _remember(self, key: str, files: tuple[MediaFile, ...]) -> None:
        size = sum(len(file.data or b"") for file in files)
        if size > self.memory_bytes or any(file.data is None for file in files):
            return
        self._memory[key] = files
        self._held_bytes += size
        while self._held_bytes > self.memory_bytes:
            _, dropped = self._memory.popitem(last=False)
            self._held_bytes -= sum(file.size_bytes for file in dropped)


def _follow(here: asyncio.Future[None], before: asyncio.Future[None] | None) -> None:
    """Say that one has been looked up, once all before it have been."""
    if before is None or before.done():
        here.set_result(None)
    else:
        before.add_done_callback(lambda _: here.set_result(None))
