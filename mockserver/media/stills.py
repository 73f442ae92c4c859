"""Makes pictures without ffmpeg."""

import io
from typing import Any, Final

from mockserver.media.cards import CardPainter, mark
from mockserver.media.loops import montage_of
from mockserver.media.marker import Marker
from mockserver.media.spec import Container, MediaSpec

__all__ = ["still"]

_OPTIONS: Final[dict[Container, dict[str, Any]]] = {
    Container.JPEG: {"format": "JPEG", "quality": 85},
    Container.PNG: {"format": "PNG", "compress_level": 6},
    Container.TIFF: {"format": "TIFF", "compression": "tiff_lzw"},
    Container.WEBP: {"format": "WEBP", "quality": 85},
}


def still(spec: MediaSpec, painter: CardPainter) -> bytes:
    """Return one frame of a clip as JPEG, PNG, TIFF or WebP."""
    options = dict(_OPTIONS[spec.container])
    if "quality" in options and spec.quality is not None:
        options["quality"] = spec.quality
    out = io.BytesIO()
    image = painter.paint(spec, spec.card_at(spec.frame))
    montage = montage_of(spec)
    mark(image, Marker.of(*spec.encoded_px, montage.loop), montage.phase_at(spec.frame))
    image.save(out, **options)
    return out.getvalue()
