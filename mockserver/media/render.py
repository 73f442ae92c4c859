"""Renders media off the event loop: in threads, and what needs one by an ffmpeg."""

import asyncio
from collections.abc import Callable
from functools import cache
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from mockserver.errors import MediaError
from mockserver.media.binary import find_ffmpeg, is_drawn, needs_ffmpeg
from mockserver.media.cards import systemfonts
from mockserver.media.parts import Part
from mockserver.media.renderer import Renderer
from mockserver.media.spec import MediaSpec

if TYPE_CHECKING:
    from mockserver.media.studio import Studio

__all__ = ["FfmpegRenderer", "Renderer"]

# Whatever changes the bytes of any file must change this.
_VERSION: Final = 12


class FfmpegRenderer(Struct):
    """The real renderer; belongs to one event loop.

    Attributes:
        program: The ffmpeg; found by itself if not given, once something needs one.
        limit_s: The longest one run of ffmpeg may take.
        at_once: How many renderings run at the same time.
        find: Finds the ffmpeg.
    """

    program: Path | None = None
    limit_s: float = 60.0
    at_once: int = 4
    find: Callable[[], Path] = find_ffmpeg
    _studio: "Studio | None" = None
    _slots: asyncio.Semaphore | None = None

    def identity(self, spec: MediaSpec) -> str:
        """Return the versions of everything that decides the bytes of a spec."""
        if is_drawn(spec):
            return _drawn_by()
        encoded = f"{_drawn_by()}:{_version_of('av')}"
        if not needs_ffmpeg(spec):
            return encoded
        program = self._found()
        try:
            facts = program.stat()
        except OSError as error:
            raise MediaError(f"{program} cannot be read: {error.strerror}") from error
        return f"{encoded}:{program}:{facts.st_size}:{facts.st_mtime_ns}"

    async def render(self, spec: MediaSpec) -> tuple[Part, ...]:
        """Return the files of a spec; see `Renderer`."""
        if self._slots is None:
            self._slots = asyncio.Semaphore(self.at_once)
        async with self._slots:
            studio = self._studio = self._studio or self._open()
            if is_drawn(spec):
                return await studio.draw(spec)
            return await studio.encode(spec, self._found)

    def _open(self) -> "Studio":
        # Pillow, PyAV and their like take a tenth of a second to load.
        module = import_module("mockserver.media.studio")
        studio: Studio = module.Studio(self.limit_s)
        return studio

    def _found(self) -> Path:
        if self.program is None:
            self.program = self.find()
        return self.program


def _drawn_by() -> str:
    drawn = f"{_VERSION}:{_version_of('pillow')}:{systemfonts.identity()}"
    # Without its library letters do not join: a file of then is none of now.
    return drawn if _shapes() else f"{drawn}:unshaped"


@cache
def _shapes() -> bool:
    """Say whether text is shaped here, for which Pillow looks for a library."""
    return bool(import_module("PIL.features").check("raqm"))


@cache
def _version_of(distribution: str) -> str:
    return metadata.version(distribution)
