"""Makes pictures and GIFs without ffmpeg."""

import io
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

from PIL import Image

from mockserver.media.cards import CardPainter, mark
from mockserver.media.loops import plan_of
from mockserver.media.marker import Marker
from mockserver.media.spec import Container, MediaSpec

__all__ = ["gif", "still"]

_OPTIONS: Final[dict[Container, dict[str, Any]]] = {
    Container.JPEG: {"format": "JPEG", "quality": 85},
    Container.PNG: {"format": "PNG", "compress_level": 6},
    Container.TIFF: {"format": "TIFF", "compression": "tiff_lzw"},
    Container.WEBP: {"format": "WEBP", "quality": 85},
}
# GIF counts time in hundredths of a second.
_TICKS_PER_S: Final = 100


def still(spec: MediaSpec, painter: CardPainter) -> bytes:
    """Return one frame of a clip as JPEG, PNG, TIFF or WebP."""
    options = dict(_OPTIONS[spec.container])
    if "quality" in options and spec.quality is not None:
        options["quality"] = spec.quality
    out = io.BytesIO()
    image = painter.paint(spec, spec.card_at(spec.frame))
    plan = plan_of(spec)
    mark(image, Marker.of(*spec.encoded_px, plan.loop), plan.phase_at(spec.frame))
    image.save(out, **options)
    return out.getvalue()


def gif(spec: MediaSpec, painter: CardPainter) -> bytes:
    """Return an animated GIF; its frames end on the nearest hundredth of a second."""
    frames = _frames(spec, painter)
    options: dict[str, Any] = {} if spec.loop < 0 else {"loop": spec.loop}
    out = io.BytesIO()
    next(frames).save(
        out,
        format="GIF",
        save_all=True,
        append_images=frames,
        duration=_delays_ms(spec),
        optimize=False,
        **options,
    )
    return out.getvalue()


def _frames(spec: MediaSpec, painter: CardPainter) -> Iterator[Image.Image]:
    plan = plan_of(spec)
    marker = Marker.of(*spec.encoded_px, plan.loop, smooth=True)
    for index, share in zip(plan.shown, plan.shares, strict=True):
        ground, amber = _limited(painter.paint(spec, index), marker, spec.colors)
        phases = [_marked(ground, marker, phase, amber) for phase in range(plan.loop)]
        yield from (phases[i % plan.loop] for i in range(share))


def _limited(
    card: Image.Image, marker: Marker | None, colors: int
) -> tuple[Image.Image, int]:
    """Return a card in few colours, and which of them is the marker's."""
    marked = card.copy()
    mark(marked, marker, 0)
    marked = marked.quantize(colors, dither=Image.Dither.NONE)
    spot = (marker.left_px, marker.y_px) if marker else (0, 0)
    amber = marked.getpixel(spot)
    ground = card.quantize(palette=marked, dither=Image.Dither.NONE)
    return ground, amber if isinstance(amber, int) else 0


def _marked(
    ground: Image.Image, marker: Marker | None, phase: int, amber: int
) -> Image.Image:
    frame = ground.copy()
    mark(frame, marker, phase, amber)
    return frame


def _delays_ms(spec: MediaSpec) -> list[int]:
    ends = [
        int(_TICKS_PER_S * (n + 1) / spec.fps + Fraction(1, 2))
        for n in range(spec.frames)
    ]
    return [(end - start) * 10 for start, end in zip([0, *ends], ends, strict=False)]
