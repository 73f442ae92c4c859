"""Reel: the frames of one clip as they are needed, each card drawn once."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import Future
from functools import partial
from hashlib import blake2b
from itertools import groupby
from threading import Lock
from typing import TypeAlias, TypeVar

from PIL import Image

from mockserver.media.cards.art import is_doubled, soft
from mockserver.media.cards.boxes import Box
from mockserver.media.cards.card import Art
from mockserver.media.cards.colors import Color
from mockserver.media.cards.edge import Edge, Shown
from mockserver.media.cards.layers import Layer
from mockserver.media.cards.marker import marker_ink
from mockserver.media.cards.painter import CardPainter, place
from mockserver.media.cards.planes import Planes, Veil
from mockserver.media.loops import Montage, Shot
from mockserver.media.mosaic import Mosaic, padded
from mockserver.media.spec import MediaSpec

__all__ = ["Reel"]

T = TypeVar("T")
_Made: TypeAlias = "dict[int, Future[T]]"


class Reel:
    """Draws the frames of a clip; holds the pictures of one card.

    Threads may share one: what one of them draws, the others find.

    Args:
        painter: Draws its cards.
        spec: The clip.
        montage: Its montage.
    """

    def __init__(self, painter: CardPainter, spec: MediaSpec, montage: Montage) -> None:
        self._painter, self._spec, self._montage = painter, spec, montage
        self._card = -1
        self._pictures: _Made[Image.Image] = {}
        self._drawn: _Made[Image.Image] = {}
        self._veils: _Made[Veil] = {}
        self._lock = Lock()

    def frame(self, shot: Shot, turn: int) -> Image.Image:
        """Return what a shot shows at one of its turns; not to be drawn upon."""
        picture = self._picture(shot.card, turn)
        return self._painter.timed(picture, self._spec, shot.start)

    def moves(self, card: int) -> bool:
        """Say whether there is something in a card that moves."""
        return self._art(card) is not None

    def uppers(
        self, wanted: Iterable[tuple[int, int]], below_px: int
    ) -> Iterator[Image.Image | Planes]:
        """Yield the upper part of cards at some of their turns.

        Args:
            wanted: Which cards, and at which turn.
            below_px: Where the lower part begins.
        """
        size = self._spec.encoded_px
        for card, turn in wanted:
            art = self._art(card)
            if art is not None and is_doubled(size):
                image = soft(art, size, turn / self._montage.turns)
                veil = self._veil(card, below_px)
                seen = 0, 0, image.width, image.height * below_px / size[1]
                yield veil.over(image, seen)
            else:
                yield self._picture(card, turn).crop((0, 0, size[0], below_px))

    def lowers(self, shots: Iterable[Shot], mosaic: Mosaic) -> Iterator[list[int]]:
        """Yield which tiles the lower part of each shot has, in order.

        The square is at the end of the line that grows.

        Args:
            shots: Which.
            mosaic: Takes what is new.
        """
        ink = marker_ink(self._spec.cards)
        cells, size = mosaic.tiling.cells(), mosaic.tiling.size_px
        for card, shown in groupby(shots, key=lambda shot: shot.card):
            picture = self._still(card)
            edge = self._painter.edge(picture, self._spec)
            changing = [edge.changing(box) for box in cells]
            image = padded(edge.image.copy(), size)
            scene = f"{mosaic.tiling} {edge.scene} {ink}"
            grounds = [_ground(scene, image.crop(box)) for box in cells]
            tiles = list(zip(cells, changing, grounds, strict=True))
            drawing = _Drawing(edge, image, ink)
            for shot in shown:
                draw, now = drawing.at(shot.start), edge.shown(shot.start)
                yield [
                    mosaic.number(
                        (card, number, shows := within and within(now)),
                        box,
                        draw,
                        partial(_look, ground, box, shows),
                    )
                    for number, (box, within, ground) in enumerate(tiles)
                ]

    def _art(self, card: int) -> Art | None:
        return self._spec.cards[card].art if self._spec.cards else None

    def _picture(self, card: int, turn: int) -> Image.Image:
        at, is_moving = turn / self._montage.turns, self.moves(card)

        def paint() -> Image.Image:
            layer = Layer.of(self._laid(card)) if is_moving else None
            return self._painter.paint(self._spec, card, at, layer)

        return self._once(card, self._pictures, turn, paint)

    def _still(self, card: int) -> Image.Image:
        """Return a card's picture as far as it stands still."""
        if self._art(card) is None:
            return self._picture(card, 0)
        # What tells the time lies below all that moves; the rest is not asked for.
        laid = self._laid(card)
        top = Edge.top_px(self._spec)
        still = Image.new("RGB", laid.size)
        still.paste(laid.crop((0, top, *laid.size)).convert("RGB"), (0, top))
        return still

    def _laid(self, card: int) -> Image.Image:
        draw = partial(self._painter.laid, self._spec, card)
        return self._once(card, self._drawn, card, draw)

    def _veil(self, card: int, below_px: int) -> Veil:
        def make() -> Veil:
            drawn = self._laid(card)
            return Veil.of(drawn.crop((0, 0, drawn.width, below_px)))

        return self._once(card, self._veils, below_px, make)

    def _once(
        self, card: int, made: "_Made[T]", which: int, make: Callable[[], T]
    ) -> T:
        """Return what one thread makes, and others wait for."""
        with self._lock:
            if card != self._card:
                self._card = card
                self._pictures.clear()
                self._drawn.clear()
                self._veils.clear()
            there = made.get(which)
            future = made.setdefault(which, Future())
        if there is None:
            try:
                future.set_result(make())
            except BaseException as error:
                future.set_exception(error)
                raise
        return future.result()


def _ground(scene: str, image: Image.Image) -> bytes:
    """Return what tells a tile, before anything is told on it, from all others."""
    return blake2b(scene.encode() + image.tobytes(), digest_size=16).digest()


def _look(ground: bytes, box: Box, shows: Shown | None) -> Hashable:
    """Return what tells a tile from all others; what never changes may be anywhere."""
    return ground if shows is None else (ground, box[:2], shows)


class _Drawing:
    """Draws an edge again and again, each time only if it is asked for.

    Args:
        edge: What.
        image: What it is drawn upon; beyond the edge it may be larger.
        ink: The square's colour.
    """

    def __init__(self, edge: Edge, image: Image.Image, ink: Color) -> None:
        self._edge, self._image, self._ink, self._drawn = edge, image, ink, -1

    def at(self, start: int) -> Callable[[], Image.Image]:
        """Return what draws the time of a frame."""
        return partial(self._at, start)

    def _at(self, start: int) -> Image.Image:
        if start != self._drawn:
            edge, self._drawn = self._edge, start
            edge.draw(self._image, start)
            done = start / edge.frames
            place(self._image, edge.marker, done, self._ink, edge.top)
        return self._image
