"""Reel: the frames of one clip as they are needed, each card drawn once."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import partial
from hashlib import blake2b
from itertools import groupby
from threading import Lock

from PIL import Image

from mockserver.media.cards.boxes import Box
from mockserver.media.cards.colors import Color
from mockserver.media.cards.edge import Edge, Shown
from mockserver.media.cards.marker import marker_ink
from mockserver.media.cards.painter import CardPainter, place
from mockserver.media.loops import Montage, Shot
from mockserver.media.mosaic import Mosaic, padded
from mockserver.media.spec import MediaSpec

__all__ = ["Reel"]


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
        self._pictures: dict[int, Image.Image] = {}
        self._lock = Lock()

    def frame(self, shot: Shot, turn: int) -> Image.Image:
        """Return what a shot shows at one of its turns; not to be drawn upon."""
        with self._lock:
            picture = self._picture(shot.card, turn)
        return self._painter.timed(picture, self._spec, shot.start)

    def uppers(
        self, wanted: Iterable[tuple[int, int]], below_px: int
    ) -> Iterator[Image.Image]:
        """Yield the upper part of cards at some of their turns.

        Args:
            wanted: Which cards, and at which turn.
            below_px: Where the lower part begins.
        """
        for card, turn in wanted:
            with self._lock:
                picture = self._picture(card, turn)
            yield picture.crop((0, 0, picture.width, below_px))

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
            with self._lock:
                picture = self._picture(card, 0)
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

    def _picture(self, card: int, turn: int) -> Image.Image:
        if card != self._card:
            self._card = card
            self._pictures.clear()
        if turn not in self._pictures:
            at = turn / self._montage.turns
            self._pictures[turn] = self._painter.paint(self._spec, card, at)
        return self._pictures[turn]


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
