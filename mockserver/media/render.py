"""Renders media off the event loop: Pillow in a thread, ffmpeg as a process."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import av
import PIL

from mockserver.errors import MediaError
from mockserver.media import stills, tones
from mockserver.media.assemble import Loop, joined, read_pictures, read_sound
from mockserver.media.binary import find_ffmpeg
from mockserver.media.cards import CardPainter
from mockserver.media.graphs import encode_command, sound_command
from mockserver.media.loops import Plan, plan_of
from mockserver.media.pieces import Part, pack
from mockserver.media.process import run_process
from mockserver.media.spec import Container, MediaSpec

__all__ = ["FfmpegRenderer", "Part", "Renderer"]

# Whatever changes the bytes of any file must change this.
_VERSION: Final = 1
_SOUNDS_KEPT: Final = 32


class Renderer(Protocol):
    """Makes the bytes of media files; equal specs give equal bytes."""

    def identity(self, spec: MediaSpec) -> str:
        """Return text that differs whenever the bytes of a spec may differ.

        Raises:
            MediaError: The renderer cannot work here.
        """
        ...

    async def render(self, spec: MediaSpec) -> tuple[Part, ...]:
        """Return the files of a spec: one, or the segments of an HLS clip.

        Raises:
            MediaError: It cannot be made; the message says why, in one line.
        """
        ...


@dataclass(slots=True)
class FfmpegRenderer:
    """The real renderer.

    Attributes:
        program: The ffmpeg; found by itself if not given.
        limit_s: The longest one run of ffmpeg may take.
        at_once: How many renderings run at the same time.
    """

    program: Path | None = None
    limit_s: float = 60.0
    at_once: int = 4
    _painter: CardPainter = field(default_factory=CardPainter)
    _sounds: dict[tuple[object, ...], Loop] = field(default_factory=dict)
    _slots: asyncio.Semaphore | None = None

    def identity(self, spec: MediaSpec) -> str:
        """Return the versions of everything that decides the bytes of a spec."""
        if needs_no_ffmpeg(spec):
            return f"{_VERSION}:{PIL.__version__}"
        program = self._program()
        try:
            facts = program.stat()
        except OSError as error:
            raise MediaError(f"{program} cannot be read: {error.strerror}") from error
        build = f"{program}:{facts.st_size}:{facts.st_mtime_ns}"
        return f"{_VERSION}:{PIL.__version__}:{av.__version__}:{build}"

    async def render(self, spec: MediaSpec) -> tuple[Part, ...]:
        """Return the files of a spec; see `Renderer`."""
        if self._slots is None:
            self._slots = asyncio.Semaphore(self.at_once)
        async with self._slots:
            return await self._render(spec)

    async def _render(self, spec: MediaSpec) -> tuple[Part, ...]:
        if spec.is_still:
            data = await asyncio.to_thread(stills.still, spec, self._painter)
        elif spec.container is Container.GIF:
            data = await asyncio.to_thread(stills.gif, spec, self._painter)
        elif spec.container is Container.WAV:
            data = await asyncio.to_thread(tones.wav, spec)
        else:
            return await self._encode(spec)
        return (Part(data, spec.frames),)

    async def _encode(self, spec: MediaSpec) -> tuple[Part, ...]:
        plan = None if spec.is_sound else plan_of(spec)
        try:
            async with asyncio.TaskGroup() as both:
                pictures = both.create_task(self._pictures(spec, plan))
                sound = both.create_task(self._sound(spec))
        except* MediaError as group:
            # Both may fail for one reason; one line is enough.
            raise first_error(group) from None
        return await asyncio.to_thread(
            pack, spec, plan, pictures.result(), sound.result()
        )

    async def _pictures(self, spec: MediaSpec, plan: Plan | None) -> Loop | None:
        if plan is None:
            return None
        width, height = spec.encoded_px
        async with asyncio.TaskGroup() as side_by_side:
            tasks = [
                side_by_side.create_task(self._batch(spec, plan.loop, cards))
                for cards in plan.batches(width * height)
            ]
        return joined([task.result() for task in tasks])

    async def _batch(self, spec: MediaSpec, loop: int, cards: tuple[int, ...]) -> Loop:
        command = encode_command(self._program(), spec, loop=loop, cards=len(cards))
        feed = self._raw(spec, cards)
        out = await run_process(command, feed=feed, limit_s=self.limit_s)
        count = loop * len(cards)
        return await asyncio.to_thread(
            read_pictures, out, spec.fps, loop=loop, count=count
        )

    async def _raw(
        self, spec: MediaSpec, cards: tuple[int, ...]
    ) -> AsyncIterator[bytes]:
        for index in cards:
            yield await asyncio.to_thread(self._painter.pixels, spec, index)

    async def _sound(self, spec: MediaSpec) -> Loop | None:
        if spec.audio_codec is None:
            return None
        key = (
            spec.audio_codec,
            spec.tone,
            spec.sample_rate_hz,
            spec.channels,
            spec.audio_bit_rate,
        )
        if key not in self._sounds:
            command = sound_command(self._program(), spec)
            out = await run_process(command, limit_s=self.limit_s)
            if len(self._sounds) >= _SOUNDS_KEPT:
                self._sounds.clear()
            self._sounds[key] = await asyncio.to_thread(
                read_sound, out, spec.sample_rate_hz
            )
        return self._sounds[key]

    def _program(self) -> Path:
        if self.program is None:
            self.program = find_ffmpeg()
        return self.program


def first_error(group: BaseExceptionGroup[MediaError]) -> MediaError:
    """Return the first of several errors, however deep it lies."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return MediaError(*error.args)


def needs_no_ffmpeg(spec: MediaSpec) -> bool:
    """Return whether Pillow or the standard library makes it alone."""
    return spec.is_still or spec.container in {Container.GIF, Container.WAV}
