"""Reel: the frames of one clip as they are needed, each card drawn once."""

from collections.abc import Iterable, Iterator
from threading import Lock

from PIL import Image

from mockserver.media.cards.marker import Marker
from mockserver.media.cards.painter import CardPainter, place
from mockserver.media.loops import Montage, Shot
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

    @property
    def seam_px(self) -> int:
        """The row in which a picture's lower part begins; 0 if there is one part."""
        return self._painter.seam_px(self._spec)

    def uppers(self, wanted: Iterable[tuple[int, int]]) -> Iterator[Image.Image]:
        """Yield the upper part of cards at some of their turns."""
        for card, turn in wanted:
            with self._lock:
                picture = self._picture(card, turn)
            yield picture.crop((0, 0, picture.width, self.seam_px))

    def lowers(self, shots: Iterable[Shot]) -> Iterator[Image.Image]:
        """Yield each shot's lower part, with the square at the end of the line."""
        marker = Marker.of(*self._spec.encoded_px, 2)
        for shot in shots:
            with self._lock:
                picture = self._picture(shot.card, 0)
            edge, top = self._painter.edge(picture, self._spec, shot.start)
            place(edge, marker, shot.start / self._spec.frames, top)
            yield edge

    def _picture(self, card: int, turn: int) -> Image.Image:
        if card != self._card:
            self._card = card
            self._pictures.clear()
        if turn not in self._pictures:
            at = turn / self._montage.turns
            self._pictures[turn] = self._painter.paint(self._spec, card, at)
        return self._pictures[turn]
