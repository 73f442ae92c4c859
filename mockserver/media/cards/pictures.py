"""Pictures that somebody has sent: made small once, and laid over a card."""

import io
from hashlib import md5
from typing import Final

from PIL import Image, ImageOps

from mockserver.media.spec import Picture

__all__ = ["laid", "small"]

FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
PIXELS_MAX: Final = 24_000_000
SIDE_PX: Final = 1280
_QUALITY: Final = 90
# All that Pillow raises at files that are broken, or none of these; a bomb is one.
_BROKEN: Final = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    Image.DecompressionBombError,
)


def small(data: bytes) -> Picture | None:
    """Return a picture as it is kept: a JPEG of no more pixels than a clip shows.

    Args:
        data: A file as it was sent; PNG, JPEG, GIF or WebP.

    Returns:
        The picture; None if it is none, or of too many pixels to be looked at.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as found:
            # A JPEG is read in a lower resolution at once.
            found.draft("RGB", (SIDE_PX, SIDE_PX))
            if found.width * found.height > PIXELS_MAX:
                return None
            image = ImageOps.exif_transpose(found).convert("RGB")
    except _BROKEN:
        return None
    image.thumbnail((SIDE_PX, SIDE_PX))
    written = io.BytesIO()
    image.save(written, "JPEG", quality=_QUALITY)
    kept = written.getvalue()
    return Picture(md5(kept, usedforsecurity=False).hexdigest(), kept)


def laid(picture: Picture, size: tuple[int, int]) -> Image.Image:
    """Return a picture that fills a size; what stands over is cut off."""
    with Image.open(io.BytesIO(picture.data), formats=FORMATS) as image:
        return ImageOps.fit(image.convert("RGB"), size)
