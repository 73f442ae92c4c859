"""Studio: draws cards, has them encoded, packs them."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event
from typing import Final, TypeVar

from mockserver.errors import MediaError
from mockserver.media import sequences
from mockserver.media.assemble import Loop, joined, read_pictures, read_sound
from mockserver.media.cards import gifs, stills
from mockserver.media.cards.painter import CardPainter, bands
from mockserver.media.cards.reel import Reel
from mockserver.media.composer import Composer
from mockserver.media.encoder import encodes_here, loops
from mockserver.media.gate import Gate
from mockserver.media.graphs import encode_command, sound_command
from mockserver.media.loops import Montage, Shot, montage_of
from mockserver.media.packer import Packer
from mockserver.media.parts import Part
from mockserver.media.pieces import measure, pack
from mockserver.media.process import run_process
from mockserver.media.sound import encoder as sounds
from mockserver.media.sound import wav
from mockserver.media.sound.bank import Bank, Sound, laid, raw, read_bank
from mockserver.media.sound.codecs import framing_of
from mockserver.media.sound.score import Cell, Score, score_of
from mockserver.media.spec import FILE_MAX_BYTES, AudioCodec, Container, MediaSpec

__all__ = ["Studio"]

T = TypeVar("T")
Find = Callable[[], Path]

_BANKS_KEPT: Final = 48


@dataclass(slots=True)
class Studio:
    """Makes files; knows fonts and sounds that it has used before.

    Attributes:
        limit_s: The longest one run of ffmpeg may take.
        file_max_bytes: What the files of one spec may take. Larger ones are made
            again with half the width and height, until they fit.
        gate: How many pixels are drawn and encoded at the same time.
    """

    limit_s: float
    file_max_bytes: int = FILE_MAX_BYTES
    gate: Gate = field(default_factory=Gate)
    _painter: CardPainter = field(default_factory=CardPainter)
    _composer: Composer = field(default_factory=Composer)
    _packer: Packer = field(default_factory=Packer)
    _banks: OrderedDict[tuple[object, ...], Bank] = field(default_factory=OrderedDict)

    async def draw(self, spec: MediaSpec) -> tuple[Part, ...]:
        """Return a file that needs no ffmpeg: a still, a GIF, a WAV or a ZIP.

        Raises:
            MediaError: It would be too large a file, however small its pictures.
        """
        async with self.gate.passing(_pixels(spec)):
            data = await asyncio.to_thread(self._drawn, spec)
        return (Part(data, spec.frames),)

    def _drawn(self, spec: MediaSpec) -> bytes:
        if spec.is_still:
            return stills.still(spec, self._painter)
        if spec.container not in {Container.GIF, Container.ZIP}:
            return self._heard(spec)
        make = gifs.blocks if spec.container is Container.GIF else sequences.pieces
        blocks, size = [], 0
        for block in make(spec, self._painter):
            blocks.append(block)
            size += len(block)
            if size > self.file_max_bytes:
                return self._drawn(spec.halved())
        return b"".join(blocks)

    def _heard(self, spec: MediaSpec) -> bytes:
        if wav.size_of(spec) > self.file_max_bytes:
            return self._heard(spec.halved())
        return wav.wav(spec)

    async def encode(self, spec: MediaSpec, find: Find) -> tuple[Part, ...]:
        """Return the files of a clip or sound.

        Args:
            spec: The clip or sound.
            find: Returns the ffmpeg; asked if one is needed.

        Raises:
            MediaError: They cannot be made.
        """
        montage = None if spec.is_sound else montage_of(spec)
        try:
            async with asyncio.TaskGroup() as both:
                pictures = both.create_task(self._pictures(spec, find, montage))
                sound = both.create_task(self._sound(spec, find))
        except* MediaError as group:
            # Both may fail for one reason; one line is enough.
            raise _first_error(group) from None
        made = (spec, montage, pictures.result(), sound.result())
        if await asyncio.to_thread(measure, *made) > self.file_max_bytes:
            return await self.encode(spec.halved(), find)
        return await asyncio.to_thread(pack, *made, self._packer.assemble)

    async def _pictures(
        self, spec: MediaSpec, find: Find, montage: Montage | None
    ) -> Loop | None:
        if montage is None:
            return None
        width, height = spec.encoded_px
        # Encoders of one card share its pictures; those of many hold one each.
        shared = Reel(self._painter, spec, montage) if len(spec.cards) < 2 else None
        async with asyncio.TaskGroup() as side_by_side:
            tasks = [
                side_by_side.create_task(
                    self._batch(
                        find,
                        spec,
                        montage,
                        shots,
                        shared or Reel(self._painter, spec, montage),
                    )
                )
                for shots in montage.batches(width * height)
            ]
        return joined([task.result() for task in tasks])

    async def _batch(
        self,
        find: Find,
        spec: MediaSpec,
        montage: Montage,
        shots: tuple[Shot, ...],
        reel: Reel,
    ) -> Loop:
        if encodes_here(spec):
            return await self._here(spec, montage, shots, reel)
        loop = montage.loop
        command = encode_command(
            find(), spec, loop=loop, turns=montage.turns, shots=len(shots)
        )
        async with self.gate.passing(_pixels(spec)):
            feed = self._raw(montage, shots, reel)
            out = await run_process(command, feed=feed, limit_s=self.limit_s)
        count = loop * len(shots)
        return await asyncio.to_thread(
            read_pictures, out, spec.fps, loop=loop, count=count
        )

    async def _here(
        self, spec: MediaSpec, montage: Montage, shots: tuple[Shot, ...], reel: Reel
    ) -> Loop:
        """Return the loops of some shots, encoded in this process."""
        async with self.gate.passing(_pixels(spec)):
            work = partial(self._loops, spec, montage, shots, reel)
            return await self._in_time(spec, work)

    async def _in_time(
        self, spec: MediaSpec, work: Callable[[Callable[[], bool]], T]
    ) -> T:
        """Return what a thread makes, which is told once it takes too long.

        Raises:
            MediaError: It does.
        """
        over = Event()
        try:
            async with asyncio.timeout(self.limit_s):
                return await asyncio.to_thread(work, over.is_set)
        except TimeoutError as error:
            raise MediaError(
                f"{spec.container} took longer than {self.limit_s:g} s"
            ) from error
        finally:
            over.set()

    def _loops(
        self,
        spec: MediaSpec,
        montage: Montage,
        shots: tuple[Shot, ...],
        reel: Reel,
        is_over: Callable[[], bool],
    ) -> Loop:
        loop, turns = montage.loop, montage.turns
        if montage.is_composed:
            return self._composer.loops(spec, montage, shots, reel, is_over)
        drawn = (reel.frame(shot, turn) for shot in shots for turn in range(turns))
        out = loops(spec, drawn, loop=loop, turns=turns, is_over=is_over)
        return read_pictures(out, spec.fps, loop=loop, count=loop * len(shots))

    async def _raw(
        self, montage: Montage, shots: tuple[Shot, ...], reel: Reel
    ) -> AsyncIterator[bytes]:
        for shot in shots:
            for turn in range(montage.turns):
                for band in bands(await asyncio.to_thread(reel.frame, shot, turn)):
                    yield band

    async def _sound(self, spec: MediaSpec, find: Find) -> Sound | None:
        if spec.audio_codec is None:
            return None
        score = await asyncio.to_thread(_scored, spec)
        bank = await self._bank(spec, score.cells, find)
        seconds = spec.frames / spec.fps
        return await asyncio.to_thread(laid, score, bank, seconds, spec.sample_rate_hz)

    async def _bank(self, spec: MediaSpec, cells: tuple[Cell, ...], find: Find) -> Bank:
        key = (
            spec.audio_codec,
            spec.sample_rate_hz,
            spec.channels,
            spec.audio_bit_rate,
            cells,
        )
        known = self._banks.get(key)
        if known is None:
            out = await self._encoded_sound(spec, cells, find)
            known = await asyncio.to_thread(_read_bank, out, cells, spec)
            self._banks[key] = known
            if len(self._banks) > _BANKS_KEPT:
                self._banks.popitem(last=False)
        self._banks.move_to_end(key)
        return known

    async def _encoded_sound(
        self, spec: MediaSpec, cells: tuple[Cell, ...], find: Find
    ) -> bytes:
        if not sounds.encodes_here(spec):
            feed = _off_loop(raw(cells, spec))
            command = sound_command(find(), spec)
            return await run_process(command, feed=feed, limit_s=self.limit_s)
        work = partial(sounds.encoded, raw(cells, spec), spec)
        return await self._in_time(spec, work)


async def _off_loop(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (piece := await asyncio.to_thread(next, pieces, b"")) != b"":
        yield piece


def _scored(spec: MediaSpec) -> Score:
    codec, rate = spec.audio_codec or AudioCodec.AAC, spec.sample_rate_hz
    grid = framing_of(codec, rate).grid(rate)
    return score_of(spec.heard, float(spec.frames / spec.fps), grid)


def _read_bank(out: bytes, cells: tuple[Cell, ...], spec: MediaSpec) -> Bank:
    template, packets, starts = read_sound(out, spec.sample_rate_hz)
    if spec.audio_codec is not AudioCodec.VORBIS:
        starts = ()
    return read_bank(template, packets, starts, cells, spec)


def _pixels(spec: MediaSpec) -> int:
    width, height = spec.encoded_px
    return width * height


def _first_error(group: BaseExceptionGroup[MediaError]) -> MediaError:
    """Return the first of several errors, however deep it lies."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return MediaError(*error.args)
