"""Reel: the frames of one clip as they are needed, each card drawn once."""

from threading import Lock

from PIL import Image

from mockserver.media.cards.painter import CardPainter
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
        return self._painter.timed(picture, self._spec, shot)

    def _picture(self, card: int, turn: int) -> Image.Image:
        if card != self._card:
            self._card = card
            self._pictures.clear()
        if turn not in self._pictures:
            at = turn / self._montage.turns
            self._pictures[turn] = self._painter.paint(self._spec, card, at)
        return self._pictures[turn]
