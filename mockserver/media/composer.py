"""Composer: has each card encoded once, and for each time it tells the edge below."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from PIL import Image

from mockserver.media.assemble import Loop, read_pictures
from mockserver.media.cards.reel import Reel
from mockserver.media.encoder import rests, starts
from mockserver.media.loops import Montage, Shot
from mockserver.media.slices import (
    MACROBLOCK_PX,
    Slice,
    number_bits,
    picture,
    slices_in,
)
from mockserver.media.spec import MediaSpec

__all__ = ["Composer"]

_RESTS_KEPT: Final = 64
_IsOver = Callable[[], bool]
_Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Rest:
    """What leaves all of a picture as it is.

    Attributes:
        loop: The stream that it comes from.
        part: What it is.
    """

    loop: Loop
    part: Slice


@dataclass(slots=True)
class Composer:
    """Encodes parts of pictures and puts them together; threads may share one."""

    _rests: dict[tuple[object, ...], _Rest] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def loops(
        self,
        spec: MediaSpec,
        montage: Montage,
        shots: tuple[Shot, ...],
        reel: Reel,
        is_over: _IsOver,
    ) -> Loop:
        """Return the loops of some shots, each with a key frame first.

        Args:
            spec: The clip.
            montage: Its montage.
            shots: Which of its shots.
            reel: Draws it.
            is_over: Asked before each picture; nobody wants the rest.

        Raises:
            MediaError: They cannot be encoded.
        """
        (width, height), seam = spec.encoded_px, reel.seam_px
        below = (width, height - seam)
        with ThreadPoolExecutor(1) as beside:
            edges = beside.submit(self._parts, spec, reel.lowers(shots), below, is_over)
            whole = self._rest(spec, spec.encoded_px, is_over)
            upper = self._uppers(spec, montage, shots, reel, is_over) if seam else {}
            lower = edges.result()
        still = whole
        if montage.turns > 1:
            still = self._rest(spec, below, is_over)
        first = -(-width // MACROBLOCK_PX) * (seam // MACROBLOCK_PX)
        printer = _Printer(montage, whole, still.part, upper, first)
        begun = montage.shots.index(shots[0])
        made: list[bytes] = []
        for number, (shot, edge) in enumerate(zip(shots, lower, strict=True), begun):
            made += printer.loop(shot, edge, number % 2)
        return Loop(whole.loop.template, tuple(made), whole.loop.tick)

    def _uppers(
        self,
        spec: MediaSpec,
        montage: Montage,
        shots: tuple[Shot, ...],
        reel: Reel,
        is_over: _IsOver,
    ) -> dict[tuple[int, int], Slice]:
        """Return what is above the seam, by card and turn."""
        shown = dict.fromkeys(
            (shot.card, montage.turn_at(shot, place))
            for shot in shots
            for place in range(montage.loop)
        )
        size = (spec.encoded_px[0], reel.seam_px)
        drawn = self._parts(spec, reel.uppers(shown), size, is_over)
        return dict(zip(shown, drawn, strict=True))

    def _parts(
        self,
        spec: MediaSpec,
        drawn: Iterable[Image.Image],
        size: _Size,
        is_over: _IsOver,
    ) -> list[Slice]:
        out = starts(spec, drawn, size, is_over=is_over)
        made = read_pictures(out, spec.fps, loop=1)
        return slices_in(made.settings, made.packets)

    def _rest(self, spec: MediaSpec, size: _Size, is_over: _IsOver) -> _Rest:
        """Return what may follow any picture of a size."""
        key = (*size, spec.fps, spec.quality, spec.aspect)
        # Of encoders that work side by side one makes it.
        with self._lock:
            known = self._rests.pop(key, None)
            if known is None:
                made = read_pictures(
                    rests(spec, size, is_over=is_over), spec.fps, loop=2, count=2
                )
                known = _Rest(made, slices_in(made.settings, made.packets)[1])
            self._rests[key] = known
            if len(self._rests) > _RESTS_KEPT:
                del self._rests[next(iter(self._rests))]
        return known


class _Printer:
    """Puts the loops of one clip together; equal pictures are the same object.

    Args:
        montage: What is shown when.
        whole: What leaves a picture as it is.
        still: The same of its lower part.
        upper: The upper part by card and turn, if there are two parts.
        first: The number of the first macroblock of the lower part.
    """

    def __init__(
        self,
        montage: Montage,
        whole: _Rest,
        still: Slice,
        upper: dict[tuple[int, int], Slice],
        first: int,
    ) -> None:
        self._montage, self._whole, self._still = montage, whole.part, still
        self._upper, self._first = upper, first
        self._bits = number_bits(whole.loop.settings)
        self._made: dict[tuple[int, ...], bytes] = {}

    def loop(self, shot: Shot, edge: Slice, key: int) -> list[bytes]:
        """Return the pictures of a shot.

        Args:
            shot: Which.
            edge: The lower part of its first picture.
            key: What tells that from the key frame before, 0 or 1.
        """
        turns = [self._montage.turn_at(shot, at) for at in range(self._montage.loop)]
        made = [self._picture(shot.card, turns[0], edge, key)]
        for number in range(1, self._montage.loop):
            turn = turns[number]
            is_new = turn != turns[number - 1]
            made.append(self._known(number, (shot.card, turn) if is_new else ()))
        return made

    def _picture(self, card: int, turn: int, edge: Slice, key: int) -> bytes:
        parts = [(edge, self._first)]
        if self._upper:
            parts.insert(0, (self._upper[card, turn], 0))
        return picture(parts, number=0, bits=self._bits, key=key)

    def _known(self, number: int, turned: tuple[int, ...]) -> bytes:
        number %= 1 << self._bits
        if (number, *turned) not in self._made:
            parts = [(self._whole, 0)]
            if turned:
                card, turn = turned
                parts = [(self._upper[card, turn], 0), (self._still, self._first)]
            self._made[number, *turned] = picture(parts, number=number, bits=self._bits)
        return self._made[number, *turned]
