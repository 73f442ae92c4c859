"""Composer: has each card encoded once, and for each time it tells the edge below."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from mockserver.media.assemble import Loop, read_pictures
from mockserver.media.cards.edge import Edge
from mockserver.media.cards.reel import Reel
from mockserver.media.encoder import rests, starts
from mockserver.media.loops import Montage, Shot
from mockserver.media.mosaic import Mosaic, Tile, Tiles, Tiling
from mockserver.media.slices import (
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
_Seen = tuple[int, int]


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
    _tiles: Tiles = field(default_factory=Tiles)
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
        (width, height), top = spec.encoded_px, Edge.top_px(spec)
        tiling = Tiling.of(spec.encoded_px, top)
        mosaic = Mosaic(tiling, lambda look: self._tiles.get((spec.quality, look)))
        seen = _seen(montage, shots) if top else []
        # What moves is drawn and encoded in two halves, whatever the machine has.
        cut = -(-len(seen) // 2) if len(seen) <= montage.turns else len(seen)
        with ThreadPoolExecutor(2) as beside:
            edges = beside.submit(self._lowers, spec, reel, shots, mosaic, is_over)
            later = beside.submit(self._uppers, spec, seen[cut:], reel, is_over)
            whole = still = self._rest(spec, spec.encoded_px, is_over)
            if montage.turns > 1:
                still = self._rest(spec, (width, height - top), is_over)
            upper = self._uppers(spec, seen[:cut], reel, is_over) | later.result()
            lower, tiles = edges.result()
        printer = _Printer(montage, whole, still.part, upper, (mosaic.tiling, tiles))
        begun = montage.shots.index(shots[0])
        made: list[bytes] = []
        for number, (shot, edge) in enumerate(zip(shots, lower, strict=True), begun):
            made += printer.loop(shot, edge, number % 2)
        return Loop(whole.loop.template, tuple(made), whole.loop.tick)

    def _lowers(
        self,
        spec: MediaSpec,
        reel: Reel,
        shots: tuple[Shot, ...],
        mosaic: Mosaic,
        is_over: _IsOver,
    ) -> tuple[list[list[int]], list[Tile]]:
        """Return which tiles are below the seam in each shot, and all tiles."""
        lower = list(reel.lowers(shots, mosaic))
        if all(known for _, known in mosaic.looks()):
            return lower, [known for _, known in mosaic.looks() if known]
        made = starts(
            spec,
            mosaic.sheets(),
            mosaic.sheet_px,
            is_over=is_over,
            slice_mbs=mosaic.tiling.wide,
        )
        new, tiles = mosaic.cut(slices_in(made.settings, made.packets)), []
        for look, known in mosaic.looks():
            tile = known or Tile(next(new))
            if known is None:
                self._tiles.keep((spec.quality, look), tile)
            tiles.append(tile)
        return lower, tiles

    def _uppers(
        self, spec: MediaSpec, shown: list[_Seen], reel: Reel, is_over: _IsOver
    ) -> dict[_Seen, Tile]:
        """Return what is above the seam, by card and turn."""
        if not shown:
            return {}
        below_px = Edge.top_px(spec)
        size = (spec.encoded_px[0], below_px)
        pictures, is_moving = reel.uppers(shown, below_px), reel.moves(shown[0][0])
        made = starts(spec, pictures, size, is_over=is_over, is_steady=is_moving)
        slices = slices_in(made.settings, made.packets)
        return dict(zip(shown, map(Tile, slices), strict=True))

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


def _seen(montage: Montage, shots: tuple[Shot, ...]) -> list[_Seen]:
    """Return which cards are seen, each at which of its turns."""
    if montage.turns < 2:
        return list(dict.fromkeys((shot.card, 0) for shot in shots))
    return list(
        dict.fromkeys(
            (shot.card, turn) for shot in shots for turn in montage.turns_of(shot)
        )
    )


class _Printer:
    """Puts the loops of one clip together; equal pictures are the same object.

    Args:
        montage: What is shown when.
        whole: What leaves a picture as it is.
        still: The same of its lower part.
        upper: The upper part by card and turn, if there are two parts.
        tiles: How the lower part is divided, and its tiles by their numbers.
    """

    def __init__(
        self,
        montage: Montage,
        whole: _Rest,
        still: Slice,
        upper: dict[_Seen, Tile],
        tiles: tuple[Tiling, list[Tile]],
    ) -> None:
        self._montage, self._whole, self._still = montage, whole.part, still
        self._upper, (self._tiling, self._tiles) = upper, tiles
        self._bits = number_bits(whole.loop.settings)
        self._made: dict[tuple[int, ...], bytes] = {}
        self._rest: list[bytes] = []

    def loop(self, shot: Shot, edge: list[int], key: int) -> list[bytes]:
        """Return the pictures of a shot.

        Args:
            shot: Which.
            edge: The tiles of the lower part of its first picture.
            key: What tells that from the key frame before, 0 or 1.
        """
        if self._montage.turns < 2:
            if not self._rest:
                self._rest = [self._known(n, ()) for n in range(1, self._montage.loop)]
            return [self._picture(shot.card, 0, edge, key), *self._rest]
        turns = self._montage.turns_of(shot)
        made = [self._picture(shot.card, turns[0], edge, key)]
        for number in range(1, self._montage.loop):
            turn = turns[number]
            is_new = turn != turns[number - 1]
            made.append(self._known(number, (shot.card, turn) if is_new else ()))
        return made

    def _picture(self, card: int, turn: int, edge: list[int], key: int) -> bytes:
        units = []
        if self._upper:
            units.append(self._upper[card, turn].written(0, self._bits, key))
        for cell, number in enumerate(edge):
            first = self._tiling.first(cell)
            units.append(self._tiles[number].written(first, self._bits, key))
        return b"".join(units)

    def _known(self, number: int, turned: tuple[int, ...]) -> bytes:
        number %= 1 << self._bits
        if (number, *turned) not in self._made:
            parts = [(self._whole, 0)]
            if turned:
                card, turn = turned
                below = self._tiling.first(0)
                parts = [(self._upper[card, turn].part, 0), (self._still, below)]
            self._made[number, *turned] = picture(parts, number=number, bits=self._bits)
        return self._made[number, *turned]
